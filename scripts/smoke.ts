/**
 * npm run smoke -- --url http://127.0.0.1:3000 --out DIR [--customs http://127.0.0.1:3001]
 *
 * Drives a running demonstration server over HTTP as a new company: registered with codes from the outbox, its service
 * and its key approved, the key pair made here; signed in with it, on to the downloaded licence, the goods' declaration at
 * the simulator of customs and the licence's write-off. Each run is another company. Writes certificate.pem and chain.pem
 * of its key, application.pdf, licence.pdf, write-off-proof.pdf and result.json to DIR. Without --customs the simulator is
 * looked for where a demonstration starts it: on the same host, one port higher.
 */
import { createHash, X509Certificate } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import * as api from '#api/application.ts'
import * as licenceApi from '#api/licence.ts'
import * as requestApi from '#api/request.ts'
import { sign } from '#ui/key/e-key.ts'
import { actOnRequest, createRequest, declare, untilLicence } from './afterwards.ts'
import { addressOf, Client } from './client.ts'
import {
  actOnKey,
  askForDesk,
  askForKey,
  companyOf,
  confirmed,
  makeKeyFor,
  passService,
  registerCompany,
  signInByKey,
} from './company.ts'
import {
  act,
  attach,
  createDraft,
  issue,
  issued,
  prepareSeal,
  requiredPapers,
  review,
  saveSheet,
  seal,
} from './journey.ts'

const { values } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://127.0.0.1:3000' },
    out: { type: 'string' },
    customs: { type: 'string' },
  },
})
if (values.out === undefined) throw new Error('--out DIR is needed')
const out = path.resolve(values.out)
mkdirSync(out, { recursive: true })

/** Where a demonstration starts the simulator. */
function besides(url: string): string {
  const { protocol, hostname, port } = new URL(url)
  return `http://${hostname}:${Number(port || (protocol === 'https:' ? 443 : 80)) + 1}`
}
const customsUrl = values.customs ?? besides(values.url)

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

const officers = {
  platform: new Client(values.url),
  key: new Client(values.url),
  first: new Client(values.url),
  second: new Client(values.url),
  issuer: new Client(values.url),
}

const newcomer = new Client(values.url)
let company = companyOf(new Date())
await step('codes', async () => (company = await confirmed(newcomer, company)))
await step('register', () => registerCompany(newcomer, company))
await step('sign in', () => newcomer.enter({ loginName: company.loginName, password: company.password }))
const service = await step('ask for service', () => askForDesk(newcomer))
const askedKey = await step('ask for key', () => askForKey(newcomer, company))
await step('office signs in', async () => {
  await officers.platform.signIn('platform01')
  await officers.key.signIn('key01')
})
await step('approve service', () => passService(officers.platform, service))
const approvedKey = await step('approve key', () => actOnKey(officers.key, askedKey, 'approve'))
const { key, certificate, chain } = await step('make key', () => makeKeyFor(newcomer, approvedKey))
newcomer.close()
write('certificate.pem', certificate)
write('chain.pem', chain)

const operator = new Client(values.url)
await step('sign in by key', () => signInByKey(operator, company, key))
await step('chain', async () => {
  const served = await operator.file('/pki/chain.pem')
  if (served.toString() !== chain) throw new Error('the chain is another one than the key came with')
})
const made = await step('create', () => createDraft(operator))
const { id } = made
let at = await step('contract sheet', () => saveSheet(operator, made))
for (const type of await requiredPapers(operator, id)) {
  at = await step(`attach ${type}`, () => attach(operator, at, type))
}
const prepared = await step('prepare seal', () => prepareSeal(operator, at))
const cms = await step('sign', () => sign(key, new TextEncoder().encode(prepared.content), new Date()))
const sealed = await step('seal', () => seal(operator, { id, version: prepared.version }, cms))
at = await step('submit', () => act(operator, sealed, 'submit'))
await step('officers sign in', async () => {
  await officers.first.signIn('review01')
  await officers.second.signIn('review02')
  await officers.issuer.signIn('issue01')
})
at = await step('first review', () => review(officers.first, at, 'pass_first'))
at = await step('second review', () => review(officers.second, at, 'pass_second'))
const approved = await officers.issuer.call(api.getApplication, { params: { id } })
if (approved.licence === null) throw new Error('approved without a licence')
const licenceId = approved.licence.id
await step('issue', async () => {
  await issue(officers.issuer, licenceId)
  await issued(operator, licenceId)
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
  at = await act(operator, at, 'print')
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
await step('customsUse', async () => {
  await untilLicence(operator, licenceId, '海关接收', (now) => now.customsState === '海关已接收')
  const customs = new Client(customsUrl)
  await declare(customs, { licenceNo: licence.licenceNo, quantity: licence.quantity })
  customs.close()
  await untilLicence(operator, licenceId, '清关', (now) => now.state === 'cleared')
})
const writeOffId = await step('writeOff', async () => {
  const { licenceNo, quantity } = licence
  const made = await createRequest(operator, { kind: 'write_off', licenceNo, writeOffQuantity: quantity })
  const submitted = await actOnRequest(operator, made, 'submit')
  await actOnRequest(officers.first, submitted, 'pass')
  await untilLicence(operator, licenceId, '核销', (now) => now.state === 'written_off')
  return made.id
})
const proof = await step('download write-off proof', () =>
  operator.file(addressOf(requestApi.requestProof.path, { id: writeOffId }, {})),
)
if (!proof.subarray(0, 5).equals(Buffer.from('%PDF-'))) throw new Error('the proof is no PDF')
write('write-off-proof.pdf', proof)
for (const client of [operator, ...Object.values(officers)]) client.close()

const result = {
  applicationNo: sealed.applicationNo,
  licenceNo: licence.licenceNo,
  digest,
  verifyUrl: licence.verifyUrl,
  enterprise: { name: company.enterpriseName, uscc: company.uscc, code13: company.code13 },
  certificate: new X509Certificate(certificate).subject,
  steps,
}
write('result.json', `${JSON.stringify(result, null, 2)}\n`)
console.log(`${result.applicationNo} → ${result.licenceNo}\n${result.verifyUrl}\n${out}`)
