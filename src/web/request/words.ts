/** How the three groups of 许可证退换 are called on the pages (manual 000), and how their states look. */
import { amendment } from '#domain/amendment/actions.ts'
import { cancellation } from '#domain/cancellation/actions.ts'
import { amendmentKinds, type Kind, type State } from '#domain/request/states.ts'
import { writeOff } from '#domain/write-off/actions.ts'
import type { Group } from '#api/request.ts'
import type { ActionTable } from '#ui/ActionBar.tsx'
import type { Tone } from '#ui/Words.tsx'

export const groups = ['cancellation', 'write_off', 'amendment'] as const satisfies readonly Group[]

export const titles: Readonly<Record<Group, { entry: string; manage: string; all: string; word: string }>> = {
  cancellation: {
    entry: '许可证删除申请',
    manage: '删除申请表管理',
    all: '删除申请表查询',
    word: '删除申请表',
  },
  write_off: { entry: '许可证核销申请', manage: '核销申请表管理', all: '核销申请表查询', word: '核销申请表' },
  amendment: {
    entry: '更改/延期/遗失申请',
    manage: '更改申请管理',
    all: '更改申请查询',
    word: '更改申请',
  },
}

export const isExchange = (kind: Kind): boolean => amendmentKinds.some((one) => one === kind)
export const groupOf = (kind: Kind): Group =>
  kind === 'cancellation' || kind === 'write_off' ? kind : 'amendment'

/** The words of the buttons of each group. */
export const machineOf = (kind: Kind): ActionTable<string> => {
  const group = groupOf(kind)
  const { word, actions } = { cancellation, write_off: writeOff, amendment }[group]
  return { word, actions, isAction: (name): name is string => Object.hasOwn(actions, name) }
}

const tones: Readonly<Record<State, Tone>> = {
  ready: 'plain',
  reviewing: 'waiting',
  second_review: 'waiting',
  returned: 'bad',
  awaiting_customs: 'waiting',
  approved: 'good',
  deleted: 'bad',
}
export const requestTone = (state: State): Tone => tones[state]
