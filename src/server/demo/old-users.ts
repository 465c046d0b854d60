/**
 * Old users of the demonstration: an enterprise that used the old systems and has not come to the platform yet. Two of
 * them become one account, one has a weak password. Whoever looks can sign in as them and complete the account with
 * the codes of the outbox.
 */
import { createHash } from 'node:crypto'
import type { OldUserRow } from '#domain/old-user/row.ts'
import { platformName, type OldSystemCode } from '#domain/old-user/systems.ts'
import type { Context } from '../context.ts'
import { importAtOnce } from '../old-user/import.ts'
import { demoAccount } from './accounts.ts'

/** Made up, with right check characters. */
export const oldEnterprise = {
  name: '演示浙江老客户进出口有限公司',
  code13: '3300DEM000049',
  uscc: '91330000DEM000049N',
} as const

interface DemoOldUser {
  system: OldSystemCode
  oldName: string
  password: string
  kind: 'md5' | 'sha1'
  salt: string
  does: string
}

const users: readonly DemoOldUser[] = [
  {
    system: 'export_licence',
    oldName: 'laokehu',
    password: 'Chukou-0730',
    kind: 'md5',
    salt: '',
    does: '出口系统的原用户，与进口系统的合并为一个账号',
  },
  {
    system: 'import_licence',
    oldName: 'laokehu',
    password: 'Jinkou-0730',
    kind: 'sha1',
    salt: 'x7Q2',
    does: '同一企业、同一把电子钥匙，进口系统的密码也能首次登录',
  },
  {
    system: 'automatic_import_electromechanical',
    oldName: 'jidian_lao',
    password: 'jd123456',
    kind: 'md5',
    salt: '',
    does: '机电系统的原用户，账号就是原用户名；密码太弱，须修改',
  },
]

const loginNameOf = ({ system, oldName }: DemoOldUser) => platformName(system, oldEnterprise.code13, oldName)

/** For the sign-in page and the terminal. */
export const demoOldUsers = users.map((user) => ({
  loginName: loginNameOf(user),
  password: user.password,
  does: user.does,
}))

/** In the database: production refuses to run where it is. */
export const demoImportId = '00000000-0000-4000-8000-000000000501'

const rows: readonly OldUserRow[] = users.map((user, at) => ({
  line: at + 2,
  system: user.system,
  code13: oldEnterprise.code13,
  oldName: user.oldName,
  loginName: loginNameOf(user),
  digest: createHash(user.kind)
    .update(user.salt + user.password)
    .digest('hex'),
  kind: user.kind,
  salt: user.salt,
  saltPlace: user.salt === '' ? 'none' : 'before',
  keyNo: '',
  services: [user.system],
}))

/** Safe to repeat: what was imported stays as its users have left it. */
export async function makeDemoOldUsers(ctx: Pick<Context, 'db' | 'clock'>): Promise<void> {
  const by = demoAccount('platform01')?.id
  if (by === undefined) throw new Error('the demonstration has no platform officer')
  await importAtOnce(ctx, { id: demoImportId, by, fileName: '演示存量用户.csv', rows })
}
