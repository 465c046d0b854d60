/** A letter on its way: a job sends it; an administrator may have it tried again. */
import { machine, type Action, type Subject } from '../machine.ts'

export const states = { queued: '待发', sent: '已发', failed: '失败' } as const
export type State = keyof typeof states
export const isState = (name: string): name is State => Object.hasOwn(states, name)

export interface Letter extends Subject<State> {
  /** It carries a code or one-time password that is worth nothing any more. */
  outOfDate: boolean
}

type Row = Action<State, Letter>

const actions = {
  /** At once, whatever the pause; and again where it had been given up. */
  retry: {
    label: '再发',
    from: ['queued', 'failed'],
    to: 'queued',
    side: 'authority',
    unless: (it) => (it.outOfDate ? '其中的验证码或一次性密码已过期，请本人重新获取' : undefined),
  },
} as const satisfies Record<string, Row>

export type MessageAction = keyof typeof actions
export const message = machine<State, Letter, MessageAction>('message', '消息', states, actions)
