/** Applications of 演示钢铁集团 brought so far without the browser, for tests that begin there. */
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
