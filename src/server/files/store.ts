/**
 * Files by the SHA-256 of their bytes. The bytes are on disk, and the disk knows it, before anybody gets their
 * digest: a row in the database never names a file that is not there. Who may read which file is decided by the
 * rows that name it; the store itself knows no owner.
 */
import { createHash, randomUUID } from 'node:crypto'
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import fs from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import { emptyWords, tooLargeWords } from '#domain/file/kinds.ts'
import { BadFile } from './bad-file.ts'
import { bytesOf, type Bytes } from './bytes.ts'

/** A kept file: its digest (64 lower-case hex digits) and its size in bytes. */
export interface Stored {
  sha256: string
  size: number
}

export interface PutOptions {
  maxBytes: number
  /**
   * Nobody looks at the stream's chunks after us: their memory is given back at once. Left to the collector, which
   * does not see how large they are, those of a few uploads at once add up to 80 MB.
   */
  release?: boolean
  /** Looks at the whole file before it is kept; what it throws is thrown by `put`, and nothing is kept. */
  check?: (bytes: Bytes) => Promise<void>
}

/** First and last byte of a part, both included. */
export interface Part {
  first: number
  last: number
}

export interface FileStore {
  /**
   * Keeps what the stream brings. Refuses with BadFile when it is empty or longer than `maxBytes`; then, as when
   * `check` throws or the stream breaks, nothing remains, and the rest of the stream is left unread. Keeping bytes
   * that are there already is as good as the first time, and takes as long.
   */
  put(source: Readable, options: PutOptions): Promise<Stored>
  putBytes(bytes: Uint8Array): Promise<Stored>
  /** The bytes, or a part of them; `size` is that of the whole file. Nothing when there is no such file. */
  open(sha256: string, part?: Part): Promise<{ stream: Readable; size: number } | undefined>
  /** The whole file. Throws when it is not there or its bytes are no longer those of its digest. */
  readBytes(sha256: string): Promise<Buffer>
  has(sha256: string): Promise<boolean>
  remove(sha256: string): Promise<void>
  /** The files whose digest begins with these two hex digits, each with the instant it was last put. */
  list(shelf: string): Promise<(Stored & { putAt: Date })[]>
  /** Removes what uploads that were cut off by a crash left behind. Done at the start, too. */
  clean(): void
}

/** An upload that has not written for so long is dead: its process was killed. */
const deadAfterMs = 60 * 60 * 1000

/** The clock of the files themselves is the system's; only a clock that is set by hand (in a test) differs by so much. */
const sameClockMs = 60_000

/**
 * A store in a folder of the local disk: `folder/aa/<sha256>`, uploads under way in `folder/incoming`. A folder for the
 * digest's first two hex digits is made when its first file comes.
 */
export function directoryStore(folder: string, clock: () => Date = () => new Date()): FileStore {
  const incoming = path.join(folder, 'incoming')
  mkdirSync(incoming, { recursive: true, mode: 0o700 })
  clean()

  function clean() {
    for (const name of readdirSync(incoming)) {
      const file = path.join(incoming, name)
      const written = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0
      if (Date.now() - written > deadAfterMs) rmSync(file, { force: true })
    }
  }

  /**
   * The rename replaces a file of the same bytes: so its time is that of the last put (a sweep counts from there),
   * and nobody can tell by the time it takes that somebody else has the same file.
   */
  async function put(source: Readable, options: PutOptions): Promise<Stored> {
    const temporary = path.join(incoming, randomUUID())
    const file = await fs.open(temporary, 'wx+', 0o600)
    try {
      const { first, ...stored } = await receive(source, file, options)
      await options.check?.(first === undefined ? await viewOf(file, stored.size) : bytesOf(first))
      const now = clock()
      if (Math.abs(now.getTime() - Date.now()) > sameClockMs) await file.utimes(now, now)
      await file.sync()
      await file.close()
      const target = pathOf(folder, stored.sha256)
      await rename(temporary, target)
      await syncFolder(path.dirname(target))
      return stored
    } catch (error) {
      await file.close()
      await fs.rm(temporary, { force: true })
      throw error
    }
  }

  async function rename(temporary: string, target: string) {
    try {
      await fs.rename(temporary, target)
    } catch (error) {
      if (!isMissing(error)) throw error
      await fs.mkdir(path.dirname(target), { recursive: true, mode: 0o700 })
      await syncFolder(folder)
      await fs.rename(temporary, target)
    }
  }

  async function open(sha256: string, part?: Part) {
    try {
      const file = await fs.open(pathOf(folder, sha256))
      const { size } = await file.stat()
      const range = part === undefined ? {} : { start: part.first, end: part.last }
      return { stream: file.createReadStream(range), size }
    } catch (error) {
      if (isMissing(error)) return undefined
      throw error
    }
  }

  return {
    put,
    open,
    clean,
    putBytes: (bytes) => put(Readable.from([bytes]), { maxBytes: bytes.byteLength }),
    async readBytes(sha256) {
      const bytes = await fs.readFile(pathOf(folder, sha256))
      if (createHash('sha256').update(bytes).digest('hex') !== sha256) {
        throw new Error(`stored file ${sha256} is damaged`)
      }
      return bytes
    },
    has: async (sha256) => (await fs.stat(pathOf(folder, sha256)).catch(() => undefined)) !== undefined,
    remove: (sha256) => fs.rm(pathOf(folder, sha256), { force: true }),
    async list(shelf) {
      const found: (Stored & { putAt: Date })[] = []
      for (const sha256 of await namesIn(path.join(folder, shelf))) {
        const stat = await fs.stat(path.join(folder, shelf, sha256)).catch(() => undefined)
        if (stat !== undefined) found.push({ sha256, size: stat.size, putAt: stat.mtime })
      }
      return found
    },
  }
}

const isMissing = (error: unknown) => error instanceof Error && 'code' in error && error.code === 'ENOENT'

/** What lies in a folder, in the order of the names; nothing where there is none. */
async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await fs.readdir(folder)).toSorted()
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}

/**
 * Writes the stream to the file and hashes it on the way; waits for the disk before it takes more. `first` are the bytes
 * of a file that came in one piece.
 */
async function receive(
  source: Readable,
  file: fs.FileHandle,
  options: PutOptions,
): Promise<Stored & { first: Uint8Array | undefined }> {
  const hash = createHash('sha256')
  let size = 0
  let first: Uint8Array | undefined
  // The stream stays whole when we stop early: it may be one part of a request that goes on.
  for await (const chunk of source.iterator({ destroyOnReturn: false })) {
    const bytes: Uint8Array = chunk
    first = size === 0 ? new Uint8Array(bytes) : undefined
    size += bytes.byteLength
    if (size > options.maxBytes) throw new BadFile(tooLargeWords(options.maxBytes))
    hash.update(bytes)
    await file.writeFile(bytes)
    if (options.release === true) release(bytes)
  }
  if (size === 0) throw new BadFile(emptyWords)
  return { sha256: hash.digest('hex'), size, first }
}

/** Frees the memory behind a chunk, unless something else lies in it as well. */
function release({ buffer, byteLength }: Uint8Array) {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0)
}

/** A small file is read once for all that is asked of it; a large one piece by piece. */
const readAtOnce = 256 * 1024

async function viewOf(file: fs.FileHandle, size: number): Promise<Bytes> {
  if (size <= readAtOnce) return bytesOf(await readAt(file, 0, size))
  return {
    size,
    read: (position, length) => readAt(file, position, Math.max(0, Math.min(length, size - position))),
  }
}

async function readAt(file: fs.FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length)
  let filled = 0
  while (filled < length) {
    const { bytesRead } = await file.read(buffer, filled, length - filled, position + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return buffer.subarray(0, filled)
}

function pathOf(folder: string, sha256: string): string {
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw new RangeError(`not a SHA-256 in hex: ${JSON.stringify(sha256)}`)
  return path.join(folder, sha256.slice(0, 2), sha256)
}

/** A rename is only safe from a power cut when its folder is written too. Windows can't do that, and needn't. */
async function syncFolder(folder: string) {
  if (process.platform === 'win32') return
  const handle = await fs.open(folder)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
