import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { BadFile } from '#server/files/bad-file.ts'
import { directoryStore } from '#server/files/store.ts'

const folders: string[] = []
after(() => folders.forEach((folder) => fs.rmSync(folder, { recursive: true, force: true })))

function newFolder(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'xuke-store-'))
  folders.push(folder)
  return folder
}

const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const mb = 1024 * 1024
const any = { maxBytes: mb }

/** Names of all files below the folder, uploads under way included. */
const filesIn = (folder: string) =>
  fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))

async function textOf(stream: Readable): Promise<string> {
  return Buffer.concat(await stream.toArray()).toString()
}

test('keeps bytes under their digest and gives them back, whole or in part', async () => {
  const folder = newFolder()
  const store = directoryStore(folder)
  const bytes = Buffer.from('出口合同')
  const { sha256, size } = await store.put(Readable.from([bytes.subarray(0, 5), bytes.subarray(5)]), any)
  assert.deepEqual({ sha256, size }, { sha256: digestOf(bytes), size: bytes.length })
  assert.deepEqual(filesIn(folder), [path.join(sha256.slice(0, 2), sha256)])
  assert.equal(await store.has(sha256), true)
  assert.deepEqual(await store.readBytes(sha256), bytes)

  const whole = await store.open(sha256)
  assert.equal(whole?.size, bytes.length)
  assert.equal(await textOf(whole.stream), '出口合同')
  const part = await store.open(sha256, { first: 3, last: 5 })
  assert.equal(part?.size, bytes.length)
  assert.equal(await textOf(part.stream), '口')
})

test('a file that is not there', async () => {
  const store = directoryStore(newFolder())
  const sha256 = digestOf(Buffer.from('never put'))
  assert.equal(await store.open(sha256), undefined)
  assert.equal(await store.has(sha256), false)
  await assert.rejects(store.readBytes(sha256), /ENOENT/)
  await store.remove(sha256)
  assert.deepEqual(await store.list(sha256.slice(0, 2)), [])
})

test('a digest is no way to other files', async () => {
  const store = directoryStore(newFolder())
  for (const name of ['../../../etc/passwd', 'A'.repeat(64), '']) {
    await assert.rejects(store.open(name), RangeError)
    assert.throws(() => store.remove(name), RangeError)
  }
})

test('changed bytes are not given out as the file', async () => {
  const folder = newFolder()
  const store = directoryStore(folder)
  const { sha256 } = await store.putBytes(Buffer.from('licence'))
  fs.writeFileSync(path.join(folder, filesIn(folder)[0] ?? ''), 'licences')
  await assert.rejects(store.readBytes(sha256), /damaged/)
  // Putting the bytes again heals it.
  await store.putBytes(Buffer.from('licence'))
  assert.equal((await store.readBytes(sha256)).toString(), 'licence')
})

test('exactly the limit is taken, one byte more is not, and nothing remains of it', async () => {
  const folder = newFolder()
  const store = directoryStore(folder)
  const { size } = await store.put(Readable.from([Buffer.alloc(mb - 1), Buffer.alloc(1)]), any)
  assert.equal(size, mb)
  const before = filesIn(folder)
  await assert.rejects(
    store.put(Readable.from([Buffer.alloc(mb), Buffer.alloc(1)]), any),
    (error) => error instanceof BadFile && /超过 1 MB/.test(error.message),
  )
  await assert.rejects(
    store.put(Readable.from([]), any),
    (error) => error instanceof BadFile && /空的/.test(error.message),
  )
  assert.deepEqual(filesIn(folder), before)
})

test('stopping early leaves the stream as it is: it may be part of a request that goes on', async () => {
  const store = directoryStore(newFolder())
  const stream = Readable.from([Buffer.alloc(10), Buffer.alloc(10), Buffer.alloc(10)])
  await assert.rejects(store.put(stream, { maxBytes: 15 }), BadFile)
  assert.equal(stream.destroyed, false)
  assert.equal((await stream.toArray()).length, 1)
})

test('the check sees the whole file at any position; what it refuses is not kept', async () => {
  const folder = newFolder()
  const store = directoryStore(folder)
  const bytes = Buffer.from('0123456789')
  await assert.rejects(
    store.put(Readable.from([bytes]), {
      ...any,
      async check(view) {
        assert.equal(view.size, 10)
        assert.equal((await view.read(3, 4)).toString(), '3456')
        assert.equal((await view.read(8, 100)).toString(), '89')
        assert.equal((await view.read(50, 10)).length, 0)
        throw new BadFile('not this one')
      },
    }),
    /not this one/,
  )
  assert.deepEqual(filesIn(folder), [])
})

test('the check of a large file reads it from the disk, at any position', async () => {
  const store = directoryStore(newFolder())
  const bytes = Buffer.from(Array.from({ length: 400_000 }, (_, index) => index % 251))
  await store.put(Readable.from([bytes]), {
    ...any,
    async check(view) {
      assert.deepEqual(await view.read(0, 10), bytes.subarray(0, 10))
      assert.deepEqual(await view.read(300_000, 70_000), bytes.subarray(300_000, 370_000))
      assert.deepEqual(await view.read(399_990, 64 * 1024), bytes.subarray(399_990))
      assert.equal((await view.read(400_000, 1)).length, 0)
      assert.equal((await view.read(500_000, 1)).length, 0)
    },
  })
})

test('memory of chunks is given back when asked, but never that of something beside them', async () => {
  const store = directoryStore(newFolder())
  const whole = Buffer.from(new ArrayBuffer(1000))
  const beside = Buffer.from(new ArrayBuffer(1000)).subarray(0, 999)
  const bytes = Buffer.concat([whole, beside])
  const { sha256 } = await store.put(Readable.from([whole, beside]), { ...any, release: true })
  assert.deepEqual([whole.buffer.detached, beside.buffer.detached], [true, false])
  assert.deepEqual(await store.readBytes(sha256), bytes)

  const kept = Buffer.from(new ArrayBuffer(1000))
  await store.put(Readable.from([kept]), any)
  assert.equal(kept.length, 1000)
})

test('a stream that breaks off leaves nothing', async () => {
  const folder = newFolder()
  const store = directoryStore(folder)
  const stream = new PassThrough()
  stream.write(Buffer.alloc(1000))
  const putting = store.put(stream, any)
  while (filesIn(folder).length === 0) await sleep(5)
  stream.destroy()
  await assert.rejects(putting, /Premature close/)
  assert.deepEqual(filesIn(folder), [])
})

test('the same bytes again, also at the same moment, are one file with the time of the last', async () => {
  const folder = newFolder()
  let now = new Date('2026-03-02T01:00:00Z')
  const store = directoryStore(folder, () => now)
  const bytes = Buffer.from('the same')
  const stored = await Promise.all(Array.from({ length: 8 }, () => store.putBytes(bytes)))
  assert.equal(new Set(stored.map(({ sha256 }) => sha256)).size, 1)
  const sha256 = digestOf(bytes)
  const listed = () => store.list(sha256.slice(0, 2))
  assert.deepEqual(await listed(), [{ sha256, size: 8, putAt: now }])
  now = new Date('2026-03-05T01:00:00Z')
  await store.putBytes(bytes)
  assert.deepEqual(await listed(), [{ sha256, size: 8, putAt: now }])
  assert.equal(filesIn(folder).length, 1)
  await store.remove(sha256)
  assert.deepEqual(filesIn(folder), [])
})

test('uploads that a crash cut off are cleared at the start, those under way are not', async () => {
  const folder = newFolder()
  directoryStore(folder)
  const dead = path.join(folder, 'incoming', 'dead')
  const alive = path.join(folder, 'incoming', 'alive')
  fs.writeFileSync(dead, 'half')
  fs.writeFileSync(alive, 'half')
  const longAgo = new Date(Date.now() - 61 * 60 * 1000)
  fs.utimesSync(dead, longAgo, longAgo)
  directoryStore(folder)
  assert.deepEqual(filesIn(folder), [path.join('incoming', 'alive')])
})

test('16 files of 10 MB at once do not fill the memory', async () => {
  const store = directoryStore(newFolder())
  // Each file has its own bytes; all of them come out of one buffer.
  const piece = Buffer.alloc(64 * 1024, 7)
  async function* tenMegabytes(number: number) {
    yield Buffer.from([number])
    for (let left = 10 * mb - 1; left > 0; left -= piece.length)
      yield piece.subarray(0, Math.min(left, piece.length))
  }
  const before = process.memoryUsage().rss
  let highest = before
  const watch = setInterval(() => (highest = Math.max(highest, process.memoryUsage().rss)), 5)
  const stored = await Promise.all(
    Array.from({ length: 16 }, (_, number) =>
      store.put(Readable.from(tenMegabytes(number)), { maxBytes: 10 * mb }),
    ),
  )
  clearInterval(watch)
  assert.equal(new Set(stored.map(({ sha256 }) => sha256)).size, 16)
  assert.ok(highest - before < 50 * mb, `grew by ${Math.round((highest - before) / mb)} MB`)
})
