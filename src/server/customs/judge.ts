/**
 * What becomes of each message of customs, decided in memory on what was read under the locks of the licences. Nothing
 * is written here: the batch collects what inbound.ts writes at once.
 */
import type { Answer, Closing, Result, UseMessage } from '#domain/customs/messages.ts'
import { clears, useDifference, useRefusal } from '#domain/customs/use.ts'
import { licence as licenceMachine } from '#domain/licence/actions.ts'
import { system, type Step } from '../door.ts'
import type { LicenceSet, LockedLicence } from '../licence/act.ts'
import type { LicenceAction } from '#domain/licence/actions.ts'
import type { Line } from './lines.ts'
import { factsOf, termsOf, useWords, type NewUse, type RecordedUse } from './uses.ts'

/** A licence of the batch as it stands after the messages judged so far. */
export interface Standing {
  subject: LockedLicence
  state: LockedLicence['state']
  uses: RecordedUse[]
  closed: boolean
}

export interface OutMessage {
  id: string
  messageNo: string
  licenceId: string
  seq: number
  kind: string
  state: string
  attempts: number
  round: number
  requestId: string | null
}

export interface Seen {
  digest: string
  outcome: 'recorded' | 'refused'
  code: string
  reason: string
}

export interface NewDifference {
  key: string
  kind: 'refused_use' | 'refused_answer' | 'refused_closing' | 'refused_message'
  line: Line
  licenceId: string | null
  authorityCode: string | null
  reason: string
  ours: unknown
}

/** All that is known of a batch, and all that is to be written for it. */
export interface Batch {
  standings: Map<string, Standing>
  seen: Map<string, Seen>
  carriers: Map<string, { id: string; licenceNo: string }>
  sent: Map<string, OutMessage>
  inbound: { line: Line; licenceId: string | null; result: Result }[]
  uses: NewUse[]
  steps: Step<LockedLicence, LicenceAction, LicenceSet>[]
  answered: { message: OutMessage; answer: Answer }[]
  differences: NewDifference[]
}

type Verdict = Pick<Result, 'outcome' | 'code' | 'reason'> & { ours?: unknown }
const recorded = (code = 'recorded', reason = ''): Verdict => ({ outcome: 'recorded', code, reason })
const refused = (code: string, reason: string, ours?: unknown): Verdict => ({
  outcome: 'refused',
  code,
  reason,
  ours,
})

/** Judges one message and notes what is to be written; answers what customs is told. */
export function judge(batch: Batch, line: Line): Result {
  const before = batch.seen.get(line.id)
  if (before !== undefined) return again(batch, line, before)
  const verdict = verdictOf(batch, line)
  return note(batch, line, verdict)
}

export function note(batch: Batch, line: Line, verdict: Verdict): Result {
  const { outcome, code, reason } = verdict
  const result = { messageId: line.given, outcome, code, reason }
  const licence = batch.standings.get(line.licenceNo)?.subject
  batch.inbound.push({ line, licenceId: licence?.id ?? null, result })
  batch.seen.set(line.id, { digest: line.digest, outcome, code, reason })
  if (outcome === 'refused') differ(batch, line, `message/${line.id}`, reason, verdict.ours)
  return result
}

/** The same message is answered as the first time; another one under its id is refused and kept as a difference. */
function again(batch: Batch, line: Line, before: Seen): Result {
  const { outcome, code, reason } = before
  if (before.digest === line.digest) return { messageId: line.given, outcome, code, reason }
  const words = `报文编号 ${line.id} 已用于内容不同的另一份报文`
  differ(batch, line, `conflict/${line.id}/${line.digest.slice(0, 16)}`, words, undefined)
  return { messageId: line.given, outcome: 'refused', code: 'conflict', reason: words }
}

function differ(batch: Batch, line: Line, key: string, reason: string, ours: unknown) {
  const licence = batch.standings.get(line.licenceNo)?.subject
  batch.differences.push({
    key,
    kind: line.message === undefined ? 'refused_message' : `refused_${line.message.kind}`,
    line,
    licenceId: licence?.id ?? null,
    authorityCode: licence?.authorityCode ?? null,
    reason,
    ours: ours ?? null,
  })
}

function verdictOf(batch: Batch, line: Line): Verdict {
  const { message } = line
  if (message === undefined) return refused('form', line.malformed)
  const standing = batch.standings.get(message.licenceNo)
  if (standing === undefined) return refused('unknown', `没有许可证 ${message.licenceNo}`)
  switch (message.kind) {
    case 'use':
      return verdictOnUse(batch, standing, line, message)
    case 'closing':
      return verdictOnClosing(batch, standing, message)
    case 'answer':
      return verdictOnAnswer(batch, standing, message)
  }
}

function verdictOnUse(batch: Batch, standing: Standing, line: Line, use: UseMessage): Verdict {
  const { subject } = standing
  const known = standing.uses.find(
    (one) => one.declarationNo === use.declarationNo && one.itemNo === use.itemNo,
  )
  if (known !== undefined) {
    const differs = useDifference(known, use)
    return differs === undefined
      ? recorded('repeated', '这一项已登记过')
      : refused('differs', differs, { licenceNo: use.licenceNo, ...known })
  }
  const carrier = batch.carriers.get(use.declarationNo)
  const other = carrier === undefined || carrier.id === subject.id ? null : carrier.licenceNo
  const row = { ...subject.row, state: standing.state, closed_by_customs: standing.closed }
  const terms = termsOf(row, standing.uses, other, subject.today)
  const refusal = useRefusal(terms, use)
  if (refusal !== undefined) return refused(refusal.code, refusal.words)
  batch.uses.push({
    licenceId: subject.id,
    use,
    messageId: line.id,
    manualReason: null,
    recordedBy: null,
  })
  batch.carriers.set(use.declarationNo, { id: subject.id, licenceNo: use.licenceNo })
  const last = clears(terms, use)
  standing.uses.push({
    declarationNo: use.declarationNo,
    itemNo: use.itemNo,
    declaredOn: use.declaredOn,
    customsCode: use.customsCode,
    quantity: use.quantity,
    final: use.final,
  })
  const words = useWords(use, subject.row.goods_unit)
  batch.steps.push({ subject, action: 'use', set: factsOf(standing.uses), note: words })
  if (last && standing.state !== 'cleared') {
    batch.steps.push({ subject, action: 'clear' })
    standing.state = 'cleared'
  }
  return recorded()
}

function verdictOnClosing(batch: Batch, standing: Standing, closing: Closing): Verdict {
  const { subject } = standing
  if (standing.state === 'cleared') return recorded('repeated', '许可证已清关')
  const refusal = licenceMachine.refusal('close_by_customs', { ...subject, state: standing.state }, system)
  if (refusal !== undefined) return refused('state', refusal.because)
  batch.steps.push({
    subject,
    action: 'close_by_customs',
    set: { closed_by_customs: true },
    ...(closing.reason === '' ? {} : { note: closing.reason }),
  })
  standing.state = 'cleared'
  standing.closed = true
  return recorded()
}

/** What an answer means for the message it answers; `fresh` when it decides it. */
export function readAnswer(
  sent: OutMessage | undefined,
  licenceId: string,
  answer: Answer,
): Verdict | 'fresh' {
  if (sent === undefined || answer.round > sent.round)
    return refused('unknown', `没有发过报文 ${answer.messageNo}`)
  if (sent.licenceId !== licenceId) {
    return refused('licence', `报文 ${answer.messageNo} 不属于许可证 ${answer.licenceNo}`)
  }
  if (answer.round < sent.round) return recorded('late', '报文已重发，以新的回执为准')
  if (sent.state === 'accepted' || sent.state === 'rejected') {
    return sent.state === answer.outcome
      ? recorded('repeated', '已收到同样的回执')
      : refused('conflict', `报文 ${answer.messageNo} 已有相反的回执`)
  }
  const gone = sent.state === 'sent' || (sent.state === 'queued' && sent.attempts > 0)
  return gone ? 'fresh' : refused('unknown', `报文 ${answer.messageNo} 还没有发出`)
}

function verdictOnAnswer(batch: Batch, standing: Standing, answer: Answer): Verdict {
  const sent = batch.sent.get(answer.messageNo)
  const read = readAnswer(sent, standing.subject.id, answer)
  if (read !== 'fresh' || sent === undefined) return read === 'fresh' ? recorded() : read
  sent.state = answer.outcome
  batch.answered.push({ message: sent, answer })
  return recorded()
}
