/** The queue of differences. One that names no licence of ours is with the issuer its number names. */
import { sql, type SqlBool } from 'kysely'
import type { z } from 'zod'
import { messageStates, type DifferenceRow as Reply, type listDifferences } from '#api/customs.ts'
import { difference, kinds, states } from '#domain/customs/difference.ts'
import type { Actor } from '#domain/machine.ts'
import { both, countLimit, scopeLabel } from '../application/list.ts'
import type { Context } from '../context.ts'
import { paged, startsWith, totalFrom } from '../customs/list.ts'
import { differenceKind, differenceState, differenceSubject, type DifferenceRow } from './act.ts'
import { lastSent, type SentUse } from './reported.ts'

type Row = DifferenceRow & { resolver: string | null }

/** The condition for rows of `customs_difference`; it agrees with `reaches` on what `differenceSubject` tells. */
export function differencesInScope(actor: Actor) {
  if (actor.scope === 'all' || actor.scope === 'system') return sql<SqlBool>`true`
  if (actor.scope !== 'authority') return sql<SqlBool>`false`
  return sql<SqlBool>`customs_difference.authority_code = ${actor.authorityCode}::text`
}

export async function listDifferencesOf(
  ctx: Context,
  actor: Actor,
  query: z.output<(typeof listDifferences)['query']>,
): Promise<z.input<(typeof listDifferences)['reply']>> {
  const base = [
    differencesInScope(actor),
    ...startsWith('customs_difference.licence_no', query.licenceNo),
    ...(query.kind === undefined ? [] : [sql<SqlBool>`kind = ${query.kind}`]),
    ...(query.day === undefined ? [] : [sql<SqlBool>`day = ${query.day}`]),
  ]
  const names = Object.keys(states)
  const [found, counts] = await Promise.all([
    paged<Row>(
      ctx,
      {
        select: sql`customs_difference.*, account.person_name as resolver`,
        from: sql`customs_difference left join account on account.id = resolved_by`,
        where: both([...base, sql<SqlBool>`customs_difference.state = ${query.state}`]),
        order:
          query.state === 'open'
            ? sql`opened_at, customs_difference.id`
            : sql`resolved_at desc, customs_difference.id`,
      },
      query,
    ),
    sql<{
      state: string
      n: string
    }>`select wanted.state, (select count(*) from (select from customs_difference
        where customs_difference.state = wanted.state and ${both(base)} limit ${countLimit + 1}) as counted) as n
      from unnest(${names}::text[]) with ordinality as wanted(state, place) order by place`.execute(ctx.db),
  ])
  const asked = found.rows.filter((row) => row.kind === 'missing_there').map((row) => row.id)
  const sent = await lastSent(ctx.db, asked)
  return {
    rows: found.rows.map((row) => reply(row, actor, sent.get(row.id))),
    total: found.total,
    counts: counts.rows.map(({ state, n }) => ({
      state,
      label: states[differenceState(state)],
      total: totalFrom(Number(n)),
    })),
    scope: scopeLabel(actor),
  }
}

const messageLabel = (state: string): string => new Map(Object.entries(messageStates)).get(state) ?? state

const asObject = (value: unknown): Record<string, unknown> | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null

function reply(row: Row, actor: Actor, sent: SentUse | undefined): z.input<typeof Reply> {
  const kind = differenceKind(row.kind)
  const state = differenceState(row.state)
  const subject = { ...differenceSubject(row), row, licence: null }
  return {
    id: row.id,
    version: row.version,
    kind,
    kindLabel: kinds[kind],
    state,
    stateLabel: states[state],
    licenceId: row.licence_id,
    licenceNo: row.licence_no,
    declarationNo: row.declaration_no,
    itemNo: row.item_no,
    day: row.day,
    reason: row.reason,
    ours: asObject(row.ours),
    theirs: asObject(row.theirs),
    openedAt: row.opened_at.toISOString(),
    resolvedAt: row.resolved_at?.toISOString() ?? null,
    resolvedBy: row.resolved_at === null ? null : (row.resolver ?? '系统'),
    resolution: row.resolution,
    sent:
      sent === undefined
        ? null
        : { messageNo: sent.messageNo, stateLabel: messageLabel(sent.state), reason: sent.reason },
    offered: difference.offered(subject, actor),
  }
}
