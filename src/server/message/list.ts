/** What went out, for administrators, who see no codes; and the demonstration's outbox, where they are read. */
import { sql, type SqlBool } from 'kysely'
import type { z } from 'zod'
import type { demoOutbox, listMessages, MessageRow as Reply } from '#api/message.ts'
import { message, states } from '#domain/message/actions.ts'
import { channels, isChannel, isLetterKind, letterKinds } from '#domain/message/letter.ts'
import type { Actor } from '#domain/machine.ts'
import { both, countLimit } from '../application/list.ts'
import type { Context } from '../context.ts'
import { paged, startsWith, totalFrom } from '../customs/list.ts'
import { messageState, messageSubject, overAll, type MessageRow } from './act.ts'
import { missingCarriers } from './carrier.ts'

type Filters = Pick<z.output<(typeof listMessages)['query']>, 'channel' | 'kind' | 'recipient'>
type Row = Omit<MessageRow, 'whole_text'> & { about: string | null }

const chosen = ({ channel, kind, recipient }: Filters) => [
  sql<SqlBool>`true`,
  ...startsWith('message.recipient', recipient),
  ...(channel === undefined ? [] : [sql<SqlBool>`message.channel = ${channel}`]),
  ...(kind === undefined ? [] : [sql<SqlBool>`message.kind = ${kind}`]),
]
/** All but the whole text: no reply for administrators can hold a code by mistake. */
const columns = sql`message.id, message.version, message.channel, message.recipient, message.kind, message.subject,
  message.text, message.secret_until, message.state, message.attempts, message.next_at, message.error, message.created_at,
  message.sent_at, coalesce(account.login_name || ' ' || account.person_name, enterprise.name) as about`
const tables = sql`message left join account on account.id = message.account_id
  left join enterprise on enterprise.id = message.enterprise_id`
const newest = sql`message.created_at desc, message.id desc`

export async function listMessagesOf(
  ctx: Context,
  actor: Actor,
  query: z.output<(typeof listMessages)['query']>,
): Promise<z.input<(typeof listMessages)['reply']>> {
  const base = chosen(query)
  const where = both([
    ...base,
    ...(query.state === undefined ? [] : [sql<SqlBool>`message.state = ${query.state}`]),
  ])
  const names = Object.keys(states)
  const [found, counts] = await Promise.all([
    paged<Row>(ctx, { select: columns, from: tables, where, order: newest }, query),
    sql<{ state: string; n: string }>`
      select wanted.state, (select count(*) from (select from message
        where message.state = wanted.state and ${both(base)} limit ${countLimit + 1}) as counted) as n
      from unnest(${names}::text[]) with ordinality as wanted(state, place) order by place`.execute(ctx.db),
  ])
  return {
    rows: found.rows.map((row) => reply(ctx, actor, row)),
    total: found.total,
    counts: counts.rows.map(({ state, n }) => ({
      state,
      label: states[messageState(state)],
      total: totalFrom(Number(n)),
    })),
    missing: missingCarriers(ctx.carriers),
    demo: ctx.carriers.email.local,
  }
}

const labels = (row: Pick<MessageRow, 'channel' | 'kind'>) => ({
  channelLabel: isChannel(row.channel) ? channels[row.channel] : row.channel,
  kindLabel: isLetterKind(row.kind) ? letterKinds[row.kind] : row.kind,
})

function reply(ctx: Context, actor: Actor, row: Row): z.input<typeof Reply> {
  const state = messageState(row.state)
  return {
    id: row.id,
    version: row.version,
    channel: isChannel(row.channel) ? row.channel : 'email',
    ...labels(row),
    recipient: row.recipient,
    subject: row.subject,
    text: row.text,
    state,
    stateLabel: states[state],
    attempts: row.attempts,
    nextAt: state === 'queued' && row.attempts > 0 ? row.next_at.toISOString() : null,
    error: row.error,
    about: row.about,
    createdAt: row.created_at.toISOString(),
    sentAt: row.sent_at?.toISOString() ?? null,
    offered: message.offered(messageSubject(row, ctx.clock()), overAll(actor)),
  }
}

/** Everything that would have left the machine, the newest first. Registered in a demonstration alone. */
export async function outboxOf(
  ctx: Context,
  query: z.output<(typeof demoOutbox)['query']>,
): Promise<z.input<(typeof demoOutbox)['reply']>> {
  const { rows, total } = await paged<MessageRow>(
    ctx,
    { select: sql`message.*`, from: sql`message`, where: both(chosen(query)), order: newest },
    query,
  )
  const now = ctx.clock()
  return {
    rows: rows.map((row) => {
      const isGone = row.secret_until !== null && row.secret_until <= now
      const { id, recipient, subject, created_at: at } = row
      const text = isGone ? row.text : (row.whole_text ?? row.text)
      return { id, ...labels(row), recipient, subject, text, createdAt: at.toISOString() }
    }),
    total,
  }
}
