/** Where customs and we do not agree: a work item of the authority, until an officer has settled it. */
import { z } from 'zod'
import { machine, type Action, type Subject } from '../machine.ts'
import type { Day } from '../day.ts'

export const states = { open: '待处理', resolved: '已处理' } as const
export type State = keyof typeof states
export const isState = (name: string): name is State => Object.hasOwn(states, name)

export const kinds = {
  refused_use: '使用不符',
  refused_answer: '回执不符',
  refused_closing: '结案不符',
  refused_message: '报文不能识别',
  missing_here: '海关有、本系统无',
  missing_there: '本系统有、海关无',
  differs: '两边不一致',
} as const
export type Kind = keyof typeof kinds
export const isKind = (name: string): name is Kind => Object.hasOwn(kinds, name)

/** Kinds that the comparison of a day opens, and closes again when they have vanished. */
export const comparedKinds = ['missing_here', 'missing_there', 'differs'] as const satisfies readonly Kind[]

export interface Difference extends Subject<State> {
  kind: Kind
  /** What customs told holds a use that could be recorded. */
  hasUse: boolean
  /** The item is recorded here too, with other facts. */
  recorded: boolean
  /** The licence it is about is one of ours. */
  licenceId: string | null
  day: Day | null
}

const explained = z.strictObject({
  opinion: z.string().trim().min(1, '请填写处理说明').max(500, '说明最多 500 字'),
})

type Row = Action<State, Difference>

/** Both sides have the item and say different things of it. */
const disagreeing = (it: Difference) =>
  it.recorded ? '这一项本系统已登记，内容与海关所报不同：请“采用海关数据”，或核对后关闭' : undefined

const usable = (it: Difference) =>
  it.licenceId === null
    ? '本系统没有这个许可证号，请核对后关闭并写明原因'
    : it.hasUse
      ? undefined
      : '这项差异没有可登记的海关使用，请核对后关闭并写明原因'

const actions = {
  /** Asks the rules again: something may have been set right since. */
  rejudge: { label: '重新判定', from: ['open'], to: 'resolved', side: 'authority', unless: usable },
  /** An officer answers for what the rules refuse or the network lost (海关数据以海关记录为准, 人工登记须写明原因). */
  accept: {
    label: '人工登记',
    from: ['open'],
    to: 'resolved',
    side: 'authority',
    opinion: 'required',
    input: explained,
    confirm: '按海关所报的内容登记这次使用，并从许可证中扣减。',
    unless: (it) => disagreeing(it) ?? usable(it),
  },
  /** What customs says takes the place of what is recorded (海关数据以海关记录为准); the old figures stay on record. */
  correct: {
    label: '采用海关数据',
    from: ['open'],
    to: 'resolved',
    side: 'authority',
    opinion: 'required',
    input: explained,
    confirm: '以海关所报的内容代替本系统登记的这一项，许可证的已用数量随之改变；原登记保留备查。',
    unless: (it) => (it.recorded ? usable(it) : '本系统没有登记这一项，没有可更正的内容'),
  },
  /** Our record is told to customs; once it has taken it, the comparison of the day finds both sides in agreement. */
  send: {
    label: '重新报送海关',
    from: ['open'],
    side: 'authority',
    confirm: '把本系统登记的这一项报送海关；海关接受后自动重新核对。',
    unless: (it) => (it.kind === 'missing_there' ? undefined : '海关已有这一项，没有需要报送的内容'),
  },
  /** Customs never had the item, or has it no more (海关数据以海关记录为准): it was entered wrongly, or its declaration was withdrawn. */
  take_back: {
    label: '撤销登记',
    from: ['open'],
    to: 'resolved',
    side: 'authority',
    opinion: 'required',
    input: explained,
    danger: true,
    confirm: '海关没有这一项：本系统的登记不再计入已用数量，原登记保留备查。请先与海关核对。',
    unless: (it) => (it.kind === 'missing_there' ? undefined : '海关有这一项，不能撤销登记'),
  },
  close: {
    label: '关闭差异',
    from: ['open'],
    to: 'resolved',
    side: 'authority',
    opinion: 'required',
    input: explained,
    confirm: '关闭后不再列为待处理；许可证和海关使用不变。',
  },
  /** A later comparison of the day, or a later message, found both sides in agreement. */
  vanish: { label: '已一致', from: ['open'], to: 'resolved', side: 'system' },
} as const satisfies Record<string, Row>

export type DifferenceAction = keyof typeof actions
export const difference = machine<State, Difference, DifferenceAction>('difference', '差异', states, actions)
