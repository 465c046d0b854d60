/** The subject of an operator's certificate and of the request for it: written in one place, so that both agree byte by byte. */
import type { Bytes } from './bytes.ts'
import type { KeyHolder } from './certificate.ts'
import { encode, oid, printableString, sequence, setOf, TAG } from './der.ts'
import { OID } from './oids.ts'

const step = (id: string, value: Bytes): Bytes => setOf(sequence(oid(id), value))
const utf8 = (text: string): Bytes => encode(TAG.utf8String, new TextEncoder().encode(text))

/**
 * The name (DER) of a key's holder: country, enterprise, person, 13-character code, USCC, login name where there is
 * one. Refuses, with RangeError, codes that are not 13 and 18 digits and capital letters, and empty names.
 */
export function holderName({ personName, enterpriseName, code13, uscc, loginName }: KeyHolder): Bytes {
  if (!/^[0-9A-Z]{13}$/.test(code13) || !/^[0-9A-Z]{18}$/.test(uscc)) {
    throw new RangeError(`not the codes of an enterprise: ${code13}, ${uscc}`)
  }
  if (personName === '' || enterpriseName === '' || loginName === '') {
    throw new RangeError('a certificate needs a name')
  }
  return sequence(
    step(OID.country, printableString('CN')),
    step(OID.organization, utf8(enterpriseName)),
    step(OID.commonName, utf8(personName)),
    step(OID.serialNumber, printableString(code13)),
    step(OID.organizationIdentifier, printableString(uscc)),
    ...(loginName === undefined ? [] : [step(OID.userId, utf8(loginName))]),
  )
}
