/** 企业用户管理: colleagues, their roles and data scope, invitations and the link that accepts one. */
import { z } from 'zod'
import { account } from '#domain/account/actions.ts'
import { invitation, invitationInput } from '#domain/invitation/actions.ts'
import { ActionBody, endpoint, Id, Offered } from './endpoint.ts'
import { Code, CodeSent, captchaAnswer, LoginName, Mobile, NewPassword } from './parts.ts'

const tag = '企业用户'
const Text = z.string()
const Named = z.object({ name: Text, label: Text })

export const ColleagueRow = z.object({
  id: Id,
  version: z.number().int(),
  loginName: Text,
  personName: Text,
  department: Text.nullable(),
  type: Text,
  roles: z.array(Named),
  dataScope: Named,
  state: Text,
  stateLabel: Text,
  suspendedReason: Text.nullable(),
  email: Text.nullable(),
  mobile: Text.nullable(),
  lastSignedInAt: Text.nullable(),
  /** Whether this is the person who asks. */
  self: z.boolean(),
  offered: z.array(Offered),
})
export type ColleagueRow = z.infer<typeof ColleagueRow>

export const InvitationRow = z.object({
  id: Id,
  version: z.number().int(),
  personName: Text,
  email: Text,
  roles: z.array(Named),
  state: Text,
  stateLabel: Text,
  expired: z.boolean(),
  expiresAt: Text,
  invitedBy: Text,
  createdAt: Text,
  offered: z.array(Offered),
})
export type InvitationRow = z.infer<typeof InvitationRow>

export const listColleagues = endpoint({
  method: 'GET',
  path: '/api/colleagues',
  summary: '本企业的全部账号和邀请',
  tag,
  access: { anyOf: ['colleagues.read'] },
  reply: z.object({ rows: z.array(ColleagueRow), invitations: z.array(InvitationRow) }),
})

export const inviteColleague = endpoint({
  method: 'POST',
  path: '/api/invitations',
  summary: '邀请同事：发送一次性链接，7 天内有效',
  tag,
  access: { anyOf: ['invitation.create'] },
  body: invitationInput,
  reply: z.object({ id: Id }),
})

export const actOnInvitation = endpoint({
  method: 'POST',
  path: '/api/invitations/:id/:action',
  summary: '重新发送或撤回邀请',
  tag,
  access: 'signed_in',
  params: z.strictObject({ id: Id, action: z.string().refine(invitation.isAction, '没有这项操作') }),
  body: ActionBody,
  reply: z.object({ state: Text, version: z.number().int() }),
})

const Token = z.string().regex(/^[\w-]{43}$/, '邀请链接不完整，请从邮件中重新打开')

/** The token stands in the body: addresses end up in logs. */
export const readInvitation = endpoint({
  method: 'POST',
  path: '/api/invitation/read',
  summary: '打开邀请链接：谁邀请我加入哪个企业',
  tag,
  access: 'public',
  body: z.strictObject({ token: Token }),
  reply: z.object({
    enterpriseName: Text,
    personName: Text,
    email: Text,
    roles: z.array(Text),
    expiresAt: Text,
  }),
})

export const sendInvitationCode = endpoint({
  method: 'POST',
  path: '/api/invitation/codes',
  summary: '接受邀请前确认手机：发送验证码',
  tag,
  access: 'public',
  body: z.strictObject({ ...captchaAnswer, token: Token, mobile: Mobile }),
  reply: CodeSent,
})

export const acceptInvitation = endpoint({
  method: 'POST',
  path: '/api/invitation/accept',
  summary: '接受邀请：设定登录名和密码，加入企业',
  tag,
  access: 'public',
  body: z.strictObject({
    token: Token,
    loginName: LoginName,
    password: NewPassword,
    mobile: Mobile,
    mobileCode: Code,
  }),
  reply: z.object({ loginName: Text }),
})

/** What may be done with an account by others than its person; who, is asked at the door. */
export const actOnAccount = endpoint({
  method: 'POST',
  path: '/api/accounts/:id/:action',
  summary: '对账号的操作：设定角色、停用、恢复、调整职责、重置密码',
  tag,
  access: 'signed_in',
  params: z.strictObject({ id: Id, action: z.string().refine(account.isAction, '没有这项操作') }),
  body: ActionBody,
  /** `password`: the first password of an officer, shown this once. */
  reply: z.object({ state: Text, version: z.number().int(), password: Text.optional() }),
})
