/**
 * Requests at the key office (workflows 6a; manual 003 申请、更新、补办, and 吊销). A request is filled in, submitted,
 * decided by a key officer on its papers; then the applicant makes the key on his own computer and gets the certificate.
 */
import { z } from 'zod'
import { machine, type Action, type Actor, type Subject } from '../machine.ts'
import { opinion, optionalOpinion } from '../request/input.ts'

export const kinds = { new: '申请', renew: '更新', reissue: '补办', revoke: '吊销' } as const
export type Kind = keyof typeof kinds
export const isKind = (name: string): name is Kind => Object.hasOwn(kinds, name)

/** The last three words are the manual's; the others proposed. */
export const states = {
  draft: '录入',
  submitted: '已提交',
  returned: '退回',
  approved: '已审批',
  issued: '证书已签发',
  deleted: '已删除',
  revoked: '已注销',
} as const
export type State = keyof typeof states
export const isState = (name: string): name is State => Object.hasOwn(states, name)

/** What officers may see: what was sent to them once. */
export const sentStates = [
  'submitted',
  'returned',
  'approved',
  'issued',
  'revoked',
] as const satisfies State[]

export interface KeyRequest extends Subject<State> {
  kind: Kind
  /** Whether officers have ever been sent it. */
  sent: boolean
  /** Words of the first thing that is missing, or null. */
  incomplete: string | null
  /** Words why the key that is to be renewed or replaced can't be, or null. */
  notRenewable: string | null
  /** Words why, after the approval, no new key is made for it any more, or null. */
  keyGone: string | null
}

/** Only who applied goes on with it: the key is made out to that person. */
const own = (it: KeyRequest, actor: Actor) =>
  it.createdBy === actor.accountId ? undefined : '只能由申请人本人办理'

const whole = (it: KeyRequest, actor: Actor) =>
  own(it, actor) ?? it.incomplete ?? it.notRenewable ?? undefined

const actions = {
  save: { label: '保存', from: ['draft', 'returned'], side: 'enterprise', unless: own },
  submit: {
    label: '提交',
    from: ['draft', 'returned'],
    to: 'submitted',
    side: 'enterprise',
    confirm: '提交后由发证机构审核，审核期间内容不能修改。补办的，原电子钥匙在提交时立即注销。',
    unless: whole,
  },
  recall: {
    label: '撤回',
    from: ['submitted'],
    to: 'draft',
    side: 'enterprise',
    confirm: '撤回后可以修改，须重新提交。已经注销的原电子钥匙不会恢复。',
    unless: own,
  },
  delete: {
    label: '删除',
    from: ['draft', 'returned', 'approved'],
    to: 'deleted',
    side: 'enterprise',
    confirm: '删除后不能恢复；已审批的，须重新申请才能制作电子钥匙。',
    danger: true,
    unless: own,
  },
  approve: {
    label: '批准',
    from: ['submitted'],
    to: 'approved',
    side: 'authority',
    input: optionalOpinion,
    opinion: 'optional',
    confirm: '请确认已核对企业和申请者的证件。批准后，申请者即可制作电子钥匙；尚未核实的企业同时核实。',
  },
  return: {
    label: '退回',
    from: ['submitted'],
    to: 'returned',
    side: 'authority',
    input: opinion,
    opinion: 'required',
  },
  /** The certificate for the key that the applicant has just made. */
  issue: {
    label: '制作电子钥匙',
    from: ['approved'],
    to: 'issued',
    side: 'enterprise',
    unless: (it, actor) => own(it, actor) ?? it.keyGone ?? undefined,
  },
  /** 吊销 by the enterprise: at once, the request is its record. */
  revoke: {
    label: '吊销',
    from: ['draft'],
    to: 'revoked',
    side: 'enterprise',
    input: z.strictObject({ opinion: z.string().trim().min(1, '请填写原因').max(200, '原因最多 200 字') }),
    opinion: 'required',
  },
  /** 吊销 by the key office. */
  revoke_by_officer: {
    label: '吊销',
    from: ['draft'],
    to: 'revoked',
    side: 'authority',
    input: z.strictObject({ opinion: z.string().trim().min(1, '请填写原因').max(200, '原因最多 200 字') }),
    opinion: 'required',
  },
} as const satisfies Record<string, Action<State, KeyRequest>>

export type KeyRequestAction = keyof typeof actions

/**
 * Own requests; the enterprise's administrator all of his enterprise; key officers and those who read everything what
 * was sent. Identity papers are nobody else's business, so data scopes of applications do not count here.
 */
export function reachesKeyRequest(
  actor: Actor,
  it: Pick<KeyRequest, 'enterpriseId' | 'createdBy' | 'sent' | 'kind'>,
): boolean {
  if (actor.scope === 'system') return true
  if (actor.permissions.has('key_request.read')) return it.sent || it.kind === 'revoke'
  if (actor.enterpriseId === null || it.enterpriseId !== actor.enterpriseId) return false
  return it.createdBy === actor.accountId || actor.permissions.has('key_request.colleagues')
}

export const keyRequest = machine<State, KeyRequest, KeyRequestAction>(
  'key_request',
  '电子钥匙申请',
  states,
  actions,
  reachesKeyRequest,
)
