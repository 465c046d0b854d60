/** One journey of an exporter, from nothing to the submission, as `submit` measures it. */
import { randomUUIDv7 } from 'node:crypto'
import { whoAmI } from '#api/account.ts'
import * as api from '#api/application.ts'
import { uploadAttachments } from '#api/attachment.ts'
import type { ApplicationForm } from '#domain/application/form.ts'
import type { OpenKey } from '#ui/key/e-key.ts'
import { sign } from '#ui/key/e-key.ts'
import { addressOf, Client, multipart } from '../scripts/client.ts'
import { sampleForm, samplePdf, sampleSheet, type Exporter } from '../scripts/sample.ts'
import type { Timings } from './measure.ts'

/** An operator with an e-key, and what the person fills in. */
export interface Sealer {
  client: Client
  key: OpenKey
  form: ApplicationForm
}

/** Citric acid: under licence alone, and after the first application its only paper is the contract. */
const goods = { hsCode: '2918140000', producers: [], productCertificates: [] }
const attachmentBytes = 20_000

/** A complete form with four lines, for goods that ask for nothing of their own. */
export const plainForm = (exporter: Exporter, today: string): ApplicationForm => ({
  ...sampleForm(exporter, today),
  ...goods,
})

/** Signs in, opens the key, and makes the enterprise's first application, which needs more papers than others. */
export async function sealerOf(url: string, loginName: string): Promise<Sealer> {
  const client = new Client(url)
  const account = await client.signIn(loginName)
  const { key } = await client.eKey(account)
  const me = await client.call(whoAmI, {})
  if (me.enterprise === null) throw new Error(`${loginName} has no enterprise`)
  const sealer = { client, key, form: plainForm(me.enterprise, me.today) }
  await submitOne(sealer, undefined, ['CONTRACT', 'LICENCE_BUSINESS'])
  return sealer
}

/** Create, contract sheet, attachments, content to seal, seal, submit; times single requests. Answers the id. */
export async function submitOne(
  { client, key, form }: Sealer,
  timings?: Timings,
  papers: readonly string[] = ['CONTRACT'],
): Promise<{ id: string; version: number; content: string; cms: Uint8Array }> {
  const timed = <T>(work: () => Promise<T>) => (timings === undefined ? work() : timings.of(work))
  const id = randomUUIDv7()
  const params = { id }
  const made = await timed(() =>
    client.call(api.createApplication, { body: { id, channel: 'api', form: { ...form } } }),
  )
  const contractSheet = { ...sampleSheet() }
  const saved = await timed(() =>
    client.call(api.saveApplication, { params, body: { version: made.version, contractSheet } }),
  )
  let { version } = saved
  for (const type of papers) version = await timed(() => attach(client, id, type))
  const prepared = await timed(() =>
    client.call(api.prepareSeal, { params, body: { version, requestId: randomUUIDv7() } }),
  )
  const cms = await sign(key, new TextEncoder().encode(prepared.content), new Date())
  const sealed = await timed(() =>
    client.call(api.sealApplication, {
      params,
      body: {
        version: prepared.version,
        requestId: randomUUIDv7(),
        cms: Buffer.from(cms).toString('base64'),
      },
    }),
  )
  const submitted = await timed(() => act(client, id, 'submit', sealed.version))
  return { id, version: submitted.version, content: prepared.content, cms }
}

/** Id of an application made for rows that only have to name one. */
export async function oneApplication({ url }: { url: string }): Promise<string> {
  const sealer = await sealerOf(url, 'steel02')
  const { id } = await submitOne(sealer)
  sealer.client.close()
  return id
}

async function attach(client: Client, id: string, type: string): Promise<number> {
  const bytes = samplePdf(`${type} ${id}`, attachmentBytes)
  const sent = multipart({ name: `${type}.pdf`, mediaType: 'application/pdf', bytes })
  const reply = await client.send(addressOf(uploadAttachments.path, { id }, { type }), {
    method: 'POST',
    ...sent,
  })
  if (reply.status !== 200) throw new Error(`attachment: ${reply.status} ${reply.body.toString()}`)
  const done = uploadAttachments.reply.parse(JSON.parse(reply.body.toString()))
  const refused = done.results.find((one) => !one.ok)
  if (refused !== undefined) throw new Error(`${refused.name}: ${refused.words}`)
  return done.version
}

/** One action on an application that is to succeed. */
export const act = (client: Client, id: string, action: string, version: number) =>
  client.call(api.actOnApplication, { params: { id, action }, body: { version, requestId: randomUUIDv7() } })
