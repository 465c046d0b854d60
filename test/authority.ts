/** A throwaway certificate authority and an authority's key under it, made by openssl as somebody else would. */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export const AUTHORITY_PASSPHRASE = 'throwaway passphrase'

/**
 * Writes root.pem, chain.pem, authority-AA.pem and authority-AA.key.pem into `folder`, and an NSS database in
 * which the root is trusted. The authority's certificate is good for `days` from now.
 */
export function makeAuthority(folder: string, days = 30): void {
  const run = (program: string, words: string, ...more: string[]) =>
    execFileSync(program, [...words.split(' '), ...more], { cwd: folder, stdio: 'pipe' })
  const newKey = (name: string) =>
    run('openssl', `genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out ${name}.key`)
  const issue = (name: string, subject: string, issuer: string, extensions: string[], lasts: number) => {
    newKey(name)
    writeFileSync(join(folder, `${name}.cnf`), extensions.join('\n'))
    run('openssl', `req -new -utf8 -key ${name}.key -out ${name}.csr -subj`, subject)
    run(
      'openssl',
      `x509 -req -in ${name}.csr -CA ${issuer}.pem -CAkey ${issuer}.key -CAcreateserial -days ${lasts} ` +
        `-extfile ${name}.cnf -out ${name}.pem`,
    )
  }
  newKey('root')
  run(
    'openssl',
    'req -x509 -utf8 -new -key root.key -days 60 -addext keyUsage=critical,keyCertSign,cRLSign -out root.pem -subj',
    '/C=CN/CN=试验根',
  )
  const authority = ['basicConstraints=critical,CA:TRUE,pathlen:0', 'keyUsage=critical,keyCertSign,cRLSign']
  issue('issuing', '/C=CN/CN=试验签发', 'root', authority, 60)
  const signing = [
    'basicConstraints=CA:FALSE',
    'keyUsage=critical,digitalSignature,nonRepudiation',
    'extendedKeyUsage=emailProtection',
    // Without an address where revocations could be found, pdfsig trusts no certificate.
    'subjectKeyIdentifier=hash',
    'authorityKeyIdentifier=keyid',
    'crlDistributionPoints=URI:http://localhost/crl',
  ]
  issue('authority-AA', '/C=CN/CN=商务部配额许可证事务局', 'issuing', signing, days)
  run(
    'openssl',
    'pkcs8 -topk8 -in authority-AA.key -v2 aes-256-cbc -iter 100000 -out authority-AA.key.pem -passout',
    `pass:${AUTHORITY_PASSPHRASE}`,
  )
  const chain = ['issuing.pem', 'root.pem'].map((name) => readFileSync(join(folder, name)))
  writeFileSync(join(folder, 'chain.pem'), Buffer.concat(chain))
  run('certutil', '-N -d . --empty-password')
  run('certutil', '-A -d . -n root -t CT,C,C -i root.pem')
}
