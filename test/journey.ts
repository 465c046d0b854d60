/** The way of an application through the front door, as far as a test wants it; each step is a client's request. */
import { randomUUIDv7 } from 'node:crypto'
import * as api from '#api/application.ts'
import type { ApplicationForm, ContractSheet } from '#domain/application/form.ts'
import { demoEnterprises, type DemoEnterpriseName } from '#server/demo/enterprises.ts'
import { steelForm, steelSheet } from '#test/forms.ts'
import type { TestApp, TestClient } from '#test/people.ts'
import type { TestKey } from '#test/pki.ts'
import { sign } from '#ui/key/e-key.ts'
import { samplePdf } from '../scripts/sample.ts'

export interface Draft {
  id: string
  version: number
}

/** The fields a client may send: everything that is typed. */
export const typed = (form: ApplicationForm): Record<string, unknown> => ({ ...form })

const papers = ['CONTRACT', 'STEEL_QC', 'LICENCE_BUSINESS']

/** A new draft with its contract sheet and all papers, complete and not sealed. */
export async function completeDraft(
  test: TestApp,
  client: TestClient,
  change: { form?: Partial<ApplicationForm>; sheet?: Partial<ContractSheet> | null; papers?: string[] } = {},
): Promise<Draft> {
  const id = randomUUIDv7()
  const form = { ...steelForm(enterpriseOf(client)), ...change.form }
  const contractSheet = change.sheet === null ? null : { ...steelSheet(), ...change.sheet }
  const made = await client.call(api.createApplication, {
    body: { id, channel: 'platform', form: typed(form), contractSheet },
  })
  for (const type of change.papers ?? papers) await attach(test, client, id, type)
  return { id, version: made.version }
}

export function enterpriseOf(client: TestClient) {
  const name: DemoEnterpriseName | null | undefined = client.account?.enterprise
  if (name === null || name === undefined) throw new Error('not an operator')
  return demoEnterprises[name]
}

/** A paper put beside the application without the upload's request, which has tests of its own. */
async function attach(test: TestApp, client: TestClient, id: string, type: string) {
  const stored = await test.ctx.files.putBytes(samplePdf(`${type} of ${id}`))
  await test.ctx.db
    .insertInto('attachment')
    .values({
      id: randomUUIDv7(),
      application_id: id,
      type_code: type,
      name: `${type}.pdf`,
      size: stored.size,
      sha256: stored.sha256,
      media_type: 'application/pdf',
      created_by: client.account?.id ?? '',
      created_at: test.clock(),
    })
    .execute()
}

/** Reserves the number, signs what is to be sealed, and seals; answers the new version. */
export async function sealed(
  test: TestApp,
  client: TestClient,
  key: Pick<TestKey, 'open'>,
  draft: Draft,
): Promise<Draft & { applicationNo: string }> {
  const prepared = await prepare(client, draft)
  const cms = await sign(key.open, new TextEncoder().encode(prepared.content), test.clock())
  const done = await client.call(api.sealApplication, {
    params: { id: draft.id },
    body: { version: prepared.version, requestId: randomUUIDv7(), cms: Buffer.from(cms).toString('base64') },
  })
  return { id: draft.id, version: done.version, applicationNo: done.applicationNo }
}

export const prepare = (client: TestClient, draft: Draft) =>
  client.call(api.prepareSeal, {
    params: { id: draft.id },
    body: { version: draft.version, requestId: randomUUIDv7() },
  })

/** One action that is to succeed. */
export async function doing(
  client: TestClient,
  thing: Draft,
  action: string,
  opinion?: string,
): Promise<Draft & { state: string; licenceNo: string | null }> {
  const done = await client.call(api.actOnApplication, {
    params: { id: thing.id, action },
    body: actionBody(thing, opinion),
  })
  return { id: thing.id, version: done.version, state: done.state, licenceNo: done.licenceNo }
}

export const actionBody = (thing: Draft, opinion?: string) => ({
  version: thing.version,
  requestId: randomUUIDv7(),
  ...(opinion === undefined ? {} : { input: { opinion } }),
})

/** One action that is to be refused. */
export const refusing = (client: TestClient, thing: Draft, action: string, opinion?: string) =>
  client.refused(api.actOnApplication, {
    params: { id: thing.id, action },
    body: actionBody(thing, opinion),
  })

/** From nothing to the first review. */
export async function submitted(test: TestApp, client: TestClient, key: Pick<TestKey, 'open'>) {
  return doing(client, await sealed(test, client, key, await completeDraft(test, client)), 'submit')
}

/** Claimed and passed by one officer. */
export async function passing(client: TestClient, thing: Draft, action: 'pass_first' | 'pass_second') {
  return doing(client, await doing(client, thing, 'claim'), action)
}
