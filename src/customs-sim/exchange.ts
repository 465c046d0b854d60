/** Receives the messages of the licensing system and decides on each. */
import { randomUUID } from 'node:crypto'
import type { Store } from './store.ts'

export interface ReceiptLine {
  messageNo: string
  outcome: 'received' | 'refused'
  code: string
  reason: string
}

interface Incoming {
  messageNo: string
  licenceNo: string
  seq: number
  round: number
  kind: string
  body: Record<string, unknown>
}

const kinds = ['issued', 'cancel', 'lost', 'replaced', 'revoked', 'written_off', 'use']

function readMessage(raw: unknown): Incoming | undefined {
  if (typeof raw !== 'object' || raw === null) return undefined
  const body: Record<string, unknown> = { ...raw }
  const { messageNo, licenceNo, seq, kind, round } = body
  if (typeof messageNo !== 'string' || typeof licenceNo !== 'string' || typeof kind !== 'string')
    return undefined
  if (typeof seq !== 'number' || !kinds.includes(kind) || messageNo !== `${licenceNo}-${seq}`)
    return undefined
  return { messageNo, licenceNo, seq, kind, round: typeof round === 'number' ? round : 1, body }
}

/** A message is taken once; one whose predecessor is missing is refused, so that the order of each licence holds. */
export function receive(store: Store, messages: readonly unknown[], now: Date): ReceiptLine[] {
  return store.together(() => messages.map((raw) => receiveOne(store, raw, now)))
}

function receiveOne(store: Store, raw: unknown, now: Date): ReceiptLine {
  const message = readMessage(raw)
  const refused = (messageNo: string, code: string, reason: string): ReceiptLine => ({
    messageNo,
    outcome: 'refused',
    code,
    reason,
  })
  if (message === undefined) return refused('', 'form', '报文格式不符')
  const received: ReceiptLine = {
    messageNo: message.messageNo,
    outcome: 'received',
    code: 'received',
    reason: '',
  }
  const before = store.received(message.messageNo)
  if (before !== undefined && message.round <= before.round) return received
  if (before === undefined && message.seq !== store.lastSeq(message.licenceNo) + 1) {
    const expected = store.lastSeq(message.licenceNo) + 1
    return refused(message.messageNo, 'gap', `许可证 ${message.licenceNo} 的第 ${expected} 份报文还没有收到`)
  }
  const { decision, reason } = decide(store, message)
  store.putReceived({ ...message, at: now.toISOString(), decision, reason })
  if (store.behaviour().mode !== 'none') answer(store, message, decision, reason, now)
  return received
}

/** Customs does not give up a licence that was used. */
function decide(store: Store, { kind, licenceNo, body }: Incoming): { decision: string; reason: string } {
  if (store.behaviour().mode === 'reject_all') return { decision: 'rejected', reason: '海关暂不接受（模拟）' }
  const used = store.usesOf(licenceNo).length > 0
  if (used && (kind === 'cancel' || kind === 'lost')) {
    return { decision: 'rejected', reason: '许可证在海关已有使用记录' }
  }
  return kind === 'use' ? takeUse(store, licenceNo, body) : { decision: 'accepted', reason: '' }
}

/** An item that the list lacks is taken over; one that stands there otherwise is not. */
function takeUse(store: Store, licenceNo: string, body: Record<string, unknown>) {
  const { declarationNo, itemNo, declaredOn, customsCode, quantity, final } = body
  const use = {
    licenceNo,
    declarationNo: String(declarationNo),
    itemNo: Number(itemNo),
    declaredOn: String(declaredOn),
    customsCode: String(customsCode),
    quantity: String(quantity),
    final: final === true,
  }
  const known = store
    .usesOf(licenceNo)
    .find((one) => one.declarationNo === use.declarationNo && one.itemNo === use.itemNo)
  if (known === undefined) store.putUse(use)
  else if (Number(known.quantity) !== Number(use.quantity) || known.declaredOn !== use.declaredOn) {
    return { decision: 'rejected', reason: '海关已有这一项，内容不同' }
  }
  return { decision: 'accepted', reason: '' }
}

export function answer(
  store: Store,
  message: Omit<Incoming, 'body'>,
  outcome: string,
  reason: string,
  now: Date,
): void {
  const { mode, seconds } = store.behaviour()
  const other = mode === 'other_licence' ? otherThan(message.licenceNo) : message.licenceNo
  const id = randomUUID()
  const body = {
    messageId: id,
    kind: 'answer',
    licenceNo: other,
    messageNo: message.messageNo,
    round: message.round,
    outcome,
    reason,
  }
  const due = now.getTime() + delay(mode, seconds)
  store.putOutgoing({ id, kind: 'answer', licenceNo: message.licenceNo, body, at: now.toISOString() }, due)
}

/** What is held together goes out in the wrong order later. */
export const delay = (mode: string, seconds: number): number =>
  mode === 'late' ? seconds * 1000 : mode === 'out_of_order' ? 3000 : 0

const otherThan = (licenceNo: string) =>
  `${licenceNo.slice(0, 4)}${String(999999 - Number(licenceNo.slice(4))).padStart(6, '0')}`

export interface Declaration {
  licenceNo: string
  declarationNo: string
  declaredOn: string
  customsCode: string
  declarantCode: string
  hsCode: string
  final: boolean
  items: readonly { itemNo: number; quantity: string }[]
  /** Kept here without telling the licensing system: what the daily comparison is to find. */
  silent: boolean
}

/** Records a declaration at customs and tells each item. Items of one declaration: only the last may be final. */
export function declare(store: Store, given: Declaration, now: Date): string[] {
  const { mode, seconds } = store.behaviour()
  return store.together(() =>
    given.items.flatMap((item, index) => {
      const final = given.final && index === given.items.length - 1
      const { licenceNo, declarationNo, declaredOn, customsCode, declarantCode, hsCode } = given
      const line = { licenceNo, declarationNo, ...item, declaredOn, customsCode, final }
      store.putUse(line)
      if (given.silent) return []
      const id = randomUUID()
      const told = mode === 'other_licence' ? otherThan(licenceNo) : licenceNo
      const body = { messageId: id, kind: 'use', ...line, licenceNo: told, declarantCode, hsCode }
      store.putOutgoing(
        { id, kind: 'use', licenceNo, body, at: now.toISOString() },
        now.getTime() + delay(mode, seconds),
      )
      return [id]
    }),
  )
}

/** Customs says that no further use of the licence will come. */
export function closeLicence(store: Store, licenceNo: string, reason: string, now: Date): string {
  const { mode, seconds } = store.behaviour()
  const id = randomUUID()
  const body = { messageId: id, kind: 'closing', licenceNo, reason }
  store.putOutgoing(
    { id, kind: 'closing', licenceNo, body, at: now.toISOString() },
    now.getTime() + delay(mode, seconds),
  )
  return id
}
