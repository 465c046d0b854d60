import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { PRIVATE, PUBLIC, writeWhole } from './pki-files.ts'

test('a file is replaced whole, with the mode asked for whatever the umask', async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'pki-'))
  const umask = process.umask(0o077)
  t.after(async () => {
    process.umask(umask)
    await rm(dir, { recursive: true })
  })
  const path = join(dir, 'chain.pem')
  const modeOf = async () => (await stat(path)).mode & 0o777
  await writeWhole(path, 'first', PUBLIC)
  assert.equal(await modeOf(), 0o644)
  await writeWhole(path, Uint8Array.of(0x41), PRIVATE)
  assert.equal(await modeOf(), 0o600)
  assert.equal(await readFile(path, 'utf8'), 'A')
  assert.deepEqual(await readdir(dir), ['chain.pem'])
})

test('when a file cannot be replaced nothing half-written stays', async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'pki-'))
  t.after(() => rm(dir, { recursive: true }))
  await mkdir(join(dir, 'chain.pem', 'in-the-way'), { recursive: true })
  await assert.rejects(writeWhole(join(dir, 'chain.pem'), 'text', PUBLIC))
  await assert.rejects(writeWhole(join(dir, 'missing', 'chain.pem'), 'text', PUBLIC), { code: 'ENOENT' })
  assert.deepEqual(await readdir(dir), ['chain.pem'])
})
