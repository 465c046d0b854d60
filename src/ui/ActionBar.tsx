/**
 * What may be done with a thing, as buttons: the server says which (`offered`), the machine's table says how they are
 * called, asked and opined. A refused one is disabled with its reason beside it in words. Each click goes out with
 * the version the page saw and an id of its own; a click that got no answer is repeated under the same id.
 */
import { useEffect, useState } from 'react'
import { App, Button } from 'antd'
import { ActionDialog } from './ActionDialog.tsx'
import { CallFailed } from './call.ts'
import { attempts, unanswered, type Attempts } from './request-id.ts'
import { Failed, Notice } from './Words.tsx'
import s from './ActionBar.module.css'

export interface ActionWords {
  label: string
  side: 'enterprise' | 'authority' | 'system'
  confirm?: string
  danger?: boolean
  opinion?: 'required' | 'optional'
}

/** The part of a machine (domain/machine.ts) the buttons read. */
export interface ActionTable<Name extends string> {
  word: string
  actions: Readonly<Record<Name, ActionWords>>
  isAction: (name: string) => name is Name
}

export interface ActionRequest {
  version: number
  requestId: string
  input?: Record<string, unknown>
}

export interface ActionBarProps<Name extends string> {
  machine: ActionTable<Name>
  offered: readonly { action: string; because?: string | undefined }[]
  /** Version of the thing as the page saw it. */
  version: number
  perform: (action: Name, body: ActionRequest) => Promise<unknown>
  /** After it was done; typically marks what was read as stale. */
  onDone?: ((action: Name) => void) | undefined
  /** Reads the thing again, when the page turned out to be out of date. */
  onRefresh: () => void
  /** Which actions, in this order; without it all that are offered, in the table's order. */
  only?: readonly Name[] | undefined
  /** Actions the page does in its own way (opening the form, sealing): called in place of `perform`. */
  instead?: Partial<Record<Name, () => void>> | undefined
  /** The main action, shown as such. */
  primary?: Name | undefined
  /** A letter that does the action while no input has the cursor; shown on the button. */
  shortcuts?: Partial<Record<Name, string>> | undefined
  /** The opinion where the page has its own box for it; `onMissing` is told when it is required and empty. */
  opinion?: { value: string; onMissing: () => void } | undefined
  /** Something else is under way: nothing can be pressed. */
  busy?: boolean | undefined
  /** The labels name the thing already (停用账号): its word is not put after them. */
  wholeLabels?: boolean | undefined
  /** What the dialog asks for: 意见 of an officer, 原因 of an operator, unless said otherwise. */
  opinionWord?: string | undefined
  /** The page tells of success in its own way. */
  quiet?: boolean | undefined
}

export function ActionBar<Name extends string>(props: ActionBarProps<Name>) {
  const {
    machine,
    offered,
    version,
    perform,
    onDone,
    onRefresh,
    only,
    instead,
    primary,
    shortcuts,
    opinion,
  } = props
  const { message } = App.useApp()
  const [tries] = useState<Attempts>(() => attempts())
  const [asking, setAsking] = useState<Name>()
  const [running, setRunning] = useState<Name>()
  const [failed, setFailed] = useState<{
    action: Name
    error: unknown
    input: Record<string, unknown> | undefined
    /** Of the page when it failed. */
    version: number
  }>()

  const rows = rowsOf(machine, offered, only)
  const reasons = reasonsOf(rows)
  const busy = props.busy === true || running !== undefined

  async function run(action: Name, input: Record<string, unknown> | undefined) {
    setRunning(action)
    setFailed(undefined)
    const body = { version, ...(input === undefined ? {} : { input }) }
    try {
      await tries.run({ action, ...body }, (requestId) => perform(action, { ...body, requestId }))
      setAsking(undefined)
      if (props.quiet !== true) void message.success(`已完成：${machine.actions[action].label}`)
      onDone?.(action)
    } catch (error) {
      setFailed({ action, error, input, version })
    } finally {
      setRunning(undefined)
    }
  }

  function press(action: Name) {
    if (busy) return
    setFailed(undefined)
    const own = instead?.[action]
    const words = machine.actions[action]
    if (own !== undefined) return own()
    const inPage = opinion !== undefined && words.opinion !== undefined
    if (inPage && words.opinion === 'required' && opinion.value.trim() === '') return opinion.onMissing()
    if (words.confirm !== undefined || (words.opinion !== undefined && !inPage)) return setAsking(action)
    void run(action, inPage ? opinionInput(opinion.value) : undefined)
  }

  useShortcuts(asking === undefined ? rows : [], shortcuts, press)

  const refresh = () => {
    setFailed(undefined)
    setAsking(undefined)
    onRefresh()
  }
  // Read again meanwhile: the words that ask to do so are no longer true.
  const renewed = failed !== undefined && isStale(failed.error) && failed.version !== version
  const problem = renewed ? (
    <Notice kind="warning">
      “{machine.actions[failed.action].label}”没有进行：{machine.word}
      已有变化，页面现在是最新内容，请核对后再操作。
    </Notice>
  ) : (
    failed !== undefined && (
      <Failed
        error={failed.error}
        onRefresh={refresh}
        onRetry={unanswered(failed.error) ? () => void run(failed.action, failed.input) : undefined}
      />
    )
  )
  return (
    <div className={s['bar']}>
      <div role="group" aria-label="可做的操作" className={s['buttons']}>
        {rows.map(({ action, because }) => (
          <Button
            key={action}
            type={action === primary && because === undefined ? 'primary' : 'default'}
            danger={machine.actions[action].danger === true}
            disabled={because !== undefined || busy}
            loading={running === action}
            aria-describedby={reasons.find(({ actions }) => actions.includes(action))?.id}
            onClick={() => press(action)}
          >
            {machine.actions[action].label}
            {shortcuts?.[action] !== undefined && (
              <kbd className={s['key']}>{shortcuts[action]?.toUpperCase()}</kbd>
            )}
          </Button>
        ))}
      </div>
      <Reasons machine={machine} reasons={reasons} />
      {asking === undefined && problem}
      {asking !== undefined && (
        <ActionDialog
          word={props.wholeLabels === true ? '' : machine.word}
          opinionWord={props.opinionWord}
          words={machine.actions[asking]}
          opinion={opinion?.value}
          running={running !== undefined}
          problem={problem}
          onDo={(typed) => void run(asking, typed === undefined ? undefined : opinionInput(typed))}
          onLeave={() => {
            setAsking(undefined)
            setFailed(undefined)
          }}
        />
      )}
    </div>
  )
}

interface Row<Name extends string> {
  action: Name
  because: string | undefined
}

function rowsOf<Name extends string>(
  machine: ActionTable<Name>,
  offered: ActionBarProps<Name>['offered'],
  only: readonly Name[] | undefined,
): Row<Name>[] {
  const rows = offered.flatMap(({ action, because }) =>
    machine.isAction(action) ? [{ action, because }] : [],
  )
  return only === undefined ? rows : only.flatMap((action) => rows.filter((row) => row.action === action))
}

/** An opinion left empty is not sent. */
const opinionInput = (value: string): Record<string, unknown> =>
  value.trim() === '' ? {} : { opinion: value.trim() }

interface Reason<Name extends string> {
  id: string
  because: string
  actions: readonly Name[]
}

/** The reasons of the refused actions; one that holds for several is said once. */
function reasonsOf<Name extends string>(rows: readonly Row<Name>[]): Reason<Name>[] {
  const said = new Map<string, Name[]>()
  for (const { action, because } of rows) {
    if (because !== undefined) said.set(because, [...(said.get(because) ?? []), action])
  }
  return [...said].map(([because, actions]) => ({ id: `because-${actions.join('-')}`, because, actions }))
}

/** Why the disabled buttons are disabled: said in words, not only on hovering. */
function Reasons<Name extends string>({
  machine,
  reasons,
}: {
  machine: ActionTable<Name>
  reasons: readonly Reason<Name>[]
}) {
  if (reasons.length === 0) return null
  return (
    <ul className={s['reasons']}>
      {reasons.map(({ id, because, actions }) => (
        <li key={id} id={id}>
          不能{actions.map((action) => machine.actions[action].label).join('、')}：{because}
        </li>
      ))}
    </ul>
  )
}

function useShortcuts<Name extends string>(
  rows: readonly Row<Name>[],
  shortcuts: Partial<Record<Name, string>> | undefined,
  press: (action: Name) => void,
) {
  useEffect(() => {
    if (shortcuts === undefined) return
    const keys = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.repeat) return
      if (
        event.target instanceof Element &&
        event.target.closest('input, textarea, select, [role=dialog]') !== null
      )
        return
      const row = rows.find(
        (it) => it.because === undefined && shortcuts[it.action] === event.key.toLowerCase(),
      )
      if (row === undefined) return
      event.preventDefault()
      press(row.action)
    }
    window.addEventListener('keydown', keys)
    return () => window.removeEventListener('keydown', keys)
  })
}

/** True when the page's version lost: its words come from the server, the way out is to read again. */
export const isStale = (error: unknown): boolean =>
  error instanceof CallFailed && error.failure.code === 'stale'
