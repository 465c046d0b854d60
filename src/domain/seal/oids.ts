/**
 * The object identifiers of keys, certificates and seals. Our own hang under a number drawn at random below
 * 2.25, where nobody has to register (ITU-T X.667). The arc has 48 bits, not the 128 of a UUID, because the
 * certificate library (asn1js 3.1) loses arcs above 49 bits when it writes an extension.
 */
const OWN = '2.25.152989083342700'

export const OID = {
  // keys and algorithms: RFC 5480, RFC 5758, RFC 8018
  ecPublicKey: '1.2.840.10045.2.1',
  p256: '1.2.840.10045.3.1.7',
  sha256: '2.16.840.1.101.3.4.2.1',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  pbes2: '1.2.840.113549.1.5.13',
  pbkdf2: '1.2.840.113549.1.5.12',
  hmacWithSha256: '1.2.840.113549.2.9',
  aes256Cbc: '2.16.840.1.101.3.4.1.42',
  // OCSP: RFC 6960
  sha1: '1.3.14.3.2.26',
  ocspBasic: '1.3.6.1.5.5.7.48.1.1',
  ocspNonce: '1.3.6.1.5.5.7.48.1.2',
  // CMS and its attributes: RFC 5652, RFC 5035
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
  // names: X.520
  country: '2.5.4.6',
  organization: '2.5.4.10',
  commonName: '2.5.4.3',
  /** In operators' certificates the 13-character enterprise code 进出口企业代码, in authorities' their code. */
  serialNumber: '2.5.4.5',
  /** In operators' certificates the unified social credit code 统一社会信用代码. */
  organizationIdentifier: '2.5.4.97',
  /** In operators' certificates the login name 登录名 with which the holder signs in (RFC 4519 uid). */
  userId: '0.9.2342.19200300.100.1.1',
  // extensions: RFC 5280
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  basicConstraints: '2.5.29.19',
  crlNumber: '2.5.29.20',
  reasonCode: '2.5.29.21',
  crlDistributionPoints: '2.5.29.31',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  authorityInfoAccess: '1.3.6.1.5.5.7.1.1',
  // purposes
  clientAuth: '1.3.6.1.5.5.7.3.2',
  emailProtection: '1.3.6.1.5.5.7.3.4',
  documentSigning: '1.3.6.1.5.5.7.3.36',
  /** Our extension: PrintableString with the 13-character enterprise code of the key's holder. */
  ownCode13: `${OWN}.1`,
  /** Our extension: PrintableString with the unified social credit code of the key's holder. */
  ownUscc: `${OWN}.2`,
} as const
