/** One application with all that its pages show: content, what is open, what may be done, what has happened. */
import { sql, type SqlBool } from 'kysely'
import type { z } from 'zod'
import type { ApplicationDetail, GoodsReply, HistoryLine } from '#api/application.ts'
import { application, type ApplicationAction } from '#domain/application/actions.ts'
import { check, warnings } from '#domain/application/check.ts'
import type { Choices, Goods } from '#domain/application/check-facts.ts'
import { agreementsOf, differencesOf } from '#domain/application/differences.ts'
import { contractSheetFields, fields } from '#domain/application/form.ts'
import { dayOf } from '#domain/day.ts'
import { canonicalDecimal } from '#domain/decimal.ts'
import type { FieldTable } from '#domain/fields.ts'
import { states as licenceStates } from '#domain/licence/actions.ts'
import { closedYear, openYears, validity } from '#domain/licence/validity.ts'
import type { Actor } from '#domain/machine.ts'
import { applicationsInScope } from '../account/scope.ts'
import type { Context } from '../context.ts'
import { barredWords } from '../enterprise/bar.ts'
import { licenceState } from '../licence/act.ts'
import { notFound } from '../refused.ts'
import { quotaReply } from '../quota/shown.ts'
import type { Codes } from '../reference/codes.ts'
import { stateOf, subjectOf } from './act.ts'
import { contentShown, rowsShown } from './as-submitted.ts'
import { attachmentNeedsOf, catalogueWords, factsOf, quotaFacts } from './facts.ts'
import { isOverdue } from './list.ts'
import { readWhole, sealBytes, type Content, type Row, type Whole } from './record.ts'
import { certificateWords, sha256Hex } from './seal.ts'

/** The row if this person may see it; refuses (404) otherwise, in the same words as for a row that is not there. */
export async function visibleRow(ctx: Context, actor: Actor, id: string): Promise<Row> {
  const row = await ctx.db
    .selectFrom('application')
    .selectAll()
    .where('id', '=', id)
    .where(applicationsInScope(actor))
    .where('state', '<>', 'deleted')
    .executeTakeFirst()
  if (row === undefined) throw notFound('申请表')
  return row
}

/** The same with its content. */
export async function visibleWhole(ctx: Context, actor: Actor, id: string): Promise<Whole> {
  const found = await readWhole(
    ctx.db,
    sql<SqlBool>`application.id = ${id} and ${applicationsInScope(actor)} and application.state <> 'deleted'`,
  )
  if (found === undefined) throw notFound('申请表')
  return found
}

export async function detailOf(
  ctx: Context,
  actor: Actor,
  id: string,
): Promise<z.input<typeof ApplicationDetail>> {
  const stored = await visibleRow(ctx, actor, id)
  const [{ row, content }, nearStored, history, codes] = await Promise.all([
    contentShown(ctx.db, actor, stored),
    nearOf(ctx, stored),
    historyOf(ctx, 'application', id),
    ctx.codes.current(),
  ])
  const near = row === stored ? nearStored : await nearOf(ctx, row)
  const today = dayOf(ctx.clock())
  const facts = factsOf(codes, content, today)
  const issues = check(content, facts)
  const bytes = row.application_no === null ? null : sealBytes(row, content)
  const quota = await quotaFacts(ctx.db, codes, row, today)
  const subject = subjectOf(
    row,
    content,
    {
      openIssues: issues.map((issue) => issue.words),
      sealBroken:
        near.seal === null || bytes === null
          ? null
          : (brokenWords(ctx, near.seal, bytes) ?? catalogueWords(codes, row)),
      barred: await barredWords(ctx.db, row.enterprise_id, today),
      quota,
      yearClosed: closedYear(row.quota_year, today) !== undefined,
      bytes,
    },
    { claimedByName: near.claimedByName, licence: near.licenceFacts },
  )
  const state = stateOf(row.state)
  const compared = {
    form: content.form,
    sheet: content.contractSheet,
    exporterName: content.exporter.name,
    goodsName: row.goods_name,
    totalQuantity: content.totals.totalQuantity,
    totalAmount: content.totals.totalAmount,
    nameOf: (list: string, code: string) => codes.entry(list, code)?.name,
  }
  return {
    id: row.id,
    windowNo: row.window_no,
    applicationNo: row.application_no,
    state,
    stateLabel: application.states[state],
    version: row.version,
    contentVersion: row.content_version,
    channel: row.channel,
    form: content.form,
    contractSheet: content.contractSheet,
    filled: filledReply(content, today, facts.goods?.licenceDays ?? null),
    goods: facts.goods === undefined ? null : goodsReply(facts.goods),
    attachments: content.files,
    attachmentNeeds: attachmentNeedsOf(codes, content).map(needReply),
    issues,
    warnings: warnings(content.form, { ...facts, goodsKey: facts.goods?.goodsKey }),
    choices: choicesReply(facts.choices),
    differences: differencesOf(compared),
    agreements: agreementsOf(compared),
    names: codeNames(codes, content),
    actions: application.offered(subject, actor),
    history: history.map((line) => ({ ...line, place: placeName(codes, content.exporter, line.place) })),
    seal: near.seal === null ? null : near.seal.shown,
    licence: near.licence,
    earlier: await earlierOf(ctx, actor, row),
    createdByName: near.createdByName,
    createdAt: row.created_at.toISOString(),
    modifiedByName: near.modifiedByName,
    modifiedAt: row.modified_at.toISOString(),
    submittedAt: row.submitted_at?.toISOString() ?? null,
    dueOn: row.due_on,
    overdue: isOverdue(state, row.due_on, today),
    claimedBy:
      row.claimed_by === null
        ? null
        : {
            name: near.claimedByName ?? '',
            self: row.claimed_by === actor.accountId,
            at: row.claimed_at?.toISOString() ?? '',
          },
    printedAt: row.printed_at?.toISOString() ?? null,
    printCount: row.print_count,
    // A consignor has no business with what is left to the exporter.
    quota: actor.scope === 'consignor' ? null : await quotaReply(ctx.db, row, quota),
  }
}

/** Codes of history lines as people know them: the exporter's name, the authority's. */
const placeName = (codes: Codes, exporter: { code13: string; name: string }, place: string) =>
  place === exporter.code13 ? exporter.name : (codes.entry('authority', place)?.name ?? place)

/** `licenceDays`: of the goods, where they have a term of their own. */
export function filledReply(content: Content, today: string, licenceDays: number | null) {
  const year = Number(content.form.quotaYear)
  return {
    ...content.filled,
    lines: content.totals.lines,
    expiryDate: openYears(today).includes(year) ? validity(today, year, licenceDays).expiryDate : '',
  }
}

export const choicesReply = ({ inForce, ...choices }: Choices) => ({ ...choices, inForce: [...inForce] })

/** The catalogue knows more of its goods than a form asks. */
export const goodsReply = (goods: Goods): z.input<typeof GoodsReply> => ({
  hsCode: goods.hsCode,
  goodsKey: goods.goodsKey,
  name: goods.name,
  categoryCode: goods.categoryCode,
  unitName: goods.unitName,
  licenceType: goods.licenceType,
  active: goods.active,
  selectable: goods.selectable,
  unselectableReason: goods.unselectableReason,
  multiUse: goods.multiUse,
  unitDecimals: goods.unitDecimals,
  licenceDays: goods.licenceDays,
  steel: goods.steel,
  coke: goods.coke,
  naturalSand: goods.naturalSand,
  standardSand: goods.standardSand,
  ods: goods.ods,
  frozen: goods.frozen,
})

export const needReply = (need: ReturnType<typeof attachmentNeedsOf>[number]) => ({
  ...need,
  extensions: [...need.extensions],
})

function codeNames(codes: Codes, content: Content): Record<string, string> {
  const named = (table: FieldTable, form: object, prefix: string) => {
    const values = new Map<string, unknown>(Object.entries(form))
    return Object.entries(table).flatMap(([name, field]) => {
      const value = values.get(name)
      if (field.kind !== 'code' || typeof value !== 'string' || value === '') return []
      const found = codes.entry(field.list, value)?.name
      return found === undefined ? [] : [[prefix + name, found] as const]
    })
  }
  return Object.fromEntries([
    ...named(fields, content.form, ''),
    ...named(contractSheetFields, content.contractSheet ?? {}, 'contractSheet.'),
  ])
}

interface NearSeal {
  digest: string
  certificate: { notBefore: Date; notAfter: Date; revokedAt: Date | null }
  shown: { holder: string; serial: string; digest: string; signedAt: string; enterpriseName: string }
}

const brokenWords = (ctx: Context, seal: NearSeal, bytes: Uint8Array) =>
  seal.digest === sha256Hex(bytes)
    ? certificateWords(seal.certificate, ctx.clock())
    : '内容在盖章后有变化，签章已失效，请修改后重新“保存并盖章”'

/** People, seal and licence around a row, in one round trip. */
async function nearOf(ctx: Context, row: Row) {
  const found = await ctx.db
    .selectFrom('application as a')
    .innerJoin('account as creator', 'creator.id', 'a.created_by')
    .innerJoin('account as modifier', 'modifier.id', 'a.modified_by')
    .leftJoin('account as claimer', 'claimer.id', 'a.claimed_by')
    .leftJoin('seal', (join) => join.on((on) => on('seal.id', '=', row.seal_id)))
    .leftJoin('account as sealer', 'sealer.id', 'seal.account_id')
    .leftJoin('certificate', 'certificate.fingerprint', 'seal.certificate_fingerprint')
    .leftJoin('licence', (join) =>
      join.onRef('licence.application_id', '=', 'a.id').on('licence.replaces_id', 'is', null),
    )
    .leftJoin('enterprise', 'enterprise.id', 'a.enterprise_id')
    .select([
      'creator.person_name as created_by_name',
      'modifier.person_name as modified_by_name',
      'claimer.person_name as claimed_by_name',
      'seal.digest',
      'seal.signed_at',
      'sealer.person_name as sealer_name',
      'certificate.serial',
      'certificate.not_before',
      'certificate.not_after',
      'certificate.revoked_at',
      'enterprise.name as enterprise_name',
      'licence.id as licence_id',
      'licence.licence_no',
      'licence.state as licence_state',
      'licence.document_sha256',
      'licence.issue_step',
      'licence.issue_error',
    ])
    .where('a.id', '=', row.id)
    .executeTakeFirstOrThrow()
  return {
    createdByName: found.created_by_name,
    modifiedByName: found.modified_by_name,
    claimedByName: found.claimed_by_name,
    seal: sealNear(found),
    ...licenceNear(found),
  }
}

function sealNear(found: {
  digest: string | null
  signed_at: Date | null
  sealer_name: string | null
  serial: string | null
  not_before: Date | null
  not_after: Date | null
  revoked_at: Date | null
  enterprise_name: string | null
}): NearSeal | null {
  const { digest, signed_at: signedAt, serial, not_before: notBefore, not_after: notAfter } = found
  if (digest === null || signedAt === null || serial === null || notBefore === null || notAfter === null)
    return null
  return {
    digest,
    certificate: { notBefore, notAfter, revokedAt: found.revoked_at },
    shown: {
      holder: found.sealer_name ?? '',
      serial,
      digest,
      signedAt: signedAt.toISOString(),
      enterpriseName: found.enterprise_name ?? '',
    },
  }
}

function licenceNear(found: {
  licence_id: string | null
  licence_no: string | null
  licence_state: string | null
  document_sha256: string | null
  issue_step: string | null
  issue_error: string | null
}) {
  if (found.licence_id === null || found.licence_no === null || found.licence_state === null) {
    return { licence: null, licenceFacts: null }
  }
  const state = licenceState(found.licence_state)
  return {
    licence: { id: found.licence_id, licenceNo: found.licence_no, state, stateLabel: licenceStates[state] },
    licenceFacts: {
      state,
      sealed: found.document_sha256 !== null,
      issuing: found.issue_step !== null && found.issue_error === null,
    },
  }
}

/** What has happened to a thing, oldest first, with the words of its actions. */
export async function historyOf(
  ctx: Context,
  thing: 'application',
  id: string,
): Promise<z.input<typeof HistoryLine>[]> {
  const rows = await ctx.db
    .selectFrom('history')
    .selectAll()
    .where('thing', '=', thing)
    .where('thing_id', '=', id)
    .orderBy('id')
    .limit(500)
    .execute()
  return rows.map((row) => ({
    action: row.action,
    label: actionLabel(row.action),
    from: row.from_state,
    to: row.to_state,
    toLabel: row.to_state === null ? null : application.states[stateOf(row.to_state)],
    who: row.actor_name,
    place: row.actor_place,
    opinion: row.opinion,
    certificateSerial: row.certificate_serial,
    at: row.at.toISOString(),
  }))
}

function actionLabel(action: string): string {
  if (action === 'create') return '新建'
  if (action === 'copy') return '复制新建'
  return application.isAction(action) ? application.actions[action satisfies ApplicationAction].label : action
}

/** Other applications of the enterprise on the same contract, newest first: what a reviewer wants beside this one. */
async function earlierOf(ctx: Context, actor: Actor, row: Row) {
  if (row.contract_no === null || row.contract_no === '') return []
  const rows = await ctx.db
    .selectFrom('application')
    .leftJoin('licence', (join) =>
      join.onRef('licence.application_id', '=', 'application.id').on('licence.replaces_id', 'is', null),
    )
    .select([
      'application.id',
      'application.application_no',
      'application.state',
      'application.goods_name',
      'application.total_quantity',
      'application.goods_unit',
      'application.submitted_at',
      'licence.licence_no',
    ])
    .where('application.enterprise_id', '=', row.enterprise_id)
    .where('application.contract_no', '=', row.contract_no)
    .where('application.id', '<>', row.id)
    .where('application.state', '<>', 'deleted')
    .where(applicationsInScope(actor))
    .orderBy(sql`application.created_at desc`)
    .limit(20)
    .execute()
  return (await rowsShown(ctx.db, actor, rows)).map((one) => ({
    id: one.id,
    applicationNo: one.application_no,
    state: stateOf(one.state),
    stateLabel: application.states[stateOf(one.state)],
    goodsName: one.goods_name,
    totalQuantity: canonicalDecimal(one.total_quantity),
    goodsUnit: one.goods_unit,
    licenceNo: one.licence_no,
    submittedAt: one.submitted_at?.toISOString() ?? null,
  }))
}
