/** Requests on licences while things are killed: cancellation, write-off, amendment and loss, and what customs answers. */
import { randomUUIDv7 } from 'node:crypto'
import * as requestApi from '#api/request.ts'
import { emptyAmendment, type AmendmentForm } from '#domain/amendment/form.ts'
import { sign } from '#ui/key/e-key.ts'
import type { Client } from '../client.ts'
import type { People } from './actors.ts'
import { insist, type Log } from './insist.ts'

type Request = { id: string; version: number }
type Asked = { kind: 'cancellation' | 'write_off' | 'amendment' | 'loss'; licenceNo: string }

async function create(
  { operator }: People,
  of: Asked & { writeOffQuantity?: string; form?: AmendmentForm },
): Promise<Request> {
  const body = { id: randomUUIDv7(), reason: '合同已履行、取消或变更', ...of }
  const { version } = await insist(() => operator.call(requestApi.createRequest, { body }))
  return { id: body.id, version }
}

async function step(client: Client, log: Log, { id, version }: Request, action: string): Promise<Request> {
  const requestId = randomUUIDv7()
  const given = { params: { id, action }, body: { version, requestId } }
  const done = await insist(() => client.call(requestApi.actOnRequest, given))
  log.done({ thing: 'request', id, action, requestId })
  return { id, version: done.version }
}

/** A cancellation or write-off up to the officer's yes; what customs says comes by itself. */
export async function endLicence(
  people: People,
  log: Log,
  of: Asked & { writeOffQuantity?: string },
): Promise<void> {
  const submitted = await step(people.operator, log, await create(people, of), 'submit')
  await step(people.first, log, submitted, 'pass')
}

/** An amendment or a loss, sealed, reviewed twice; answers the new licence once customs let the old one go. */
export async function exchange(
  people: People,
  log: Log,
  of: Asked & { quantity: string; today: string },
): Promise<() => Promise<string | null>> {
  const { operator, key } = people
  const { quantity, today, ...asked } = of
  const lost = of.kind === 'loss'
  const { id } = await create(people, {
    ...asked,
    form: {
      ...emptyAmendment,
      changes: lost ? {} : { customsPort: '0202' },
      lines: [{ specGrade: '规格一', unitPrice: '0.58', quantity }],
      notice: lost ? { newspaper: '国际商报', publishedOn: today } : emptyAmendment.notice,
    },
  })
  const read = () => operator.call(requestApi.getRequest, { params: { id } })
  // Asking for the content to seal writes no history: cut off, it is asked again with the version as it is then.
  const prepared = await insist(async () => {
    const body = { version: (await read()).version, requestId: randomUUIDv7() }
    return operator.call(requestApi.prepareRequestSeal, { params: { id }, body })
  })
  const cms = await sign(key, new TextEncoder().encode(prepared.content), new Date())
  const requestId = randomUUIDv7()
  const seal = { version: prepared.version, requestId, cms: Buffer.from(cms).toString('base64') }
  const sealed = await insist(() => operator.call(requestApi.sealRequest, { params: { id }, body: seal }))
  log.done({ thing: 'request', id, action: 'seal', requestId })
  let at = await step(operator, log, { id, version: sealed.version }, 'submit')
  at = await step(people.first, log, at, 'pass_first')
  await step(people.second, log, at, 'pass_second')
  return async () => (await insist(read)).newLicenceId
}
