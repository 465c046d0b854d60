/** 手机授权 in tests: authorised with a PC key as the page does it, and a phone that signs in by SMS and makes its key. */
import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { newKeyChallenge } from '#api/key.ts'
import * as phone from '#api/phone.ts'
import * as api from '#api/phone-authorisation.ts'
import { wholeKeyForm } from '#domain/certificate/form.ts'
import type { MakingKind } from '#domain/phone-authorisation/actions.ts'
import { authorisationText } from '#domain/phone-authorisation/text.ts'
import type { KeyHolder } from '#domain/seal/certificate.ts'
import { readCertificate } from '#domain/seal/certificate.ts'
import { readPem } from '#domain/seal/pem.ts'
import { phoneCookie } from '#server/account/session.ts'
import { newKeyPair } from '#server/pki/ca.ts'
import { sign, type OpenKey } from '#ui/key/e-key.ts'
import { requestFor } from '#ui/key/new-key.ts'
import { applicant } from '#test/keys.ts'
import { codeSentTo } from '#test/messages.ts'
import { TestClient, type TestApp } from '#test/people.ts'
import { openKeyOf } from '#test/pki.ts'

const { services: _services, ...fields } = wholeKeyForm(applicant)
export const confirmed = fields

export interface Authorising {
  kind?: MakingKind
  mobile?: string
  /** What the key signs where that is not what is sent. */
  signed?: { mobile?: string; id?: string; kind?: MakingKind }
  fields?: Partial<typeof fields>
}

/** The body of 授权, signed by this key. */
export async function authorising(
  it: Pick<TestApp, 'clock'>,
  client: TestClient,
  key: OpenKey,
  given: Authorising = {},
) {
  const { kind = 'new', signed = {} } = given
  const { authorised, approved, fields: known } = await client.call(api.phoneStanding, {})
  const keeps = kind === 'renew' || kind === 'change_device'
  const mobile = keeps ? (authorised?.mobile ?? '') : (given.mobile ?? '13900000801')
  const challenge = await client.call(newKeyChallenge, { body: { purpose: 'phone' } })
  const id = randomUUIDv7()
  const data = { ...confirmed, ...(approved ? known : {}), ...given.fields }
  const content = authorisationText({
    challenge: challenge.text,
    id,
    kind,
    mobile,
    oldMobile: kind === 'change_number' ? (authorised?.mobile ?? null) : null,
    fields: data,
    ...signed,
  })
  const cms = await sign(key, new TextEncoder().encode(content), it.clock())
  return {
    id,
    kind,
    ...(keeps ? {} : { mobile }),
    fields: data,
    challengeId: challenge.id,
    cms: Buffer.from(cms).toString('base64'),
  }
}

/** 授权: confirmed and signed, not submitted yet. */
export const authorise = async (
  it: Pick<TestApp, 'clock'>,
  client: TestClient,
  key: OpenKey,
  given: Authorising = {},
) =>
  client.call(api.createPhoneAuthorisation, {
    body: await authorising(it, client, key, given),
  })

export const phoneAction = (
  thing: { id: string; version: number },
  action: string,
  requestId = randomUUIDv7(),
) => ({ params: { id: thing.id, action }, body: { version: thing.version, requestId } })

/** 提交 of what was authorised: the phone may go to work. */
export async function submittedPhone(
  it: Pick<TestApp, 'clock'>,
  client: TestClient,
  key: OpenKey,
  given: Authorising = {},
) {
  const made = await authorise(it, client, key, given)
  const done = await client.call(api.actOnPhoneAuthorisation, phoneAction(made, 'submit'))
  return { id: made.id, mobile: made.mobile, version: done.version }
}

/** A phone without a session. */
export const freshPhone = (it: TestApp) => new TestClient(it.app, undefined, {})

/** Asks for a code and reads it; a minute later, so that there is one. */
export async function codeOnPhone(it: TestApp, mobile: string): Promise<string> {
  it.clock.add(61_000)
  await freshPhone(it).call(phone.sendPhoneCode, { body: { mobile } })
  return codeSentTo(it, mobile)
}

/** A phone that has signed in with its code. */
export async function phoneOf(it: TestApp, mobile: string): Promise<TestClient> {
  const code = await codeOnPhone(it, mobile)
  const response = await freshPhone(it).post(phone.signInPhone.path, { mobile, code })
  assert.equal(response.statusCode, 200, response.body)
  const cookie = response.cookies.find((one) => one.name === phoneCookie)
  assert.ok(cookie?.httpOnly === true && cookie.sameSite === 'Strict')
  const { csrfToken } = phone.PhoneHome.parse(response.json())
  return new TestClient(it.app, undefined, {
    cookie: `${phoneCookie}=${cookie.value}`,
    'x-csrf-token': csrfToken,
  })
}

/** A key pair as a phone makes it, with the request for its certificate. */
export async function phoneRequest(holder: KeyHolder, keys?: CryptoKeyPair) {
  const pair = keys ?? (await newKeyPair())
  return { pair, request: Buffer.from(await requestFor(holder, pair)).toString('base64') }
}

/** 制作证书 of one authorisation; answers the certificate and the key, ready to seal. */
export async function madeOnPhone(client: TestClient, id: string, deviceName = 'Pixel 9') {
  const home = await client.call(phone.phoneHome, {})
  const one = home.authorisations.find((each) => each.id === id)
  assert.ok(one)
  const { pair, request } = await phoneRequest(one.holder)
  const made = await client.call(phone.makePhoneCertificate, {
    params: { id },
    body: { version: one.version, requestId: randomUUIDv7(), request, deviceName },
  })
  const [certificate] = readPem(made.certificatePem)
  const [issuing] = readPem(made.chainPem)
  assert.ok(certificate && issuing)
  const open = openKeyOf(readCertificate(certificate.bytes), pair.privateKey, [issuing.bytes], one.holder)
  return { ...made, open, pair, holder: one.holder }
}

/** From nothing to a phone's key that seals. */
export async function phoneKeyFor(it: TestApp, client: TestClient, key: OpenKey, given: Authorising = {}) {
  const asked = await submittedPhone(it, client, key, given)
  const device = await phoneOf(it, asked.mobile)
  return { ...(await madeOnPhone(device, asked.id)), id: asked.id, device, mobile: asked.mobile }
}
