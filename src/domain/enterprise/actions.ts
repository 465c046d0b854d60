/**
 * An enterprise as the platform knows it: who claimed to be it, whether a key officer has seen its papers, whether it may
 * work at present. Several rows may claim one number; at most one of them is verified.
 */
import { z } from 'zod'
import { machine, type Action, type Actor, type Subject } from '../machine.ts'
import { reason } from '../request/input.ts'

export const states = { active: '正常', suspended: '已停用', superseded: '登记失效' } as const
export type State = keyof typeof states

export interface EnterpriseSubject extends Subject<State> {
  verified: boolean
}

const text = (what: string, max: number) =>
  z.string().trim().min(1, `请填写${what}`).max(max, `${what}最多 ${max} 字`)

/** What a platform officer corrects on papers; numbers never change. */
export const correction = z.strictObject({
  name: text('企业名称', 100),
  region: text('省（自治区、直辖市）', 20),
  city: z.string().trim().max(20, '城市最多 20 字'),
  centralEnterprise: z.boolean(),
  opinion: text('依据', 500),
})

const actions = {
  /** A key was approved on the enterprise's papers (issue of the first key; manual 003 part 1). */
  verify: {
    label: '核实',
    from: ['active'],
    side: 'system',
    unless: (it) => (it.verified ? '该企业已经核实' : undefined),
  },
  /** Somebody else has shown the papers of this number. */
  supersede: {
    label: '登记失效',
    from: ['active', 'suspended'],
    to: 'superseded',
    side: 'system',
    unless: (it) => (it.verified ? '已经核实的企业不会因他人的登记失效' : undefined),
  },
  suspend: {
    label: '停用企业',
    from: ['active'],
    to: 'suspended',
    side: 'authority',
    confirm: '停用后，该企业的全部账号立即退出，不能再登录。已提交的申请和许可证不受影响。',
    danger: true,
    input: reason,
    opinion: 'required',
  },
  restore: {
    label: '恢复企业',
    from: ['suspended'],
    to: 'active',
    side: 'authority',
    input: reason,
    opinion: 'required',
  },
  correct: {
    label: '更正登记',
    from: ['active', 'suspended'],
    side: 'authority',
    input: correction,
    opinion: 'required',
  },
} as const satisfies Record<string, Action<State, EnterpriseSubject>>

export type EnterpriseAction = keyof typeof actions

/** Platform officers and administrators reach every enterprise; its own people change its data elsewhere. */
const reachesEnterprise = (actor: Actor) => actor.scope === 'system' || actor.permissions.has('users.read')

export const enterprise = machine<State, EnterpriseSubject, EnterpriseAction>(
  'enterprise',
  '企业',
  states,
  actions,
  reachesEnterprise,
)
