/**
 * A production system from nothing, as whoever runs it and its first people walk: certificate authority and administrator by
 * command, the server without any demonstration, officers, a company with its key, and the licence. Mail and SMS go to a
 * real mail server and a real gateway of this machine.
 */
import assert from 'node:assert/strict'
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { randomUUIDv7 } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { SMTPServer } from 'smtp-server'
import { newCaptcha, signInLog, whoAmI } from '#api/account.ts'
import { createOfficer } from '#api/account-office.ts'
import * as keys from '#api/key.ts'
import * as licenceApi from '#api/licence.ts'
import { changePassword } from '#api/own-account.ts'
import { addRate } from '#api/reference.ts'
import { sendRegistrationCodes } from '#api/registration.ts'
import type { officerRoles } from '#domain/account/roles.ts'
import { addressOf, Client } from '../scripts/client.ts'
import {
  actOnKey,
  askForDesk,
  askForKey,
  companyOf,
  makeKeyFor,
  passService,
  registerCompany,
} from '../scripts/company.ts'
import { act, issue, issued, licenceOf, review, submit } from '../scripts/journey.ts'
import { sign } from '#ui/key/e-key.ts'
import { testDatabase, type TestDatabase } from '#test/db.ts'

const project = path.resolve(import.meta.dirname, '..')
const folder = mkdtempSync(path.join(tmpdir(), 'xuke-正式 '))
const rootDir = path.join(folder, 'stick')
const secrets = {
  ROOT_KEY_PASSPHRASE: 'Rk5wXy2BnHf8Ds3MaPq7',
  ISSUING_KEY_PASSPHRASE: 'kq3vTz8LmWb2Yx7RfHc1',
  AUTHORITY_KEY_PASSPHRASE: 'Zp9dNs4JgVt6Qe0UoKi5',
}
const { ROOT_KEY_PASSPHRASE: _, ...serverSecrets } = secrets

let database: TestDatabase
let mails: SMTPServer
let gateway: http.Server
let server: ChildProcess | undefined
let base = ''
let environment: Record<string, string> = {}
/** What was sent, to whom. */
const letters: { to: string; text: string }[] = []
const clients: Client[] = []

const portOf = (listening: { address: () => string | AddressInfo | null }) => {
  const address = listening.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

before(async () => {
  mails = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData: (stream, { envelope }, done) =>
      void text(stream).then((raw) => {
        const body = Buffer.from(raw.slice(raw.indexOf('\r\n\r\n')).replace(/\s/g, ''), 'base64')
        for (const { address } of envelope.rcptTo) letters.push({ to: address, text: body.toString() })
        done()
      }),
  })
  mails.listen(0, '127.0.0.1')
  gateway = http.createServer((request, response) => {
    void text(request).then((body) => {
      letters.push(JSON.parse(body))
      response.writeHead(204).end()
    })
  })
  gateway.listen(0, '127.0.0.1')
  await Promise.all([once(mails.server, 'listening'), once(gateway, 'listening')])
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const port = portOf(probe)
  probe.close()
  database = await testDatabase()
  base = `http://127.0.0.1:${port}`
  environment = {
    MODE: 'production',
    DATA_DIR: path.join(folder, 'data'),
    DATABASE_URL: database.url,
    PORT: String(port),
    PUBLIC_URL: base,
    SMTP_URL: `smtp://127.0.0.1:${portOf(mails.server)}`,
    MAIL_FROM: '出口许可证系统 <licence@example.cn>',
    SMS_GATEWAY_URL: `http://127.0.0.1:${portOf(gateway)}/sms`,
    SMS_GATEWAY_SECRET: 'shared-secret-of-16',
  }
})
after(async () => {
  for (const client of clients) client.close()
  if (server !== undefined && server.exitCode === null) {
    server.kill('SIGTERM')
    await once(server, 'exit')
  }
  gateway.closeAllConnections()
  gateway.close()
  await new Promise<void>((resolve) => mails.close(() => resolve()))
  await database.close()
  rmSync(folder, { recursive: true, force: true })
})

const node = (script: string, args: string[], more: Record<string, string>) =>
  spawn(process.execPath, [path.join(project, script), ...args], {
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...environment, ...more },
    stdio: ['pipe', 'pipe', 'pipe'],
  })

/** Runs a command to its end; answers what it printed, and what it said instead of succeeding. */
async function run(script: string, args: string[], more: Record<string, string> = {}, input = '') {
  const child = node(script, args, more)
  child.stdin.end(input)
  const [out, refused, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ])
  return { out, refused: refused.trim(), code: Number(code) }
}
const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'pipe' }).toString()

async function start(): Promise<string> {
  server = node('src/server/main.ts', [], serverSecrets)
  let said = ''
  for (const stream of [server.stdout, server.stderr]) stream?.on('data', (part) => (said += String(part)))
  for (let tries = 0; !said.includes('已启动'); tries++) {
    if (server.exitCode !== null || tries > 1200) throw new Error(`the server did not start: ${said}`)
    await sleep(25)
  }
  await sleep(50)
  return said
}

/** Somebody's browser: nothing of a demonstration helps, each question is answered. */
function newClient(): Client {
  const client = new Client(base)
  clients.push(client)
  return client
}

const digits = '零一二三四五六七八九'
const numberOf = (words: string): number => {
  const [tens, ones] = words.includes('十') ? words.split('十') : ['零', words]
  return (tens === '' ? 1 : digits.indexOf(tens ?? '')) * 10 + Math.max(0, digits.indexOf(ones || '零'))
}
async function answered(client: Client) {
  const { id, question } = await client.call(newCaptcha, { query: { kind: 'text' } })
  const [, one = '', sign_, other = ''] = /^(.+)([加减])(.+)等于/.exec(question ?? '') ?? []
  const sum = numberOf(one) + (sign_ === '加' ? 1 : -1) * numberOf(other)
  return { captchaId: id, captchaAnswer: String(sum) }
}

/** Signs in with a first password and sets the person's own. */
async function signedIn(loginName: string, first: string): Promise<Client> {
  const client = newClient()
  await client.enter({ loginName, password: first, ...(await answered(client)) })
  const own = 'Kranich-7-zug'
  await assert.rejects(client.call(signInLog, { query: {} }), /请先设置自己的新密码/)
  await client.call(changePassword, {
    body: { requestId: randomUUIDv7(), oldPassword: first, newPassword: own },
  })
  return client
}

/** A message that was sent to somebody, as soon as it is there. */
async function sentTo(recipient: string, words: RegExp): Promise<string> {
  for (let tries = 0; tries < 400; tries++) {
    const letter = letters.find(({ to, text: said }) => to === recipient && words.test(said))
    if (letter !== undefined) return letter.text
    await sleep(25)
  }
  throw new Error(`nothing like ${words} came to ${recipient}`)
}
const codeIn = (letter: string) => /\d{6}/.exec(letter)?.[0] ?? ''

/** Both commands, as npm runs them. */
const made = { login: 'chief', first: 'Erste-Wahl-7' }
async function prepare() {
  const args = ['make', '--name', '演练省商务厅', '--root', rootDir, '--authorities', 'AA']
  const [authority, administrator] = await Promise.all([
    run('scripts/ca.ts', args, secrets),
    run(
      'scripts/administrator.ts',
      ['--login', made.login, '--name', '王管理', '--password-stdin'],
      {},
      `${made.first}\n`,
    ),
  ])
  assert.deepEqual([authority.code, authority.refused], [0, ''])
  assert.deepEqual([administrator.code, administrator.refused], [0, ''])
  assert.ok(!administrator.out.includes(made.first))
}

test('from nothing to a licence: officers, a company, its key, its application', async () => {
  await prepare()
  const said = await start()
  assert.doesNotMatch(said, /还没有|演示|SMTP|到期/)
  const admin = await signedIn(made.login, made.first)
  const officer = async (
    loginName: string,
    roles: (typeof officerRoles)[number][],
    authorityCode: string | null,
  ) => {
    const { password } = await admin.call(createOfficer, {
      body: { id: randomUUIDv7(), loginName, personName: loginName, authorityCode, roles, duties: '' },
    })
    return signedIn(loginName, password ?? '')
  }
  const [platform, keyOfficer, first, second, issuer] = await Promise.all([
    officer('platform', ['platform_officer'], null),
    officer('keys', ['key_officer'], 'AA'),
    officer('first', ['reviewer'], 'AA'),
    officer('second', ['reviewer'], 'AA'),
    officer('issuer', ['issuer'], 'AA'),
  ])
  for (const currency of ['EUR', 'CNY']) {
    const validFrom = (await admin.call(whoAmI, {})).today
    await admin.call(addRate, { body: { currency, validFrom, rate: '1.1', source: '演练' } })
  }

  const newcomer = newClient()
  const company = companyOf(new Date())
  const { email, mobile, loginName, password } = company
  await newcomer.call(sendRegistrationCodes, { body: { email, mobile, ...(await answered(newcomer)) } })
  const [emailCode, mobileCode] = (
    await Promise.all([sentTo(email, /验证码/), sentTo(mobile, /验证码/)])
  ).map(codeIn)
  await registerCompany(newcomer, {
    ...company,
    emailCode: emailCode ?? '',
    mobileCode: mobileCode ?? '',
  })
  await newcomer.enter({ loginName, password, ...(await answered(newcomer)) })
  await passService(platform, await askForDesk(newcomer))
  const approved = await actOnKey(keyOfficer, await askForKey(newcomer, company), 'approve')
  await sentTo(email, /应用“出口许可证”已开通/)
  await sentTo(email, /电子钥匙/)
  const { key, certificate, chain } = await makeKeyFor(newcomer, approved)
  for (const [name, pem] of Object.entries({ 'own.pem': certificate, 'chain.pem': chain })) {
    writeFileSync(path.join(folder, name), pem)
  }
  const own = path.join(folder, 'own.pem')
  const verify = [
    'verify',
    '-CAfile',
    path.join(rootDir, 'root.pem'),
    '-untrusted',
    path.join(folder, 'chain.pem'),
  ]
  assert.match(openssl(...verify, own), /OK/)

  const operator = newClient()
  const challenge = await operator.call(keys.newKeyChallenge, { body: { purpose: 'sign_in' } })
  const cms = await sign(key, new TextEncoder().encode(challenge.text), new Date())
  const answer = { challengeId: challenge.id, cms: Buffer.from(cms).toString('base64') }
  await operator.enter({ loginName, password, key: answer, ...(await answered(operator)) })
  const sent = await submit(operator, key)
  const passed = await review(second, await review(first, sent, 'pass_first'), 'pass_second')
  const licenceId = await licenceOf(issuer, passed.id)
  await issue(issuer, licenceId)
  await issued(operator, licenceId)
  const pdf = await operator.file(addressOf(licenceApi.downloadLicence.path, { id: licenceId }, {}))
  assert.equal(pdf.subarray(0, 5).toString(), '%PDF-')
  await act(operator, passed, 'print')
  for (const gone of ['/api/demo/accounts', '/api/demo/outbox', '/demo/keys/steel02.pem']) {
    assert.equal((await operator.send(gone)).status, 404, gone)
  }
})
