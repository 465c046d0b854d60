/**
 * The list of revoked certificates (CRL v2, RFC 5280 5), written in our own DER: the library needs five
 * seconds for 10,000 entries, this 0.1. For others to read; the server itself asks its table.
 */
import type { KeyObject } from 'node:crypto'
import { setImmediate as pause } from 'node:timers/promises'
import { concat } from '#domain/seal/bytes.ts'
import type { Certificate } from '#domain/seal/certificate.ts'
import {
  bitString,
  contextTag,
  encode,
  fieldsOf,
  implicitTag,
  integer,
  octetString,
  oid,
  readBigInteger,
  readElement,
  readMembers,
  readOid,
  sequence,
  TAG,
  time,
} from '#domain/seal/der.ts'
import { OID } from '#domain/seal/oids.ts'
import { signBy } from './signature.ts'

/** Reasons a list can name (RFC 5280 5.3.1); without one the entry says nothing, as the standard asks. */
export const CRL_REASONS = {
  keyCompromise: 1,
  affiliationChanged: 3,
  superseded: 4,
  cessationOfOperation: 5,
  privilegeWithdrawn: 9,
} as const

export type CrlReason = keyof typeof CRL_REASONS

/** The reason of a row of `certificate`; undefined when it names none that lists know. */
export const crlReason = (code: string | null): CrlReason | undefined =>
  code !== null && isReason(code) ? code : undefined
const isReason = (code: string): code is CrlReason => Object.hasOwn(CRL_REASONS, code)

/** `serial` in hex, as in the table `certificate`. */
export type CrlEntry = {
  readonly serial: string
  readonly revokedAt: Date
  readonly reason?: CrlReason | undefined
}

export type CrlInput = {
  readonly issuingCert: Certificate
  readonly issuingKey: KeyObject
  readonly entries: readonly CrlEntry[]
  /** Must grow from list to list. */
  readonly number: bigint
  readonly now: Date
}

const DAYS_VALID = 7

/** The instant by which the next list is promised. */
export const nextUpdateOf = (now: Date): Date => new Date(now.getTime() + DAYS_VALID * 86_400_000)

/** The list in DER. Throws when the issuing certificate has no key identifier or a key we do not sign with. */
export async function makeCrl({ issuingCert, issuingKey, entries, number, now }: CrlInput): Promise<Buffer> {
  const { algorithm } = issuingCert
  if (!algorithm) throw new Error('issuing certificate: not a key the system signs with')
  const extensions = sequence(
    extension(OID.authorityKeyIdentifier, sequence(encode(implicitTag(0), keyIdentifier(issuingCert)))),
    extension(OID.crlNumber, integer(number)),
  )
  const list = sequence(
    integer(1), // v2
    algorithm.signatureIdentifier,
    issuingCert.subject,
    time(now),
    time(nextUpdateOf(now)),
    // RFC 5280 5.1.2.6: an empty list is left out.
    ...(entries.length > 0 ? [sequence(...(await blocksOf(entries)))] : []),
    encode(contextTag(0), extensions),
  )
  const signature = signBy(algorithm, issuingKey, list)
  return Buffer.from(sequence(list, algorithm.signatureIdentifier, bitString(signature)))
}

/** Entries written at a stretch, in a few milliseconds: a list of 100,000 does not keep requests waiting. */
const AT_A_STRETCH = 2_000

async function blocksOf(entries: readonly CrlEntry[]): Promise<Uint8Array[]> {
  const blocks: Uint8Array[] = []
  for (let from = 0; from < entries.length; from += AT_A_STRETCH) {
    if (from > 0) await pause()
    let hex = ''
    for (const entry of entries.slice(from, from + AT_A_STRETCH)) hex += entryInHex(entry)
    blocks.push(Buffer.from(hex, 'hex'))
  }
  return blocks
}

/** RFC 5280 4.1.2.2: no authority may give a longer one. */
const LONGEST_SERIAL = 20

/**
 * An entry in DER, in hex: for 100,000 of them an array for each element took five times as long. Refuses, with
 * RangeError, a serial that is not hex or longer than 20 bytes; so every length fits in one byte.
 */
function entryInHex({ serial, revokedAt, reason }: CrlEntry): string {
  const number = serialInHex(serial)
  const why = (reason && REASON_IN_HEX.get(reason)) ?? ''
  const fields = `02${byteInHex(number.length / 2)}${number}${timeInHex(revokedAt)}${why}`
  return `30${byteInHex(fields.length / 2)}${fields}`
}

const SERIAL = /^(?:[0-9a-f]{2})+$/i
const byteInHex = (byte: number): string => (byte < 16 ? `0${byte.toString(16)}` : byte.toString(16))

/** Content of the INTEGER: shortest form, with a zero before a top bit, which would mean a negative number. */
function serialInHex(serial: string): string {
  if (!SERIAL.test(serial)) throw new RangeError(`serial ${serial}: not hex`)
  const used = serial.replace(/^(?:00)+(?=..)/, '')
  const number = used.charAt(0) >= '8' ? `00${used}` : used
  if (number.length > 2 * LONGEST_SERIAL) throw new RangeError(`serial ${serial}: longer than 20 bytes`)
  return number
}

const timeInHex = (instant: Date): string => Buffer.from(time(instant)).toString('hex')

/** Extensions of an entry with each reason: the same few bytes every time. */
const REASON_IN_HEX = new Map(
  Object.entries(CRL_REASONS).map(([name, code]) => {
    const value = encode(TAG.enumerated, Uint8Array.of(code))
    return [name, Buffer.from(sequence(extension(OID.reasonCode, value))).toString('hex')]
  }),
)

function extension(id: string, value: Uint8Array): Uint8Array {
  return sequence(oid(id), octetString(value))
}

function keyIdentifier(certificate: Certificate): Uint8Array {
  const found = certificate.extensions.get(OID.subjectKeyIdentifier)
  if (!found) throw new Error('issuing certificate: no subject key identifier')
  return readElement(found.value, TAG.octetString).value
}

/** The number of a list made here; refuses, with DerError, what is not a list with a number. */
export function readCrlNumber(crl: Uint8Array): bigint {
  const list = readMembers(fieldsOf(readElement(crl, TAG.sequence)).take(TAG.sequence))
  const extensions = readElement(list.at(-1)?.value ?? concat([]), TAG.sequence)
  for (const member of readMembers(extensions)) {
    const fields = fieldsOf(member)
    if (readOid(fields.take(TAG.oid)) !== OID.crlNumber) continue
    return readBigInteger(readElement(fields.take(TAG.octetString).value, TAG.integer))
  }
  throw new Error('list without a number')
}
