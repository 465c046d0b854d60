/** The way of a key through the office, for tests: asked, approved, made in the page's own code. */
import { randomUUIDv7 } from 'node:crypto'
import * as api from '#api/key.ts'
import { openKey, sign, type OpenKey } from '#ui/key/e-key.ts'
import { keyFile, makeKey } from '#ui/key/new-key.ts'
import type { TestApp, TestClient } from '#test/people.ts'
import { pdfFile } from '#test/sample-files.ts'

export const testPin = 'k8s2m4x9'

/** Passes the check character of GB 11643. */
export const applicant = {
  applicantName: '钱思远',
  gender: 'male',
  identityType: 'id_card',
  identityNumber: '11010519491231002X',
  email: 'steel02@example.com',
  address: '北京市朝阳区演示路 1 号',
  mobile: '13900000202',
  phone: '010-12345678',
  department: '出口一部',
  position: '业务员',
  workAddress: '北京市朝阳区演示路 1 号',
  postcode: '100020',
}

export interface Asked {
  id: string
  version: number
}

export const getRequest = (client: TestClient, id: string) =>
  client.call(api.getKeyRequest, { params: { id } })

/** A request filled in whole, with both papers; answers its detail. */
export async function filled(
  client: TestClient,
  given: {
    kind?: 'new' | 'renew' | 'reissue'
    fingerprint?: string
    fields?: Partial<typeof applicant>
  } = {},
) {
  const id = randomUUIDv7()
  const made = await client.call(api.createKeyRequest, {
    body: {
      id,
      kind: given.kind ?? 'new',
      ...(given.fingerprint === undefined ? {} : { fingerprint: given.fingerprint }),
    },
  })
  const saved = await client.call(api.saveKeyRequest, {
    params: { id },
    body: {
      version: made.version,
      requestId: randomUUIDv7(),
      certificateType: 'general',
      fields: { ...applicant, ...given.fields },
      services: ['export_licence'],
    },
  })
  for (const paper of saved.needed) await upload(client, id, paper)
  return getRequest(client, id)
}

export async function upload(client: TestClient, id: string, kind: string, bytes = pdfFile(kind)) {
  const boundary = 'xukeboundary'
  const head = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${kind}.pdf"\r\ncontent-type: application/pdf\r\n\r\n`
  return client.inject({
    method: 'POST',
    url: `/api/key-requests/${id}/papers?kind=${kind}`,
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    payload: Buffer.concat([Buffer.from(head), bytes, Buffer.from(`\r\n--${boundary}--\r\n`)]),
  })
}

export const keyAction = (thing: Asked, opinion?: string) => ({
  version: thing.version,
  requestId: randomUUIDv7(),
  ...(opinion === undefined ? {} : { input: { opinion } }),
})

export async function doingKey(client: TestClient, thing: Asked, action: string, opinion?: string) {
  const done = await client.call(api.actOnKeyRequest, {
    params: { id: thing.id, action },
    body: keyAction(thing, opinion),
  })
  return { id: thing.id, ...done }
}

export const refusingKey = (client: TestClient, thing: Asked, action: string, opinion?: string) =>
  client.refused(api.actOnKeyRequest, {
    params: { id: thing.id, action },
    body: keyAction(thing, opinion),
  })

/** Makes key pair and file as the page does; answers the file's text and the opened key. */
export async function madeKey(client: TestClient, thing: Asked) {
  const { holder } = await getRequest(client, thing.id)
  const key = await makeKey(holder, testPin)
  const made = await client.call(api.makeCertificate, {
    params: { id: thing.id },
    body: {
      version: thing.version,
      requestId: randomUUIDv7(),
      request: Buffer.from(key.request).toString('base64'),
    },
  })
  const file = keyFile(key, made.certificatePem, made.chainPem)
  return { ...made, file, open: await openKey(file, testPin) }
}

/** From nothing to a key that seals. */
export async function keyFor(
  client: TestClient,
  officer: TestClient,
  fields: Partial<typeof applicant> = {},
) {
  const asked = await doingKey(client, await filled(client, { fields }), 'submit')
  return madeKey(client, await doingKey(officer, asked, 'approve'))
}

/** The answer of a key to a new challenge. */
export async function signedChallenge(
  test: Pick<TestApp, 'clock'>,
  client: TestClient,
  key: OpenKey,
  purpose: 'sign_in' | 'bind',
) {
  const challenge = await client.call(api.newKeyChallenge, { body: { purpose } })
  const cms = await sign(key, new TextEncoder().encode(challenge.text), test.clock())
  return { challengeId: challenge.id, cms: Buffer.from(cms).toString('base64') }
}
