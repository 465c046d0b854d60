/** `npm run ca`: what it makes, what it refuses, and that what was made before a renewal stays good. openssl agrees. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { writePem } from '#domain/seal/pem.ts'
import { readEnvironment } from '#server/environment.ts'
import { StartError } from '#server/start-error.ts'
import { openKeyOf, STEEL_HOLDER } from '#test/pki.ts'
import { sign } from '#ui/key/e-key.ts'
import { issueOperator, newKeyPair } from './ca.ts'
import { caCommand } from './ca-command.ts'
import { makeDemoPki } from './demo-pki.ts'
import { openIssuer, readOne } from './key-pair.ts'
import { verifySeal } from './seal-check.ts'
import { standingOf } from './standing.ts'
import { buildTrust } from './trust.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'xuke-签发 '))
after(() => rmSync(folder, { recursive: true }))
const data = path.join(folder, 'data')
const rootDir = path.join(folder, 'stick')
const pki = (name: string) => path.join(data, 'pki', name)
const NOW = new Date('2026-06-15T02:00:00Z')
const later = (years: number, months = 0) =>
  new Date(Date.UTC(NOW.getUTCFullYear() + years, NOW.getUTCMonth() + months, 15, 2))

const secrets = {
  ROOT_KEY_PASSPHRASE: 'Rk5wXy2BnHf8Ds3MaPq7',
  ISSUING_KEY_PASSPHRASE: 'kq3vTz8LmWb2Yx7RfHc1',
  AUTHORITY_KEY_PASSPHRASE: 'Zp9dNs4JgVt6Qe0UoKi5',
}
type Change = Partial<typeof secrets & { PUBLIC_URL: string; DATA_DIR: string }>
const ca = (args: string[], change: Change = {}, now = NOW) =>
  caCommand(
    args,
    { DATA_DIR: data, PUBLIC_URL: 'https://xuke.example.cn', INIT_CWD: folder, ...secrets, ...change },
    now,
  )

async function refused(words: RegExp, ...of: Parameters<typeof ca>) {
  await assert.rejects(ca(...of), (error) => {
    assert.ok(error instanceof StartError, String(error))
    assert.match(error.message, words)
    for (const secret of Object.values(secrets)) assert.ok(!error.message.includes(secret))
    return true
  })
}
const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'pipe' }).toString()

// A relative folder is meant from where the person stands.
const making = ['make', '--name', '演练省商务厅', '--root', 'stick', '--authorities', 'AA']

test('what is refused leaves nothing behind', async () => {
  await refused(/^用法/, [])
  await refused(/^用法/, ['make', '--nonsense'])
  await refused(/--name/, ['make', '--root', rootDir])
  await refused(/--root/, ['make', '--name', '厅'])
  for (const inside of ['data', 'data/root', 'data/pki/../../data/x']) {
    await refused(/不能放在 DATA_DIR/, ['make', '--name', '厅', '--root', inside])
  }
  for (const [setting, value, words] of [
    ['ROOT_KEY_PASSPHRASE', '', /必须设置 ROOT_KEY/],
    ['ROOT_KEY_PASSPHRASE', 'xuke-demo-root-passphrase', /演示口令.*ROOT_KEY/],
    ['ISSUING_KEY_PASSPHRASE', 'xuke-demo-issuing-passphrase', /演示口令.*ISSUING_KEY/],
    ['ISSUING_KEY_PASSPHRASE', 'kq3vTz8LmWb2', /ISSUING_KEY.*至少需要 16/],
    ['AUTHORITY_KEY_PASSPHRASE', 'abababababababababab', /AUTHORITY_KEY.*太容易猜到/],
    ['AUTHORITY_KEY_PASSPHRASE', 'qwertyuiopasdfgh', /AUTHORITY_KEY.*太容易猜到/],
    ['ISSUING_KEY_PASSPHRASE', secrets.ROOT_KEY_PASSPHRASE, /ISSUING_KEY.*不能与 ROOT_KEY/],
    ['PUBLIC_URL', '', /PUBLIC_URL.*https/],
    ['PUBLIC_URL', 'http://xuke.example.cn', /PUBLIC_URL.*https/],
  ] as const) {
    await refused(words, making, { [setting]: value })
  }
  await refused(/没有代码为“ZZ”/, [...making.slice(0, -1), 'AA,ZZ'])
  await refused(/还没有签发机构/, ['check'])
  await refused(/还没有签发机构/, ['renew', 'issuing', '--root', rootDir])
  await refused(/还没有签发机构/, ['renew', 'authorities'])
  assert.ok(!existsSync(rootDir) && !existsSync(data))
})

test('made once, whole, with keys that only their owner reads; openssl follows it to the root', async () => {
  const said = await ca(making)
  assert.match(said, /移到离线介质保存[\s\S]*licensing\.pub\.pem[\s\S]*npm run administrator[\s\S]*npm start/)
  const private_ = [pki('issuing.key.pem'), pki('authority-AA.key.pem'), path.join(rootDir, 'root.key.pem')]
  for (const file of [...private_, path.join(data, 'customs/licensing.key.pem')]) {
    assert.equal(statSync(file).mode & 0o777, 0o600, file)
  }
  for (const file of private_) assert.match(readFileSync(file, 'utf8'), /^-----BEGIN ENCRYPTED PRIVATE KEY/)
  assert.ok(!existsSync(pki('root.key.pem')), 'the server has no key of the root')
  const root = path.join(rootDir, 'root.pem')
  const crl = path.join(folder, 'crl.pem')
  openssl('crl', '-inform', 'DER', '-in', pki('issuing.crl'), '-out', crl)
  const attime = ['-attime', String(NOW.getTime() / 1000)]
  const checks = ['-crl_check', '-CRLfile', crl, ...attime, '-CAfile', root, '-untrusted', pki('issuing.pem')]
  assert.match(openssl('verify', ...checks, pki('authority-AA.pem')), /: OK/)
  const opening = ['pkey', '-in', path.join(rootDir, 'root.key.pem'), '-noout', '-passin']
  openssl(...opening, `pass:${secrets.ROOT_KEY_PASSPHRASE}`)
  assert.throws(() => openssl(...opening, 'pass:wrong'))
  // 600,000 rounds in front of every guess.
  assert.match(openssl('asn1parse', '-in', path.join(rootDir, 'root.key.pem')), /PBKDF2[\s\S]*:0927C0/)
  const { mode, pkiDir } = readEnvironment({
    MODE: 'production',
    DATA_DIR: data,
    ISSUING_KEY_PASSPHRASE: secrets.ISSUING_KEY_PASSPHRASE,
    AUTHORITY_KEY_PASSPHRASE: secrets.AUTHORITY_KEY_PASSPHRASE,
  })
  assert.deepEqual([mode, pkiDir], ['production', path.join(data, 'pki')])

  const before = readFileSync(pki('chain.pem'), 'utf8')
  await refused(/root\.key\.pem 已经存在，不覆盖/, making)
  await refused(/中已有文件，不覆盖/, making.with(4, 'other'))
  assert.ok(!existsSync(path.join(folder, 'other')))
  assert.equal(readFileSync(pki('chain.pem'), 'utf8'), before)
})

test('a folder of the demonstration is neither built upon nor renewed', async () => {
  const DATA_DIR = path.join(folder, 'demo')
  await makeDemoPki({
    dir: path.join(DATA_DIR, 'pki'),
    publicUrl: 'http://localhost:3000',
    now: NOW,
    operators: [],
    authorities: [],
  })
  await refused(/是演示证书/, making.with(4, 'other'), { DATA_DIR })
  for (const args of [
    ['renew', 'authorities'],
    ['renew', 'issuing', '--root', rootDir, '--early'],
    ['check'],
  ]) {
    await refused(/是演示证书/, args, { DATA_DIR })
  }
})

const check = (now: Date, change: Change = {}) => ca(['check'], change, now)

test('check opens every key, and says what is near its end', async () => {
  assert.match(
    await check(NOW),
    /^根证书：到 2046-06-15.*\n签发证书：到 2036-06-15.*\n发证机构 AA 签章证书：到 2029-06-15/,
  )
  assert.doesNotMatch(await check(NOW), /注意/)
  assert.match(await check(later(2, 8)), /注意：发证机构 AA 的签章证书将于.*renew authorities/)
  assert.match(await check(later(8)), /注意：签发证书将于.*renew issuing/)
  await refused(/AUTHORITY_KEY_PASSPHRASE 打不开.*口令不正确/, ['check'], {
    AUTHORITY_KEY_PASSPHRASE: 'wrong',
  })
  await refused(/ISSUING_KEY_PASSPHRASE 打不开.*口令不正确/, ['check'], { ISSUING_KEY_PASSPHRASE: 'wrong' })
  chmodSync(pki('issuing.key.pem'), 0o640)
  assert.match(await check(NOW), /注意：.*issuing\.key\.pem 可被其他用户读取/)
  chmodSync(pki('issuing.key.pem'), 0o600)
  const key = readFileSync(pki('authority-AA.key.pem'))
  writeFileSync(pki('authority-AA.key.pem'), readFileSync(pki('issuing.key.pem')))
  await refused(/authority-AA\.key\.pem 不是 .*authority-AA\.pem 的私钥/, ['check'], {
    AUTHORITY_KEY_PASSPHRASE: secrets.ISSUING_KEY_PASSPHRASE,
  })
  writeFileSync(pki('authority-AA.key.pem'), key)
  // What the server asks at its start.
  const passphrases = {
    issuing: secrets.ISSUING_KEY_PASSPHRASE,
    authority: secrets.AUTHORITY_KEY_PASSPHRASE,
  }
  assert.deepEqual((await standingOf(path.join(data, 'pki'), passphrases, NOW)).warnings, [])
})

test('document signers: those that are missing or near their end, and no others', async () => {
  await refused(/AA .*还有 1096 天到期，现在不需要更新.*--early/, [
    'renew',
    'authorities',
    '--authorities',
    'AA',
  ])
  const first = readFileSync(pki('authority-AA.pem'), 'utf8')
  assert.match(
    await ca(['renew', 'authorities', '--authorities', '03']),
    /^03 河北省商务厅：新的签章证书到 2029-06-15/,
  )
  const near = await ca(['renew', 'authorities', '--authorities', 'AA,03'], {}, later(2, 7))
  assert.match(near, /AA .*2032-01-15[\s\S]*03 .*2032-01-15/)
  assert.notEqual(readFileSync(pki('authority-AA.pem'), 'utf8'), first)
  const renewed = pki('authority-AA.pem')
  assert.match(
    openssl(
      'verify',
      '-no_check_time',
      '-CAfile',
      path.join(rootDir, 'root.pem'),
      '-untrusted',
      pki('issuing.pem'),
      renewed,
    ),
    /: OK/,
  )
  assert.match(await ca(['check'], {}, later(2, 7)), /发证机构 AA/)
})

/** An operator's key under the issuing authority as it is now, and a seal made with it. */
async function sealedWith(now: Date, content: Uint8Array) {
  const issuer = await openIssuer(pki('issuing.pem'), pki('issuing.key.pem'), {
    setting: 'ISSUING_KEY_PASSPHRASE',
    passphrase: secrets.ISSUING_KEY_PASSPHRASE,
  })
  const keys = await newKeyPair()
  const publicUrl = 'https://xuke.example.cn'
  const certificate = await issueOperator({
    issuer,
    subject: STEEL_HOLDER,
    publicKey: keys.publicKey,
    publicUrl,
    now,
    years: 3,
  })
  const key = openKeyOf(certificate, keys.privateKey, [issuer.certificate.der])
  return { certificate, key, cmsAt: (instant: Date) => sign(key, content, instant) }
}

test('the issuing certificate is renewed over the same key: keys, seals and lists from before stay good', async () => {
  const content = new TextEncoder().encode('申请表')
  const old = await sealedWith(later(7), content)
  const early = ['renew', 'issuing', '--root', rootDir]
  await refused(/现在不需要更新.*--early/, early)
  await refused(
    /必须|ROOT_KEY_PASSPHRASE 打不开.*口令不正确/,
    early,
    { ROOT_KEY_PASSPHRASE: 'wrong' },
    later(8),
  )
  await refused(/不存在或无法读取/, ['renew', 'issuing', '--root', 'nowhere'], {}, later(8))
  const before = await readOne(pki('issuing.pem'))
  const said = await ca(early, {}, later(8))
  assert.match(said, /签发证书已更新，到 2044-06-15.*仍然有效.*重新启动/)
  const renewed = await readOne(pki('issuing.pem'))
  assert.deepEqual([renewed.subject, renewed.publicKey], [before.subject, before.publicKey])
  assert.notDeepEqual(renewed.der, before.der)

  const trust = buildTrust(
    readFileSync(pki('chain.pem'), 'utf8'),
    readFileSync(pki('issuing-earlier.pem'), 'utf8'),
  )
  const now = later(8, 1)
  const verdict = verifySeal({ cms: await old.cmsAt(now), content, now, trust })
  assert.ok(verdict.ok, JSON.stringify(verdict))
  const forgetful = buildTrust(readFileSync(pki('chain.pem'), 'utf8'))
  const without = verifySeal({ cms: await old.cmsAt(now), content, now, trust: forgetful })
  assert.equal(without.ok ? '' : without.code, 'untrusted')
  const own = path.join(folder, 'own.pem')
  writeFileSync(own, writePem('CERTIFICATE', old.certificate.der))
  const root = path.join(rootDir, 'root.pem')
  for (const issuing of [pki('issuing.pem'), pki('issuing-earlier.pem')]) {
    const at = ['-attime', String(now.getTime() / 1000)]
    assert.match(openssl('verify', ...at, '-CAfile', root, '-untrusted', issuing, own), /: OK/)
  }
  const fresh = await sealedWith(later(9), content)
  const later_ = later(9, 1)
  assert.ok(verifySeal({ cms: await fresh.cmsAt(later_), content, now: later_, trust }).ok)
})

test('nothing outlives what stands above it, and a foreign certificate is no earlier one', async () => {
  const near = await sealedWith(later(17), new Uint8Array(1))
  assert.equal(
    near.certificate.notAfter.toISOString(),
    (await readOne(pki('issuing.pem'))).notAfter.toISOString(),
  )
  await ca(['renew', 'issuing', '--root', rootDir], {}, later(17))
  assert.equal((await readOne(pki('issuing.pem'))).notAfter.getUTCFullYear(), 2046)
  await refused(/根证书到 2046.*不能再延长/, ['renew', 'issuing', '--root', rootDir], {}, later(18))
  const chain = readFileSync(pki('chain.pem'), 'utf8')
  assert.equal(buildTrust(chain, readFileSync(pki('issuing-earlier.pem'), 'utf8')).earlier.length, 2)
  assert.throws(() => buildTrust(chain, readFileSync(pki('authority-AA.pem'), 'utf8')), /issuing-earlier/)

  const another = { DATA_DIR: path.join(folder, 'another') }
  await ca(making.with(4, 'second'), another)
  await refused(/不是本系统的根证书/, ['renew', 'issuing', '--root', 'second', '--early'], {}, later(17))
})
