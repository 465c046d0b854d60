/**
 * DER, the one-way-to-write-it form of ASN.1 (ITU-T X.690), as far as keys, certificates and seals need it.
 * The reader takes nothing that the writer would have written otherwise: no indefinite lengths, no length in
 * more bytes than needed, nothing left over. Two different byte strings therefore never mean the same.
 */
import { type Bytes, compareBytes, fromHex } from './bytes.ts'

export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  printableString: 0x13,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const

/** [n] IMPLICIT of a primitive type. */
export const implicitTag = (number: number): number => 0x80 | number
/** [n] EXPLICIT, and [n] IMPLICIT of a SEQUENCE or SET. */
export const contextTag = (number: number): number => 0xa0 | number

// ---- writing

/** Bytes that the length itself takes after its first. */
const lengthOfLength = (length: number): number =>
  length < 0x80 ? 0 : length < 0x100 ? 1 : length < 0x10000 ? 2 : length < 0x1000000 ? 3 : 4

/** One element: tag, shortest length, the parts one after the other. */
export function encode(tag: number, ...parts: readonly Uint8Array[]): Bytes {
  let length = 0
  for (const part of parts) length += part.length
  const more = lengthOfLength(length)
  const element = new Uint8Array(2 + more + length)
  element[0] = tag
  element[1] = more === 0 ? length : 0x80 | more
  for (let index = 0; index < more; index++) element[2 + index] = length >>> (8 * (more - 1 - index))
  let offset = 2 + more
  for (const part of parts) {
    element.set(part, offset)
    offset += part.length
  }
  return element
}

export const sequence = (...parts: readonly Uint8Array[]): Bytes => encode(TAG.sequence, ...parts)

/** The members of a SET OF in the order DER wants. */
export const sortedSet = (members: readonly Uint8Array[]): Uint8Array[] => [...members].sort(compareBytes)

export const setOf = (...members: readonly Uint8Array[]): Bytes => encode(TAG.set, ...sortedSet(members))

export const octetString = (bytes: Uint8Array): Bytes => encode(TAG.octetString, bytes)

export const bitString = (bytes: Uint8Array): Bytes => encode(TAG.bitString, Uint8Array.of(0), bytes)

export const nullValue = (): Bytes => encode(TAG.null)

/** A non-negative INTEGER from its magnitude, most significant byte first; leading zeros do not matter. */
export function unsignedInteger(magnitude: Uint8Array): Bytes {
  const firstUsed = magnitude.findIndex((byte) => byte !== 0)
  const used = firstUsed === -1 ? Uint8Array.of(0) : magnitude.subarray(firstUsed)
  // A top bit would mean a negative number.
  return (used[0] ?? 0) >= 0x80 ? encode(TAG.integer, Uint8Array.of(0), used) : encode(TAG.integer, used)
}

/** A non-negative INTEGER; refuses negative and fractional numbers with RangeError. */
export function integer(value: number | bigint): Bytes {
  const whole = BigInt(value)
  if (whole < 0n) throw new RangeError(`negative integer ${value}`)
  const hex = whole.toString(16)
  return unsignedInteger(fromHex(hex.length % 2 === 0 ? hex : `0${hex}`))
}

/** An OBJECT IDENTIFIER from its dotted form; refuses what is not one with RangeError. */
export function oid(dotted: string): Bytes {
  if (!/^[0-2](?:\.(?:0|[1-9]\d*))+$/.test(dotted))
    throw new RangeError(`not an object identifier: ${dotted}`)
  const [first = 0n, second = 0n, ...rest] = dotted.split('.').map(BigInt)
  if (first < 2n && second > 39n) throw new RangeError(`not an object identifier: ${dotted}`)
  return encode(TAG.oid, ...[first * 40n + second, ...rest].map(arcBytes))
}

function arcBytes(arc: bigint): Bytes {
  const digits = [Number(arc & 0x7fn)]
  for (let rest = arc >> 7n; rest > 0n; rest >>= 7n) digits.unshift(Number(rest & 0x7fn) | 0x80)
  return Uint8Array.from(digits)
}

/**
 * An instant to the second (fractions are cut off): UTCTime to the end of 2049, GeneralizedTime after
 * (RFC 5280 4.1.2.5, RFC 5652 11.3). Refuses years outside 1950 to 9999 with RangeError.
 */
export function time(instant: Date): Bytes {
  const iso = instant.toISOString()
  if (iso.length !== 24 || iso < '1950') throw new RangeError(`year out of range: ${iso}`)
  const digits = timeDigits(iso)
  return iso < '2050'
    ? encode(TAG.utcTime, asciiBytes(digits.slice(2)))
    : encode(TAG.generalizedTime, asciiBytes(digits))
}

/** The same always as GeneralizedTime, where a standard knows no other (RFC 6960 4.2.1). */
export function generalizedTime(instant: Date): Bytes {
  const iso = instant.toISOString()
  if (iso.length !== 24) throw new RangeError(`year out of range: ${iso}`)
  return encode(TAG.generalizedTime, asciiBytes(timeDigits(iso)))
}

/** 2026-12-31T15:59:59.000Z → 20261231155959Z */
const timeDigits = (iso: string): string =>
  `${iso.slice(0, 4)}${iso.slice(5, 7)}${iso.slice(8, 10)}${iso.slice(11, 13)}${iso.slice(14, 16)}${iso.slice(17, 19)}Z`

function asciiBytes(text: string): Bytes {
  const bytes = new Uint8Array(text.length)
  for (let index = 0; index < text.length; index++) bytes[index] = text.charCodeAt(index)
  return bytes
}

/** A PrintableString; refuses characters that it does not have with RangeError. */
export function printableString(text: string): Bytes {
  if (!PRINTABLE.test(text)) throw new RangeError(`not printable in ASN.1: ${JSON.stringify(text)}`)
  return encode(TAG.printableString, asciiBytes(text))
}

const PRINTABLE = /^[A-Za-z0-9 '()+,\-./:=?]*$/

// ---- reading

/** Bytes that are not the DER that was expected. */
export class DerError extends Error {
  override readonly name = 'DerError'
}

/** One element: `bytes` with tag and length, `value` without. Both are views of what was read, made when asked for. */
export class Element {
  readonly tag: number
  readonly #source: Uint8Array
  readonly #start: number
  readonly #valueStart: number
  readonly #end: number

  constructor(source: Uint8Array, start: number, valueStart: number, end: number) {
    this.tag = source[start] ?? 0
    this.#source = source
    this.#start = start
    this.#valueStart = valueStart
    this.#end = end
  }

  get bytes(): Uint8Array {
    return this.#source.subarray(this.#start, this.#end)
  }

  get value(): Uint8Array {
    return this.#source.subarray(this.#valueStart, this.#end)
  }

  /** Of `bytes`. */
  get length(): number {
    return this.#end - this.#start
  }
}

function elementAt(bytes: Uint8Array, offset: number): Element {
  const tag = bytes[offset]
  const lengthByte = bytes[offset + 1]
  if (tag === undefined || lengthByte === undefined) throw new DerError('element cut off')
  if ((tag & 0x1f) === 0x1f) throw new DerError('tag in several bytes')
  let start = offset + 2
  let length = lengthByte
  if (lengthByte >= 0x80) {
    const count = lengthByte & 0x7f
    if (count === 0) throw new DerError('indefinite length')
    // Three bytes reach 16 MB, far beyond anything read here.
    if (count > 3) throw new DerError('length too long')
    length = 0
    for (let index = 0; index < count; index++) {
      const byte = bytes[start + index]
      if (byte === undefined) throw new DerError('element cut off')
      length = length * 256 + byte
    }
    start += count
    if (length < 0x80 || length < 256 ** (count - 1)) throw new DerError('length not minimal')
  }
  if (start + length > bytes.length) throw new DerError('element cut off')
  return new Element(bytes, offset, start, start + length)
}

/** The one element that the bytes are; refuses another tag and anything after it. */
export function readElement(bytes: Uint8Array, tag: number): Element {
  const element = elementAt(bytes, 0)
  if (element.length !== bytes.length) throw new DerError('bytes after the end')
  return expectTag(element, tag)
}

/** The same element; refuses another tag. */
export function expectTag(element: Element, tag: number): Element {
  if (element.tag === tag) return element
  throw new DerError(`tag ${hexTag(element.tag)} instead of ${hexTag(tag)}`)
}

const hexTag = (tag: number): string => `0x${tag.toString(16).padStart(2, '0')}`

/** All elements inside one, of any tag. */
export function readMembers(element: Element): Element[] {
  const members: Element[] = []
  const { value } = element
  for (let offset = 0; offset < value.length;) {
    const member = elementAt(value, offset)
    members.push(member)
    offset += member.length
  }
  return members
}

/** The members of a SET OF; refuses another order than DER's, and the same member twice. */
export function readSortedMembers(element: Element): Element[] {
  const members = readMembers(element)
  members.forEach((member, index) => {
    const previous = members[index - 1]
    if (previous && compareBytes(previous.bytes, member.bytes) >= 0) throw new DerError('set not in order')
  })
  return members
}

/** Takes the members of a SEQUENCE one after the other; refuses another tag. */
export type Fields = {
  /** The next member, which must have this tag. */
  readonly take: (tag: number) => Element
  /** The next member when it has this tag, else nothing is taken. */
  readonly maybe: (tag: number) => Element | undefined
  /** Refuses members that nobody took. */
  readonly end: () => void
}

export function fieldsOf(element: Element): Fields {
  const members = readMembers(expectTag(element, TAG.sequence))
  let next = 0
  const maybe = (tag: number): Element | undefined => {
    const member = members[next]
    if (member?.tag !== tag) return undefined
    next += 1
    return member
  }
  return {
    maybe,
    take(tag) {
      const member = maybe(tag)
      if (member) return member
      const found = members[next]
      throw new DerError(`${found ? `tag ${hexTag(found.tag)}` : 'the end'} instead of ${hexTag(tag)}`)
    },
    end() {
      if (next !== members.length) throw new DerError('members left over')
    },
  }
}

/** The content bytes of an INTEGER as they stand: shortest form, negative ones refused. */
export function integerBytes(element: Element): Uint8Array {
  expectTag(element, TAG.integer)
  const [first, second] = element.value
  if (first === undefined) throw new DerError('empty integer')
  if (first >= 0x80) throw new DerError('negative integer')
  if (first === 0 && second !== undefined && second < 0x80) throw new DerError('integer not minimal')
  return element.value
}

/** A non-negative INTEGER of at most 2^53 - 1. */
export function readSmallInteger(element: Element): number {
  const value = integerBytes(element).reduce((total, byte) => total * 256 + byte, 0)
  if (!Number.isSafeInteger(value)) throw new DerError('integer too large')
  return value
}

/** A non-negative INTEGER of any size. */
export const readBigInteger = (element: Element): bigint =>
  integerBytes(element).reduce((total, byte) => total * 256n + BigInt(byte), 0n)

export function readBoolean(element: Element): boolean {
  expectTag(element, TAG.boolean)
  const [byte] = element.value
  if (element.value.length !== 1 || (byte !== 0 && byte !== 0xff)) throw new DerError('not a boolean')
  return byte === 0xff
}

/** An OBJECT IDENTIFIER in its dotted form. */
export function readOid(element: Element): string {
  expectTag(element, TAG.oid)
  const { value } = element
  if (value.length === 0 || (value[value.length - 1] ?? 0) >= 0x80) {
    throw new DerError('object identifier cut off')
  }
  let dotted = ''
  let arc: number | bigint = 0
  let begun = false
  for (const byte of value) {
    if (!begun && byte === 0x80) throw new DerError('object identifier not minimal')
    arc = appendDigit(arc, byte & 0x7f)
    begun = byte >= 0x80
    if (begun) continue
    dotted += dotted === '' ? firstArcs(arc) : `.${arc}`
    arc = 0
  }
  return dotted
}

/** Seven more bits: in a number as long as they fit, since nearly all do and big integers are slow. */
function appendDigit(arc: number | bigint, digit: number): number | bigint {
  if (typeof arc === 'number' && arc < 2 ** 45) return arc * 128 + digit
  return BigInt(arc) * 128n + BigInt(digit)
}

/** The first two arcs are packed in one: 40 × first + second. */
function firstArcs(packed: number | bigint): string {
  if (packed >= 80) return `2.${BigInt(packed) - 80n}`
  const small = Number(packed)
  return `${small >= 40 ? 1 : 0}.${small % 40}`
}

/** The bytes of a BIT STRING that is made of whole bytes. */
export function readBitStringBytes(element: Element): Uint8Array {
  expectTag(element, TAG.bitString)
  if (element.value[0] !== 0) throw new DerError('bit string of broken bytes')
  return element.value.subarray(1)
}

/** The numbers of the bits that are set in a BIT STRING used as a list of flags (X.690 11.2: no zeros at the end). */
export function readFlags(element: Element): Set<number> {
  expectTag(element, TAG.bitString)
  const [unused = 8, ...bytes] = element.value
  const last = bytes.at(-1)
  const minimal = last === undefined ? unused === 0 : unused < 8 && last % 2 ** (unused + 1) === 2 ** unused
  if (!minimal) throw new DerError('bit string not minimal')
  const flags = bytes.flatMap((byte, index) =>
    [0, 1, 2, 3, 4, 5, 6, 7].filter((bit) => (byte & (0x80 >> bit)) !== 0).map((bit) => index * 8 + bit),
  )
  return new Set(flags)
}

/** The text of a UTF8String, PrintableString or IA5String. */
export function readText(element: Element): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(element.value)
    if (element.tag === TAG.utf8String) return text
    if (element.tag === TAG.printableString && PRINTABLE.test(text)) return text
    // oxlint-disable-next-line no-control-regex -- IA5 is all of ASCII
    if (element.tag === TAG.ia5String && /^[\x00-\x7f]*$/.test(text)) return text
  } catch {
    throw new DerError('text that is not UTF-8')
  }
  throw new DerError(`text of tag ${hexTag(element.tag)} with characters it does not have, or no text`)
}

/** A UTCTime (1950 to 2049) or GeneralizedTime (2050 and later), to the second and in UTC. */
export function readTime(element: Element): Date {
  const text = String.fromCharCode(...element.value)
  const digits = element.tag === TAG.utcTime ? `${text < '50' ? '20' : '19'}${text}` : text
  const at = (from: number, to: number): string => digits.slice(from, to)
  const iso = `${at(0, 4)}-${at(4, 6)}-${at(6, 8)}T${at(8, 10)}:${at(10, 12)}:${at(12, 14)}.000Z`
  const instant = new Date(/^\d{14}Z$/.test(digits) ? iso : NaN)
  // The engine takes 30 February for 2 March, so the round trip decides; then the type must be the year's.
  const expectedTag = iso < '2050' ? TAG.utcTime : TAG.generalizedTime
  if (Number.isNaN(instant.getTime()) || instant.toISOString() !== iso || element.tag !== expectedTag) {
    throw new DerError('not a time')
  }
  return instant
}
