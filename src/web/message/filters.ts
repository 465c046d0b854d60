/** The conditions of both lists of messages, and how they are asked. */
import { channels, isChannel, isLetterKind, letterKinds } from '#domain/message/letter.ts'
import type { Filter } from '#ui/Filters.tsx'
import type { ListDefaults, ListState } from '#ui/list-state.ts'

export const defaults: ListDefaults = { filters: ['recipient', 'channel', 'kind'], pageSize: 50 }

export const filters: readonly Filter[] = [
  { name: 'recipient', field: { kind: 'text', label: '收件人', max: 254 } },
  { name: 'channel', field: { kind: 'text', label: '方式', max: 10 }, choices: channels },
  { name: 'kind', field: { kind: 'text', label: '种类', max: 30 }, choices: letterKinds },
]

export function asked({ page, pageSize, filters: held }: ListState) {
  const { recipient, channel, kind } = held
  return {
    page,
    pageSize,
    ...(recipient === undefined ? {} : { recipient }),
    ...(channel !== undefined && isChannel(channel) ? { channel } : {}),
    ...(kind !== undefined && isLetterKind(kind) ? { kind } : {}),
  }
}
