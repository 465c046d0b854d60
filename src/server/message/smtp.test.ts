/** E-mail to a real mail server: what arrives, and what becomes of what it refuses. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { after, before, beforeEach, test } from 'node:test'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { startTestApp, type TestApp } from '#test/people.ts'
import { letterTo } from '#test/messages.ts'
import { carriersOf, NotCarried, type Carrier } from './carrier.ts'
import { sendMessages } from './deliver.ts'
import { queueLetter, type LetterToQueue } from './queue.ts'
import { smtpCarrier } from './smtp.ts'

interface Mail {
  from: string
  to: string[]
  raw: string
  user: string | undefined
}
const mails: Mail[] = []
/** What the server says instead of taking a mail: at the recipient or after the text. */
let refusing: { at: 'recipient' | 'text'; status: number; words: string } | undefined

const failure = (status: number, words: string) => Object.assign(new Error(words), { responseCode: status })
const options: SMTPServerOptions = {
  authOptional: true,
  disabledCommands: ['STARTTLS'],
  allowInsecureAuth: true,
  onAuth: ({ username, password }, _session, done) =>
    password === 'ge heim/1' ? done(null, { user: username }) : done(failure(535, '5.7.8 bad login')),
  onRcptTo: (_address, _session, done) =>
    refusing?.at === 'recipient' ? done(failure(refusing.status, refusing.words)) : done(),
  onData(stream, session, done) {
    void text(stream).then((raw) => {
      if (refusing?.at === 'text') return done(failure(refusing.status, refusing.words))
      const { mailFrom, rcptTo } = session.envelope
      mails.push({
        from: mailFrom === false ? '' : mailFrom.address,
        to: rcptTo.map(({ address }) => address),
        raw,
        user: typeof session.user === 'string' ? session.user : undefined,
      })
      return done()
    })
  },
}

let server: SMTPServer
let port = 0
let it: TestApp
const open: Carrier[] = []
async function listen(at = 0) {
  server = new SMTPServer(options)
  // A client that goes away in the middle is no fault of the test.
  server.on('error', () => undefined)
  server.listen(at, '127.0.0.1')
  await once(server.server, 'listening')
  const address = server.server.address()
  port = typeof address === 'object' && address !== null ? address.port : 0
}
const stopListening = () => new Promise<void>((resolve) => server.close(() => resolve()))
before(async () => {
  await listen()
  it = await startTestApp()
})
after(async () => {
  for (const carrier of open) carrier.close()
  await stopListening()
  await it.close()
})
beforeEach(async () => {
  mails.length = 0
  refusing = undefined
  it.clock.set('2026-06-15T02:00:00Z')
  await it.ctx.db.deleteFrom('message').execute()
})

const from = { name: '出口许可证系统', address: 'licence@example.cn' }
function carrierTo(url = `smtp://127.0.0.1:${port}`): Carrier {
  const carrier = smtpCarrier({ url, from })
  open.push(carrier)
  return carrier
}
const message = {
  id: '01980000-0000-7000-8000-000000000001',
  recipient: 'zhao@example.cn',
  subject: '验证码',
  text: '您的申请已通过。\n请登录查看。',
  at: new Date('2026-06-15T02:00:00Z'),
}
const letter: LetterToQueue = { ...message, channel: 'email', kind: 'service_decided' }

const headersOf = ({ raw }: Mail) =>
  (raw.split('\r\n\r\n')[0] ?? '').replace(/\r\n[ \t]+/g, ' ').split('\r\n')
const header = (mail: Mail, name: string) =>
  headersOf(mail)
    .filter((line) => line.toLowerCase().startsWith(`${name}: `))
    .map((line) => line.slice(name.length + 2))
const bodyOf = ({ raw }: Mail) =>
  Buffer.from(raw.slice(raw.indexOf('\r\n\r\n')).replace(/\s/g, ''), 'base64').toString('utf8')

async function refusal(sending: Promise<void>): Promise<NotCarried> {
  const error: unknown = await sending.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof NotCarried, String(error))
  return error
}

test('a mail arrives: sender, one recipient, subject, text, day, and an id that stays', async () => {
  await carrierTo().carry(message)
  const [mail, ...more] = mails
  assert.ok(mail !== undefined && more.length === 0)
  assert.deepEqual([mail.from, mail.to], ['licence@example.cn', ['zhao@example.cn']])
  assert.deepEqual(header(mail, 'to'), ['zhao@example.cn'])
  assert.match(header(mail, 'from')[0] ?? '', /^=\?UTF-8\?.* <licence@example\.cn>$/)
  assert.match(header(mail, 'subject')[0] ?? '', /^=\?UTF-8\?/)
  assert.deepEqual(header(mail, 'message-id'), ['<01980000-0000-7000-8000-000000000001@example.cn>'])
  assert.deepEqual(header(mail, 'date'), ['Mon, 15 Jun 2026 02:00:00 +0000'])
  assert.equal(bodyOf(mail), '您的申请已通过。\n请登录查看。')
})

test('nothing that is written makes a header or a recipient', async () => {
  const evil = '结果\r\nBcc: spy@evil.cn\r\nX-Evil: 1'
  await carrierTo().carry({ ...message, subject: evil })
  await it.ctx.db.transaction().execute((tx) =>
    queueLetter(tx, it.ctx, {
      ...letter,
      subject: evil,
      text: `\r\n.\r\nMAIL FROM:<x@evil.cn>\r\n${evil}`,
    }),
  )
  await sendMessages({ ...it.ctx, carriers: { ...it.ctx.carriers, email: carrierTo() } }, {})
  assert.equal(mails.length, 2)
  for (const mail of mails) {
    assert.deepEqual(mail.to, ['zhao@example.cn'])
    assert.deepEqual([header(mail, 'bcc'), header(mail, 'x-evil')], [[], []])
    assert.equal(header(mail, 'subject').length, 1)
  }
})

test('the carrier believes no list of recipients either', async () => {
  for (const recipient of ['a@b.cn\r\nRCPT TO:<spy@evil.cn>', 'a@b.cn, spy@evil.cn', 'x:a@b.cn;']) {
    assert.equal((await refusal(carrierTo().carry({ ...message, recipient }))).how, 'refused')
  }
  assert.deepEqual(mails, [])
})

test('a long text arrives whole', async () => {
  const long = `${'这是很长的一行。'.repeat(400)}\n`.repeat(6).trim()
  await carrierTo().carry({ ...message, text: long })
  assert.equal(bodyOf(mails[0] ?? { from: '', to: [], raw: '', user: '' }), long)
})

test('user name and password of the address are sent; wrong ones are told without repeating them', async () => {
  await carrierTo(`smtp://me%40x.cn:ge%20heim%2F1@127.0.0.1:${port}`).carry(message)
  assert.equal(mails[0]?.user, 'me@x.cn')
  const refused = await refusal(carrierTo(`smtp://me:wrong-one@127.0.0.1:${port}`).carry(message))
  assert.equal(refused.how, 'unreachable')
  assert.match(refused.message, /用户名和密码.*535/)
  assert.doesNotMatch(refused.message, /wrong-one/)
})

test('a password does not travel in the clear to another machine', async () => {
  // This machine by another name than those that are excepted; its server knows no STARTTLS.
  const other = `[::ffff:127.0.0.1]:${port}`
  await carrierTo(`smtp://${other}`).carry(message)
  assert.equal(mails.splice(0).length, 1, 'the server is reached there')
  const refused = await refusal(carrierTo(`smtp://me:ge%20heim%2F1@${other}`).carry(message))
  assert.equal(refused.how, 'unreachable')
  assert.deepEqual(mails, [])
})

test('refused for good, refused for now, nobody there', async () => {
  const cases = [
    [{ at: 'recipient', status: 550, words: '5.1.1 no such user' }, 'refused', /550.*5\.1\.1 no such user/],
    [{ at: 'recipient', status: 450, words: '4.2.1 busy' }, 'later', /450/],
    [{ at: 'text', status: 554, words: '5.7.1 spam: code 123456' }, 'refused', /554.*spam: code …/],
    [{ at: 'text', status: 452, words: '4.3.1 disk full' }, 'later', /452/],
  ] as const
  for (const [what, how, words] of cases) {
    refusing = what
    const refused = await refusal(carrierTo().carry(message))
    assert.equal(refused.how, how, what.words)
    assert.match(refused.message, words)
  }
  const gone = await refusal(carrierTo('smtp://127.0.0.1:1').carry(message))
  assert.equal(gone.how, 'unreachable')
  assert.match(gone.message, /连接不上邮件服务器/)
})

test('the mail server is away, then back: the message is sent once and marked', async () => {
  const carrier = carrierTo()
  const ctx = { ...it.ctx, carriers: { ...it.ctx.carriers, email: carrier } }
  const at = port
  await stopListening()
  await it.ctx.db.transaction().execute((tx) => queueLetter(tx, it.ctx, letter))
  await sendMessages(ctx, {})
  assert.match((await letterTo(it, letter.recipient)).error ?? '', /连接不上/)
  await listen(at)
  it.clock.add(10_000)
  await sendMessages(ctx, {})
  await sendMessages(ctx, {})
  assert.equal(mails.length, 1)
  assert.equal((await letterTo(it, letter.recipient)).state, 'sent')
})

test('a demonstration writes to nobody, whatever is set', async () => {
  const set = { url: `smtp://127.0.0.1:${port}`, from }
  const sms = { url: 'https://gateway.example/', secret: 'a'.repeat(16) }
  const demo = carriersOf({ mode: 'demo', mail: set, sms })
  for (const carrier of [demo.email, demo.sms]) {
    assert.equal(carrier.local, true)
    await carrier.carry(message)
  }
  assert.deepEqual(mails, [])
  const real = carriersOf({ mode: 'production', mail: set, sms: undefined })
  open.push(real.email)
  await real.email.carry(message)
  assert.equal(mails.length, 1)
})
