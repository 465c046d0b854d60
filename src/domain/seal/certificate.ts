/** What the system reads out of an X.509 v3 certificate (RFC 5280). Reading is not trusting: signatures and chains are the server's. */
import { algorithmOfKey, algorithmOfSignature, type SealAlgorithm } from './algorithm.ts'
import { sameBytes, toHex } from './bytes.ts'
import {
  contextTag,
  DerError,
  type Element,
  expectTag,
  fieldsOf,
  integerBytes,
  readBitStringBytes,
  readBoolean,
  readElement,
  readFlags,
  readMembers,
  readOid,
  readSmallInteger,
  readText,
  readTime,
  TAG,
} from './der.ts'
import { OID } from './oids.ts'

export type Extension = { readonly critical: boolean; readonly value: Uint8Array }

export type Certificate = {
  readonly der: Uint8Array
  /** The part that the issuer signed. */
  readonly tbs: Uint8Array
  /** Lower-case hex of the serial number's bytes. */
  readonly serial: string
  /** Names in DER, to be compared byte by byte. */
  readonly issuer: Uint8Array
  readonly subject: Uint8Array
  readonly notBefore: Date
  readonly notAfter: Date
  /** SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array
  /** What the key signs with; undefined when the system signs with no such key. */
  readonly algorithm: SealAlgorithm | undefined
  /** What the issuer signed with. */
  readonly signedWith: SealAlgorithm | undefined
  readonly signature: Uint8Array
  readonly extensions: ReadonlyMap<string, Extension>
}

/** Issuer and serial number, by which a signature points to its certificate: both in DER. */
export type CertificateId = { readonly issuer: Uint8Array; readonly serialNumber: Uint8Array }

const VERSION_3 = Uint8Array.of(0xa0, 0x03, 0x02, 0x01, 0x02)

function openTbs(tbs: Element) {
  const fields = fieldsOf(tbs)
  if (!sameBytes(fields.take(contextTag(0)).bytes, VERSION_3))
    throw new DerError('not an X.509 v3 certificate')
  return fields
}

/** Only what is needed to find a certificate among several; refuses what is not a certificate at its start. */
export function certificateId(der: Uint8Array): CertificateId {
  const fields = openTbs(fieldsOf(readElement(der, TAG.sequence)).take(TAG.sequence))
  const serialNumber = fields.take(TAG.integer).bytes
  fields.take(TAG.sequence)
  return { issuer: fields.take(TAG.sequence).bytes, serialNumber }
}

/** Refuses, with DerError, what is not strict DER, not version 3, or names two signature algorithms. */
export function readCertificate(der: Uint8Array): Certificate {
  const outer = fieldsOf(readElement(der, TAG.sequence))
  const tbs = outer.take(TAG.sequence)
  const signedWith = outer.take(TAG.sequence).bytes
  const signature = readBitStringBytes(outer.take(TAG.bitString))
  outer.end()

  const fields = openTbs(tbs)
  const serial = toHex(integerBytes(fields.take(TAG.integer)))
  if (!sameBytes(fields.take(TAG.sequence).bytes, signedWith)) throw new DerError('two signature algorithms')
  const issuer = fields.take(TAG.sequence).bytes
  const [notBefore, notAfter, ...more] = readMembers(fields.take(TAG.sequence)).map(readTime)
  if (!notBefore || !notAfter || more.length > 0) throw new DerError('not a validity')
  const subject = fields.take(TAG.sequence).bytes
  const publicKey = fields.take(TAG.sequence).bytes
  const extensions = readExtensions(fields.take(contextTag(3)))
  fields.end()
  return {
    der,
    tbs: tbs.bytes,
    serial,
    issuer,
    subject,
    notBefore,
    notAfter,
    publicKey,
    algorithm: algorithmOfKey(publicKey),
    signedWith: algorithmOfSignature(signedWith),
    signature,
    extensions,
  }
}

function readExtensions(wrapper: Element): ReadonlyMap<string, Extension> {
  const extensions = new Map<string, Extension>()
  for (const member of readMembers(readElement(wrapper.value, TAG.sequence))) {
    const fields = fieldsOf(member)
    const id = readOid(fields.take(TAG.oid))
    const flag = fields.maybe(TAG.boolean)
    const critical = flag !== undefined && readBoolean(flag)
    // X.690 11.5: a default value is left out.
    if (flag && !critical) throw new DerError('default value written')
    if (extensions.has(id)) throw new DerError(`extension ${id} twice`)
    extensions.set(id, { critical, value: fields.take(TAG.octetString).value })
    fields.end()
  }
  return extensions
}

/** The attributes of a name: object identifier → text. Refuses several in one step, and one twice. */
export function readName(name: Uint8Array): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>()
  for (const step of readMembers(readElement(name, TAG.sequence))) {
    const [pair, ...more] = readMembers(expectTag(step, TAG.set))
    if (!pair || more.length > 0) throw new DerError('name with several attributes in one step')
    const [id, value, ...rest] = readMembers(expectTag(pair, TAG.sequence))
    if (!id || !value || rest.length > 0) throw new DerError('not an attribute of a name')
    const key = readOid(id)
    if (attributes.has(key)) throw new DerError(`attribute ${key} twice`)
    attributes.set(key, readText(value))
  }
  return attributes
}

/** Whose key it is: the person and the enterprise the certificate was made out to. */
export type KeyHolder = {
  readonly personName: string
  readonly enterpriseName: string
  readonly code13: string
  readonly uscc: string
  /** With which the holder signs in; certificates made before it was written have none. */
  readonly loginName?: string
}

/**
 * The holder of an operator's certificate. Refuses, with DerError, a certificate without person, enterprise
 * or the two codes, and one whose own extensions say other codes than its subject.
 */
export function readHolder(certificate: Certificate): KeyHolder {
  const name = readName(certificate.subject)
  const required = (id: string): string => {
    const text = name.get(id)
    if (text === undefined || text === '') throw new DerError(`subject without ${id}`)
    return text
  }
  const holder = {
    personName: required(OID.commonName),
    enterpriseName: required(OID.organization),
    code13: required(OID.serialNumber),
    uscc: required(OID.organizationIdentifier),
    ...(name.has(OID.userId) ? { loginName: required(OID.userId) } : {}),
  }
  if (
    ownText(certificate, OID.ownCode13) !== holder.code13 ||
    ownText(certificate, OID.ownUscc) !== holder.uscc
  ) {
    throw new DerError('extensions and subject name different codes')
  }
  return holder
}

function ownText(certificate: Certificate, id: string): string {
  const extension = certificate.extensions.get(id)
  if (!extension) throw new DerError(`no extension ${id}`)
  return readText(readElement(extension.value, TAG.printableString))
}

/** Bits of the key usage extension (RFC 5280 4.2.1.3). */
export const KEY_USAGE = { digitalSignature: 0, nonRepudiation: 1, keyCertSign: 5, crlSign: 6 } as const

/** The bits that are set; none when the certificate does not limit its key by such an extension. */
export function readKeyUsage(certificate: Certificate): ReadonlySet<number> {
  const extension = certificate.extensions.get(OID.keyUsage)
  return extension ? readFlags(readElement(extension.value, TAG.bitString)) : new Set()
}

/** The purposes the key may be used for, as object identifiers; none when the extension is missing. */
export function readPurposes(certificate: Certificate): ReadonlySet<string> {
  const extension = certificate.extensions.get(OID.extendedKeyUsage)
  return new Set(extension ? readMembers(readElement(extension.value, TAG.sequence)).map(readOid) : [])
}

/** Whether it may sign certificates, and below how many further ones (undefined: any number). */
export function readAuthority(certificate: Certificate): {
  isAuthority: boolean
  pathLength: number | undefined
} {
  const extension = certificate.extensions.get(OID.basicConstraints)
  if (!extension) return { isAuthority: false, pathLength: undefined }
  const fields = fieldsOf(readElement(extension.value, TAG.sequence))
  const flag = fields.maybe(TAG.boolean)
  const length = fields.maybe(TAG.integer)
  fields.end()
  return {
    isAuthority: flag !== undefined && readBoolean(flag),
    pathLength: length && readSmallInteger(length),
  }
}
