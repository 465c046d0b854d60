/** 存量用户 (manual 001): their import, the old entrance, and what a first sign-in still has to give. */
import { z } from 'zod'
import { mostFileBytes } from '#domain/old-user/row.ts'
import {
  oldSystemCodes,
  oldUserStates,
  type OldSystemCode,
  type OldUserState,
} from '#domain/old-user/systems.ts'
import { Me } from './account.ts'
import { endpoint, Id, Paging, Total } from './endpoint.ts'
import {
  captchaAnswer,
  Code,
  CodeSent,
  Email,
  filled,
  Mobile,
  NewPassword,
  OldPassword,
  plain,
} from './parts.ts'

const tag = '存量用户'
const Text = z.string()
const officer = { anyOf: ['old_user.import'] } as const
const System = z.enum(oldSystemCodes as [OldSystemCode, ...OldSystemCode[]], '请选择原系统')

const file = {
  fileName: z.string().trim().min(1).max(200),
  /** The file, base64. */
  file: z
    .string()
    .max(Math.ceil(mostFileBytes / 3) * 4 + 4, `文件不能超过 ${mostFileBytes / 1024} KB，请分成几份导入`)
    .regex(/^[A-Za-z0-9+/]*={0,2}$/, '文件应以 base64 传送'),
}

const LookedRow = z.object({
  line: z.number().int(),
  systemName: Text,
  code13: Text,
  oldName: Text,
  loginName: Text,
  /** How the password is digested; never the digest. */
  kind: Text,
  services: z.array(Text),
  /** Other old users that become the same account, by system and name. */
  with: z.array(Text),
  problems: z.array(Text),
})
export type LookedRow = z.infer<typeof LookedRow>

export const lookAtOldUsers = endpoint({
  method: 'POST',
  path: '/api/old-users/look',
  summary: '预检存量用户文件（csv）：逐行指出问题和将要合并的账号，不写入',
  tag,
  access: officer,
  largestBody: 2 * mostFileBytes,
  body: z.strictObject(file),
  reply: z.object({
    rows: z.number().int(),
    wrong: z.number().int(),
    /** Accounts that the rows make, and those they are added to. */
    accounts: z.number().int(),
    added: z.number().int(),
    /** Of them: how many unite several rows. */
    merged: z.number().int(),
    /** Wrong rows first, 200 at most. */
    shown: z.array(LookedRow),
  }),
})

export const importOldUsers = endpoint({
  method: 'POST',
  path: '/api/old-users/imports',
  summary: '导入存量用户：全部正确才开始，口令摘要在后台加固，全部完成才写入',
  tag,
  access: officer,
  largestBody: 2 * mostFileBytes,
  body: z.strictObject({ /** Of the import, made by the client. */ id: Id, ...file }),
  reply: z.object({ id: Id, rows: z.number().int() }),
})

export const importStates = {
  wrapping: '正在导入',
  done: '已导入',
  failed: '未导入',
} as const

const OldUserImport = z.object({
  id: Id,
  fileName: Text,
  rows: z.number().int(),
  wrapped: z.number().int(),
  accounts: z.number().int(),
  state: z.enum(['wrapping', 'done', 'failed']),
  stateLabel: Text,
  /** Why nothing was written. */
  failure: Text.nullable(),
  who: Text,
  createdAt: Text,
  finishedAt: Text.nullable(),
  /** Of its users: whose account has been taken over. */
  taken: z.number().int(),
})
export type OldUserImport = z.infer<typeof OldUserImport>

export const listOldUserImports = endpoint({
  method: 'GET',
  path: '/api/old-users/imports',
  summary: '导入记录，新的在前，正在导入的带进度',
  tag,
  access: officer,
  query: z.strictObject(Paging),
  reply: z.object({ rows: z.array(OldUserImport), total: Total }),
})

export const oldUserSample = endpoint({
  method: 'GET',
  path: '/api/old-users/sample.csv',
  summary: '存量用户文件的样例',
  tag,
  access: officer,
  sends: 'file',
})

const stateNames = Object.keys(oldUserStates) as [OldUserState, ...OldUserState[]]

/** One old user of a merged account. */
const Member = z.object({
  systemName: Text,
  oldName: Text,
  loginName: Text,
  services: z.array(Text),
})

export const OldUserRow = Member.extend({
  id: Id,
  code13: Text,
  kind: Text,
  keyNo: Text.nullable(),
  state: z.enum(stateNames),
  stateLabel: Text,
  /** The account on the platform, from the first sign-in. */
  account: z.object({ id: Id, loginName: Text, personName: Text }).nullable(),
  /** Other old users of the same account, by system and name. */
  with: z.array(Text),
  entranceLeft: z.number().int(),
  importedAt: Text,
  takenAt: Text.nullable(),
})
export type OldUserRow = z.infer<typeof OldUserRow>

export const listOldUsers = endpoint({
  method: 'GET',
  path: '/api/old-users',
  summary: '存量用户，最近导入的在前',
  tag,
  access: officer,
  query: z.strictObject({
    state: z.enum(stateNames).optional(),
    system: System.optional(),
    code13: plain(13, '企业代码').trim().optional(),
    /** A part of the old name or of the platform's. */
    name: plain(50, '用户名').trim().optional(),
    import: Id.optional(),
    ...Paging,
  }),
  reply: z.object({
    rows: z.array(OldUserRow),
    total: Total,
    counts: z.array(z.object({ state: z.enum(stateNames), label: Text, total: Total })),
  }),
})

export const oldEntrance = endpoint({
  method: 'POST',
  path: '/api/old-entrance',
  summary: '原系统入口：每个账号可登录 10 次，以后请从统一平台登录',
  tag: '登录',
  access: 'public',
  body: z.strictObject({
    system: System,
    code13: plain(13, '企业代码').trim().default(''),
    oldName: filled(30, '原用户名'),
    password: OldPassword,
    ...captchaAnswer,
  }),
  reply: z.object({
    me: Me,
    /** Sign-ins by this entrance that are left, and the name for the platform's own. */
    left: z.number().int(),
    loginName: Text,
  }),
})

export const getCompletion = endpoint({
  method: 'GET',
  path: '/api/account/completion',
  summary: '首次登录还要补充的资料，和已合并的原系统用户',
  tag: '我的账号',
  access: 'signed_in',
  beforeCompletion: true,
  reply: z.object({
    loginName: Text,
    /** The old password can't stay. */
    needsPassword: z.boolean(),
    members: z.array(Member),
    code13: Text,
    /** The enterprise of this code, where its papers have been seen already. */
    known: z.object({ name: Text, uscc: Text, code13: Text }).nullable(),
    regions: z.array(Text),
    entranceLeft: z.number().int(),
  }),
})

export const sendCompletionCodes = endpoint({
  method: 'POST',
  path: '/api/account/completion/codes',
  summary: '向填写的邮箱和手机各发一个验证码',
  tag: '我的账号',
  access: 'signed_in',
  beforeCompletion: true,
  body: z.strictObject({ email: Email, mobile: Mobile }),
  reply: CodeSent,
})

export const complete = endpoint({
  method: 'POST',
  path: '/api/account/completion',
  summary: '首次登录：设置新密码、手机、邮箱，登记企业；原密码全部失效',
  tag: '我的账号',
  access: 'signed_in',
  beforeCompletion: true,
  body: z.strictObject({
    requestId: Id,
    oldPassword: OldPassword,
    /** May be left out where the old password can stay (`needsPassword` false). */
    newPassword: NewPassword.optional(),
    personName: filled(30, '姓名'),
    email: Email,
    emailCode: Code,
    mobile: Mobile,
    mobileCode: Code,
    /** Of the enterprise; not needed where it is known. */
    enterpriseName: plain(100, '企业名称').trim().default(''),
    uscc: plain(30, '统一社会信用代码').trim().default(''),
    region: plain(20, '所在省（自治区、直辖市）').trim().default(''),
    city: plain(20, '城市').trim().default(''),
  }),
  /** `words`: what is open now and what comes next. */
  reply: z.object({ words: Text }),
})

/** For 我的账号: the old users that this account has taken over. */
export const ownOldUsers = endpoint({
  method: 'GET',
  path: '/api/account/old-users',
  summary: '我的账号合并的原系统用户',
  tag: '我的账号',
  access: 'signed_in',
  reply: z.object({ members: z.array(Member), entranceLeft: z.number().int() }),
})
