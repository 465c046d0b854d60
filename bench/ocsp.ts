/**
 * `ocsp`: the state of single certificates among 100,000 that were revoked, on eight connections, each question signed
 * anew; and how long the list of them takes to be written (said beside, from the planning of its job to the new file).
 */
import { createHash, randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { readCertificate } from '#domain/seal/certificate.ts'
import {
  encode,
  fieldsOf,
  generalizedTime,
  nullValue,
  octetString,
  oid,
  readBitStringBytes,
  readElement,
  sequence,
  TAG,
  unsignedInteger,
} from '#domain/seal/der.ts'
import { fromHex } from '#domain/seal/bytes.ts'
import { OID } from '#domain/seal/oids.ts'
import { readPem } from '#domain/seal/pem.ts'
import { Client } from '../scripts/client.ts'
import { loop, Tally, Timings, type Figures } from './measure.ts'
import { watchMemory } from './processes.ts'
import type { Run } from './scenario.ts'

const REVOKED = 100_000
const REVOKED_AT = '2026-06-01T08:00:00Z'
const CONNECTIONS = 8
const SECONDS = 4
const WARM_UP_SECONDS = 1

export async function ocsp({ system, say }: Run): Promise<Figures[]> {
  await system.database.query(
    `insert into certificate (fingerprint, serial, kind, holder, pem, not_before, not_after, device, certificate_type,
       revoked_at, revocation_code, created_at)
     select encode(sha256(convert_to('bench ' || n, 'UTF8')), 'hex'), '40' || lpad(to_hex(n), 30, '0'), 'operator', '试验', '',
       '2026-01-01Z', '2036-01-01Z', 'file', 'general', $2, 'superseded', '2026-01-01Z'
     from generate_series(1, $1::int) n`,
    [REVOKED, REVOKED_AT],
  )
  await system.database.query('analyze certificate')
  const pkiDir = path.join(system.place.dir, 'data', 'pki')
  const seconds = await listWritten(system.database, path.join(pkiDir, 'issuing.crl'))
  say(`ocsp: list of ${REVOKED} written ${seconds.toFixed(2)} s after it was planned`)

  const client = new Client(system.url)
  const headers = { 'content-type': 'application/ocsp-request' }
  const revoked = generalizedTime(new Date(REVOKED_AT))
  const ask = await questions(path.join(pkiDir, 'chain.pem'))
  const timings = new Timings()
  const tally = new Tally()
  const once = (into: Timings) => async () => {
    const body = ask()
    const reply = await into.of(() => client.send('/pki/ocsp', { method: 'POST', headers, body }))
    // Revoked, with the time: an answer without one is shorter.
    if (reply.status !== 200 || !reply.body.includes(revoked)) throw new Error(`OCSP: ${reply.status}`)
  }
  const connections = Array.from({ length: CONNECTIONS }, (_, index) => index)
  const memory = watchMemory(system.pid)
  await loop(connections, WARM_UP_SECONDS, new Tally(), once(new Timings()))
  await loop(connections, SECONDS, tally, once(timings))
  const rssMb = memory.stop()
  client.close()
  return [
    {
      scenario: 'ocsp',
      rate: tally.rate,
      p50: timings.percentile(0.5),
      p99: timings.percentile(0.99),
      rssMb,
      ratio: null,
    },
  ]
}

/** Seconds until the list is a new one with all entries in it. */
async function listWritten(database: { query: (text: string) => Promise<unknown> }, file: string) {
  const start = performance.now()
  await database.query(`select graphile_worker.add_job('pki.crl', '{}'::json)`)
  for (;;) {
    if ((await readFile(file)).length > REVOKED * 30) return (performance.now() - start) / 1000
    if (performance.now() - start > 60_000) throw new Error('the list was not written')
    await sleep(5)
  }
}

/** Gives requests about revoked certificates, another one each time, with a nonce. */
async function questions(chain: string): Promise<() => Uint8Array> {
  const [block] = readPem(await readFile(chain, 'utf8'))
  if (block === undefined) throw new Error('no chain')
  const issuing = readCertificate(block.bytes)
  const key = fieldsOf(readElement(issuing.publicKey, TAG.sequence))
  key.take(TAG.sequence)
  const sha1 = (bytes: Uint8Array) => octetString(createHash('sha1').update(bytes).digest())
  const nameHash = sha1(issuing.subject)
  const keyHash = sha1(readBitStringBytes(key.take(TAG.bitString)))
  let next = 0
  return () => {
    next = (next % REVOKED) + 1
    const serial = unsignedInteger(fromHex(`40${next.toString(16).padStart(30, '0')}`))
    const id = sequence(sequence(oid(OID.sha1), nullValue()), nameHash, keyHash, serial)
    const nonce = sequence(oid(OID.ocspNonce), octetString(octetString(randomBytes(16))))
    return sequence(sequence(sequence(sequence(id)), encode(0xa2, sequence(nonce))))
  }
}
