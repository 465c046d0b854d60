import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHash, generateKeyPairSync } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { assembleCms, readCms } from '#domain/seal/cms.ts'
import { canonicalSealContent, type SealContent } from '#domain/seal/content.ts'
import {
  encode,
  fieldsOf,
  integer,
  oid,
  printableString,
  readBigInteger,
  readElement,
  sequence,
  TAG,
} from '#domain/seal/der.ts'
import { OID } from '#domain/seal/oids.ts'
import { sign } from '#ui/key/e-key.ts'
import {
  extensionOf,
  makeTestPki,
  openKeyOf,
  PUBLIC_URL,
  resign,
  STEEL_HOLDER,
  type TestKey,
  type TestPki,
  usageOf,
} from '#test/pki.ts'
import { issueDocumentSigner, newKeyPair } from './ca.ts'
import {
  bindingRefusal,
  certificateRefusal,
  type CertificateState,
  checkSeal,
  verifySeal,
} from './seal-check.ts'

const NOW = new Date('2026-12-31T15:59:00Z')
const at = (minutes: number, seconds = 0) => new Date(NOW.getTime() + minutes * 60_000 + seconds * 1000)

const sealed: SealContent = {
  kind: 'application',
  id: '0198c2f4-0000-7000-8000-000000000001',
  applicationNo: '261100717850555600001',
  contentVersion: 3,
  formVersion: 1,
  form: { goodsName: '热轧卷板', lines: [{ quantity: '10.5' }] },
  contractSheet: { contactName: '张三' },
  attachments: [{ type: 'CONTRACT', name: '合同.pdf', size: 20, sha256: 'a'.repeat(64) }],
}
const content = canonicalSealContent(sealed)

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

let pki: TestPki
let key: TestKey
let seal: Uint8Array
before(async () => {
  pki = await makeTestPki(new Date('2026-11-22T00:00:00Z'))
  key = await pki.operator()
  seal = await sign(key.open, content, NOW)
})

const verify = (cms: Uint8Array, other: { content?: Uint8Array; now?: Date } = {}) =>
  verifySeal({ cms, content, now: NOW, trust: pki.trust, ...other })

const codeOf = (cms: Uint8Array, other?: { content?: Uint8Array; now?: Date }) => {
  const verdict = verify(cms, other)
  if (!verdict.ok) assert.match(verdict.words, /。$/)
  return verdict.ok ? 'ok' : verdict.code
}

test('a true seal says who, for whom and when', () => {
  const verdict = verify(seal)
  assert.deepEqual(verdict, {
    ok: true,
    facts: {
      fingerprint: sha256(key.certificate.der),
      serial: key.certificate.serial,
      code13: STEEL_HOLDER.code13,
      uscc: STEEL_HOLDER.uscc,
      enterpriseName: STEEL_HOLDER.enterpriseName,
      holder: STEEL_HOLDER.personName,
      signedAt: NOW,
      digest: sha256(content),
      algorithm: 'ecdsa-p256-sha256',
    },
  })
  assert.deepEqual(verify(seal), verdict, 'and the same with the certificate remembered')
})

test('openssl takes the same seal, with the same content only', async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'seal-'))
  t.after(() => rm(dir, { recursive: true }))
  const file = async (name: string, bytes: Uint8Array | string) => {
    await writeFile(join(dir, name), bytes)
    return join(dir, name)
  }
  const chain = await file('chain.pem', pki.chainPem)
  const cms = await file('seal.der', seal)
  const openssl = (contentFile: string) =>
    execFileSync(
      'openssl',
      ['cms', '-verify', '-cades', '-binary', '-inform', 'DER', '-in', cms, '-content', contentFile].concat([
        '-CAfile',
        chain,
        '-attime',
        String(NOW.getTime() / 1000),
      ]),
      { stdio: 'pipe' },
    )
  assert.deepEqual(new Uint8Array(openssl(await file('content', content))), content)
  const changed = await file('changed', canonicalSealContent({ ...sealed, contentVersion: 4 }))
  assert.throws(() => openssl(changed), /CMS_verify:content verify error/)
})

test('a seal belongs to its content: nothing changed, nothing moved to a copy', () => {
  const others: SealContent[] = [
    { ...sealed, id: '0198c2f4-0000-7000-8000-000000000002' },
    { ...sealed, applicationNo: '261100717850555600002' },
    { ...sealed, contentVersion: 4 },
    { ...sealed, form: { ...sealed.form, goodsName: '冷轧卷板' } },
    { ...sealed, attachments: [] },
  ]
  for (const other of others) assert.equal(codeOf(seal, { content: canonicalSealContent(other) }), 'content')
})

test('the clock of the signer may be five minutes away, either way', () => {
  for (const now of [at(5), at(-5), at(0, 1)]) assert.equal(codeOf(seal, { now }), 'ok')
  for (const now of [at(5, 1), at(-5, -1), at(60 * 24)]) assert.equal(codeOf(seal, { now }), 'clock')
  const words = (now: Date) => {
    const verdict = verify(seal, { now })
    return verdict.ok ? '' : verdict.words
  }
  assert.equal(
    words(at(-(3 * 60 + 5))),
    '您的电脑时间比服务器快 3 小时 5 分钟（服务器时间为 2026-12-31 20:54:00），签章时间不可信。请校准电脑时间后重新盖章。',
  )
  assert.match(words(at(2 * 1440)), /比服务器慢 2 天（服务器时间为 2027-01-02 23:59:00）/)
})

test('a certificate is good from its first to its last second, at the signature and now', async () => {
  const short = await pki.operator({ now: new Date('2026-01-01T00:00:00Z') })
  const end = short.certificate.notAfter
  const start = short.certificate.notBefore
  const later = (date: Date, seconds: number) => new Date(date.getTime() + seconds * 1000)
  const codeWith = async (signedAt: Date, now: Date) =>
    codeOf(await sign(short.open, content, signedAt), { now })
  // The issuing certificate is younger than this one, so its first second is the issuer's.
  assert.equal(await codeWith(start, start), 'not_yet_valid')
  assert.equal(await codeWith(pki.issuer.certificate.notBefore, pki.issuer.certificate.notBefore), 'ok')
  assert.equal(await codeWith(end, end), 'ok')
  assert.equal(await codeWith(later(end, -60), later(end, 1)), 'expired')
  assert.equal(await codeWith(later(end, 1), later(end, -60)), 'expired')
})

test('another key’s signature under this certificate is refused', async () => {
  const other = await pki.operator()
  const forged = openKeyOf(key.certificate, other.keys.privateKey, key.open.issuers)
  assert.equal(codeOf(await sign(forged, content, NOW)), 'signature')
})

test('a second certificate of the same key does not take over a seal', async () => {
  const second = await pki.operator({ keys: key.keys, holder: { ...STEEL_HOLDER, personName: '李四' } })
  const { algorithm, signedAttributes, signature } = readCms(seal)
  const moved = assembleCms({
    algorithm,
    signerCertificate: second.certificate.der,
    certificates: key.open.issuers,
    signedAttributes,
    signature,
  })
  assert.equal(codeOf(moved), 'signature')
})

test('only our issuing authority is believed', async () => {
  const foreign = await makeTestPki(new Date('2026-11-22T00:00:00Z'))
  const stranger = await foreign.operator()
  assert.equal(codeOf(await sign(stranger.open, content, NOW)), 'untrusted')
  const dressedUp = { ...stranger.open, issuers: key.open.issuers }
  assert.equal(codeOf(await sign(dressedUp, content, NOW)), 'untrusted')
})

test('exactly the issuing certificate travels along: none, another or a further one is refused', async () => {
  const root = pki.root.certificate.der
  const stranger = (await pki.operator()).certificate.der
  const [issuing = root] = key.open.issuers
  // Certificates are kept sorted: the root comes before or after the issuing one, an operator's is longer and after.
  for (const issuers of [[], [root], [issuing, root], [issuing, stranger], [stranger]]) {
    assert.equal(codeOf(await sign({ ...key.open, issuers }, content, NOW)), 'untrusted')
  }
})

test('an authority’s certificate does not seal', async () => {
  const keys = await newKeyPair()
  const authority = await issueDocumentSigner({
    issuer: pki.issuer,
    subject: { code: 'AA', name: '商务部配额许可证事务局' },
    publicKey: keys.publicKey,
    publicUrl: PUBLIC_URL,
    now: new Date('2026-11-22T00:00:00Z'),
  })
  assert.equal(
    codeOf(await sign(openKeyOf(authority, keys.privateKey, key.open.issuers), content, NOW)),
    'usage',
  )
})

const purposes = (...ids: string[]) =>
  extensionOf(OID.extendedKeyUsage, false, sequence(...ids.map((id) => oid(id))))

const unfit: readonly (readonly [string, string, (list: Map<string, Uint8Array>) => unknown])[] = [
  ['usage', 'without emailProtection', (list) => list.set(OID.extendedKeyUsage, purposes(OID.clientAuth))],
  ['usage', 'without clientAuth', (list) => list.set(OID.extendedKeyUsage, purposes(OID.emailProtection))],
  ['usage', 'without purposes', (list) => list.delete(OID.extendedKeyUsage)],
  ['usage', 'without digitalSignature', (list) => list.set(OID.keyUsage, usageOf(0x40))],
  ['usage', 'without nonRepudiation', (list) => list.set(OID.keyUsage, usageOf(0x80))],
  ['usage', 'without key usage', (list) => list.delete(OID.keyUsage)],
  [
    'usage',
    'of an authority',
    (list) =>
      list.set(
        OID.basicConstraints,
        extensionOf(OID.basicConstraints, true, sequence(encode(TAG.boolean, Uint8Array.of(0xff)))),
      ),
  ],
  [
    'usage',
    'with a critical extension nobody knows',
    (list) => list.set('1.2.3', extensionOf('1.2.3', true, integer(1))),
  ],
  ['untrusted', 'without our own extensions', (list) => list.delete(OID.ownUscc)],
  [
    'untrusted',
    'whose own extension names another enterprise',
    (list) => list.set(OID.ownUscc, extensionOf(OID.ownUscc, false, printableString('913302007588959361'))),
  ],
  [
    'ok',
    'with an uncritical extension nobody knows',
    (list) => list.set('1.2.3', extensionOf('1.2.3', false, integer(1))),
  ],
]

for (const [code, name, change] of unfit) {
  test(`a certificate ${name}: ${code}`, async () => {
    const certificate = await resign(key.certificate, pki.issuer.key, (_, list) => change(list))
    assert.equal(
      codeOf(await sign(openKeyOf(certificate, key.keys.privateKey, key.open.issuers), content, NOW)),
      code,
    )
  })
}

test('a key of another kind is refused, though our authority certified it', async () => {
  for (const pair of [
    generateKeyPairSync('ec', { namedCurve: 'P-384' }),
    generateKeyPairSync('ec', { namedCurve: 'secp256k1' }),
    generateKeyPairSync('rsa', { modulusLength: 1024 }),
  ]) {
    const spki = pair.publicKey.export({ type: 'spki', format: 'der' })
    const certificate = await resign(key.certificate, pki.issuer.key, (tbs) => tbs.splice(6, 1, spki))
    assert.equal(certificate.algorithm, undefined)
    const cms = readCms(seal)
    const moved = assembleCms({ ...cms, signerCertificate: certificate.der, certificates: key.open.issuers })
    assert.equal(codeOf(moved), 'algorithm')
  }
})

/**
 * Each bit of each byte of a seal is turned once. None is accepted: what the signature does not cover is either
 * compared with the only thing it can be (our issuing certificate, the numbers and tags around) or covered by
 * the issuer's signature (the signer's certificate). The regions say which check answers.
 */
test('a seal with any bit turned is refused', () => {
  const cms = readCms(seal)
  const regions = {
    signer: [cms.signerCertificate, ['malformed', 'untrusted']],
    issuing: [pki.issuer.certificate.der, ['malformed', 'untrusted']],
    attributes: [cms.signedAttributes.subarray(1), ['malformed', 'signature']],
    signature: [cms.signature, ['malformed', 'signature']],
  } as const
  const regionOf = (position: number) =>
    Object.entries(regions).find(([, [bytes]]) => {
      const start = Buffer.from(seal).indexOf(bytes)
      return position >= start && position < start + bytes.length
    })
  const seen: Record<string, Set<string>> = {}
  for (let position = 0; position < seal.length; position++) {
    const region = regionOf(position)
    for (let bit = 0; bit < 8; bit++) {
      const turned = Uint8Array.from(seal)
      turned[position] = (seal[position] ?? 0) ^ (1 << bit)
      const code = codeOf(turned)
      const expected: readonly string[] = region ? region[1][1] : ['malformed']
      assert.ok(expected.includes(code), `byte ${position} bit ${bit} in ${region?.[0]}: ${code}`)
      const codes = (seen[region?.[0] ?? 'around'] ??= new Set())
      codes.add(code)
    }
  }
  assert.deepEqual(Object.keys(seen).sort(), ['around', 'attributes', 'issuing', 'signature', 'signer'])
  assert.ok(
    seen.attributes?.has('signature') && seen.signature?.has('signature') && seen.signer?.has('untrusted'),
  )
  assert.ok(pki.trust.known.size <= 5, 'refused certificates are not remembered')
})

// Not a turned bit, but worth knowing: (r, n - s) is a signature of the same bytes by the same key. The seal says
// the same, so it is accepted; for this reason the bytes of a seal never stand for it, its content's digest does.
test('the other half of an ECDSA signature says the same', () => {
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
  const cms = readCms(seal)
  const fields = fieldsOf(readElement(cms.signature, TAG.sequence))
  const r = readBigInteger(fields.take(TAG.integer))
  const s = readBigInteger(fields.take(TAG.integer))
  const mirrored = assembleCms({ ...cms, signature: sequence(integer(r), integer(order - s)) })
  assert.deepEqual(verify(mirrored), verify(seal))
})

test('the certificate table has the last word', async () => {
  const { notBefore, notAfter } = key.certificate
  const row = { notBefore, notAfter, revokedAt: null, accountId: 'a1' }
  const input = { cms: seal, content, now: NOW, trust: pki.trust }
  const check = (found: (CertificateState & { accountId: string }) | undefined) =>
    checkSeal({
      ...input,
      findCertificate: async (fingerprint) => {
        assert.match(fingerprint, /^[0-9a-f]{64}$/)
        return found
      },
    })
  const accepted = await check(row)
  assert.ok(accepted.ok && accepted.certificate === row && accepted.facts.holder === '张三')
  const codes = async (found: Parameters<typeof check>[0]) => {
    const answer = await check(found)
    return answer.ok ? 'ok' : answer.code
  }
  assert.equal(await codes(undefined), 'unknown_certificate')
  assert.equal(await codes({ ...row, revokedAt: NOW }), 'revoked')
  assert.equal(await codes({ ...row, revokedAt: at(1) }), 'ok')
  assert.equal(await codes({ ...row, notAfter: at(-1) }), 'expired')
  const never = await checkSeal({
    ...input,
    content: new Uint8Array(),
    findCertificate: () => assert.fail('asked in vain'),
  })
  assert.ok(!never.ok && never.code === 'content')
})

test('between seal and submit a key can be revoked or run out', () => {
  const state = { notBefore: at(-10), notAfter: at(10), revokedAt: null }
  assert.equal(certificateRefusal(state, NOW), undefined)
  assert.equal(certificateRefusal({ ...state, revokedAt: at(-1) }, NOW)?.code, 'revoked')
  assert.match(
    certificateRefusal({ ...state, revokedAt: at(-1) }, NOW)?.words ?? '',
    /2026-12-31 23:58:00 注销.*重新盖章/,
  )
  assert.equal(certificateRefusal(state, at(11))?.code, 'expired')
})

test('certificate, account and enterprise belong together', () => {
  const verdict = verify(seal)
  assert.ok(verdict.ok)
  const enterprise = { id: 'e1', code13: STEEL_HOLDER.code13, uscc: STEEL_HOLDER.uscc }
  const good = {
    facts: verdict.facts,
    certificate: { accountId: 'a1', enterpriseId: 'e1' },
    accountId: 'a1',
    enterprise,
  }
  assert.equal(bindingRefusal(good), undefined)
  for (const other of [
    { certificate: { accountId: 'a1', enterpriseId: 'e2' } },
    { certificate: { accountId: 'a1', enterpriseId: null } },
    { enterprise: { ...enterprise, code13: '3100776367555' } },
    { enterprise: { ...enterprise, uscc: '913302007588959361' } },
    { enterprise: { ...enterprise, id: 'e2' } },
  ]) {
    assert.equal(bindingRefusal({ ...good, ...other })?.code, 'other_enterprise')
  }
  assert.equal(bindingRefusal({ ...good, accountId: 'a2' })?.code, 'other_account')
  assert.equal(
    bindingRefusal({ ...good, certificate: { accountId: null, enterpriseId: 'e1' } })?.code,
    'other_account',
  )
})
