/** A colleague who is asked to join an enterprise: the letter holds a link that works once, until a day. */
import { z } from 'zod'
import { colleagueInput } from '../account/actions.ts'
import { machine, type Action, type Actor, type Subject } from '../machine.ts'
import { recipientProblem, tidyRecipient } from '../message/letter.ts'

export const states = { open: '待接受', accepted: '已加入', withdrawn: '已撤回' } as const
export type State = keyof typeof states

/** A link works for seven days. */
export const invitationLifeMs = 7 * 24 * 60 * 60_000

export interface InvitationSubject extends Subject<State> {
  /** Its day is over: nobody can accept it any more. */
  expired: boolean
}

export const invitationInput = z
  .strictObject({
    ...colleagueInput.shape,
    personName: z.string().trim().min(1, '请填写姓名').max(30, '姓名最多 30 字'),
    email: z.string().transform((text) => tidyRecipient('email', text)),
  })
  .superRefine(({ email, dataScope, department }, refinement) => {
    const problem = recipientProblem('email', email)
    if (problem !== undefined) refinement.addIssue({ code: 'custom', path: ['email'], message: problem })
    if (dataScope === 'department' && department === '') {
      const message = '数据权限为“本部门”时，请填写部门'
      refinement.addIssue({ code: 'custom', path: ['department'], message })
    }
  })

const actions = {
  accept: {
    label: '接受邀请',
    from: ['open'],
    to: 'accepted',
    side: 'system',
    unless: (it) => (it.expired ? '邀请已过期，请联系本企业管理员重新发送' : undefined),
  },
  /** A new link; the one before is void. */
  resend: { label: '重新发送', from: ['open'], side: 'enterprise' },
  withdraw: {
    label: '撤回邀请',
    from: ['open'],
    to: 'withdrawn',
    side: 'enterprise',
    confirm: '撤回后，邮件中的链接立即失效。',
  },
} as const satisfies Record<string, Action<State, InvitationSubject>>

export type InvitationAction = keyof typeof actions

const reachesInvitation = (actor: Actor, it: InvitationSubject) =>
  actor.scope === 'system' || (actor.enterpriseId !== null && actor.enterpriseId === it.enterpriseId)

export const invitation = machine<State, InvitationSubject, InvitationAction>(
  'invitation',
  '邀请',
  states,
  actions,
  reachesInvitation,
)
