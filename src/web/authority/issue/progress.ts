/** How far the issuing of licences has come, licence by licence: what was asked for, what runs, how each ended. */
import type { LicenceRow } from '#api/licence.ts'

type Steps = Pick<LicenceRow, 'state' | 'issueStep' | 'issueError'>

/** The steps of issuing in their order, as the officer reads them. */
const stepWords = {
  dates: '确定有效期',
  document: '排版、签章',
  message: '通知海关',
} as const
const stepNames = ['dates', 'document', 'message'] as const
type StepName = (typeof stepNames)[number]
const isStep = (step: string | null): step is StepName => stepNames.some((name) => name === step)

/** Under way: begun, neither finished nor failed. */
export const isRunning = (row: Steps): boolean =>
  row.state === 'pending' && row.issueStep !== null && row.issueError === null

/** `2/3 排版、签章`; '' when nothing was begun. */
export function stepOf(row: Steps): string {
  const { issueStep } = row
  if (issueStep === 'done') return '即将完成'
  return isStep(issueStep)
    ? `${stepNames.indexOf(issueStep) + 1}/${stepNames.length} ${stepWords[issueStep]}`
    : ''
}

/** Which step failed, and why. */
export const failureOf = (row: Steps): string =>
  isStep(row.issueStep)
    ? `“${stepWords[row.issueStep]}”没有完成：${row.issueError ?? ''}`
    : `没有完成：${row.issueError ?? ''}`

export type Phase = 'waiting' | 'sending' | 'running' | 'done' | 'failed' | 'refused' | 'stopped'

export interface Item {
  id: string
  licenceNo: string
  phase: Phase
  /** The step while it runs, the reason when it failed or was refused. */
  words: string
}

export const isOver = ({ phase }: Item): boolean =>
  phase !== 'waiting' && phase !== 'sending' && phase !== 'running'

/** An item after its licence was read again. */
export function seen(item: Item, row: Steps): Item {
  if (item.phase !== 'running') return item
  if (row.state !== 'pending') return { ...item, phase: 'done', words: '已签发' }
  if (row.issueError !== null) return { ...item, phase: 'failed', words: failureOf(row) }
  // Handed back meanwhile: nothing runs and nothing failed.
  if (row.issueStep === null) return { ...item, phase: 'failed', words: '已停止生成，可能已被退回' }
  return { ...item, words: stepOf(row) }
}

export interface Tally {
  all: number
  over: number
  done: number
  wrong: number
  stopped: number
}

export function tallyOf(items: readonly Item[]): Tally {
  const count = (...phases: Phase[]) => items.filter(({ phase }) => phases.includes(phase)).length
  return {
    all: items.length,
    over: items.filter(isOver).length,
    done: count('done'),
    wrong: count('failed', 'refused'),
    stopped: count('stopped'),
  }
}
