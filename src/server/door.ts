/**
 * The one door for state changes, for all things: lock → refusal → parse input → effects → state → history row
 * → what must be last, in one transaction. Nothing else may set a state. What is slow (parsing files, checking signatures) is done by
 * the caller before and handed in as `prepared`; the facts it was done for are compared again under the lock.
 */
import { sql, type UpdateQueryBuilder, type UpdateResult } from 'kysely'
import type { Actor, Machine, Subject } from '#domain/machine.ts'
import type { Context } from './context.ts'
import { unwaited, type Tx } from './db/connect.ts'
import type { DB } from './db/types.gen.ts'
import { Malformed, notFound, Refused, refusedBy } from './refused.ts'
import { issuesOf } from './http/malformed.ts'
import { moveWriter, type Move } from './door-move.ts'

/** A locked row: its facts, and the version every write carries. */
export type Locked<State extends string> = Subject<State> & {
  id: string
  version: number
  /** Id of the last quiet action, which has left no history line to be recognised by. */
  lastQuietRequest: string | null
}

export interface ActRequest {
  version: number
  /** Made by the client; the same id again is answered as the first time. */
  requestId: string | null
  input?: Record<string, unknown> | undefined
}

export interface Effect<L, Set, Prepared> {
  (at: {
    tx: Tx
    ctx: Context
    subject: L
    actor: Actor
    now: Date
    requestId: string | null
    input: Record<string, unknown>
    prepared: Prepared | undefined
  }): Promise<{
    set?: Set
    certificateSerial?: string
    reply?: unknown
    /**
     * What takes locks that many wait for (quota accounts, then the number counter): done after state and history are
     * written, so that the locks are held for this and the commit alone. What it answers becomes the reply.
     */
    last?: () => Promise<unknown>
    /** A system action that follows at once, in the same transaction. */
    next?: string
  } | void>
}

/** Where a thing stands after one or several steps of `actMany`. */
export interface Moved<State, Set> {
  id: string
  state: State
  /** How many versions it went forward. */
  steps: number
  set: Set | undefined
}

export interface Thing<
  State extends string,
  L extends Locked<State>,
  Name extends string,
  Set,
  Prepared = unknown,
> {
  /**
   * Locks the row, and whatever comes before it in the lock order, and reads the facts this action's rule needs. What
   * the caller has read before holds where the version is still the same.
   */
  lock: (
    tx: Tx,
    ctx: Context,
    id: string,
    action: Name,
    prepared: Prepared | undefined,
  ) => Promise<L | undefined>
  /** The update that writes the new state (if any), version + 1, and the columns an effect sets; the door runs it. */
  move: (tx: Tx, at: Move<State, Set>) => MoveOfThing
  /** The same for many things in one statement; for things that come in thousands. */
  moveMany?: (tx: Tx, moved: readonly Moved<State, Set>[], now: Date) => Promise<void>
}

/** One system action on a row that the caller has locked. */
export interface Step<L, Name, Set> {
  subject: L
  action: Name
  set?: Set
  /** Words for the history line. */
  note?: string
}
export type MoveOfThing = MoveOf<
  | 'account'
  | 'application'
  | 'customs_difference'
  | 'enterprise'
  | 'invitation'
  | 'key_request'
  | 'licence'
  | 'licence_request'
  | 'message'
  | 'phone_authorisation'
  | 'quota_swap'
  | 'service_request'
>
/** An update of one of the tables that hold things with states. */
type MoveOf<Table extends keyof DB> = Table extends keyof DB ? Update<Table> : never
type Update<Table extends keyof DB> = UpdateQueryBuilder<DB, Table, Table, UpdateResult>

export interface Done {
  state: string
  version: number
  /** True when this very request had been done before. */
  repeated: boolean
  reply?: unknown
}

export function door<
  State extends string,
  L extends Locked<State>,
  Name extends string,
  Set,
  Prepared = never,
>(
  machine: Machine<State, L, Name>,
  thing: Thing<State, L, Name, Set, Prepared>,
  effects: Partial<Record<Name, Effect<L, Set, Prepared>>>,
) {
  const writeMove = moveWriter(machine.name, thing.move)

  /** The whole step inside a transaction that is open already; for effects that move another thing too. */
  async function actIn(
    tx: Tx,
    ctx: Context,
    actor: Actor,
    id: string,
    action: Name,
    request: ActRequest | 'unversioned',
    prepared?: Prepared,
  ): Promise<Done> {
    // Before the row is looked for: who may not do this learns nothing about a thing that may be somebody else's.
    const forbidden = machine.forbidden(action, actor)
    if (forbidden !== undefined) throw refusedBy(forbidden)
    const subject = await thing.lock(tx, ctx, id, action, prepared)
    if (subject === undefined) throw notFound(machine.word)
    const row = machine.actions[action]
    const current = { version: subject.version, state: subject.state }
    const requestId = request === 'unversioned' ? null : request.requestId

    const refusal = machine.refusal(action, subject, actor)
    const stale = request !== 'unversioned' && request.version !== subject.version
    if (refusal !== undefined || stale) {
      const outOfReach = refusal?.code === 'scope'
      if (
        !outOfReach &&
        requestId !== null &&
        (await wasDone(tx, subject, action, row.quiet === true, requestId))
      ) {
        return { ...current, repeated: true }
      }
      if (refusal !== undefined && (outOfReach || !stale)) throw refusedBy(refusal, current)
      throw new Refused(409, 'stale', staleWords(machine.word, machine.states[subject.state]), { current })
    }

    const input = parseInput(row.input, request === 'unversioned' ? {} : (request.input ?? {}))
    const now = ctx.clock()
    const effect = await effects[action]?.({ tx, ctx, subject, actor, now, requestId, input, prepared })
    const line = {
      thing_id: id,
      action,
      from_state: subject.state,
      to_state: row.to ?? subject.state,
      account_id: actor.scope === 'system' ? null : actor.accountId,
      actor_name: actor.personName,
      actor_place: placeOf(actor),
      opinion: typeof input['opinion'] === 'string' && input['opinion'] !== '' ? input['opinion'] : null,
      certificate_serial: effect?.certificateSerial ?? null,
      request_id: requestId,
      at: now,
    }
    const move = { id, state: row.to, set: effect?.set, actor, now }
    await unwaited(tx, writeMove(tx, move, row.quiet === true ? undefined : line))
    const reply = effect?.last === undefined ? effect?.reply : await effect.last()
    const given = reply === undefined ? {} : { reply }
    if (effect?.next !== undefined && machine.isAction(effect.next)) {
      return { ...(await actIn(tx, ctx, system, id, effect.next, 'unversioned')), ...given }
    }
    return { state: row.to ?? subject.state, version: subject.version + 1, repeated: false, ...given }
  }

  /**
   * System actions on many rows that the caller has locked, in their order, with one write of the rows and one of the
   * history. Each is asked of the rules as it stands after the steps before it; a refusal throws, and the caller, who
   * has judged before, gives up the transaction. No effects run: what an action sets is handed in.
   */
  async function actMany(tx: Tx, ctx: Context, steps: readonly Step<L, Name, Set>[]): Promise<void> {
    if (thing.moveMany === undefined) throw new Error(`${machine.name} is not moved in numbers`)
    if (steps.length === 0) return
    const now = ctx.clock()
    const moved = new Map<string, Moved<State, Set>>()
    const lines = steps.map(({ subject, action, set, note }) => {
      const before = moved.get(subject.id)
      const from = before?.state ?? subject.state
      const refusal = machine.refusal(action, { ...subject, state: from }, system)
      if (refusal !== undefined) throw refusedBy(refusal, { version: subject.version, state: from })
      const state = machine.actions[action].to ?? from
      moved.set(subject.id, {
        id: subject.id,
        state,
        steps: (before?.steps ?? 0) + 1,
        set: set === undefined ? before?.set : { ...before?.set, ...set },
      })
      return { thing_id: subject.id, action, from_state: from, to_state: state, opinion: note ?? null }
    })
    await thing.moveMany(tx, [...moved.values()], now)
    await sql`insert into history (thing, thing_id, action, from_state, to_state, actor_name, actor_place, opinion, at)
      select ${machine.name}, thing_id, action, from_state, to_state, ${system.personName}, ${placeOf(system)}, opinion,
        ${now}::timestamptz
      from jsonb_to_recordset(${JSON.stringify(lines)}::jsonb)
        as line(thing_id uuid, action text, from_state text, to_state text, opinion text)`.execute(tx)
  }

  /** Does one action on one thing for one person, in a transaction of its own. */
  function act(
    ctx: Context,
    actor: Actor,
    id: string,
    action: Name,
    request: ActRequest,
    prepared?: Prepared,
  ) {
    return ctx.db.transaction().execute((tx) => actIn(tx, ctx, actor, id, action, request, prepared))
  }
  return { act, actIn, actMany }
}

const staleWords = (word: string, state: string) =>
  `${word}已被他人修改或处理，现在为“${state}”。页面显示的不是最新内容，请刷新后再操作`

function placeOf(actor: Actor): string {
  if (actor.scope === 'system') return '系统'
  return actor.authorityCode ?? actor.code13 ?? ''
}

async function wasDone(
  tx: Tx,
  subject: { id: string; lastQuietRequest: string | null },
  action: string,
  quiet: boolean,
  requestId: string,
): Promise<boolean> {
  if (quiet) return subject.lastQuietRequest === requestId
  const row = await tx
    .selectFrom('history')
    .select('id')
    .where('thing_id', '=', subject.id)
    .where('request_id', '=', requestId)
    .where('action', '=', action)
    .executeTakeFirst()
  return row !== undefined
}

function parseInput(schema: import('zod').z.ZodType | undefined, given: Record<string, unknown>) {
  if (schema === undefined) {
    if (Object.keys(given).length > 0) throw new Malformed('这项操作不带意见或其他内容，请刷新页面后重试', [])
    return given
  }
  const parsed = schema.safeParse(given)
  if (!parsed.success) {
    const issues = issuesOf(parsed.error)
    throw new Malformed(issues[0]?.words ?? '输入不完整', issues)
  }
  return Object.fromEntries(Object.entries(parsed.data ?? {}))
}

/** Who a job or another action acts as. */
export const system: Actor = {
  accountId: '00000000-0000-0000-0000-000000000000',
  personName: '系统',
  permissions: new Set(),
  scope: 'system',
  enterpriseId: null,
  department: null,
  code13: null,
  authorityCode: null,
}
