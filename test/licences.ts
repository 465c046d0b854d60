/** Licences as they stand after issuing, without the press: many of them, made from one that came the whole way. */
import { randomUUIDv7 } from 'node:crypto'
import { sql } from 'kysely'
import { queueMessage } from '#server/customs/outbox.ts'
import { passing, submitted } from '#test/journey.ts'
import { as, eKeyOf, type TestApp } from '#test/people.ts'
import type { TestPki } from '#test/pki.ts'

export interface MadeLicence {
  id: string
  licenceNo: string
  applicationId: string
}

export interface LicenceChange {
  quantity?: string
  over_shipment?: string
  one_batch?: boolean
  valid_from?: string
  expiry_date?: string
  state?: string
  hs_code?: string
  customs_port?: string
}

/** One application of 演示钢铁集团 approved by AA; its licence is the model of the others. */
export async function modelLicence(it: TestApp, pki: TestPki): Promise<MadeLicence> {
  const [sealer, first, second] = await Promise.all([
    as(it, 'steel02'),
    as(it, 'review01'),
    as(it, 'review02'),
  ])
  const key = await eKeyOf(it, pki, 'steel02')
  const approved = await passing(
    second,
    await passing(first, await submitted(it, sealer, key), 'pass_first'),
    'pass_second',
  )
  const row = await it.ctx.db
    .selectFrom('licence')
    .select(['id', 'licence_no', 'application_id'])
    .where('application_id', '=', approved.id)
    .executeTakeFirstOrThrow()
  return { id: row.id, licenceNo: row.licence_no, applicationId: row.application_id }
}

let serial = 700_000

/** A valid licence like the model, with its message to customs queued unless told otherwise. */
export async function issuedLicence(
  it: TestApp,
  model: MadeLicence,
  change: LicenceChange = {},
  queued = true,
): Promise<MadeLicence> {
  const [made] = await issuedLicences(it, model, 1, change)
  if (made === undefined) throw new Error('none made')
  if (queued) await queueIssued(it, made)
  return made
}

export async function queueIssued(it: TestApp, made: MadeLicence): Promise<void> {
  await it.ctx.db.transaction().execute(async (tx) => {
    const row = await tx
      .selectFrom('licence')
      .selectAll()
      .where('id', '=', made.id)
      .forUpdate()
      .executeTakeFirstOrThrow()
    await queueMessage(tx, {
      licenceId: row.id,
      licenceNo: row.licence_no,
      kind: 'issued',
      body: {
        exporterCode: '1100DEM000014',
        consignorCode: row.consignor_code,
        hsCode: row.hs_code,
        quantity: row.quantity,
        unit: row.goods_unit,
        customsPort: row.customs_port,
        oneBatch: row.one_batch,
        overShipment: row.over_shipment,
        validFrom: row.valid_from,
        expiryDate: row.expiry_date,
      },
      now: it.clock(),
    })
  })
}

export async function issuedLicences(
  it: TestApp,
  model: MadeLicence,
  count: number,
  change: LicenceChange = {},
): Promise<MadeLicence[]> {
  const made = Array.from({ length: count }, () => ({
    id: randomUUIDv7(),
    licenceNo: `26AA${String(serial++).padStart(6, '0')}`,
    applicationId: randomUUIDv7(),
  }))
  const list = JSON.stringify(made)
  const owner = it.db.owner.db
  const columns = await sql<{ name: string }>`select attname as name from pg_attribute
    where attrelid = 'application'::regclass and attnum > 0 and not attisdropped and attgenerated = ''`.execute(
    owner,
  )
  const names = columns.rows.map(({ name }) => name)
  const plain = sql.join(names.map((name) => sql.ref(name)))
  const copied = sql.join(names.map((name) => sql.ref(`copy.${name}`)))
  await sql`insert into application (${plain}) select ${copied}
    from jsonb_to_recordset(${list}::jsonb) as made(id uuid, "licenceNo" text, "applicationId" uuid)
    cross join application as model
    cross join lateral jsonb_populate_record(model, jsonb_build_object('id', made."applicationId",
      'window_no', 'T' || made."licenceNo", 'application_no', null)) as copy
    where model.id = ${model.applicationId}`.execute(owner)
  const set = JSON.stringify({
    state: 'valid',
    issue_step: 'done',
    issued_on: '2026-06-15',
    valid_from: '2026-06-15',
    expiry_date: '2026-12-15',
    one_batch: false,
    quantity: '1000',
    over_shipment: '0',
    document_sha256: 'a'.repeat(64),
    document_size: 1,
    ...change,
  })
  const licenceColumns = await sql<{ name: string }>`select attname as name from pg_attribute
    where attrelid = 'licence'::regclass and attnum > 0 and not attisdropped and attgenerated = ''`.execute(
    owner,
  )
  const licenceNames = licenceColumns.rows.map(({ name }) => name)
  await sql`insert into licence (${sql.join(licenceNames.map((name) => sql.ref(name)))})
    select ${sql.join(licenceNames.map((name) => sql.ref(`copy.${name}`)))}
    from jsonb_to_recordset(${list}::jsonb) as made(id uuid, "licenceNo" text, "applicationId" uuid)
    cross join licence as model
    cross join lateral jsonb_populate_record(model, ${set}::jsonb || jsonb_build_object('id', made.id,
      'licence_no', made."licenceNo", 'application_id', made."applicationId")) as copy
    where model.id = ${model.id}`.execute(owner)
  return made
}
