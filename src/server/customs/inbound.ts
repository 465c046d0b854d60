/**
 * Messages of customs. A batch takes one transaction: the licences are locked in the order of their ids, what is known
 * is read at once, each message is judged in memory, and all that follows is written in bulk. Every message is kept,
 * once, with its answer; one that breaks a rule opens a difference. An answer that decides a request takes a transaction
 * of its own, because a request is locked before its licence.
 */
import { randomUUIDv7 } from 'node:crypto'
import { sql } from 'kysely'
import { dayOf } from '#domain/day.ts'
import type { Answer, Result } from '#domain/customs/messages.ts'
import type { Context } from '../context.ts'
import type { Tx } from '../db/connect.ts'
import { actMany, licenceSubject, type LicenceRow } from '../licence/act.ts'
import { Refused } from '../refused.ts'
import { customsDecides } from '../request/decide.ts'
import { tellLicences } from './deliver.ts'
import { judge, note, readAnswer, type Batch, type OutMessage, type Seen } from './judge.ts'
import { readLine, type Line } from './lines.ts'
import { carriersOf, insertUses, issuerOf, usesOf } from './uses.ts'
import { asking } from './outbox.ts'
import { planReconciliation } from './reconcile.ts'
import { vanished } from './vanished.ts'

/** Somebody else wrote what we were about to: the batch is judged again on what is there now. */
class Again extends Error {}
const tries = 5
/** unique_violation, deadlock_detected, serialization_failure. */
const passing = ['23505', '40P01', '40001']

/** Takes the messages of an envelope in their order and answers each. Safe to repeat. */
export async function receive(ctx: Context, messages: readonly unknown[]): Promise<Result[]> {
  const lines = messages.map(readLine)
  const deciding = await decidingAnswers(ctx, lines)
  const results: Result[] = []
  let run: Line[] = []
  const flush = async () => {
    if (run.length > 0) results.push(...(await retried(() => together(ctx, run))))
    run = []
  }
  for (const line of lines) {
    const requestId = deciding.get(line)
    if (requestId === undefined) {
      run.push(line)
      continue
    }
    await flush()
    const decided = await retried(() => decide(ctx, line, requestId))
    if (decided === undefined) run.push(line)
    else results.push(decided)
  }
  await flush()
  return results
}

async function retried<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : ''
      if (attempt === tries || !(error instanceof Again || passing.includes(code))) throw error
    }
  }
}

/** Answers to messages that ask for a request: line → request. */
async function decidingAnswers(ctx: Context, lines: readonly Line[]): Promise<Map<Line, string>> {
  const numbers = lines.flatMap(({ message }) => (message?.kind === 'answer' ? [message.messageNo] : []))
  if (numbers.length === 0) return new Map()
  const found = await sql<{ message_no: string; request_id: string }>`
    select message_no, request_id from customs_message
    where message_no = any(${numbers}::text[]) and request_id is not null
      and kind = any(${[...asking]}::text[])`.execute(ctx.db)
  const requests = new Map(found.rows.map((row) => [row.message_no, row.request_id]))
  return new Map(
    lines.flatMap((line) => {
      const id = line.message?.kind === 'answer' ? requests.get(line.message.messageNo) : undefined
      return id === undefined ? [] : [[line, id] as const]
    }),
  )
}

/** Reads, judges and writes messages in one transaction. */
async function together(ctx: Context, lines: readonly Line[]): Promise<Result[]> {
  return ctx.db.transaction().execute(async (tx) => {
    const batch = await readBatch(tx, ctx, lines)
    const results = lines.map((line) => judge(batch, line))
    await writeBatch(tx, ctx, batch)
    return results
  })
}

async function readBatch(tx: Tx, ctx: Context, lines: readonly Line[]): Promise<Batch> {
  const numbers = [
    ...new Set(lines.flatMap(({ message }) => (message === undefined ? [] : [message.licenceNo]))),
  ]
  const rows =
    numbers.length === 0
      ? []
      : (
          await sql<LicenceRow>`select * from licence where licence_no = any(${numbers}::text[])
            order by id for update`.execute(tx)
        ).rows
  const ids = rows.map((row) => row.id)
  const uses = await usesOf(tx, ids)
  const today = dayOf(ctx.clock())
  const standings = rows.map((row) => {
    const subject = licenceSubject(row, {
      applicationState: '',
      department: null,
      createdBy: '',
      today,
      signerRefusal: null,
      openRequest: null,
    })
    return [
      row.licence_no,
      { subject, state: subject.state, uses: uses.get(row.id) ?? [], closed: row.closed_by_customs },
    ] as const
  })
  const declarations = lines.flatMap(({ message }) =>
    message?.kind === 'use' ? [message.declarationNo] : [],
  )
  const answers = lines.flatMap(({ message }) => (message?.kind === 'answer' ? [message.messageNo] : []))
  return {
    standings: new Map(standings),
    seen: await seenMessages(tx, lines),
    carriers: declarations.length === 0 ? new Map() : await carriersOf(tx, declarations),
    sent: answers.length === 0 ? new Map() : await sentMessages(tx, answers),
    inbound: [],
    uses: [],
    steps: [],
    answered: [],
    differences: [],
  }
}

async function seenMessages(tx: Tx, lines: readonly Line[]): Promise<Map<string, Seen>> {
  const ids = lines.map((line) => line.id)
  const found = await sql<Seen & { message_id: string }>`select message_id, digest, outcome, code, reason
    from customs_inbound where message_id = any(${ids}::text[])`.execute(tx)
  return new Map(found.rows.map((row) => [row.message_id, row]))
}

async function sentMessages(tx: Tx, numbers: readonly string[]): Promise<Map<string, OutMessage>> {
  const found =
    await sql<OutMessage>`select id, message_no as "messageNo", licence_id as "licenceId", seq, kind, state,
      attempts, round, request_id as "requestId"
    from customs_message where message_no = any(${numbers}::text[]) order by id for update`.execute(tx)
  return new Map(found.rows.map((row) => [row.messageNo, row]))
}

async function writeBatch(tx: Tx, ctx: Context, batch: Batch): Promise<void> {
  const now = ctx.clock()
  await insertInbound(tx, batch, now)
  if (!(await insertUses(tx, batch.uses, now))) throw new Again()
  await actMany(tx, ctx, batch.steps)
  await writeAnswers(tx, batch.answered, now)
  await insertDifferences(tx, batch, now)
  await vanished(tx, ctx, batch.uses)
}

async function insertInbound(tx: Tx, batch: Batch, now: Date) {
  if (batch.inbound.length === 0) return
  const rows = batch.inbound.map(({ line, licenceId, result }) => ({
    message_id: line.id,
    kind: line.kind,
    licence_no: line.licenceNo,
    licence_id: licenceId,
    body: line.body,
    digest: line.digest,
    outcome: result.outcome,
    code: result.code,
    reason: result.reason,
  }))
  const written =
    await sql`insert into customs_inbound (message_id, kind, licence_no, licence_id, body, digest, outcome,
      code, reason, received_at)
    select message_id, kind, licence_no, licence_id, body, digest, outcome, code, reason, ${now}::timestamptz
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as m(message_id text, kind text, licence_no text,
      licence_id uuid, body jsonb, digest text, outcome text, code text, reason text)
    order by message_id collate "C" on conflict do nothing`.execute(tx)
  if (Number(written.numAffectedRows ?? 0) !== rows.length) throw new Again()
}

async function writeAnswers(tx: Tx, answered: Batch['answered'], now: Date) {
  if (answered.length === 0) return
  const rows = JSON.stringify(
    answered.map(({ message, answer }) => ({
      id: message.id,
      to_state: answer.outcome,
      reason: answer.reason === '' ? null : answer.reason,
    })),
  )
  await sql`update customs_message as message set state = told.to_state, answered_at = ${now}, last_error = null,
      answer_reason = told.reason, sent_at = coalesce(message.sent_at, ${now})
    from jsonb_to_recordset(${rows}::jsonb) as told(id bigint, to_state text, reason text)
    where message.id = told.id`.execute(tx)
  await tellLicences(
    tx,
    answered.map(({ message, answer }) => ({
      licence_id: message.licenceId,
      seq: message.seq,
      delivery: answer.outcome === 'accepted' ? 'accepted' : 'failed',
    })),
  )
  await compareAgain(tx, answered)
}

/** Customs took an item that its list lacked: the comparison of that day is made again, and closes the difference. */
async function compareAgain(tx: Tx, answered: Batch['answered']) {
  const taken = answered.filter(
    ({ message, answer }) => message.kind === 'use' && answer.outcome === 'accepted',
  )
  if (taken.length === 0) return
  const { rows } = await sql<{ day: string }>`select distinct body->>'declaredOn' as day from customs_message
    where id = any(${taken.map(({ message }) => message.id)}::bigint[])`.execute(tx)
  for (const { day } of rows) await planReconciliation(tx, day)
}

async function insertDifferences(tx: Tx, batch: Batch, now: Date) {
  if (batch.differences.length === 0) return
  const kept = new Set(batch.seen.keys())
  const rows = batch.differences.map(({ key, kind, line, licenceId, authorityCode, reason, ours }) => {
    const use = line.message?.kind === 'use' ? line.message : undefined
    return {
      id: randomUUIDv7(),
      key,
      kind,
      licence_id: licenceId,
      licence_no: line.licenceNo,
      authority_code: authorityCode ?? issuerOf(line.licenceNo),
      declaration_no: use?.declarationNo ?? null,
      item_no: use?.itemNo ?? null,
      day: use?.declaredOn ?? null,
      ours,
      theirs: line.body,
      reason,
      message_id: kept.has(line.id) ? line.id : null,
    }
  })
  await sql`insert into customs_difference (id, key, kind, state, licence_id, licence_no, authority_code, declaration_no,
      item_no, day, ours, theirs, reason, message_id, opened_at)
    select id, key, kind, 'open', licence_id, licence_no, authority_code, declaration_no, item_no, day, ours, theirs,
      reason, message_id, ${now}::timestamptz
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as d(id uuid, key text, kind text, licence_id uuid,
      licence_no text, authority_code text, declaration_no text, item_no int, day date, ours jsonb, theirs jsonb,
      reason text, message_id text)
    on conflict (key) do nothing`.execute(tx)
}

/**
 * An answer to a message that asks for a request. Undefined when it decides nothing (told before, unknown): then it goes
 * the common way. What can't be applied is kept, answered with the reason, and opened as a difference.
 */
async function decide(ctx: Context, line: Line, requestId: string): Promise<Result | undefined> {
  const { message: answer } = line
  if (answer?.kind !== 'answer') return undefined
  try {
    return await ctx.db.transaction().execute((tx) => decideIn(tx, ctx, line, answer, requestId))
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    return ctx.db.transaction().execute((tx) => decideIn(tx, ctx, line, answer, null, error.message))
  }
}

async function decideIn(
  tx: Tx,
  ctx: Context,
  line: Line,
  answer: Answer,
  requestId: string | null,
  refusal?: string,
): Promise<Result | undefined> {
  // Two answers to one message wait for each other before anything is locked.
  await sql`select pg_advisory_xact_lock(hashtext(${`customs ${answer.messageNo}`}))`.execute(tx)
  if ((await seenMessages(tx, [line])).size > 0) return undefined
  const found = await sql<
    OutMessage & { licenceNo: string }
  >`select customs_message.id, message_no as "messageNo",
      licence_id as "licenceId", licence_no as "licenceNo", seq, kind, customs_message.state, attempts, round,
      request_id as "requestId"
    from customs_message join licence on licence.id = licence_id where message_no = ${answer.messageNo}`.execute(
    tx,
  )
  const sent = found.rows[0]
  if (sent === undefined || sent.licenceNo !== answer.licenceNo) return undefined
  if (readAnswer(sent, sent.licenceId, answer) !== 'fresh') return undefined
  if (requestId !== null) {
    const yes = answer.outcome === 'accepted'
    await customsDecides(tx, ctx, requestId, { yes, reason: answer.reason, messageId: sent.id })
  }
  const batch = await readBatch(tx, ctx, [line])
  batch.answered.push({ message: sent, answer })
  const result =
    refusal === undefined
      ? note(batch, line, { outcome: 'recorded', code: 'recorded', reason: '' })
      : note(batch, line, { outcome: 'refused', code: 'rule', reason: refusal })
  await writeBatch(tx, ctx, batch)
  return result
}
