import assert from 'node:assert/strict'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { writePem } from '#domain/seal/pem.ts'
import { makeRoot } from './pki/ca.ts'
import { DEMO_NAMES } from './pki/demo-secrets.ts'
import { defaults, readEnvironment, readOwner } from './environment.ts'
import { StartError } from './start-error.ts'

const PROJECT = path.resolve(import.meta.dirname, '../..')
let folder: string
before(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'xuke-许可证 '))
  for (const [name, holder] of Object.entries({ own: '某市根证书', demo: DEMO_NAMES.root })) {
    const root = await makeRoot(holder, new Date('2026-01-01T00:00:00Z'))
    fs.mkdirSync(path.join(folder, name, 'pki'), { recursive: true })
    fs.writeFileSync(path.join(folder, name, 'pki/chain.pem'), writePem('CERTIFICATE', root.certificate.der))
  }
})
after(() => fs.rmSync(folder, { recursive: true }))

const own = () => ({ MODE: 'production', DATA_DIR: path.join(folder, 'own'), ...secrets })
const secrets = { AUTHORITY_KEY_PASSPHRASE: 'a long enough one', ISSUING_KEY_PASSPHRASE: 'another long one' }

function refused(variables: Record<string, string>, words: RegExp) {
  assert.throws(
    () => readEnvironment(variables),
    (error) => {
      assert.ok(error instanceof StartError)
      assert.match(error.message, words)
      assert.doesNotMatch(error.message, /\n/)
      return true
    },
  )
}

test('docs/operations.md lists every setting with its default', () => {
  const text = fs.readFileSync(path.join(PROJECT, 'docs/operations.md'), 'utf8')
  const rows = [...text.matchAll(/^\| `([A-Z_]+)` \| (.*?) \|/gm)].map(([, name, value]) => [name, value])
  assert.deepEqual(rows.map(([name]) => name).sort(), Object.keys(defaults).sort())
  for (const [name, value] of Object.entries(defaults)) {
    if (value) assert.equal(Object.fromEntries(rows)[name], `\`${value}\``)
  }
})

test('without any setting: the demonstration, for this machine', () => {
  const env = readEnvironment({})
  assert.equal(env.mode, 'demo')
  assert.equal(env.role, 'all')
  assert.equal(`${env.host}:${env.port}`, '127.0.0.1:3000')
  assert.equal(env.publicUrl, 'http://localhost:3000')
  assert.equal(env.dataDir, path.join(PROJECT, 'data'))
  assert.equal(env.databaseUrl, undefined)
  assert.equal(env.trustProxy, false)
})

test('settings are taken as given, blanks as absent', () => {
  const env = readEnvironment({
    ...own(),
    ROLE: 'jobs',
    HOST: '0.0.0.0',
    PORT: '8443',
    PUBLIC_URL: 'https://xuke.example.cn/',
    PG_DIR: '   ',
    DATABASE_URL: 'postgresql://app:p%40ss@db.example/xuke',
    TRUST_PROXY: '10.0.0.1, 192.168.0.0/16',
  })
  assert.equal(env.publicUrl, 'https://xuke.example.cn')
  assert.equal(env.pkiDir, path.join(folder, 'own/pki'))
  assert.equal(env.pgDir, undefined)
  assert.equal(env.trustProxy, '10.0.0.1, 192.168.0.0/16')
  assert.equal(env.port, 8443)
})

test('a wrong value is refused in one line that names the setting', () => {
  refused({ MODE: 'prod' }, /MODE.*demo 或 production/)
  for (const PORT of ['0', '65536', '3000a', '-1', '1e3', '３０００']) refused({ PORT }, /PORT.*65535/)
  for (const PUBLIC_URL of ['xuke.cn', 'http://a/b', 'ftp://a', 'https://a b'])
    refused({ PUBLIC_URL }, /PUBLIC_URL/)
  refused({ DATABASE_URL: 'mysql://a/b' }, /DATABASE_URL/)
  for (const TRUST_PROXY of ['true', '10.0.0.1/a', '10.0.0.1;10.0.0.2', '1.2.3'])
    refused({ TRUST_PROXY }, /TRUST_PROXY/)
})

test('the refusal of an address does not repeat the password in it', () => {
  assert.throws(
    () => readEnvironment({ DATABASE_URL: 'postgres:/u:geheim@h/d' }),
    (error) => error instanceof StartError && !error.message.includes('geheim'),
  )
})

test('others are served over https only', () => {
  refused({ HOST: '0.0.0.0' }, /演示模式只在本机/)
  const outside = { ...own(), HOST: '0.0.0.0' }
  refused({ ...outside, PUBLIC_URL: 'https://a.cn' }, /HTTPS/)
  refused({ ...outside, TRUST_PROXY: '10.0.0.1', PUBLIC_URL: 'http://a.cn' }, /https:\/\//)
  readEnvironment({ ...outside, TRUST_PROXY: '10.0.0.1', PUBLIC_URL: 'https://a.cn' })
})

test('certificate and key of https come together and can be read', () => {
  const file = path.join(folder, 'own/pki/chain.pem')
  refused({ TLS_CERT: file }, /必须同时设置/)
  refused({ TLS_CERT: file, TLS_KEY: path.join(folder, 'none.pem') }, /TLS_KEY.*无法读取/)
  const env = readEnvironment({ TLS_CERT: file, TLS_KEY: file })
  assert.deepEqual(env.tls?.key, fs.readFileSync(file))
  assert.equal(env.publicUrl, 'https://localhost:3000')
})

test('production refuses what a demonstration made, and what is missing', () => {
  assert.equal(readEnvironment(own()).mode, 'production')
  refused({ ...own(), AUTHORITY_KEY_PASSPHRASE: '' }, /必须设置 AUTHORITY_KEY_PASSPHRASE/)
  refused({ ...own(), ISSUING_KEY_PASSPHRASE: 'short' }, /ISSUING_KEY_PASSPHRASE/)
  const demo = readEnvironment({}).passphrases.authority
  refused({ ...own(), AUTHORITY_KEY_PASSPHRASE: demo }, /演示口令.*AUTHORITY/)
  refused({ ...own(), DATA_DIR: path.join(folder, 'demo') }, /演示证书/)
  refused({ ...own(), DATA_DIR: path.join(folder, 'none') }, /chain\.pem 不存在/)
})

test('the owner’s access is for migrate and restore alone', () => {
  const DATABASE_URL = 'postgresql://app%20x@db/xuke'
  const DATABASE_OWNER_URL = 'postgresql://owner:secret@db/xuke'
  assert.equal(readOwner({}), undefined)
  assert.deepEqual(readOwner({ DATABASE_URL, DATABASE_OWNER_URL }), {
    ownerUrl: DATABASE_OWNER_URL,
    appRole: 'app x',
  })
  assert.throws(() => readOwner({ DATABASE_URL }), /DATABASE_OWNER_URL/)
  const env = readEnvironment({ DATABASE_URL, DATABASE_OWNER_URL })
  assert.doesNotMatch(JSON.stringify(env), /secret/)
})

test('where messages go out: whole or not at all', () => {
  assert.deepEqual([readEnvironment({}).mail, readEnvironment({}).sms], [undefined, undefined])
  const SMTP_URL = 'smtps://me%40x.cn:p%2Fw@mail.example.cn'
  const from = { name: '许可证', address: 'licence@example.cn' }
  const mail = { SMTP_URL, MAIL_FROM: '许可证 <licence@example.cn>' }
  assert.deepEqual(readEnvironment({ ...own(), ...mail }).mail, { url: SMTP_URL, from })
  refused({ SMTP_URL }, /MAIL_FROM/)
  for (const url of [
    'http://a',
    'smtp://',
    'smtp://a/b',
    'smtp://a?x=1',
    'smtp://a b',
    'smtp://u:%zz@a',
    'mail',
  ])
    refused({ ...mail, SMTP_URL: url }, /SMTP_URL/)
  for (const MAIL_FROM of ['a', 'x <a>', 'a@b.cn, c@d.cn']) refused({ ...mail, MAIL_FROM }, /MAIL_FROM/)

  const sms = { SMS_GATEWAY_URL: 'https://sms.example.cn/send?v=1', SMS_GATEWAY_SECRET: 'sixteen letters.' }
  assert.deepEqual(readEnvironment({ ...own(), ...sms }).sms, {
    url: sms.SMS_GATEWAY_URL,
    secret: sms.SMS_GATEWAY_SECRET,
  })
  assert.ok(readEnvironment({ ...sms, SMS_GATEWAY_URL: 'http://127.0.0.1:9000/' }).sms)
  refused({ ...sms, SMS_GATEWAY_SECRET: '' }, /SMS_GATEWAY_SECRET/)
  refused({ ...sms, SMS_GATEWAY_SECRET: 'too short' }, /SMS_GATEWAY_SECRET.*16/)
  for (const url of ['http://sms.example.cn/', 'https://u:p@sms.example.cn/', 'smtp://a', 'sms.example.cn'])
    refused({ ...sms, SMS_GATEWAY_URL: url }, /SMS_GATEWAY_URL/)
})
