/** `upload`: sixteen files of 10 MB at the same time, each to an application of its own; how much memory grows. */
import { randomUUIDv7 } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { whoAmI } from '#api/account.ts'
import { createApplication } from '#api/application.ts'
import { uploadAttachments } from '#api/attachment.ts'
import { addressOf, Client, multipart } from '../scripts/client.ts'
import { samplePdf } from '../scripts/sample.ts'
import { plainForm } from './journey.ts'
import { Timings, type Figures } from './measure.ts'
import { memoryOf, watchMemory } from './processes.ts'
import type { Run } from './scenario.ts'

const FILES = 16
const BYTES = 10 * 1024 * 1024
const SMALL_BYTES = 20_000
const QUIET_MS = 1_000

export async function upload(run: Run): Promise<Figures[]> {
  // A server that has worked before holds memory that it can use again: growth would look smaller than it is.
  const system = await run.restart()
  const client = new Client(system.url)
  await client.signIn('steel02')
  const { enterprise, today } = await client.call(whoAmI, {})
  if (enterprise === null) throw new Error('steel02 has no enterprise')
  const form = plainForm(enterprise, today)
  const ids = Array.from({ length: FILES }, () => randomUUIDv7())
  for (const id of ids) {
    await client.call(createApplication, { body: { id, channel: 'api', form: { ...form } } })
    await send(client, { id, bytes: samplePdf(`CONTRACT ${id}`, SMALL_BYTES) })
  }
  await sleep(QUIET_MS)
  const before = memoryOf(system.pid)
  const memory = watchMemory(system.pid)
  const timings = new Timings()
  const files = ids.map((id) => ({ id, bytes: samplePdf(`CONTRACT ${id}`, BYTES) }))
  const start = performance.now()
  await Promise.all(files.map((file) => timings.of(() => send(client, file))))
  const seconds = (performance.now() - start) / 1000
  const most = memory.stop()
  client.close()
  run.say(
    `upload: ${((FILES * BYTES) / 1024 / 1024 / seconds).toFixed(0)} MB/s, memory ${before?.toFixed(0)} → ${most?.toFixed(0)} MB`,
  )
  return [
    {
      scenario: 'upload',
      rate: FILES / seconds,
      p50: timings.percentile(0.5),
      p99: timings.percentile(0.99),
      rssMb: before === null || most === null ? null : most - before,
      ratio: null,
    },
  ]
}

async function send(client: Client, { id, bytes }: { id: string; bytes: Buffer }) {
  const body = multipart({ name: 'contract.pdf', mediaType: 'application/pdf', bytes })
  const address = addressOf(uploadAttachments.path, { id }, { type: 'CONTRACT' })
  const reply = await client.send(address, { method: 'POST', ...body })
  const { results } = uploadAttachments.reply.parse(JSON.parse(reply.body.toString()))
  if (results.length !== 1 || results[0]?.ok !== true) throw new Error(`${address}: ${reply.body.toString()}`)
}
