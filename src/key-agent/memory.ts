/**
 * Memory whose addresses a PKCS#11 module is given: one block outside the heap for each call, so that nothing in it moves
 * or is freed while the module reads and writes. Numbers and structures are laid out as the module's compiler does:
 * CK_ULONG has 8 bytes, on Windows 4, and there structures are packed.
 */
import type * as Ffi from 'node:ffi'

const windows = process.platform === 'win32'
/** Bytes of CK_ULONG. */
export const ULONG = windows ? 4 : 8
const POINTER = 8

export type Attribute = readonly [type: number, value: Buffer | number | boolean]

/** What is at an address: the address for the module, the bytes for us. */
export type Place = { readonly address: bigint; readonly bytes: Buffer }

/** The block of one call. `wipe` it where a PIN was in it. */
export class Memory {
  readonly #block: ArrayBuffer
  readonly #base: bigint
  #used = 0

  constructor(ffi: typeof Ffi, size = 16_384) {
    this.#block = new ArrayBuffer(size)
    this.#base = ffi.getRawPointer(this.#block)
  }

  /** So many zero bytes, aligned for every type. */
  take(length: number): Place {
    const from = this.#used
    this.#used = Math.ceil((from + length) / 16) * 16
    if (this.#used > this.#block.byteLength) throw new RangeError('more than one call can need')
    return { address: this.#base + BigInt(from), bytes: Buffer.from(this.#block, from, length) }
  }

  put(bytes: Uint8Array): Place {
    const place = this.take(bytes.length)
    place.bytes.set(bytes)
    return place
  }

  ulong(value = 0): Place {
    const place = this.take(ULONG)
    writeUlong(place.bytes, value, 0)
    return place
  }

  /** CK_ATTRIBUTE[]: a number is CK_ULONG, a boolean CK_BBOOL. An empty Buffer asks for the length. */
  attributes(list: readonly Attribute[]): Place {
    return this.triples(
      list.map(([type, value]) => {
        if (typeof value === 'number') return [type, this.ulong(value)]
        return [type, this.put(typeof value === 'boolean' ? Uint8Array.of(Number(value)) : value)]
      }),
    )
  }

  /** CK_MECHANISM without parameter. */
  mechanism(type: number): Place {
    return this.triples([[type, undefined]])
  }

  /** CK_ATTRIBUTE and CK_MECHANISM are laid out alike: number, address, length. */
  triples(list: readonly (readonly [number, Place | undefined])[]): Place {
    const size = ULONG + POINTER + ULONG
    const place = this.take(Math.max(1, size * list.length))
    list.forEach(([type, value], index) => {
      const at = index * size
      writeUlong(place.bytes, type, at)
      place.bytes.writeBigUInt64LE(value?.bytes.length ? value.address : 0n, at + ULONG)
      writeUlong(place.bytes, value?.bytes.length ?? 0, at + ULONG + POINTER)
    })
    return place
  }

  wipe(): void {
    new Uint8Array(this.#block).fill(0)
  }
}

/** The length that the module wrote into the attribute at `index`; undefined: there is none, or it is not to be had. */
export function lengthOf(template: Place, index: number): number | undefined {
  const at = index * (2 * ULONG + POINTER) + ULONG + POINTER
  const missing = windows ? template.bytes.readInt32LE(at) === -1 : template.bytes.readBigInt64LE(at) === -1n
  return missing ? undefined : readUlong(template.bytes, at)
}

export const readUlong = (bytes: Buffer, at = 0): number =>
  windows ? bytes.readUInt32LE(at) : Number(bytes.readBigUInt64LE(at))

function writeUlong(bytes: Buffer, value: number, at: number): void {
  if (windows) bytes.writeUInt32LE(value, at)
  else bytes.writeBigUInt64LE(BigInt(value), at)
}
