/** The steps of the main journey as a client makes them, one request or a few each; for smoke, bench and tests. */
import { randomUUIDv7 } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { whoAmI } from '#api/account.ts'
import * as api from '#api/application.ts'
import { uploadAttachments } from '#api/attachment.ts'
import * as licence from '#api/licence.ts'
import type { ApplicationForm } from '#domain/application/form.ts'
import { sign, type OpenKey } from '#ui/key/e-key.ts'
import { addressOf, RequestFailed, multipart, type Client } from './client.ts'
import { sampleForm, samplePdf, sampleSheet } from './sample.ts'

export interface At {
  id: string
  version: number
}

/** A new draft of the client's own enterprise. */
export async function createDraft(client: Client, change: Partial<ApplicationForm> = {}): Promise<At> {
  const me = await client.call(whoAmI, {})
  if (me.enterprise === null) throw new Error('only an operator can draft')
  const form = { ...sampleForm(me.enterprise, me.today), ...change }
  const made = await client.call(api.createApplication, {
    body: { id: randomUUIDv7(), channel: 'api', form },
  })
  return { id: made.id, version: made.version }
}

export async function saveSheet(client: Client, at: At): Promise<At> {
  const saved = await client.call(api.saveApplication, {
    params: { id: at.id },
    body: { version: at.version, contractSheet: { ...sampleSheet() } },
  })
  return { id: at.id, version: saved.version }
}

/** Types of attachment that the application must have. */
export async function requiredPapers(client: Client, id: string): Promise<string[]> {
  const seen = await client.call(api.getApplication, { params: { id } })
  return seen.attachmentNeeds.filter((need) => need.required).map((need) => need.code)
}

/** Uploads a small PDF of its own for one type. */
export async function attach(client: Client, at: At, type: string): Promise<At> {
  const path = addressOf(uploadAttachments.path, { id: at.id }, { type })
  const bytes = samplePdf(`${type} ${at.id}`, 20_000)
  const sent = multipart({ name: `${type}.pdf`, mediaType: 'application/pdf', bytes })
  const reply = await client.send(path, { method: 'POST', ...sent })
  if (reply.status !== 200) throw new RequestFailed(path, reply)
  const done = uploadAttachments.reply.parse(JSON.parse(reply.body.toString()))
  const failed = done.results.find((one) => !one.ok)
  if (failed !== undefined) throw new Error(`${failed.name}: ${failed.words}`)
  return { id: at.id, version: done.version }
}

export const prepareSeal = (client: Client, at: At) =>
  client.call(api.prepareSeal, {
    params: { id: at.id },
    body: { version: at.version, requestId: randomUUIDv7() },
  })

export async function seal(client: Client, at: At, cms: Uint8Array): Promise<At & { applicationNo: string }> {
  const done = await client.call(api.sealApplication, {
    params: { id: at.id },
    body: {
      version: at.version,
      requestId: randomUUIDv7(),
      cms: Buffer.from(cms).toString('base64'),
    },
  })
  return { id: at.id, version: done.version, applicationNo: done.applicationNo }
}

export async function act(client: Client, at: At, action: string): Promise<At> {
  const done = await client.call(api.actOnApplication, {
    params: { id: at.id, action },
    body: { version: at.version, requestId: randomUUIDv7() },
  })
  return { id: at.id, version: done.version }
}

export async function review(client: Client, at: At, action: 'pass_first' | 'pass_second'): Promise<At> {
  return act(client, await act(client, at, 'claim'), action)
}

/** From nothing to the first review. */
export async function submit(client: Client, key: OpenKey): Promise<At> {
  let at = await saveSheet(client, await createDraft(client))
  for (const type of await requiredPapers(client, at.id)) at = await attach(client, at, type)
  const prepared = await prepareSeal(client, at)
  const cms = await sign(key, new TextEncoder().encode(prepared.content), new Date())
  return act(client, await seal(client, { id: at.id, version: prepared.version }, cms), 'submit')
}

/** The licence of an approved application. */
export async function licenceOf(client: Client, id: string): Promise<string> {
  const seen = await client.call(api.getApplication, { params: { id } })
  if (seen.licence === null) throw new Error('there is no licence yet')
  return seen.licence.id
}

/** Presses 生成电子许可证. */
export async function issue(client: Client, licenceId: string): Promise<void> {
  const pending = await client.call(licence.getLicence, { params: { id: licenceId } })
  await client.call(licence.actOnLicence, {
    params: { id: licenceId, action: 'issue' },
    body: { version: pending.version, requestId: randomUUIDv7() },
  })
}

/** Waits until the licence is valid; throws what the officer would see, or after half a minute. */
export async function issued(client: Client, licenceId: string): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    const now = await client.call(licence.getLicence, { params: { id: licenceId } })
    if (now.state === 'valid') return
    if (now.issueError !== null) throw new Error(now.issueError)
    await sleep(50)
  }
  throw new Error('not issued within half a minute')
}
