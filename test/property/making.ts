/** Applications on their way through the front door, as far as a step of the sequence wants them. */
import { randomUUIDv7 } from 'node:crypto'
import * as api from '#api/application.ts'
import * as attachments from '#api/attachment.ts'
import * as licences from '#api/licence.ts'
import { emptyApplication } from '#domain/application/form.ts'
import { issueLicence } from '#server/licence/issue.ts'
import { steelForm, steelSheet } from '#test/forms.ts'
import { sign } from '#ui/key/e-key.ts'
import { samplePdf } from '../../scripts/sample.ts'
import { anyOf } from './step.ts'
import { enterpriseBy, Broken, type Exporter, type World } from './world.ts'

/** One batch under quota; several uses under quota; several quantities without. */
export const goods = ['tungsten', 'rice', 'steel'] as const
export type Goods = (typeof goods)[number]
const papers = ['CONTRACT', 'STEEL_QC', 'LICENCE_BUSINESS', 'QUOTA_CERT']

/** A complete form for so many kilograms. */
export function formOf(world: World, who: Exporter, what: Goods, quantity: string) {
  const year = Number(world.today.slice(0, 4))
  const steel = steelForm(enterpriseBy(who), year)
  const form = {
    ...steel,
    contractQuantity: '50000',
    lines: [{ specGrade: '规格一', unitPrice: '0.58', quantity }],
  }
  if (what === 'steel') return form
  const { producers, productCertificates } = emptyApplication
  return {
    ...form,
    producers,
    productCertificates,
    hsCode: what === 'rice' ? '1006109100' : '2611000000',
    oneBatch: what !== 'rice',
    quotaDocNo: world.docNo,
  }
}

/** A new draft with its papers; nothing when it was refused. */
export async function draft(world: World, who: Exporter, what: Goods, quantity: string) {
  const id = randomUUIDv7()
  const body = {
    id,
    channel: 'platform' as const,
    form: formOf(world, who, what, quantity),
    contractSheet: steelSheet(),
  }
  const made = await world.send(who, api.createApplication, { body })
  world.say(`${who} drafts ${quantity} kg of ${what}: ${made.refusal ?? 'done'}`)
  if (!made.ok) return undefined
  world.applications.push({ id, who })
  const account = (await world.client(who)).account
  const rows = papers.map((type) => ({
    id: randomUUIDv7(),
    application_id: id,
    type_code: type,
    name: `${type}.pdf`,
    ...world.paper,
    media_type: 'application/pdf',
    created_by: account?.id ?? '',
    created_at: world.it.clock(),
  }))
  await world.it.ctx.db.insertInto('attachment').values(rows).execute()
  return id
}

/** Prepares and seals; answers whether it was done. */
export async function seal(world: World, who: Exporter, id: string, version: number): Promise<boolean> {
  const preparing = { version, requestId: randomUUIDv7() }
  const prepared = await world.send(who, api.prepareSeal, { params: { id }, body: preparing })
  if (!prepared.ok) {
    world.say(`${who} prepares the seal: ${prepared.refusal}`)
    return false
  }
  const bytes = new TextEncoder().encode(String(prepared.reply['content']))
  const cms = Buffer.from(await sign(world.key(who), bytes, world.it.clock())).toString('base64')
  const body = { version: Number(prepared.reply['version']), requestId: randomUUIDv7(), cms }
  const done = await world.send(who, api.sealApplication, { params: { id }, body })
  world.say(`${who} seals: ${done.refusal ?? 'done'}`)
  if (done.ok) {
    world.acknowledged.push({ thing: 'application', action: 'seal', requestId: body.requestId })
  }
  return done.ok
}

/** An action of the application's table through its common door. */
export async function act(world: World, who: string, id: string, action: string, opinion?: string) {
  const body = {
    version: await world.versionOf('application', id),
    requestId: randomUUIDv7(),
    ...(opinion === undefined ? {} : { input: { opinion } }),
  }
  const done = await world.send(who, api.actOnApplication, { params: { id, action }, body })
  world.say(`${who} application.${action}: ${done.refusal ?? 'done'}`)
  if (done.ok) world.acknowledged.push({ thing: 'application', action, requestId: body.requestId })
  return done.ok
}

/** A paper more through the upload's own request, and a paper less. */
export async function attach(world: World, who: Exporter, id: string): Promise<void> {
  const client = await world.client(who)
  const head = '--b\r\ncontent-disposition: form-data; name="file"; filename="更多.pdf"\r\n\r\n'
  const response = await client.inject({
    method: 'POST',
    url: `/api/applications/${id}/attachments?type=APPROVAL`,
    headers: { 'content-type': 'multipart/form-data; boundary=b' },
    payload: Buffer.concat([Buffer.from(head), samplePdf('more'), Buffer.from('\r\n--b--\r\n')]),
  })
  world.say(`${who} attaches: ${response.statusCode}`)
  if (![200, 403, 404, 409, 422].includes(response.statusCode)) {
    throw new Broken(`upload was answered ${response.statusCode} ${response.body}`)
  }
}

export async function detach(world: World, who: Exporter, id: string): Promise<void> {
  const listed = await world.send(who, attachments.listAttachments, { params: { id } })
  if (!listed.ok) return world.say(`${who} detaches: ${listed.refusal}`)
  const { rows } = attachments.listAttachments.reply.parse(listed.reply)
  const more = rows.find((row) => row.name === '更多.pdf') ?? rows[0]
  if (more === undefined) return
  const params = { id, attachmentId: more.id }
  const done = await world.send(who, attachments.deleteAttachment, { params })
  world.say(`${who} detaches: ${done.refusal ?? 'done'}`)
}

/** From nothing as far as `stage`: 0 draft, 1 sealed, 2 submitted, 3 first review passed, 4 approved. */
export async function apply(world: World, who: Exporter, what: Goods, quantity: string, stage: number) {
  const id = await draft(world, who, what, quantity)
  if (id === undefined) return undefined
  const steps: (() => Promise<boolean>)[] = [
    () => seal(world, who, id, 1),
    () => act(world, who, id, 'submit'),
    async () => (await act(world, 'review01', id, 'claim')) && act(world, 'review01', id, 'pass_first'),
    async () => (await act(world, 'review02', id, 'claim')) && act(world, 'review02', id, 'pass_second'),
  ]
  for (const step of steps.slice(0, stage)) if (!(await step())) return undefined
  return id
}

/** Issues a pending licence by its job, which fails at the press when the world says so. */
export async function issue(world: World, licenceId: string): Promise<void> {
  const { version, issue_error: error } = await world.it.ctx.db
    .selectFrom('licence')
    .select(['version', 'issue_error'])
    .where('id', '=', licenceId)
    .executeTakeFirstOrThrow()
  const body = { version, requestId: randomUUIDv7() }
  const action = error === null ? 'issue' : 'retry'
  const done = await world.send('issue01', licences.actOnLicence, { params: { id: licenceId, action }, body })
  world.say(`issue01 licence.${action}: ${done.refusal ?? 'done'}`)
  if (!done.ok) return
  world.acknowledged.push({ thing: 'licence', action, requestId: body.requestId })
  await runIssuing(world, licenceId)
}

export const runIssuing = (world: World, licenceId: string) =>
  issueLicence(world.it.ctx, { licenceId }, { jobId: '1', attempt: 1, last: true, signal: undefined })

/** Licences of the sequence, in the order of their numbers. */
export const licencesOf = (world: World) =>
  world.it.ctx.db
    .selectFrom('licence')
    .selectAll()
    .where('application_id', '=', anyOf(world.applications))
    .orderBy('licence_no')
    .execute()
