/** Requests around e-mail and SMS: what went out, trying again, and the demonstration's outbox. */
import { z } from 'zod'
import { message, states } from '#domain/message/actions.ts'
import { channels, letterKinds } from '#domain/message/letter.ts'
import { ActionBody, endpoint, Id, Offered, Paging, Total } from './endpoint.ts'

const Text = z.string()
const tag = '消息'
const keysOf = <K extends string>(table: Record<K, string>) => Object.keys(table) as [K, ...K[]]

export const MessageRow = z.object({
  id: Id,
  version: z.number().int(),
  channel: z.enum(keysOf(channels)),
  channelLabel: Text,
  recipient: Text,
  kindLabel: Text,
  subject: Text,
  /** Codes and one-time passwords in it are masked. */
  text: Text,
  state: z.enum(keysOf(states)),
  stateLabel: Text,
  attempts: z.number().int(),
  nextAt: Text.nullable(),
  error: Text.nullable(),
  /** Whose account or enterprise it is about. */
  about: Text.nullable(),
  createdAt: Text,
  sentAt: Text.nullable(),
  offered: z.array(Offered),
})
export type MessageRow = z.infer<typeof MessageRow>

const filters = {
  channel: z.enum(keysOf(channels)).optional(),
  kind: z.enum(keysOf(letterKinds)).optional(),
  /** How the address or number begins. */
  recipient: z.string().trim().toLowerCase().max(254).optional(),
}

export const listMessages = endpoint({
  method: 'GET',
  path: '/api/messages',
  summary: '发给用户的电子邮件和短信：待发、已发、失败；验证码不显示',
  tag,
  access: { anyOf: ['message.read'] },
  query: z.strictObject({ ...filters, state: z.enum(keysOf(states)).optional(), ...Paging }),
  reply: z.object({
    rows: z.array(MessageRow),
    total: Total,
    counts: z.array(z.object({ state: Text, label: Text, total: Total })),
    /** Words why a channel sends nothing at all. */
    missing: z.array(Text),
    /** Nothing leaves the machine: messages stand in the outbox. */
    demo: z.boolean(),
  }),
})

export const actOnMessage = endpoint({
  method: 'POST',
  path: '/api/messages/:id/actions/:action',
  summary: `处理一条消息（${message.actionNames.map((name) => message.actions[name].label).join('、')}）；规则见 docs/rules/message.md`,
  tag,
  access: 'signed_in',
  params: z.strictObject({ id: Id, action: z.string().regex(/^[a-z_]{2,40}$/) }),
  body: ActionBody,
  reply: z.object({ state: Text, stateLabel: Text, version: z.number().int(), repeated: z.boolean() }),
})

export const OutboxRow = z.object({
  id: Id,
  channelLabel: Text,
  recipient: Text,
  kindLabel: Text,
  subject: Text,
  /** As the recipient would read it; what ran out is masked. */
  text: Text,
  createdAt: Text,
})
export type OutboxRow = z.infer<typeof OutboxRow>

export const demoOutbox = endpoint({
  method: 'GET',
  path: '/api/demo/outbox',
  summary: '演示发件箱：演示模式的邮件和短信不会发出，都在这里，新的在前（仅演示模式，不须登录）',
  tag: '演示',
  access: 'public',
  query: z.strictObject({ ...filters, ...Paging }),
  reply: z.object({ rows: z.array(OutboxRow), total: Total }),
})
