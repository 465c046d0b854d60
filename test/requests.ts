/** Licences and requests on them for tests: each step through the front door, what only customs does through tables. */
import { createHash, randomUUID, randomUUIDv7 } from 'node:crypto'
import * as applicationApi from '#api/application.ts'
import * as licenceApi from '#api/licence.ts'
import * as api from '#api/request.ts'
import { emptyAmendment, type AmendmentForm } from '#domain/amendment/form.ts'
import type { Press } from '#server/print/press.ts'
import { customsDecides } from '#server/request/decide.ts'
import { runJobsOnce } from '#server/jobs/run.ts'
import { issueLicence } from '#server/licence/issue.ts'
import { pkiFiles } from '#server/pki/pki-files.ts'
import { importCertificates } from '#server/demo/certificates.ts'
import { lockAccount, move } from '#server/quota/ledger.ts'
import { system } from '#server/door.ts'
import { demoPkiIn } from '#test/demo-pki.ts'
import { passing, submitted, type Draft } from '#test/journey.ts'
import type { TestApp, TestClient } from '#test/people.ts'
import type { TestKey } from '#test/pki.ts'
import { sign } from '#ui/key/e-key.ts'

const printed = (what: unknown) => {
  const pdf = Buffer.from(`%PDF-1.4 ${JSON.stringify(what)}`)
  return { pdf, sha256: createHash('sha256').update(pdf).digest('hex') }
}

/** A press that prints at once what it was given. */
export const quickPress: Press = {
  licence: async (document) => printed(document),
  application: async (document) => printed(document).pdf,
  proof: async (document) => printed(document),
  ready: async () => undefined,
  close: async () => undefined,
}

export interface Desk {
  it: TestApp
  key: TestKey
  sealer: TestClient
  first: TestClient
  second: TestClient
  issuer: TestClient
}

/** The authority's certificates, without which nothing can be issued. */
export async function authorityOf(it: TestApp, folder: string): Promise<void> {
  await demoPkiIn(folder, {
    publicUrl: 'http://localhost:3000',
    now: it.clock(),
    operators: [],
    authorities: [{ code: 'AA', name: '商务部配额许可证事务局' }],
  })
  await importCertificates(it.ctx, pkiFiles(folder).index)
}

/** A valid licence of 450,000.5 kg of steel, its message to customs not tried yet. */
export async function validLicence(desk: Desk): Promise<Draft & { licenceNo: string; application: Draft }> {
  const { it, sealer, key } = desk
  const once = await passing(desk.first, await submitted(it, sealer, key), 'pass_first')
  const application = await passing(desk.second, once, 'pass_second')
  const seen = await sealer.call(applicationApi.getApplication, { params: { id: application.id } })
  if (seen.licence === null) throw new Error('no licence')
  await issued(desk, { id: seen.licence.id, version: 1 })
  return { id: seen.licence.id, version: 2, licenceNo: seen.licence.licenceNo, application }
}

export async function issued({ it, issuer }: Desk, licence: Draft): Promise<void> {
  await issuer.call(licenceApi.actOnLicence, {
    params: { id: licence.id, action: 'issue' },
    body: { version: licence.version, requestId: randomUUIDv7() },
  })
  const ran = await runJobsOnce(it.db.url, it.ctx, { 'licence.issue': issueLicence })
  if (ran.failed.length > 0) throw new Error(JSON.stringify(ran.failed))
}

/** As after a delivery: the messages of the licence are out. */
export const messagesSent = (it: TestApp, licenceId: string) =>
  it.ctx.db.updateTable('customs_message').set({ attempts: 1 }).where('licence_id', '=', licenceId).execute()

/** As customs' inbox records it: a use of so much, in the licence's row and as a row of its own. */
export async function used(it: TestApp, licenceId: string, quantity: string, cleared = false): Promise<void> {
  await it.ctx.db
    .insertInto('customs_use')
    .values({
      id: randomUUIDv7(),
      licence_id: licenceId,
      declaration_no: randomUUID().replaceAll('-', '').slice(0, 18).toUpperCase(),
      item_no: 1,
      declared_on: '2026-06-15',
      customs_code: '0202',
      quantity,
      final: cleared,
      manual_reason: '试验',
      recorded_at: it.clock(),
    })
    .execute()
  // Through the owner: the state moves by customs' door in the system itself.
  await it.db.owner.pool.query(
    `update licence set used_quantity = used_quantity + $2, use_count = use_count + 1, version = version + 1,
      state = case when $3 then 'cleared' else state end where id = $1`,
    [licenceId, quantity, cleared],
  )
}

/** A quota account with so much granted, the licence's quantity already committed where one is named. */
export async function account(
  it: TestApp,
  of: { enterpriseId: string; docNo: string; granted: string; licenceId?: string; country?: string },
): Promise<string> {
  const id = randomUUIDv7()
  const now = it.clock()
  await it.ctx.db
    .insertInto('quota_account')
    .values({
      id,
      year: 2026,
      enterprise_id: of.enterpriseId,
      kind: 'quota',
      category_code: 'C90450',
      goods_key: 'steel',
      goods_name: '钢铁',
      unit_name: '千克',
      country: of.country ?? null,
      doc_no: of.docNo,
      created_at: now,
    })
    .execute()
  await it.ctx.db.transaction().execute(async (tx) => {
    const locked = await lockAccount(tx, id)
    const cause = { actor: system, now }
    await move(tx, locked, { kind: 'grant', from: 'pool', to: 'available', quantity: of.granted }, cause)
    if (of.licenceId === undefined) return
    const { quantity } = await tx
      .selectFrom('licence')
      .select('quantity')
      .where('id', '=', of.licenceId)
      .executeTakeFirstOrThrow()
    await move(tx, locked, { kind: 'commit', from: 'available', to: 'committed', quantity }, cause)
    await tx.updateTable('licence').set({ quota_account_id: id }).where('id', '=', of.licenceId).execute()
  })
  return id
}

/** available, held, committed, settled, lapsed of an account. */
export async function balances(it: TestApp, id: string): Promise<number[]> {
  const row = await it.ctx.db
    .selectFrom('quota_entry')
    .select(['available', 'held', 'committed', 'settled', 'lapsed'])
    .where('account_id', '=', id)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow()
  return [row.available, row.held, row.committed, row.settled, row.lapsed].map(Number)
}

export const asking = (
  client: TestClient,
  of: {
    kind: 'cancellation' | 'write_off' | 'amendment' | 'extension' | 'loss'
    licenceNo: string
    writeOffQuantity?: string
    form?: Partial<AmendmentForm>
    id?: string
  },
) => ({
  body: {
    id: of.id ?? randomUUIDv7(),
    kind: of.kind,
    licenceNo: of.licenceNo,
    reason: '合同取消',
    ...(of.writeOffQuantity === undefined ? {} : { writeOffQuantity: of.writeOffQuantity }),
    ...(of.form === undefined ? {} : { form: { ...emptyAmendment, ...of.form } }),
  },
  account: client.account,
})

export async function asked(client: TestClient, of: Parameters<typeof asking>[1]): Promise<Draft> {
  const made = await client.call(api.createRequest, { body: asking(client, of).body })
  return { id: made.id, version: made.version }
}

const bodyOf = (thing: Draft, opinion?: string) => ({
  version: thing.version,
  requestId: randomUUIDv7(),
  ...(opinion === undefined ? {} : { input: { opinion } }),
})

/** One action that is to succeed; answers the request as it is then. */
export async function doing(
  client: TestClient,
  thing: Draft,
  action: string,
  opinion?: string,
): Promise<Draft & { state: string }> {
  const done = await client.call(api.actOnRequest, {
    params: { id: thing.id, action },
    body: bodyOf(thing, opinion),
  })
  return { id: thing.id, version: done.version, state: done.state }
}

export const refusing = (client: TestClient, thing: Draft, action: string, opinion?: string) =>
  client.refused(api.actOnRequest, { params: { id: thing.id, action }, body: bodyOf(thing, opinion) })

/** Signs what is to be sealed, and seals. */
export async function sealed(desk: Desk, thing: Draft): Promise<Draft> {
  const prepared = await desk.sealer.call(api.prepareRequestSeal, {
    params: { id: thing.id },
    body: { version: thing.version, requestId: randomUUIDv7() },
  })
  const cms = await sign(desk.key.open, new TextEncoder().encode(prepared.content), desk.it.clock())
  const done = await desk.sealer.call(api.sealRequest, {
    params: { id: thing.id },
    body: {
      version: prepared.version,
      requestId: randomUUIDv7(),
      cms: Buffer.from(cms).toString('base64'),
    },
  })
  return { id: thing.id, version: done.version }
}

/** Customs' answer, as its inbox applies it: to the question that waits, unless it is for another one. */
export const answered = (it: TestApp, requestId: string, yes: boolean, reason = '', to?: string) =>
  it.ctx.db.transaction().execute(async (tx) => {
    const { customs_message_id: asked } = await tx
      .selectFrom('licence_request')
      .select('customs_message_id')
      .where('id', '=', requestId)
      .executeTakeFirstOrThrow()
    await customsDecides(tx, it.ctx, requestId, { yes, reason, messageId: to ?? asked ?? '' })
  })

export const seenRequest = (client: TestClient, id: string) => client.call(api.getRequest, { params: { id } })
export const seenLicence = (client: TestClient, id: string) =>
  client.call(licenceApi.getLicence, { params: { id } })
