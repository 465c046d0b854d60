/**
 * 添加应用: an enterprise asks for a service of the platform, a platform officer grants or refuses it (manual 001 步骤二).
 * What the electromechanical office is in charge of it looks at first. A key officer's yes to an e-key that was asked
 * for certain services brings their rights with it (001: 业务办理模块的权限与办理电子钥匙申请开通的权限一致).
 */
import { machine, type Action, type Actor, type Subject } from '../machine.ts'
import { optionalOpinion, reason } from '../request/input.ts'

export const states = {
  data_review: '待机电办审核',
  requested: '待审核',
  granted: '已开通',
  refused: '未通过',
  withdrawn: '已撤回',
  closed: '已关闭',
} as const
export type State = keyof typeof states
export const isState = (name: string): name is State => Object.hasOwn(states, name)

/** An enterprise has one request of a service in these states at most. */
export const openStates = ['data_review', 'requested', 'granted'] as const satisfies readonly State[]

export interface ServiceRequestSubject extends Subject<State> {
  /** The electromechanical office is in charge of it. */
  office: boolean
  /** Enterprise data that is still missing, by label. */
  missing: readonly string[]
}

const actions = {
  withdraw: {
    label: '撤回',
    from: ['data_review', 'requested'],
    to: 'withdrawn',
    side: 'enterprise',
    confirm: '撤回后，需要时可重新申请。',
  },
  approve_data: {
    label: '企业信息审核通过',
    from: ['data_review'],
    to: 'requested',
    side: 'authority',
    // Manual 001 步骤三: the enterprise fills in its data, then the office looks at it.
    unless: (it) =>
      it.missing.length === 0
        ? undefined
        : `企业信息还缺${it.missing.join('、')}，请企业补充后再审核，或写明原因不予通过`,
    input: optionalOpinion,
    opinion: 'optional',
  },
  refuse_data: {
    label: '企业信息不予通过',
    from: ['data_review'],
    to: 'refused',
    side: 'authority',
    input: reason,
    opinion: 'required',
    danger: true,
  },
  grant: {
    label: '同意开通',
    from: ['requested'],
    to: 'granted',
    side: 'authority',
    input: optionalOpinion,
    opinion: 'optional',
  },
  refuse: {
    label: '不予开通',
    from: ['requested'],
    to: 'refused',
    side: 'authority',
    input: reason,
    opinion: 'required',
    danger: true,
  },
  close: {
    label: '关闭应用',
    from: ['granted'],
    to: 'closed',
    side: 'authority',
    confirm: '关闭后，该企业不能再办理这项业务；已提交的申请照常审核，已签发的许可证不受影响。',
    input: reason,
    opinion: 'required',
    danger: true,
  },
  /** A key asked for this service was approved while the office still looks at the data: no second decision follows. */
  came_with_key: { label: '随电子钥匙核准', from: ['data_review'], side: 'system' },
  grant_with_key: {
    label: '随电子钥匙开通',
    from: ['requested'],
    to: 'granted',
    side: 'system',
  },
  /** The old system had granted it (manual 001 存量用户); the office still looks at the data. */
  came_before: { label: '原系统已开通', from: ['data_review'], side: 'system' },
  grant_before: { label: '沿用原有权限开通', from: ['requested'], to: 'granted', side: 'system' },
} as const satisfies Record<string, Action<State, ServiceRequestSubject>>

export type ServiceRequestAction = keyof typeof actions

/** The enterprise its own; the platform all; the electromechanical office what it is in charge of. */
export function reachesServiceRequest(actor: Actor, it: ServiceRequestSubject): boolean {
  if (actor.scope === 'system') return true
  if (actor.permissions.has('service_request.read')) {
    return it.office || actor.permissions.has('service_request.grant')
  }
  return actor.enterpriseId !== null && actor.enterpriseId === it.enterpriseId
}

export const serviceRequest = machine<State, ServiceRequestSubject, ServiceRequestAction>(
  'service_request',
  '应用申请',
  states,
  actions,
  reachesServiceRequest,
)
