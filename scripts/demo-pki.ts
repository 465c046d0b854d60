/**
 * node scripts/demo-pki.ts --out DIR --public-url URL --now ISO < people.json
 *
 * Makes the demonstration's certificate authority, document signers and e-key files below DIR; the people
 * (DemoPeople) come by standard input, since a command line can be read by every user of the machine.
 * Ends with 0, or with 1 and one line on standard error.
 */
import { text } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import { DemoPeople, makeDemoPki } from '#server/pki/demo-pki.ts'

async function run(): Promise<void> {
  const { values } = parseArgs({
    options: { out: { type: 'string' }, 'public-url': { type: 'string' }, now: { type: 'string' } },
  })
  const { out, now } = values
  const publicUrl = values['public-url']?.replace(/\/+$/, '')
  if (!out || !publicUrl || !now || Number.isNaN(Date.parse(now))) {
    throw new Error('--out DIR, --public-url URL and --now ISO are needed')
  }
  const people = DemoPeople.parse(JSON.parse(await text(process.stdin)))
  await makeDemoPki({ ...people, dir: out, publicUrl, now: new Date(now) })
}

run().catch((error: unknown) => {
  console.error(`demo-pki: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
})
