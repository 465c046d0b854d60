/**
 * node src/server/pki/measure-seal-check.ts FILE
 *
 * How many seals a second one process checks (`verifySeal`, the certificate known), and how many times it digests the
 * same content and verifies one signature natively. FILE is JSON: content, cms (base64), chain (PEM), now (instant of
 * the check). A program of its own because the bench never imports the server. Prints one line of JSON; p50 and p99
 * are milliseconds of single checks.
 */
import { createHash, generateKeyPairSync, sign, verify } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { verifySeal } from './seal-check.ts'
import { buildTrust } from './trust.ts'

const Given = z.object({
  content: z.string(),
  cms: z.base64(),
  chain: z.string(),
  now: z.coerce.date(),
})

/** Both take turns, so that they meet the same machine. */
const ROUNDS = 6
const ROUND_MS = 600
const WARM_UP = 2_000

const given = Given.parse(JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')))
const content = new TextEncoder().encode(given.content)
const input = {
  cms: Buffer.from(given.cms, 'base64'),
  content,
  now: given.now,
  trust: buildTrust(given.chain),
}

function check(): void {
  const verdict = verifySeal(input)
  if (!verdict.ok) throw new Error(verdict.words)
}

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const digest = () => createHash('sha256').update(content).digest()
// What a seal signs is some attributes with the digest of the content: as short as this.
const attributes = Buffer.alloc(200)
const shortSignature = sign('sha256', attributes, privateKey)
function floor(): void {
  digest()
  if (!verify('sha256', attributes, publicKey, shortSignature)) throw new Error('not verified')
}

/** Milliseconds of each call within the time of a round. */
function round(work: () => void): number[] {
  const times: number[] = []
  const end = performance.now() + ROUND_MS
  for (let start = performance.now(); start < end;) {
    work()
    const now = performance.now()
    times.push(now - start)
    start = now
  }
  return times
}

for (let turn = 0; turn < WARM_UP; turn++) {
  check()
  floor()
}
const turns = Array.from({ length: ROUNDS }, () => ({ checks: round(check), floors: round(floor) }))
const checks = turns.flatMap((turn) => turn.checks).toSorted((a, b) => a - b)
const floors = turns.flatMap((turn) => turn.floors)
const rate = (times: readonly number[]) => times.length / (times.reduce((sum, ms) => sum + ms, 0) / 1000)
console.log(
  JSON.stringify({
    rate: rate(checks),
    floor: rate(floors),
    p50: checks[Math.floor(checks.length * 0.5)],
    p99: checks[Math.floor(checks.length * 0.99)],
    rssMb: process.memoryUsage().rss / 1024 / 1024,
  }),
)
