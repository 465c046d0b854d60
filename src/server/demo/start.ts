/** What a demonstration needs before it can serve: people, a certificate authority with their keys, certificates. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import type { Context } from '../context.ts'
import { pkiFiles } from '../pki/pki-files.ts'
import { readIndex } from '../pki/pki-index.ts'
import { StartError } from '../start-error.ts'
import { demoOperators } from './accounts.ts'
import { importCertificates } from './certificates.ts'
import { makeDemo } from './make.ts'

type At = Pick<Context, 'db' | 'clock' | 'env'>

/** Safe to repeat: each part that is there already stays. */
export async function prepareDemo(at: At): Promise<void> {
  await makeDemo(at)
  const { index } = pkiFiles(at.env.pkiDir)
  if (!(await hasKeys(at, index))) await makeKeys(at)
  await importCertificates(at, index)
}

/** Whether every certificate is there and in date; making what is missing takes a process and a second. */
async function hasKeys({ clock }: At, indexPath: string): Promise<boolean> {
  const index = await readIndex(indexPath)
  return index !== undefined && index.certificates.every(({ notAfter }) => new Date(notAfter) > clock())
}

/** Keys are made by a process of their own: the server's never holds an operator's private key. */
async function makeKeys({ db, clock, env }: At) {
  const authorities = await db
    .selectFrom('authority')
    .select(['code', 'name'])
    .where('active', '=', true)
    .execute()
  const script = path.resolve(import.meta.dirname, '../../../scripts/demo-pki.ts')
  const child = spawn(
    process.execPath,
    [script, '--out', env.pkiDir, '--public-url', env.publicUrl, '--now', clock().toISOString()],
    { stdio: ['pipe', 'ignore', 'pipe'] },
  )
  child.stdin.end(JSON.stringify({ operators: demoOperators(), authorities }))
  const [[code], said] = await Promise.all([once(child, 'exit'), text(child.stderr)])
  if (code !== 0) throw new StartError(`演示用电子钥匙没有做成：${said.trim()}`)
}
