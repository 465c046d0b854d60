/** A new company's way in, as a client goes it: registered with codes, its services and its first key asked for and made. */
import { randomUUIDv7 } from 'node:crypto'
import type { z } from 'zod'
import { whoAmI } from '#api/account.ts'
import { actOnServiceRequest, requestService } from '#api/hall.ts'
import * as keys from '#api/key.ts'
import { demoOutbox } from '#api/message.ts'
import { register, sendRegistrationCodes } from '#api/registration.ts'
import { deskService } from '#domain/hall/catalogue.ts'
import { openKey, sign, type OpenKey } from '#ui/key/e-key.ts'
import { keyFile, makeKey } from '#ui/key/new-key.ts'
import { addressOf, multipart, RequestFailed, type Client } from './client.ts'
import type { At } from './journey.ts'
import { samplePdf, sampleNumbers } from './sample.ts'

export type Company = z.input<typeof register.body>
type Applicant = Pick<Company, 'personName' | 'department' | 'email' | 'mobile'>

const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY'
/** Names are 8 characters of the alphabet: another one for each millisecond of 27 years. */
const names = alphabet.length ** 8

/** Eight characters for an instant, each of which a social credit code may have. */
function stemOf(at: Date): string {
  let rest = at.getTime() % names
  let stem = ''
  for (let place = 0; place < 8; place++) {
    stem = alphabet.charAt(rest % alphabet.length) + stem
    rest = Math.floor(rest / alphabet.length)
  }
  return stem
}

/** What a company that was founded at this instant fills in; nobody else has its numbers, names and addresses. */
export function companyOf(at: Date): Company {
  const stem = stemOf(at)
  const loginName = `new${stem.toLowerCase()}`
  return {
    loginName,
    password: 'Kranich-7-zug',
    accountType: 'enterprise',
    personName: '程新',
    department: '业务部',
    email: `${loginName}@example.cn`,
    emailCode: '',
    mobile: `138${String(at.getTime()).slice(-8)}`,
    mobileCode: '',
    enterpriseName: `新设${stem}国际贸易有限公司`,
    ...sampleNumbers(stem),
    region: '北京市',
    city: '',
  }
}

/** Asks for both codes and reads them in the demonstration's outbox. */
export async function confirmed(visitor: Client, company: Company): Promise<Company> {
  const { email, mobile } = company
  await visitor.call(sendRegistrationCodes, { body: { email, mobile } })
  const [emailCode, mobileCode] = await Promise.all([codeFor(visitor, email), codeFor(visitor, mobile)])
  return { ...company, emailCode, mobileCode }
}

async function codeFor(visitor: Client, recipient: string): Promise<string> {
  const { rows } = await visitor.call(demoOutbox, { query: { recipient, kind: 'code' } })
  const code = /\d{6}/.exec(rows[0]?.text ?? '')?.[0]
  if (code === undefined) throw new Error(`no code for ${recipient} in the outbox`)
  return code
}

export const registerCompany = (visitor: Client, company: Company) =>
  visitor.call(register, { body: company })

/** 添加应用: asks for 出口许可证. */
export async function askForDesk(client: Client): Promise<At> {
  const body = { id: randomUUIDv7(), service: deskService, purpose: '申领出口许可证' }
  const { id, version } = await client.call(requestService, { body })
  return { id, version }
}

export const passService = (officer: Client, { id, version }: At) =>
  officer.call(actOnServiceRequest, {
    params: { id, action: 'grant' },
    body: { version, requestId: randomUUIDv7() },
  })

/** The form of a request for a key; the identity card's number is made up and has the right check character. */
const applicantOf = ({ personName, email, mobile, department = '' }: Applicant) => ({
  applicantName: personName,
  gender: 'female',
  identityType: 'id_card',
  identityNumber: '11010519491231002X',
  email,
  address: '北京市朝阳区演示路 9 号',
  mobile,
  phone: '010-12345678',
  department,
  position: '业务员',
  workAddress: '北京市朝阳区演示路 9 号',
  postcode: '100020',
})

/** 申请: a request with all papers that it needs, submitted to the key office. */
export async function askForKey(client: Client, applicant: Applicant): Promise<At> {
  const id = randomUUIDv7()
  const params = { id }
  const made = await client.call(keys.createKeyRequest, { body: { id, kind: 'new' } })
  const saved = await client.call(keys.saveKeyRequest, {
    params,
    body: {
      version: made.version,
      requestId: randomUUIDv7(),
      certificateType: 'general',
      fields: applicantOf(applicant),
      services: ['export_licence'],
    },
  })
  for (const kind of saved.needed) await uploadPaper(client, id, kind)
  const { version } = await client.call(keys.getKeyRequest, { params })
  return actOnKey(client, { id, version }, 'submit')
}

async function uploadPaper(client: Client, id: string, kind: string) {
  const path = addressOf(keys.uploadPapers.path, { id }, { kind })
  const bytes = samplePdf(`${kind} ${id}`, 20_000)
  const sent = multipart({ name: `${kind}.pdf`, mediaType: 'application/pdf', bytes })
  const reply = await client.send(path, { method: 'POST', ...sent })
  if (reply.status !== 200) throw new RequestFailed(path, reply)
}

export async function actOnKey(client: Client, { id, version }: At, action: string): Promise<At> {
  const done = await client.call(keys.actOnKeyRequest, {
    params: { id, action },
    body: { version, requestId: randomUUIDv7() },
  })
  return { id, version: done.version }
}

/** A key that was made, with its certificate and the chain above it. */
export interface MadeKey {
  key: OpenKey
  certificate: string
  chain: string
}

/** 制作电子钥匙: the key pair is made here, only its request is sent; the file is opened again under its PIN. */
export async function makeKeyFor(client: Client, { id, version }: At): Promise<MadeKey> {
  const pin = 'k8s2m4x9'
  const params = { id }
  const { holder } = await client.call(keys.getKeyRequest, { params })
  const made = await makeKey(holder, pin)
  const request = Buffer.from(made.request).toString('base64')
  const { certificatePem: certificate, chainPem: chain } = await client.call(keys.makeCertificate, {
    params,
    body: { version, requestId: randomUUIDv7(), request },
  })
  return { key: await openKey(keyFile(made, certificate, chain), pin), certificate, chain }
}

/** 使用电子钥匙: signs a challenge and gives the password beside it. Throws when it is not let in as that person. */
export async function signInByKey(client: Client, company: Company, key: OpenKey): Promise<void> {
  const { id, text } = await client.call(keys.newKeyChallenge, { body: { purpose: 'sign_in' } })
  const cms = await sign(key, new TextEncoder().encode(text), new Date())
  const { loginName, password } = company
  await client.enter({
    loginName,
    password,
    key: { challengeId: id, cms: Buffer.from(cms).toString('base64') },
  })
  const me = await client.call(whoAmI, {})
  if (me.enterprise?.standing !== 'verified') throw new Error(`${loginName} is not verified by its key`)
}
