/** A throwaway certificate authority and an authority's key under it, made by openssl as somebody else would. */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

export const AUTHORITY_PASSPHRASE = 'throwaway passphrase'

/**
 * Writes root.pem, chain.pem, authority-AA.pem and authority-AA.key.pem into `folder`, and an NSS database in
 * which the root is trusted. The authority's certificate is good for `days` from now.
 */
export function makeAuthority(folder: string, days = 30): void {
  const run = (program: string, ...args: string[]) =>
    execFileSync(program, args, { cwd: folder, stdio: 'pipe' })
  const openssl = (...args: string[]) => run('openssl', ...args)
  const newKey = (name: string) =>
    openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', `${name}.key`)
  const issue = (name: string, subject: string, issuer: string, extensions: string[], lasts: number) => {
    newKey(name)
    writeFileSync(join(folder, `${name}.cnf`), extensions.join('\n'))
    openssl('req', '-new', '-utf8', '-key', `${name}.key`, '-subj', subject, '-out', `${name}.csr`)
    openssl(
      ...['x509', '-req', '-in', `${name}.csr`, '-CA', `${issuer}.pem`, '-CAkey', `${issuer}.key`],
      ...['-CAcreateserial', '-days', String(lasts), '-extfile', `${name}.cnf`, '-out', `${name}.pem`],
    )
  }
  newKey('root')
  openssl(
    ...['req', '-x509', '-utf8', '-new', '-key', 'root.key', '-subj', '/C=CN/CN=试验根', '-days', '60'],
    ...['-addext', 'keyUsage=critical,keyCertSign,cRLSign', '-out', 'root.pem'],
  )
  const authority = ['basicConstraints=critical,CA:TRUE,pathlen:0', 'keyUsage=critical,keyCertSign,cRLSign']
  issue('issuing', '/C=CN/CN=试验签发', 'root', authority, 60)
  const signing = ['basicConstraints=CA:FALSE', 'keyUsage=critical,digitalSignature,nonRepudiation']
  // Without an address where revocations could be found, pdfsig trusts no certificate.
  const crl = [
    'subjectKeyIdentifier=hash',
    'authorityKeyIdentifier=keyid',
    'crlDistributionPoints=URI:http://localhost/crl',
  ]
  const purpose = ['extendedKeyUsage=emailProtection', ...crl]
  issue('authority-AA', '/C=CN/CN=商务部配额许可证事务局', 'issuing', [...signing, ...purpose], days)
  openssl(
    ...['pkcs8', '-topk8', '-in', 'authority-AA.key', '-v2', 'aes-256-cbc', '-iter', '100000'],
    ...['-passout', `pass:${AUTHORITY_PASSPHRASE}`, '-out', 'authority-AA.key.pem'],
  )
  writeFileSync(join(folder, 'chain.pem'), Buffer.concat([run('cat', 'issuing.pem'), run('cat', 'root.pem')]))
  run('certutil', '-N', '-d', '.', '--empty-password')
  run('certutil', '-A', '-d', '.', '-n', 'root', '-t', 'CT,C,C', '-i', 'root.pem')
}
