/** What a demonstration needs before it can serve: people, a certificate authority with their keys, certificates. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import type { Context } from '../context.ts'
import type { Db } from '../db/connect.ts'
import type { DemoPeople } from '../pki/demo-pki.ts'
import { pkiFiles } from '../pki/pki-files.ts'
import { readIndex } from '../pki/pki-index.ts'
import { loadDemoRates } from '../reference/demo-rates.ts'
import { StartError } from '../start-error.ts'
import { demoOperators } from './accounts.ts'
import { importCertificates } from './certificates.ts'
import { makeDemo } from './make.ts'
import { makeDemoOldUsers } from './old-users.ts'
import { makeDemoQuota } from './quota.ts'

type At = Pick<Context, 'db' | 'clock' | 'env'>

/** Safe to repeat: each part that is there already stays. */
export async function prepareDemo(at: At): Promise<void> {
  await makeDemo(at)
  await loadDemoRates(at.db, at.clock)
  await makeDemoQuota(at)
  await makeDemoOldUsers(at)
  const { index } = pkiFiles(at.env.pkiDir)
  const people = { operators: demoOperators(), authorities: await activeAuthorities(at.db) }
  if (!(await haveKeys(at, people, index))) await makeKeys(at, people)
  await importCertificates(at, index)
}

const activeAuthorities = (db: Db) =>
  db.selectFrom('authority').select(['code', 'name']).where('active', '=', true).execute()

/** Whether everybody has a certificate that is in date; making what is missing takes a process and a second. */
async function haveKeys({ clock }: At, people: DemoPeople, indexPath: string): Promise<boolean> {
  const index = await readIndex(indexPath)
  const inDate = index?.certificates.filter(({ notAfter }) => new Date(notAfter) > clock()) ?? []
  const logins = new Set(inDate.map(({ loginName }) => loginName))
  const codes = new Set(inDate.map(({ authorityCode }) => authorityCode))
  return (
    people.operators.every(({ loginName }) => logins.has(loginName)) &&
    people.authorities.every(({ code }) => codes.has(code))
  )
}

/** Keys are made by a process of their own: the server's never holds an operator's private key. */
async function makeKeys({ clock, env }: At, people: DemoPeople) {
  const script = path.resolve(import.meta.dirname, '../../../scripts/demo-pki.ts')
  const child = spawn(
    process.execPath,
    [script, '--out', env.pkiDir, '--public-url', env.publicUrl, '--now', clock().toISOString()],
    { stdio: ['pipe', 'ignore', 'pipe'] },
  )
  // When it dies before it has read them, its exit says so.
  child.stdin.on('error', () => undefined)
  child.stdin.end(JSON.stringify(people))
  const [[code], said] = await Promise.all([once(child, 'exit'), text(child.stderr)])
  if (code !== 0) throw new StartError(`演示用电子钥匙没有做成：${said.trim()}`)
}
