/**
 * npm run smoke -- --url http://127.0.0.1:3000 --out DIR
 *
 * Drives a running demonstration server over HTTP from sign-in to the downloaded licence, making its own signature,
 * and writes application.pdf, licence.pdf, certificate.pem, chain.pem and result.json to DIR.
 */
import { createHash, randomUUIDv7, X509Certificate } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import * as account from '#api/account.ts'
import * as api from '#api/application.ts'
import { UploadResult, uploadAttachments } from '#api/attachment.ts'
import * as licenceApi from '#api/licence.ts'
import { sign } from '#ui/key/e-key.ts'
import { addressOf, Client, multipart } from './client.ts'
import { sampleForm, samplePdf, sampleSheet } from './sample.ts'

const { values } = parseArgs({
  options: { url: { type: 'string', default: 'http://127.0.0.1:3000' }, out: { type: 'string' } },
})
if (values.out === undefined) throw new Error('--out DIR is needed')
const out = path.resolve(values.out)
mkdirSync(out, { recursive: true })

const steps: { step: string; ms: number }[] = []
async function step<T>(name: string, work: () => Promise<T>): Promise<T> {
  const start = performance.now()
  const result = await work()
  const ms = Math.round((performance.now() - start) * 10) / 10
  steps.push({ step: name, ms })
  console.log(`${name.padEnd(24)} ${String(ms).padStart(9)} ms`)
  return result
}

const write = (name: string, content: string | Uint8Array) => writeFileSync(path.join(out, name), content)

const operator = new Client(values.url)
const officers = {
  first: new Client(values.url),
  second: new Client(values.url),
  issuer: new Client(values.url),
}

const person = await step('sign in', () => operator.signIn('steel02'))
const { key, file } = await step('open e-key', () => operator.eKey(person))
const certificate = /-----BEGIN CERTIFICATE-----[^]+?-----END CERTIFICATE-----\n?/.exec(file)?.[0] ?? ''
write('certificate.pem', certificate)
write('chain.pem', await step('chain', () => operator.file('/pki/chain.pem')))

const me = await operator.call(account.whoAmI, {})
if (me.enterprise === null) throw new Error('the operator has no enterprise')
const exporter = me.enterprise
const form = { ...sampleForm(exporter, me.today) }

const id = randomUUIDv7()
const made = await step('create', () =>
  operator.call(api.createApplication, { body: { id, channel: 'api', form } }),
)
const saved = await step('contract sheet', () =>
  operator.call(api.saveApplication, {
    params: { id },
    body: { version: made.version, contractSheet: { ...sampleSheet() } },
  }),
)
let version = saved.version
const opened = await operator.call(api.getApplication, { params: { id } })
for (const need of opened.attachmentNeeds.filter((one) => one.required)) {
  await step(`attach ${need.code}`, async () => {
    const sent = multipart({
      name: `${need.code}.pdf`,
      mediaType: 'application/pdf',
      bytes: samplePdf(`${need.code} ${id}`, 20_000),
    })
    const reply = await operator.send(addressOf(uploadAttachments.path, { id }, { type: need.code }), {
      method: 'POST',
      ...sent,
    })
    const done = uploadAttachments.reply.parse(JSON.parse(reply.body.toString()))
    const failed = done.results.find((one: UploadResult) => !one.ok)
    if (failed !== undefined) throw new Error(`${failed.name}: ${failed.words}`)
    version = done.version
  })
}
const prepared = await step('prepare seal', () =>
  operator.call(api.prepareSeal, { params: { id }, body: { version, requestId: randomUUIDv7() } }),
)
const cms = await step('sign', () => sign(key, new TextEncoder().encode(prepared.content), new Date()))
const sealed = await step('seal', () =>
  operator.call(api.sealApplication, {
    params: { id },
    body: {
      version: prepared.version,
      requestId: randomUUIDv7(),
      cms: Buffer.from(cms).toString('base64'),
    },
  }),
)
version = sealed.version

async function act(client: Client, action: string) {
  const done = await client.call(api.actOnApplication, {
    params: { id, action },
    body: { version, requestId: randomUUIDv7() },
  })
  version = done.version
  return done
}
await step('submit', () => act(operator, 'submit'))

await step('officers sign in', async () => {
  await officers.first.signIn('review01')
  await officers.second.signIn('review02')
  await officers.issuer.signIn('issue01')
})
await step('first review', async () => {
  await act(officers.first, 'claim')
  await act(officers.first, 'pass_first')
})
await step('second review', async () => {
  await act(officers.second, 'claim')
  await act(officers.second, 'pass_second')
})
const approved = await officers.issuer.call(api.getApplication, { params: { id } })
if (approved.licence === null) throw new Error('approved without a licence')
const licenceId = approved.licence.id
await step('issue', async () => {
  const pending = await officers.issuer.call(licenceApi.getLicence, { params: { id: licenceId } })
  await officers.issuer.call(licenceApi.actOnLicence, {
    params: { id: licenceId, action: 'issue' },
    body: { version: pending.version, requestId: randomUUIDv7() },
  })
  for (let tries = 0; tries < 600; tries++) {
    const now = await operator.call(licenceApi.getLicence, { params: { id: licenceId } })
    if (now.state === 'valid') return
    if (now.issueError !== null) throw new Error(now.issueError)
    await sleep(50)
  }
  throw new Error('not issued within 30 seconds')
})
const licence = await operator.call(licenceApi.getLicence, { params: { id: licenceId } })
const pdf = await step('download licence', () =>
  operator.file(addressOf(licenceApi.downloadLicence.path, { id: licenceId }, {})),
)
write('licence.pdf', pdf)
const digest = createHash('sha256').update(pdf).digest('hex')
if (digest !== licence.documentSha256) throw new Error('the downloaded licence has another digest')
await step('print application', async () => {
  const document = await operator.file(addressOf(api.printApplication.path, { id }, {}))
  await act(operator, 'print')
  write('application.pdf', document)
})
await step('verify', async () => {
  const visitor = new Client(values.url)
  const checked = await visitor.call(licenceApi.verifyLicence, {
    query: { no: licence.licenceNo, code: licence.checkCode },
  })
  if (!checked.usable || checked.documentSha256 !== digest) throw new Error('the public check disagrees')
  visitor.close()
})
for (const client of [operator, ...Object.values(officers)]) client.close()

const result = {
  applicationNo: sealed.applicationNo,
  licenceNo: licence.licenceNo,
  digest,
  verifyUrl: licence.verifyUrl,
  certificate: new X509Certificate(certificate).subject,
  steps,
}
write('result.json', `${JSON.stringify(result, null, 2)}\n`)
console.log(`${result.applicationNo} → ${result.licenceNo}\n${result.verifyUrl}\n${out}`)
