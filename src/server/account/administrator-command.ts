/**
 * `npm run administrator -- --login NAME --name PERSON`, as a function of its words: the first administrator of a system.
 * The first password is answered once, or read with --password-stdin; either is changed at the first sign-in. Works beside
 * a running server or before its first start.
 */
import { parseArgs } from 'node:util'
import { connect } from '../db/connect.ts'
import { startEmbedded } from '../db/embedded.ts'
import { checkMigrated, migrate } from '../db/migrate.ts'
import { readPlaces } from '../environment.ts'
import { StartError } from '../start-error.ts'
import { makeFirstAdministrator, refuseMalformed, type FirstAdministrator } from './first-administrator.ts'

const usage =
  '用法：npm run administrator -- --login 登录名 --name 姓名 [--email 邮箱] [--password-stdin] [--again 原因]'

async function asked(args: readonly string[], input: () => Promise<string>): Promise<FirstAdministrator> {
  const values = (() => {
    try {
      return parseArgs({
        args: [...args],
        options: {
          login: { type: 'string' },
          name: { type: 'string' },
          email: { type: 'string' },
          'password-stdin': { type: 'boolean', default: false },
          again: { type: 'string' },
        },
      }).values
    } catch (error) {
      throw new StartError(usage, { cause: error })
    }
  })()
  const { login, name, email, again } = values
  if (login === undefined || name === undefined) throw new StartError(usage)
  const password = values['password-stdin'] ? (await input()).split(/\r?\n/, 1)[0] : undefined
  return { loginName: login.trim(), personName: name.trim(), email, password, again }
}

/** Runs the command; answers what is to be printed. Throws a StartError with the words of what is refused. */
export async function administratorCommand(
  args: readonly string[],
  variables: Readonly<Record<string, string | undefined>>,
  input: () => Promise<string>,
): Promise<string> {
  const given = await asked(args, input)
  refuseMalformed(given)
  const places = readPlaces(variables)
  const embedded = places.databaseUrl ? undefined : await startEmbedded({ ...places, join: true })
  try {
    // Beside a running server its structure stays as it is.
    if (embedded?.joined === false) await migrate(embedded.ownerUrl)
    const connection = connect(places.databaseUrl ?? embedded?.appUrl ?? '', { max: 2 })
    try {
      await checkMigrated(connection.pool)
      const { password } = await makeFirstAdministrator({ db: connection.db, clock: () => new Date() }, given)
      return [
        `已建立系统管理员 ${given.loginName}（${given.personName}）。`,
        ...(password === undefined ? [] : [`初始密码（只显示这一次）：${password}`]),
        '首次登录须修改密码，并请在“我的账号”确认邮箱和手机，以便找回密码。',
      ].join('\n')
    } finally {
      await connection.close()
    }
  } finally {
    await embedded?.stop()
  }
}
