/**
 * Issuing, as a job that can be stopped anywhere and started again: dates → document → message → done. Each step
 * writes its result and the next step in one statement that holds only if the step was still the one under way, so
 * a second run does nothing twice. Typesetting and signing happen in the press, outside this process's thread.
 */
import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { z } from 'zod'
import { LicenceContent } from '#domain/licence/content.ts'
import { dayOf } from '#domain/day.ts'
import { canonicalDecimal } from '#domain/decimal.ts'
import { closedYear, validity } from '#domain/licence/validity.ts'
import type { Context } from '../context.ts'
import { queueMessage } from '../customs/outbox.ts'
import type { Attempt } from '../jobs/run.ts'
import { system } from '../door.ts'
import { PressFailed, PressRefused } from '../print/press.ts'
import { Refused } from '../refused.ts'
import { actIn, stepOf, type LicenceRow } from './act.ts'
import { documentOf } from './document.ts'

/** A step that can't succeed by trying again: the officer is told and decides. */
class Stuck extends Error {}

const Payload = z.object({ licenceId: z.uuid() })

async function current(ctx: Context, id: string): Promise<LicenceRow | undefined> {
  return ctx.db.selectFrom('licence').selectAll().where('id', '=', id).executeTakeFirst()
}

/**
 * The step is still under way, and in the same run: every press of the button and every failure moves the version. A
 * worker that was held up must not put its document into a run that was begun after it.
 */
const stillAt = (step: string, { version }: LicenceRow) =>
  sql<boolean>`state = 'pending' and issue_step = ${step} and issue_error is null and version = ${version}`

async function dates(ctx: Context, licence: LicenceRow) {
  const today = dayOf(ctx.clock())
  const closed = closedYear(licence.quota_year, today)
  if (closed !== undefined) throw new Stuck(closed)
  const { settings } = await ctx.codes.current()
  const days = settings.licence_days.byCode[licence.goods_key] ?? null
  const { validFrom, expiryDate } = validity(today, licence.quota_year, days)
  await ctx.db
    .updateTable('licence')
    .set({ issued_on: today, valid_from: validFrom, expiry_date: expiryDate, issue_step: 'document' })
    .where('id', '=', licence.id)
    .where(stillAt('dates', licence))
    .execute()
}

async function document(ctx: Context, licence: LicenceRow) {
  const { pdf } = await ctx.press.licence(documentOf(ctx, licence), licence.authority_code)
  const { sha256, size } = await ctx.files.putBytes(pdf)
  await ctx.db
    .updateTable('licence')
    .set({ document_sha256: sha256, document_size: size, issue_step: 'message' })
    .where('id', '=', licence.id)
    .where(stillAt('document', licence))
    .execute()
}

/** Queues the message to customs, ends the pipeline and makes the licence valid, in one transaction. */
async function message(ctx: Context, licence: LicenceRow) {
  await ctx.db.transaction().execute(async (tx) => {
    // Lock order: application before licence.
    await tx
      .selectFrom('application')
      .select('id')
      .where('id', '=', licence.application_id)
      .forUpdate()
      .execute()
    const moved = await tx
      .updateTable('licence')
      .set({ issue_step: 'done' })
      .where('id', '=', licence.id)
      .where(stillAt('message', licence))
      .executeTakeFirst()
    if (moved.numUpdatedRows === 0n) return
    await queueMessage(tx, {
      licenceId: licence.id,
      licenceNo: licence.licence_no,
      kind: 'issued',
      body: customsBody(licence),
      now: ctx.clock(),
    })
    await actIn(tx, ctx, system, licence.id, 'complete', 'unversioned')
  })
}

/** What customs compares a declaration with (出口许可证联网核查): number, parties, goods, quantity, port, days, uses. */
function customsBody(licence: LicenceRow) {
  const content = LicenceContent.parse(licence.content)
  return {
    exporterCode: content.exporterCode,
    consignorCode: licence.consignor_code,
    hsCode: licence.hs_code,
    quantity: canonicalDecimal(licence.quantity),
    unit: licence.goods_unit,
    customsPort: licence.customs_port,
    destinationCountry: licence.destination_country,
    tradeMode: licence.trade_mode,
    oneBatch: licence.one_batch,
    overShipment: canonicalDecimal(licence.over_shipment),
    validFrom: licence.valid_from,
    expiryDate: licence.expiry_date,
    documentSha256: licence.document_sha256,
  }
}

const steps = { dates, document, message } as const

/** Runs the steps that are left. Throws what may pass by itself (the queue tries again); tells the officer the rest. */
export async function issueLicence(ctx: Context, payload: unknown, attempt: Attempt): Promise<void> {
  const { licenceId } = Payload.parse(payload)
  for (;;) {
    const licence = await current(ctx, licenceId)
    const step = stepOf(licence?.issue_step ?? null)
    if (licence === undefined || licence.state !== 'pending' || licence.issue_error !== null) return
    if (step === null || step === 'done') return
    try {
      await steps[step](ctx, licence)
    } catch (error) {
      const final = error instanceof Stuck || error instanceof PressRefused
      if (!final && !attempt.last) throw error
      await tellOfficer(ctx, licence, error)
      return
    }
  }
}

async function tellOfficer(ctx: Context, { id: licenceId, version }: LicenceRow, error: unknown) {
  const number = randomUUID().slice(0, 8)
  const told = error instanceof Stuck || error instanceof PressRefused || error instanceof PressFailed
  const words = told ? error.message : `生成电子许可证没有完成，可以“再试”或退回（故障号 ${number}）`
  ctx.log({
    level: 'error',
    number,
    licenceId,
    error: error instanceof Error ? (error.stack ?? error.message) : String(error),
  })
  try {
    const seen = { version, requestId: null }
    await ctx.db
      .transaction()
      .execute((tx) => actIn(tx, ctx, system, licenceId, 'fail', seen, { error: words }))
  } catch (late) {
    // Another worker came through meanwhile, or the officer began anew: this failure is nobody's any more.
    if (!(late instanceof Refused)) throw late
  }
}
