/**
 * What an action table is, and the one question asked of it.
 *
 * For each thing (application, licence, …) there is one table: action → label, from-states, to-state, side,
 * `unless` (words of a refusal by rule), confirm text, input. `refusal` is asked by everybody: the server on the
 * locked row, every reply, the button, the tests, docs/rules. Nothing else decides what may be done.
 */
import type { z } from 'zod'

/** Who asks. `permissions` holds names like `application.submit`; the rest says what the person may reach. */
export interface Actor {
  accountId: string
  personName: string
  permissions: ReadonlySet<string>
  scope: 'own' | 'department' | 'enterprise' | 'consignor' | 'authority' | 'all' | 'system'
  enterpriseId: string | null
  department: string | null
  /** 13-character code of the actor's enterprise: a consignor's operator sees what names it. */
  code13: string | null
  authorityCode: string | null
  /** Why the past of the enterprise is closed to this person (domain/enterprise/standing.ts), in words; absent: it is not. */
  closed?: string
}

/** What every thing with states knows about itself; the actor's reach is judged by these. */
export interface Subject<State extends string> {
  state: State
  enterpriseId: string
  department: string | null
  createdBy: string
  consignorCode: string | null
  authorityCode: string | null
}

export interface Action<State extends string, S> {
  label: string
  from: readonly State[]
  /** Absent: the action changes facts, not the state. */
  to?: State
  /** Whose action it is. `system` actions are done by jobs and by other actions, never offered to people. */
  side: 'enterprise' | 'authority' | 'system'
  /** Returns the words of the refusal, or nothing. Cites the source of the rule in a comment. */
  unless?: (subject: S, actor: Actor) => string | undefined
  /** Asked before it is done; the button's verb is the label. */
  confirm?: string
  danger?: boolean
  input?: z.ZodType
  /** No history line: the page does it by itself every few seconds. The row says who was last, and when. */
  quiet?: boolean
  /** The history line carries the person's opinion or reason; `required` makes the page ask for it. */
  opinion?: 'required' | 'optional'
}

export type RefusalCode = 'permission' | 'scope' | 'state' | 'rule'
export interface Refusal {
  code: RefusalCode
  because: string
}

export interface Machine<State extends string, S extends Subject<State>, Name extends string> {
  name: string
  word: string
  states: Record<State, string>
  actions: Record<Name, Action<State, S>>
  actionNames: readonly Name[]
  isAction: (name: string) => name is Name
  /** What can be told without looking at the thing: whether the person may do this at all. */
  forbidden: (action: Name, actor: Actor) => Refusal | undefined
  refusal: (action: Name, subject: S, actor: Actor) => Refusal | undefined
  offered: (subject: S, actor: Actor) => { action: Name; because?: string }[]
}

/** May this person see the thing at all? The same scopes stand as `where` in the server's lists. */
export function reaches<State extends string>(actor: Actor, subject: Subject<State>): boolean {
  switch (actor.scope) {
    case 'system':
    case 'all':
      return true
    case 'authority':
      return subject.authorityCode !== null && subject.authorityCode === actor.authorityCode
    case 'consignor':
      // A code that was merely typed at the registration reaches nobody's papers.
      return (
        actor.closed === undefined && subject.consignorCode !== null && subject.consignorCode === actor.code13
      )
    case 'enterprise':
      return subject.enterpriseId === actor.enterpriseId
    case 'department':
      return subject.enterpriseId === actor.enterpriseId && subject.department === actor.department
    case 'own':
      return subject.enterpriseId === actor.enterpriseId && subject.createdBy === actor.accountId
  }
}

/**
 * Builds the machine of one thing. `word` is its Chinese name as used in refusals, e.g. 申请表. `reach` says who may see
 * it at all where that is not the scope of applications.
 */
export function machine<State extends string, S extends Subject<State>, Name extends string>(
  name: string,
  word: string,
  states: Record<State, string>,
  actions: Record<Name, Action<State, S>>,
  reach: (actor: Actor, subject: S) => boolean = reaches,
): Machine<State, S, Name> {
  const isAction = (key: string): key is Name => Object.hasOwn(actions, key)
  const actionNames = Object.keys(actions).filter(isAction)

  function forbidden(key: Name, actor: Actor): Refusal | undefined {
    const { side, label } = actions[key]
    if (permitted(actor, name, key, side)) return undefined
    if (actor.closed !== undefined && side !== 'system') return { code: 'permission', because: actor.closed }
    return { code: 'permission', because: `您的账号没有“${label}”权限，请联系本单位管理员` }
  }

  function refusal(key: Name, subject: S, actor: Actor): Refusal | undefined {
    const action = actions[key]
    const never = forbidden(key, actor)
    if (never !== undefined) return never
    if (!reach(actor, subject)) return { code: 'scope', because: `没有找到该${word}` }
    if (!action.from.includes(subject.state)) {
      const allowed = action.from.map((state) => states[state]).join('、')
      const now = states[subject.state]
      return { code: 'state', because: `${word}当前为“${now}”，只有“${allowed}”时才能${action.label}` }
    }
    const because = action.unless?.(subject, actor)
    return because === undefined ? undefined : { code: 'rule', because }
  }

  /** Actions to show: those the person may do by permission in this state, with the reason where a rule refuses. */
  function offered(subject: S, actor: Actor): { action: Name; because?: string }[] {
    return actionNames.flatMap((key) => {
      const refused = refusal(key, subject, actor)
      if (refused === undefined) return [{ action: key }]
      return refused.code === 'rule' ? [{ action: key, because: refused.because }] : []
    })
  }
  return { name, word, states, actions, actionNames, isAction, forbidden, refusal, offered }
}

function permitted(actor: Actor, thing: string, action: string, side: 'enterprise' | 'authority' | 'system') {
  if (side === 'system') return actor.scope === 'system'
  return actor.permissions.has(`${thing}.${action}`)
}
