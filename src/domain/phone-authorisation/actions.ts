/**
 * 手机授权 (workflows 6b; manual 003, 手机证书授权): whoever holds a PC key authorises a mobile number, submits, and makes
 * the certificate on the phone. What was confirmed at the beginning never changes; what is wrong is deleted and begun anew.
 */
import { z } from 'zod'
import { machine, type Action, type Actor, type Subject } from '../machine.ts'

export const kinds = {
  new: '新授权',
  renew: '手机证书续签',
  change_number: '手机号码变更',
  change_device: '手机变更',
  cancel: '手机证书注销',
} as const
export type Kind = keyof typeof kinds
export const isKind = (name: string): name is Kind => Object.hasOwn(kinds, name)
/** Kinds that end in a certificate on a phone. */
export type MakingKind = Exclude<Kind, 'cancel'>

/** Words of the manual; the last two proposed. */
export const states = {
  ready: '请求待提交',
  submitted: '登录商务部网站app下载',
  issued: '证书已签发',
  revoked: '已注销',
  deleted: '已删除',
} as const
export type State = keyof typeof states
export const isState = (name: string): name is State => Object.hasOwn(states, name)

/** The same states as the phone's page words them (manual 003 证书状态查询、安装页面). */
export const statesOnPhone = { ...states, submitted: '已提交', issued: '已完成' } as const satisfies Record<
  State,
  string
>
/** And the kinds. */
export const kindsOnPhone = { ...kinds, new: '新办', renew: '续签' } as const satisfies Record<Kind, string>

/** The certificate is made within so many days of the submission (proposed): a number may change hands. */
export const makingDays = 30

export interface PhoneAuthorisation extends Subject<State> {
  kind: Kind
  /** Words why it can't go on as it was begun, or null (begin.ts `goingOnRefusal`). */
  obstacle: string | null
  /** Submitted longer than `makingDays` ago. */
  late: boolean
}

const own = (it: PhoneAuthorisation, actor: Actor) =>
  it.createdBy === actor.accountId ? undefined : '只能由授权人本人办理'

const inTime = (it: PhoneAuthorisation) =>
  it.late ? `授权提交已超过 ${makingDays} 天，请在电脑端删除这份授权后重新办理` : undefined

const cancelInput = z.strictObject({
  opinion: z.string().trim().min(1, '请填写原因').max(200, '原因最多 200 字'),
})

const actions = {
  submit: {
    label: '提交',
    from: ['ready'],
    to: 'submitted',
    side: 'enterprise',
    confirm: '确定要提交申请吗？提交后将向授权手机发送短信，请登录手机 APP 安装证书。',
    unless: (it, actor) => own(it, actor) ?? it.obstacle ?? undefined,
  },
  /** Also after the submission: a number typed wrongly would stand in the way of the right one for good. */
  delete: {
    label: '删除',
    from: ['ready', 'submitted'],
    to: 'deleted',
    side: 'enterprise',
    confirm: '删除后不能恢复，需要时请重新授权。',
    danger: true,
    unless: own,
  },
  /** On the phone, with the code that was sent to the authorised number. */
  issue: {
    label: '制作证书',
    from: ['submitted'],
    to: 'issued',
    side: 'enterprise',
    unless: (it, actor) => own(it, actor) ?? inTime(it) ?? it.obstacle ?? undefined,
  },
  /** 手机证书注销: at once; the request is its record. */
  cancel: {
    label: '注销',
    from: ['ready'],
    to: 'revoked',
    side: 'enterprise',
    input: cancelInput,
    opinion: 'required',
    unless: (it, actor) =>
      own(it, actor) ?? (it.kind === 'cancel' ? undefined : '注销只用于已签发的手机证书，这份授权可以删除'),
  },
  /** What was issued has been revoked: by 注销, by a change of number, by the key office. */
  end: {
    label: '证书注销',
    from: ['issued'],
    to: 'revoked',
    side: 'system',
    input: cancelInput,
  },
} as const satisfies Record<string, Action<State, PhoneAuthorisation>>

export type PhoneAuthorisationAction = keyof typeof actions

/** One's own; the enterprise's administrator sees all of the enterprise. As with keys, data scopes do not count. */
export function reachesPhoneAuthorisation(
  actor: Actor,
  it: Pick<PhoneAuthorisation, 'enterpriseId' | 'createdBy'>,
): boolean {
  if (actor.scope === 'system') return true
  if (actor.enterpriseId === null || it.enterpriseId !== actor.enterpriseId) return false
  return it.createdBy === actor.accountId || actor.permissions.has('key_request.colleagues')
}

export const phoneAuthorisation = machine<State, PhoneAuthorisation, PhoneAuthorisationAction>(
  'phone_authorisation',
  '手机授权',
  states,
  actions,
  reachesPhoneAuthorisation,
)
