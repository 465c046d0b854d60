/** Applications of 演示钢铁集团 brought so far without the browser, for tests that begin there. */
import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { actOnLicence, listLicences } from '#api/licence.ts'
import type { ApplicationForm, ContractSheet } from '#domain/application/form.ts'
import { completeDraft, doing, passing, sealed, type Draft } from '#test/journey.ts'
import { as } from '#test/people.ts'
import type { System } from './browser.ts'

export interface Change {
  form?: Partial<ApplicationForm>
  sheet?: Partial<ContractSheet>
  papers?: string[]
}

export interface Numbered extends Draft {
  applicationNo: string
}

/** Complete, with all papers, not sealed. */
export const draftMade = async ({ test }: System, change: Change = {}): Promise<Draft> =>
  completeDraft(test, await as(test, 'steel02'), change)

export async function sealedMade(system: System, change: Change = {}): Promise<Numbered> {
  const key = { open: await system.openKey('steel02') }
  const client = await as(system.test, 'steel02')
  return sealed(system.test, client, key, await completeDraft(system.test, client, change))
}

/** Waits for the first review. */
export async function submittedMade(system: System, change: Change = {}): Promise<Numbered> {
  const made = await sealedMade(system, change)
  const sent = await doing(await as(system.test, 'steel02'), made, 'submit')
  return { ...made, version: sent.version }
}

/** Passed by review01, waits for the second review. */
export async function reviewedMade(system: System): Promise<Numbered> {
  const made = await submittedMade(system)
  const passed = await passing(await as(system.test, 'review01'), made, 'pass_first')
  return { ...made, version: passed.version }
}

/** Passed twice; its licence waits to be issued. */
export async function approvedMade(system: System): Promise<Numbered & { licenceNo: string }> {
  const made = await reviewedMade(system)
  const passed = await passing(await as(system.test, 'review02'), made, 'pass_second')
  return { ...made, version: passed.version, licenceNo: passed.licenceNo ?? '' }
}

/** A valid licence of 演示钢铁集团, issued by the running press. */
export async function issuedMade(
  system: System,
): Promise<{ id: string; licenceNo: string; applicationId: string }> {
  const { id: applicationId, licenceNo } = await approvedMade(system)
  const issuer = await as(system.test, 'issue01')
  const find = async (list: 'to_issue' | 'issued') =>
    (await issuer.call(listLicences, { query: { list, q: licenceNo } })).rows[0]
  const waiting = await find('to_issue')
  assert.ok(waiting)
  await issuer.call(actOnLicence, {
    params: { id: waiting.id, action: 'issue' },
    body: { version: waiting.version, requestId: randomUUIDv7() },
  })
  await until(async () => (await find('issued')) !== undefined)
  return { id: waiting.id, licenceNo, applicationId }
}

/** Waits for what the running system does by itself; a minute at most. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 1200; tries++) {
    if (await isSo()) return
    await new Promise((done) => setTimeout(done, 50))
  }
  assert.fail('it did not come about')
}
