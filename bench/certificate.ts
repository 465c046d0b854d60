/** `certificate`: certificates for approved requests on eight connections; the keys are made before the clock runs. */
import { randomUUIDv7 } from 'node:crypto'
import { getKeyRequest, makeCertificate } from '#api/key.ts'
import { ECDSA_P256 } from '#domain/seal/algorithm.ts'
import { requestFor } from '#ui/key/new-key.ts'
import { Client } from '../scripts/client.ts'
import { actOnKey, askForKey } from '../scripts/company.ts'
import { copyKeyRequests } from './copies.ts'
import { loop, Tally, Timings, type Figures } from './measure.ts'
import { databasePid } from './place.ts'
import { watchMemory, watchProcessors } from './processes.ts'
import type { Run } from './scenario.ts'

const CONNECTIONS = 8
const SECONDS = 4
const WARM_UP_SECONDS = 1
const REQUESTS = 2_500
const applicant = {
  personName: '钱思远',
  department: '出口一部',
  email: 'steel02@example.com',
  mobile: '13900000202',
}

export async function certificate({ system, say }: Run): Promise<Figures[]> {
  const client = new Client(system.url)
  await client.signIn('steel02')
  const officer = new Client(system.url)
  await officer.signIn('key01')
  const { id, version } = await actOnKey(officer, await askForKey(client, applicant), 'approve')
  officer.close()
  const { holder } = await client.call(getKeyRequest, { params: { id } })
  const keys: { id: string; request: string }[] = []
  for (const copy of await copyKeyRequests(system.database, id, 1, REQUESTS)) {
    const pair = await crypto.subtle.generateKey(ECDSA_P256.webKey, true, ['sign', 'verify'])
    keys.push({ id: copy, request: Buffer.from(await requestFor(holder, pair)).toString('base64') })
  }
  const once = (timings: Timings) => async () => {
    const next = keys.pop()
    if (next === undefined) return false
    const body = { version, requestId: randomUUIDv7(), request: next.request }
    await timings.of(() => client.call(makeCertificate, { params: { id: next.id }, body }))
    return true
  }
  const connections = Array.from({ length: CONNECTIONS }, (_, index) => index)
  const [timings, tally] = [new Timings(), new Tally()]
  await loop(connections, WARM_UP_SECONDS, new Tally(), once(new Timings()))
  const memory = watchMemory(system.pid)
  const processors = watchProcessors(system.pid, databasePid(system.place))
  await loop(connections, SECONDS, tally, once(timings))
  say(`certificate: ${processors(timings.count)}`)
  const rssMb = memory.stop()
  client.close()
  return [
    {
      scenario: 'certificate',
      rate: tally.rate,
      p50: timings.percentile(0.5),
      p99: timings.percentile(0.99),
      rssMb,
      ratio: null,
    },
  ]
}
