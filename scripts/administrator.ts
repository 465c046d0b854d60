/**
 * `npm run administrator -- --login NAME --name PERSON`: the first administrator of a system. The first password is
 * printed once, or read from standard input with --password-stdin; either is changed at the first sign-in. Works beside
 * a running server or before its first start. Ends with 0, or with 1 and one line.
 */
import { text } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import { makeFirstAdministrator, type FirstAdministrator } from '#server/account/first-administrator.ts'
import { connect } from '#server/db/connect.ts'
import { startEmbedded } from '#server/db/embedded.ts'
import { checkMigrated, migrate } from '#server/db/migrate.ts'
import { readPlaces } from '#server/environment.ts'
import { StartError, startLine } from '#server/start-error.ts'

const usage =
  '用法：npm run administrator -- --login 登录名 --name 姓名 [--email 邮箱] [--password-stdin] [--again 原因]'

async function asked(): Promise<FirstAdministrator> {
  const values = (() => {
    try {
      return parseArgs({
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
  const password = values['password-stdin'] ? (await text(process.stdin)).split(/\r?\n/, 1)[0] : undefined
  return { loginName: login.trim(), personName: name.trim(), email, password, again }
}

async function run() {
  const given = await asked()
  const places = readPlaces(process.env)
  const embedded = places.databaseUrl ? undefined : await startEmbedded({ ...places, join: true })
  try {
    // Beside a running server its structure stays as it is.
    if (embedded?.joined === false) await migrate(embedded.ownerUrl)
    const connection = connect(places.databaseUrl ?? embedded?.appUrl ?? '', { max: 2 })
    try {
      await checkMigrated(connection.pool)
      const { password } = await makeFirstAdministrator({ db: connection.db, clock: () => new Date() }, given)
      console.log(`已建立系统管理员 ${given.loginName}（${given.personName}）。`)
      if (password !== undefined) console.log(`初始密码（只显示这一次）：${password}`)
      console.log('首次登录须修改密码，并请在“我的账号”确认邮箱和手机，以便找回密码。')
    } finally {
      await connection.close()
    }
  } finally {
    await embedded?.stop()
  }
}

try {
  await run()
} catch (error) {
  console.error(startLine(error) ?? error)
  process.exitCode = 1
}
