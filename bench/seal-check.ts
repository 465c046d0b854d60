/** `seal-check`: whole checks of a seal in a process of its own, beside digest and one native verification. */
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { sealerOf, submitOne } from './journey.ts'
import type { Figures } from './measure.ts'
import type { Run } from './scenario.ts'

const Measured = z.object({
  rate: z.number(),
  floor: z.number(),
  p50: z.number(),
  p99: z.number(),
  rssMb: z.number(),
})

export async function sealCheck({ system, say }: Run): Promise<Figures[]> {
  const { place } = system
  const sealer = await sealerOf(system.url, 'steel02')
  const { content, cms } = await submitOne(sealer)
  sealer.client.close()
  const given = {
    content,
    cms: Buffer.from(cms).toString('base64'),
    chain: readFileSync(path.join(place.dir, 'data', 'pki', 'chain.pem'), 'utf8'),
    now: new Date().toISOString(),
  }
  const file = path.join(place.dir, 'seal.json')
  writeFileSync(file, JSON.stringify(given))
  const program = place.start('src/server/pki/measure-seal-check.ts', { args: [file] })
  const { rate, floor, p50, p99, rssMb } = Measured.parse(JSON.parse(await program.finished()))
  say(`seal-check: floor ${floor.toFixed(0)}/s, content ${content.length} characters`)
  return [{ scenario: 'seal-check', rate, p50, p99, rssMb, ratio: rate / floor }]
}
