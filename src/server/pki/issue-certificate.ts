/** A certificate for a key that somebody made and proved to have, and the row that the system knows it by. */
import { owned } from '#domain/seal/bytes.ts'
import { ECDSA_P256 } from '#domain/seal/algorithm.ts'
import type { KeyHolder } from '#domain/seal/certificate.ts'
import { writePem } from '#domain/seal/pem.ts'
import { dayOf } from '#domain/day.ts'
import type { CertificateType, KeyDevice } from '#domain/certificate/kinds.ts'
import type { Context } from '../context.ts'
import type { Tx } from '../db/connect.ts'
import { Refused } from '../refused.ts'
import { settingOn } from '../settings.ts'
import type { CheckedRequest } from './check-request.ts'
import { certificateFingerprint } from './signature.ts'

export type NewCertificate = {
  /** What `checkRequest` said yes to. */
  readonly request: CheckedRequest
  readonly holder: KeyHolder
  /** Whose key it is, and to whom it is bound at once; a certificate that is to be bound later has `bind: false`. */
  readonly accountId: string
  readonly bind: boolean
  readonly enterpriseId: string
  readonly keyRequestId: string | null
  readonly certificateType: CertificateType
  readonly device: KeyDevice
  /** Of a phone's certificate: the number it was authorised for. */
  readonly mobile?: string | null
}

export type IssuedCertificate = {
  readonly fingerprint: string
  readonly serial: string
  readonly pem: string
  readonly notBefore: Date
  readonly notAfter: Date
}

/**
 * Makes and stores a certificate in the open transaction. Refuses (409, `repeated_key`) a key that was ever certified
 * before, whoever had it.
 */
export async function issueCertificate(tx: Tx, ctx: Context, of: NewCertificate): Promise<IssuedCertificate> {
  const now = ctx.clock()
  const [{ certificate: issuing, signingKey }, years] = await Promise.all([
    ctx.issuing.open(),
    settingOn(tx, 'certificate_years', dayOf(now)),
  ])
  // Loaded when the first key is made: the library takes longer than the rest of the start.
  const { issueOperator } = await import('./ca.ts')
  const certificate = await issueOperator({
    issuer: { certificate: issuing, key: signingKey },
    subject: of.holder,
    publicKey: await crypto.subtle.importKey('spki', owned(of.request.publicKey), ECDSA_P256.webKey, true, [
      'verify',
    ]),
    publicUrl: ctx.env.publicUrl,
    now,
    years,
  })
  const issued = {
    fingerprint: certificateFingerprint(certificate.der),
    serial: certificate.serial,
    pem: writePem('CERTIFICATE', certificate.der),
    notBefore: certificate.notBefore,
    notAfter: certificate.notAfter,
  }
  const stored = await tx
    .insertInto('certificate')
    .values({
      fingerprint: issued.fingerprint,
      serial: issued.serial,
      kind: 'operator',
      holder: of.holder.personName,
      login_name: of.holder.loginName ?? null,
      pem: issued.pem,
      not_before: issued.notBefore,
      not_after: issued.notAfter,
      account_id: of.bind ? of.accountId : null,
      bound_at: of.bind ? now : null,
      made_for: of.accountId,
      enterprise_id: of.enterpriseId,
      key_request_id: of.keyRequestId,
      certificate_type: of.certificateType,
      device: of.device,
      mobile: of.mobile ?? null,
      key_digest: of.request.keyDigest,
      created_at: now,
    })
    .onConflict((conflict) => conflict.column('key_digest').doNothing())
    .executeTakeFirst()
  if (stored.numInsertedOrUpdatedRows === 0n) {
    throw new Refused(
      409,
      'repeated_key',
      '这把密钥已经签发过证书，不能再用。请重新生成密钥后再制作电子钥匙。',
    )
  }
  return issued
}
