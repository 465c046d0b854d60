// A plain tar file (POSIX ustar, pax for long names), written in one go and read by position. Every tar
// program can open it.
import { createHash } from 'node:crypto'
import fs from 'node:fs/promises'

/** One file in the archive; `start` is where its bytes begin. */
export type Member = { name: string; size: number; mode: number; mtime: Date; start: number }

/** What a member was written with; its digest is the SHA-256 of its bytes in hex. */
export type Written = { name: string; size: number; sha256: string }

export class DamagedArchive extends Error {
  override name = 'DamagedArchive'
}

const BLOCK = 512
const MAX_SIZE = 8 ** 11 - 1

function octal(value: number, width: number): string {
  return `${value.toString(8).padStart(width - 1, '0')}\0`
}

function checksumOf(header: Buffer): number {
  let sum = 0
  for (let i = 0; i < BLOCK; i++) sum += i >= 148 && i < 156 ? 32 : (header[i] ?? 0)
  return sum
}

function headerOf(name: string, size: number, mode: number, mtime: Date, type: '0' | 'x'): Buffer {
  if (size > MAX_SIZE) throw new RangeError(`${name}: larger than a tar file can hold`)
  const header = Buffer.alloc(BLOCK)
  header.write(name, 0, 100, 'utf8')
  header.write(octal(mode & 0o777, 8), 100)
  header.write(octal(0, 8), 108)
  header.write(octal(0, 8), 116)
  header.write(octal(size, 12), 124)
  header.write(octal(Math.max(0, Math.floor(mtime.getTime() / 1000)), 12), 136)
  header.write(type, 156)
  header.write('ustar\x0000', 257, 'latin1')
  header.write(`${octal(checksumOf(header), 7)} `, 148)
  return header
}

const padding = (size: number) => Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK)

/** A pax record says its own length, which counts its digits too. */
function paxRecord(key: string, value: string): Buffer {
  const rest = Buffer.byteLength(` ${key}=${value}\n`)
  let length = rest + String(rest).length
  length = rest + String(length).length
  return Buffer.from(`${length} ${key}=${value}\n`)
}

export class TarWriter {
  readonly #file: fs.FileHandle
  constructor(file: fs.FileHandle) {
    this.#file = file
  }

  async #write(bytes: Uint8Array) {
    await this.#file.writeFile(bytes)
  }

  /** Adds a file of exactly `size` bytes. Throws if the source brings another number of them. */
  async add(
    name: string,
    source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    about: { size: number; mode?: number; mtime: Date },
  ): Promise<Written> {
    const mode = about.mode ?? 0o600
    if (Buffer.byteLength(name) > 99) {
      const record = paxRecord('path', name)
      await this.#write(headerOf('pax', record.length, mode, about.mtime, 'x'))
      await this.#write(Buffer.concat([record, padding(record.length)]))
    }
    await this.#write(headerOf(name, about.size, mode, about.mtime, '0'))
    const hash = createHash('sha256')
    let size = 0
    for await (const chunk of source) {
      size += chunk.byteLength
      hash.update(chunk)
      await this.#write(chunk)
    }
    if (size !== about.size) throw new Error(`${name} changed its size while it was read`)
    await this.#write(padding(size))
    return { name, size, sha256: hash.digest('hex') }
  }

  async end() {
    await this.#write(Buffer.alloc(2 * BLOCK))
  }
}

async function readBlock(file: fs.FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length)
  const { bytesRead } = await file.read(buffer, 0, length, position)
  if (bytesRead < length) throw new DamagedArchive('the archive ends too early')
  return buffer
}

const textOf = (header: Buffer, from: number, to: number) =>
  header.toString('utf8', from, to).split('\0', 1)[0] ?? ''

function numberOf(header: Buffer, from: number, to: number): number {
  const text = textOf(header, from, to).trim()
  if (!/^[0-7]+$/.test(text)) throw new DamagedArchive('a header of the archive is damaged')
  return Number.parseInt(text, 8)
}

/** The files in an archive, in order. Throws DamagedArchive when it is cut off or no such archive. */
export async function readMembers(file: fs.FileHandle): Promise<Member[]> {
  const { size: total } = await file.stat()
  const members: Member[] = []
  let longName: string | undefined
  for (let position = 0; ;) {
    const header = await readBlock(file, position, BLOCK)
    if (header.every((byte) => byte === 0)) return members
    if (numberOf(header, 148, 155) !== checksumOf(header)) {
      throw new DamagedArchive('a header of the archive is damaged')
    }
    const size = numberOf(header, 124, 136)
    const start = position + BLOCK
    if (start + size > total) throw new DamagedArchive('the archive ends too early')
    if (header[156] === 0x78) {
      const record = (await readBlock(file, start, size)).toString('utf8')
      longName = /^\d+ path=([^\n]*)\n/.exec(record)?.[1]
    } else {
      const mtime = new Date(numberOf(header, 136, 148) * 1000)
      members.push({
        name: longName ?? textOf(header, 0, 100),
        size,
        mode: numberOf(header, 100, 108),
        mtime,
        start,
      })
      longName = undefined
    }
    position = start + Math.ceil(size / BLOCK) * BLOCK
  }
}

/** The bytes of a member, in pieces. */
export async function* bytesOf(file: fs.FileHandle, member: Member): AsyncGenerator<Buffer> {
  const piece = 256 * 1024
  for (let done = 0; done < member.size; done += piece) {
    yield await readBlock(file, member.start + done, Math.min(piece, member.size - done))
  }
}

export async function textOfMember(file: fs.FileHandle, member: Member): Promise<string> {
  return Buffer.concat(await Array.fromAsync(bytesOf(file, member))).toString('utf8')
}
