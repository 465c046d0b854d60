/**
 * 手机授权 (manual 003 手机证书授权, workflows 6b): a certificate for the app on a phone, authorised on the computer with the
 * e-key, frozen when confirmed, submitted, and then made on the phone by whoever has that number.
 */
import { machine, type Action, type Actor, type Subject } from '../machine.ts'

export const phoneKinds = {
  phone_new: '新授权',
  phone_renew: '手机证书续签',
  phone_number: '手机号码变更',
  phone_device: '手机变更',
  phone_revoke: '手机证书注销',
} as const
export type PhoneKind = keyof typeof phoneKinds
export const isPhoneKind = (name: string): name is PhoneKind => Object.hasOwn(phoneKinds, name)

/** The first three words are the manual's. */
export const phoneStates = {
  waiting: '请求待提交',
  installable: '登录商务部网站app下载',
  issued: '证书已签发',
  deleted: '已删除',
  revoked: '已注销',
} as const
export type PhoneState = keyof typeof phoneStates
export const isPhoneState = (name: string): name is PhoneState => Object.hasOwn(phoneStates, name)

export interface PhoneRequest extends Subject<PhoneState> {
  kind: PhoneKind
}

const own = (it: PhoneRequest, actor: Actor) =>
  it.createdBy === actor.accountId ? undefined : '只能由申请人本人办理'

const actions = {
  submit: {
    label: '提交',
    from: ['waiting'],
    to: 'installable',
    side: 'enterprise',
    confirm: '确定要提交申请吗？提交后请登录手机 APP 安装证书。',
    unless: (it, actor) =>
      own(it, actor) ?? (it.kind === 'phone_revoke' ? '注销申请请用“注销”办理' : undefined),
  },
  /** 手机证书注销: at once, all certificates of the number. */
  revoke: {
    label: '注销',
    from: ['waiting'],
    to: 'revoked',
    side: 'enterprise',
    confirm: '注销后，该手机号码的手机证书立即失效，不能恢复。',
    danger: true,
    unless: (it, actor) => own(it, actor) ?? (it.kind === 'phone_revoke' ? undefined : '该请求不是注销申请'),
  },
  delete: {
    label: '删除',
    from: ['waiting', 'installable'],
    to: 'deleted',
    side: 'enterprise',
    confirm: '删除后，手机上不能再安装这次授权的证书。',
    danger: true,
    unless: own,
  },
  /** 制作证书 on the phone. */
  install: { label: '制作证书', from: ['installable'], to: 'issued', side: 'system' },
} as const satisfies Record<string, Action<PhoneState, PhoneRequest>>

export type PhoneAction = keyof typeof actions

export function reachesPhoneRequest(
  actor: Actor,
  it: Pick<PhoneRequest, 'enterpriseId' | 'createdBy'>,
): boolean {
  if (actor.scope === 'system') return true
  if (actor.enterpriseId === null || it.enterpriseId !== actor.enterpriseId) return false
  return it.createdBy === actor.accountId || actor.permissions.has('key_request.colleagues')
}

export const phoneRequest = machine<PhoneState, PhoneRequest, PhoneAction>(
  'phone_request',
  '手机授权请求',
  phoneStates,
  actions,
  reachesPhoneRequest,
)
