/**
 * What the door writes of one action: the moved row and its line of history, in one statement. Its text is made once
 * for each set of columns that change; building it anew each time costs more than the database takes to do it.
 */
import { isExpression, type CompiledQuery } from 'kysely'
import type { Actor } from '#domain/machine.ts'
import type { Tx } from './db/connect.ts'
import { written, type Later } from './db/prepared.ts'
import type { MoveOfThing } from './door.ts'

export interface Line {
  thing_id: string
  action: string
  from_state: string
  to_state: string
  account_id: string | null
  actor_name: string
  actor_place: string
  opinion: string | null
  certificate_serial: string | null
  request_id: string | null
  at: Date
}

export interface Move<State, Set> {
  id: string
  state: State | undefined
  set: Set | undefined
  actor: Actor
  now: Date
}

type Values = Record<string, never>

/** `move` is the thing's own update; `line` is left out for a quiet action, which leaves no history. */
export function moveWriter<State extends string, Set>(
  thing: string,
  move: (tx: Tx, at: Move<State, Set>) => MoveOfThing,
): (tx: Tx, at: Move<State, Set>, line: Line | undefined) => CompiledQuery<unknown> {
  const texts = new Map<string, (tx: Tx, values: Values) => CompiledQuery<unknown>>()
  const write = (tx: Tx, at: Move<State, Set>, line: Line | undefined) =>
    line === undefined
      ? move(tx, at).compile()
      : tx
          .with('moved', () => move(tx, at))
          .insertInto('history')
          .values({ thing, ...line })
          .compile()
  return (tx, at, line) => {
    const changes = changesOf(at.set)
    // A column that is computed from what stands in it is part of the text.
    if (changes.some(([, value]) => isExpression(value))) return write(tx, at, line)
    const names = changes.map(([name]) => name)
    // A move may write other columns for another state: the state is part of the text.
    const shape = [...names, at.state, at.actor.scope === 'system', line !== undefined].join()
    let text = texts.get(shape)
    if (text === undefined) {
      text = written<Values, unknown>((_, later) =>
        write(tx, standIns(at, names, later), line && lineOf(later)),
      )
      texts.set(shape, text)
    }
    return text(tx, valuesOf(at, changes, line))
  }
}

const changesOf = (set: unknown): [string, unknown][] =>
  Object.entries(set ?? {}).filter(([, value]) => value !== undefined)

const lineNames = [
  'thing_id',
  'action',
  'from_state',
  'to_state',
  'account_id',
  'actor_name',
  'actor_place',
  'opinion',
  'certificate_serial',
  'request_id',
  'at',
] as const

/** Names of the values that are not columns a thing could set. */
const own = { id: '@id', by: '@by', now: '@now' } as const
const lineName = (name: string) => `@line.${name}`

const lineOf = (later: Later<Values>): Line => {
  const values = Object.fromEntries(lineNames.map((name) => [name, later(lineName(name))]))
  return values as never
}

const standIns = <State, Set>(
  { state, actor }: Move<State, Set>,
  names: readonly string[],
  later: Later<Values>,
): Move<State, Set> => ({
  id: later(own.id),
  state,
  set: Object.fromEntries(names.map((name) => [name, later(name)])) as never,
  actor: { ...actor, accountId: later(own.by) },
  now: later(own.now),
})

function valuesOf<State, Set>(
  { id, actor, now }: Move<State, Set>,
  changes: [string, unknown][],
  line: Line | undefined,
): Values {
  const values = [
    ...changes,
    [own.id, id],
    [own.by, actor.accountId],
    [own.now, now],
    ...(line === undefined ? [] : lineNames.map((name) => [lineName(name), line[name]])),
  ]
  return Object.fromEntries(values) as never
}
