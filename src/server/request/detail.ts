/** One request with all that its pages show, and the licence as it is read in by its number. */
import { sql } from 'kysely'
import type { z } from 'zod'
import type { getRequest, LicenceShown, readLicenceIn } from '#api/request.ts'
import { amendment } from '#domain/amendment/actions.ts'
import { changeNames, changes } from '#domain/amendment/changes.ts'
import { newQuantity } from '#domain/amendment/check.ts'
import { wholeAmendment } from '#domain/amendment/form.ts'
import { totalsOf } from '#domain/application/content.ts'
import { cancellation } from '#domain/cancellation/actions.ts'
import { dayOf, type Day } from '#domain/day.ts'
import { canonicalDecimal, isPositive } from '#domain/decimal.ts'
import { customsWords, states as licenceStates } from '#domain/licence/actions.ts'
import { LicenceContent } from '#domain/licence/content.ts'
import type { Actor } from '#domain/machine.ts'
import { shortOf } from '#domain/quota/ledger.ts'
import { kinds, states, type Kind } from '#domain/request/states.ts'
import { mostWrittenOff, writeOff } from '#domain/write-off/actions.ts'
import { sealBroken } from '../application/seal.ts'
import type { Context } from '../context.ts'
import { inForce } from '../customs/uses.ts'
import type { Db } from '../db/connect.ts'
import type { LicenceRow } from '../licence/act.ts'
import { balancesOf } from '../quota/ledger.ts'
import { notFound } from '../refused.ts'
import type { Codes } from '../reference/codes.ts'
import { isAmendmentKind, machineOf, shrunkWords, subjectOf, unread, type LockedRequest } from './act.ts'
import { rowReply, visibleRequest } from './query.ts'
import {
  issuesOf,
  kindOf,
  licenceFacts,
  nearOf,
  oldWords,
  quotaPlan,
  requestState,
  sealBytes,
  unusedOf,
  wordOf,
  type Near,
  type QuotaPlan,
  type RequestRow,
} from './record.ts'
import { kindRefusal, licenceByNumber, openRequestOf } from './save.ts'

async function usesOf(db: Db, licenceId: string) {
  const rows = await db
    .selectFrom('customs_use')
    .select(['declaration_no', 'item_no', 'declared_on', 'customs_code', 'quantity', 'final'])
    .where('licence_id', '=', licenceId)
    .where(inForce)
    .orderBy('recorded_at')
    .orderBy('id')
    .limit(500)
    .execute()
  return rows.map((row) => ({
    declarationNo: row.declaration_no,
    itemNo: row.item_no,
    declaredOn: row.declared_on,
    customsCode: row.customs_code,
    quantity: canonicalDecimal(row.quantity),
    final: row.final,
  }))
}

async function licenceShown(
  db: Db,
  row: LicenceRow,
  near: Near,
  today: Day,
): Promise<z.input<typeof LicenceShown>> {
  const facts = licenceFacts(row, today)
  const { consignor_uscc: consignorUscc } = await sql<{ consignor_uscc: string | null }>`
    select form->>'consignorUscc' as consignor_uscc from application where id = ${row.application_id}`
    .execute(db)
    .then((found) => found.rows[0] ?? { consignor_uscc: null })
  return {
    id: row.id,
    licenceNo: row.licence_no,
    state: facts.state,
    stateLabel: licenceStates[facts.state],
    quotaYear: row.quota_year,
    exporterName: near.exporter.name,
    exporterCode: near.exporter.code13,
    exporterUscc: near.exporter.uscc,
    consignorCode: row.consignor_code,
    consignorUscc: consignorUscc ?? '',
    issuedOn: row.issued_on,
    expiryDate: row.expiry_date,
    quantity: facts.quantity,
    usedQuantity: facts.usedQuantity,
    unusedQuantity: canonicalDecimal(unusedOf(row)),
    mostWrittenOff: canonicalDecimal(mostWrittenOff(facts)),
    unit: row.goods_unit,
    useCount: row.use_count,
    customsState: customsWords(facts.state, row.delivery, row.use_count),
    closedByCustoms: row.closed_by_customs,
    codes: {
      customsPort: row.customs_port,
      transportMode: near.transportMode,
      destinationCountry: row.destination_country,
      tradeMode: row.trade_mode,
      quotaDocNo: near.quotaDocNo,
    },
    boxes: LicenceContent.parse(row.content),
    uses: await usesOf(db, row.id),
  }
}

/** The licence of this number with what may be asked for it, each refusal in words. */
export async function entryOf(
  ctx: Context,
  actor: Actor,
  licenceNo: string,
): Promise<z.input<(typeof readLicenceIn)['reply']>> {
  const row = await licenceByNumber(ctx.db, actor, licenceNo)
  const today = dayOf(ctx.clock())
  const [near, open] = await Promise.all([nearOf(ctx.db, row), openRequestOf(ctx.db, row.id)])
  const names = Object.keys(kinds).filter((kind): kind is Kind => Object.hasOwn(kinds, kind))
  return {
    licence: await licenceShown(ctx.db, row, near, today),
    kinds: names.map((kind) => {
      const because = open?.words ?? kindRefusal(kind, row, today, null)
      return { kind, label: kinds[kind], ...(because === undefined ? {} : { because }) }
    }),
    open:
      open === null ? null : { id: open.id, kind: open.kind, label: open.label, stateLabel: open.stateLabel },
  }
}

interface Amended {
  facts: Pick<
    LockedRequest,
    'openIssues' | 'sealBroken' | 'quotaRefusal' | 'shrunk' | 'near' | 'plan' | 'bytes'
  >
  issues: { path: string; words: string; rule: string }[]
}

/** The facts of an amendment without a lock, for what its page may offer. */
async function amendedFacts(
  ctx: Context,
  codes: Codes,
  row: RequestRow,
  licence: LicenceRow,
  near: Near,
): Promise<Amended> {
  const today = dayOf(ctx.clock())
  const form = wholeAmendment(row.form)
  const issues = issuesOf(codes, { kind: kindOf(row.kind), licence, near, form }, today)
  const plan = await quotaPlan(ctx.db, codes, { licence, near, form }, today)
  const bytes = sealBytes(row, licence)
  return {
    issues,
    facts: {
      openIssues: issues.map((issue) => issue.words),
      sealBroken: await sealBroken(ctx.db, ctx, row, bytes),
      quotaRefusal: await shortage(ctx.db, plan),
      shrunk: shrunkWords(row, licence),
      near,
      plan,
      bytes,
    },
  }
}

/** Words of the quota that is short for what a request would hold, or null. */
export async function shortage(db: Db, plan: QuotaPlan): Promise<string | null> {
  if ('refusal' in plan) return plan.refusal
  if (plan.accountId === null || !isPositive(plan.hold)) return null
  const balances = (await balancesOf(db, [plan.accountId])).get(plan.accountId)?.balances
  return balances === undefined ? null : (shortOf(balances, 'available', plan.hold) ?? null)
}

export async function requestDetail(
  ctx: Context,
  actor: Actor,
  id: string,
): Promise<z.input<(typeof getRequest)['reply']>> {
  const row = await visibleRequest(ctx, actor, id)
  if (row === undefined) throw notFound('申请')
  const kind = kindOf(row.kind)
  const licence = await ctx.db
    .selectFrom('licence')
    .selectAll()
    .where('id', '=', row.licence_id)
    .executeTakeFirstOrThrow()
  const [near, codes, history, seal, people] = await Promise.all([
    nearOf(ctx.db, licence),
    ctx.codes.current(),
    historyOf(ctx.db, kind, id),
    sealOf(ctx.db, row),
    peopleOf(ctx.db, row),
  ])
  const today = dayOf(ctx.clock())
  const amended = isAmendmentKind(kind) ? await amendedFacts(ctx, codes, row, licence, near) : null
  const subject = subjectOf(row, licence, today, amended?.facts ?? unread)
  return {
    ...rowReply(row, actor, today),
    contentVersion: row.content_version,
    licence: await licenceShown(ctx.db, licence, near, today),
    form: subject.form,
    issues: amended?.issues ?? [],
    ...sideBySide(codes, subject, licence, near, today),
    quota: await quotaShown(ctx.db, row, amended?.facts),
    seal,
    offered: offeredOf(subject, actor),
    history: history.map((line) => ({
      ...line,
      place:
        line.place === near.exporter.code13
          ? near.exporter.name
          : (codes.entry('authority', line.place)?.name ?? line.place),
    })),
    newLicenceId: row.new_licence_id,
    decidedAt: row.decided_at?.toISOString() ?? null,
    proof: row.state === 'approved',
    ...people,
    modifiedAt: row.modified_at.toISOString(),
  }
}

function offeredOf(subject: LockedRequest, actor: Actor) {
  if (subject.kind === 'cancellation') return cancellation.offered(subject, actor)
  return subject.kind === 'write_off' ? writeOff.offered(subject, actor) : amendment.offered(subject, actor)
}

function sideBySide(codes: Codes, subject: LockedRequest, licence: LicenceRow, near: Near, today: Day) {
  const content = LicenceContent.parse(licence.content)
  const before = oldWords(content, near)
  const { form } = subject
  return {
    changes: changeNames.flatMap((name) => {
      const value = form.changes[name]
      if (value === undefined) return []
      const after = wordOf(name, value, (list, code) => codes.entry(list, code))
      const { field, neutral } = changes[name]
      return [{ name, label: field.label, before: before[name], after, neutral }]
    }),
    lines: {
      before: content.lines.map(({ spec, quantity, unitPrice, amount }) => ({
        spec,
        quantity,
        unitPrice,
        amount,
      })),
      after: totalsOf(form.lines, codes.usdRate(licence.currency, today)).lines.map((line) => ({
        spec: line.specGrade,
        quantity: line.quantity,
        unitPrice: line.unitPrice,
        amount: line.amount,
      })),
    },
    newQuantity: newQuantity(form),
  }
}

/** What is held while it is under review, what would be held before. */
async function quotaShown(db: Db, row: RequestRow, facts: Amended['facts'] | undefined) {
  const held = row.quota_account_id
  const plan = facts?.plan ?? null
  if (plan !== null && 'refusal' in plan && held === null)
    return { docNo: '', hold: '0', refusal: plan.refusal }
  const accountId = held ?? (plan !== null && 'accountId' in plan ? plan.accountId : null)
  if (accountId === null) return null
  const { doc_no: docNo } = await db
    .selectFrom('quota_account')
    .select('doc_no')
    .where('id', '=', accountId)
    .executeTakeFirstOrThrow()
  const hold =
    held === null ? (plan !== null && 'hold' in plan ? plan.hold : '0') : (row.quota_quantity ?? '0')
  return {
    docNo,
    hold: canonicalDecimal(hold),
    refusal: held === null ? (facts?.quotaRefusal ?? null) : null,
  }
}

async function sealOf(db: Db, row: RequestRow) {
  if (row.seal_id === null) return null
  const seal = await db
    .selectFrom('seal')
    .innerJoin('account', 'account.id', 'seal.account_id')
    .innerJoin('certificate', 'certificate.fingerprint', 'seal.certificate_fingerprint')
    .innerJoin('licence_request', 'licence_request.id', 'seal.request_id')
    .innerJoin('enterprise', 'enterprise.id', 'licence_request.enterprise_id')
    .select(['account.person_name', 'certificate.serial', 'seal.digest', 'seal.signed_at', 'enterprise.name'])
    .where('seal.id', '=', row.seal_id)
    .executeTakeFirstOrThrow()
  return {
    holder: seal.person_name,
    serial: seal.serial,
    digest: seal.digest,
    signedAt: seal.signed_at.toISOString(),
    enterpriseName: seal.name,
  }
}

async function peopleOf(db: Db, row: RequestRow) {
  const found = await db
    .selectFrom('account')
    .select(['id', 'person_name'])
    .where('id', 'in', [row.created_by, row.modified_by])
    .execute()
  const name = (id: string) => found.find((one) => one.id === id)?.person_name ?? ''
  return { createdByName: name(row.created_by), modifiedByName: name(row.modified_by) }
}

/** What has happened to a request, oldest first, in the words of its machine. */
export async function historyOf(db: Db, kind: Kind, id: string) {
  const machine = machineOf(kind)
  const labels = new Map(Object.entries(machine.actions).map(([name, action]) => [name, action.label]))
  const rows = await db
    .selectFrom('history')
    .selectAll()
    .where('thing', '=', machine.name)
    .where('thing_id', '=', id)
    .orderBy('id')
    .limit(500)
    .execute()
  return rows.map((row) => ({
    action: row.action,
    label: row.action === 'create' ? '新增' : (labels.get(row.action) ?? row.action),
    from: row.from_state,
    to: row.to_state,
    toLabel: row.to_state === null ? null : states[requestState(row.to_state)],
    who: row.actor_name,
    place: row.actor_place,
    opinion: row.opinion,
    certificateSerial: row.certificate_serial,
    at: row.at.toISOString(),
  }))
}
