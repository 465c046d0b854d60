/** The real server, killed in the middle of issuing and started again: every licence comes out, once. */
import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { getLicence } from '#api/licence.ts'
import { Client } from '../scripts/client.ts'
import { issue, issued, licenceOf, review, submit } from '../scripts/journey.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'xuke-kill-'))
const project = path.resolve(import.meta.dirname, '..')
let server: ChildProcess | undefined

after(async () => {
  if (server?.exitCode === null) {
    server.kill('SIGTERM')
    await once(server, 'exit')
  }
  rmSync(folder, { recursive: true, force: true })
})

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  assert.ok(typeof address === 'object' && address !== null)
  return address.port
}

async function start(port: number): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['src/server/main.ts'], {
    cwd: project,
    env: { ...process.env, PORT: String(port), DATA_DIR: folder, NODE_TEST_CONTEXT: '' },
    stdio: 'ignore',
  })
  const client = new Client(`http://127.0.0.1:${port}`)
  for (let tries = 0; tries < 600; tries++) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`)
    const reply = await client.send('/readyz').catch(() => undefined)
    if (reply?.status === 200) {
      client.close()
      return child
    }
    await sleep(100)
  }
  throw new Error('the server did not become ready')
}

test('kill -9 during issuing: after the next start each licence is valid, completed once', async () => {
  const port = await freePort()
  server = await start(port)
  const base = `http://127.0.0.1:${port}`
  const [operator, first, second, issuer] = [
    new Client(base),
    new Client(base),
    new Client(base),
    new Client(base),
  ]
  const { key } = await operator.eKey(await operator.signIn('steel02'))
  await first.signIn('review01')
  await second.signIn('review02')
  await issuer.signIn('issue01')
  const licences: string[] = []
  for (let count = 0; count < 6; count++) {
    const passed = await review(first, await submit(operator, key), 'pass_first')
    licences.push(await licenceOf(issuer, (await review(second, passed, 'pass_second')).id))
  }
  for (const id of licences) await issue(issuer, id)
  // Some are done, some half done, some not begun.
  const [one = ''] = licences
  await issued(operator, one)
  server.kill('SIGKILL')
  await once(server, 'exit')

  server = await start(port)
  for (const id of licences) {
    await issued(operator, id)
    const seen = await issuer.call(getLicence, { params: { id } })
    assert.equal(seen.history.filter((line) => line.action === 'complete').length, 1)
    const file = await operator.file(`/api/licences/${id}/document`)
    assert.equal(file.subarray(0, 5).toString(), '%PDF-')
  }
  for (const client of [operator, first, second, issuer]) client.close()
})
