/** Signing in and out, who is signed in, and the log of sign-ins. */
import { z } from 'zod'
import { endpoint, Id, Paging, Total } from './endpoint.ts'
import { SignedChallenge } from './key.ts'
import { captchaAnswer, filled, OldPassword, plain } from './parts.ts'

export const Captcha = z.object({
  id: Id,
  /** A picture as SVG text, shown as an image; or a question in words for who cannot see it. */
  svg: z.string().nullable(),
  question: z.string().nullable(),
})

export const newCaptcha = endpoint({
  method: 'GET',
  path: '/api/captcha',
  summary: '取得一张验证码图片，或一个文字问题（kind=text），5 分钟内可用一次',
  tag: '登录',
  access: 'public',
  query: z.strictObject({ kind: z.enum(['picture', 'text']).default('picture') }),
  reply: Captcha,
})

export const SignInBody = z.strictObject({
  loginName: filled(50, '登录名'),
  password: OldPassword,
  ...captchaAnswer,
  /** 使用电子钥匙: its signature under a challenge for signing in; the password is asked all the same. */
  key: SignedChallenge.optional(),
})

export const EnterpriseOf = z.object({
  id: Id,
  code13: z.string(),
  uscc: z.string(),
  name: z.string(),
  region: z.string(),
  city: z.string().nullable(),
  centralEnterprise: z.boolean(),
})

/** Who is signed in, what the person may do and how far the data reaches. */
export const Me = z.object({
  account: z.object({
    id: Id,
    loginName: z.string(),
    personName: z.string(),
    department: z.string().nullable(),
    /** Names of roles and their labels, e.g. sealer 盖章上报员. */
    roles: z.array(z.object({ name: z.string(), label: z.string() })),
    /** Only a new password can be set until it is. */
    mustChangePassword: z.boolean(),
    /** From an old system: only password, mobile, e-mail and enterprise can be given until they are. */
    mustComplete: z.boolean(),
  }),
  /** Only the key office is open: entered by a code, without a password; see `POST /api/key-office/entry`. */
  keyOffice: z
    .object({
      /** Whether the account has been opened; before that it is opened when the key is issued. */
      hasAccount: z.boolean(),
    })
    .nullable(),
  permissions: z.array(z.string()),
  /** 本人、本部门、本公司、委托本公司的、本机构、全部: shown at the top right of each list. */
  dataScope: z.object({ name: z.string(), label: z.string() }),
  enterprise: EnterpriseOf.extend({
    /** Whether a key officer has seen its papers; what is closed until then, in words. */
    standing: z.enum(['verified', 'unverified', 'contested']),
    closed: z.string().nullable(),
    /** Why the export desk is closed to this person: the service has not been granted; in words. */
    withheld: z.string().nullable(),
  }).nullable(),
  authority: z.object({ code: z.string(), name: z.string() }).nullable(),
  /** To be sent as header x-csrf-token with every write. */
  csrfToken: z.string(),
  mode: z.enum(['demo', 'production']),
  /** The day in China, by the server's clock. */
  today: z.iso.date(),
  /** When the session ends at the latest; it ends earlier when it is not used. */
  expiresAt: z.iso.datetime(),
})
export type Me = z.infer<typeof Me>

export const signIn = endpoint({
  method: 'POST',
  path: '/api/session',
  summary: '登录；成功后会话保存在 Cookie 中',
  tag: '登录',
  access: 'public',
  body: SignInBody,
  reply: Me,
})

export const whoAmI = endpoint({
  method: 'GET',
  path: '/api/session',
  summary: '当前登录的账号、权限和数据范围',
  tag: '登录',
  access: 'signed_in',
  withAnyPassword: true,
  inKeyOffice: true,
  beforeCompletion: true,
  reply: Me,
})

export const signOut = endpoint({
  method: 'DELETE',
  path: '/api/session',
  summary: '安全退出',
  tag: '登录',
  access: 'signed_in',
  withAnyPassword: true,
  inKeyOffice: true,
  beforeCompletion: true,
})

/** What became of an attempt to sign in, or a sign-out. */
export const signInOutcomes = {
  signed_in: '登录成功',
  key_office: '凭验证码办理电子钥匙',
  wrong_password: '登录名或密码错误',
  wrong_captcha: '验证码错误',
  wrong_key: '电子钥匙验证未通过',
  wrong_code: '办理电子钥匙：验证码错误',
  password_expired: '一次性密码已过期',
  throttled: '尝试过多，已限制',
  inactive: '账号已停用',
  entrance_closed: '原系统入口已关闭',
  signed_out: '安全退出',
  made_at_server: '在服务器上新建系统管理员',
} as const
export type SignInOutcome = keyof typeof signInOutcomes

const outcomeNames = [
  'signed_in',
  'key_office',
  'wrong_password',
  'wrong_captcha',
  'wrong_key',
  'wrong_code',
  'password_expired',
  'throttled',
  'inactive',
  'entrance_closed',
  'signed_out',
  'made_at_server',
] as const satisfies readonly SignInOutcome[]

export const SignInEvent = z.object({
  id: z.string(),
  at: z.iso.datetime(),
  loginName: z.string(),
  personName: z.string().nullable(),
  address: z.string(),
  outcome: z.string(),
  outcomeLabel: z.string(),
})

export const signInLog = endpoint({
  method: 'GET',
  path: '/api/admin/sign-ins',
  summary: '登录记录，最近的在前',
  tag: '审计',
  access: { anyOf: ['sign_in_log.read'] },
  query: z.strictObject({
    ...Paging,
    loginName: plain(50, '登录名').trim().optional(),
    outcome: z.enum(outcomeNames).optional(),
  }),
  reply: z.object({ rows: z.array(SignInEvent), total: Total }),
})
