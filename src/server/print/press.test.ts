/** The press as the server sees it: what comes out, and that nothing is lost when a child goes. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, type TestContext, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { AUTHORITY_PASSPHRASE, makeAuthority } from '#test/authority.ts'
import { pdfsig, plainApplication, plainLicence, textOf } from '#test/documents.ts'
import { PressFailed, type PressOptions, PressRefused, startPress } from './press.ts'

const folder = mkdtempSync(join(tmpdir(), 'press-'))
after(() => rmSync(folder, { recursive: true }))
makeAuthority(folder)
const signing = { folder, passphrase: AUTHORITY_PASSPHRASE }

const licence = (serial = 1) =>
  plainLicence({ licenceNo: `26AA${String(600000 + serial)}`, createdAt: new Date().toISOString() })

function open(t: TestContext, options: Partial<PressOptions> = {}) {
  const press = startPress({ signing, ...options })
  t.after(() => press.close())
  return press
}

// ---- children, as the system lists them

const status = (pid: string, key: string): number => {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(new RegExp(`^${key}:\\s+(\\d+)`, 'm').exec(text)?.[1])
}
function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
        return command.includes('press-child.ts') && status(pid, 'PPid') === parent
      } catch {
        return false
      }
    })
    .map(Number)
}
const children = () => childrenOf(process.pid)
async function until(happened: () => boolean, what: string) {
  for (const start = Date.now(); !happened(); await setTimeout(10)) {
    assert.ok(Date.now() - start < 20_000, what)
  }
}

// ---- what comes out

test('a licence comes out typeset and signed, with its digest', async (t) => {
  const { pdf, sha256 } = await open(t).licence(licence(7), 'AA')
  assert.equal(sha256, createHash('sha256').update(pdf).digest('hex'))
  assert.ok(textOf(folder, pdf).includes('26AA600007'))
  const report = pdfsig(folder, pdf)
  assert.match(report, /Signature is Valid\./)
  assert.match(report, /Certificate is Trusted\./)
  assert.match(report, /Total document signed/)
})

test('an application comes out unsigned', async (t) => {
  const pdf = await open(t).application(plainApplication())
  assert.ok(textOf(folder, pdf).includes('261100717850555600001'))
  assert.ok(!pdf.includes('/ByteRange'))
})

test('what can never be printed or signed is refused with words', async (t) => {
  const press = open(t)
  await assert.rejects(press.licence({ ...licence(), consignorName: '𠮷' }, 'AA'), (error) => {
    return error instanceof PressRefused && error.message.includes('𠮷')
  })
  await assert.rejects(press.licence(licence(), 'ZZ'), (error) => {
    return error instanceof PressRefused && error.message.includes('ZZ 还没有签章证书')
  })
  await assert.rejects(press.licence(licence(), '../AA'), PressRefused)
  const late = { ...licence(), createdAt: '2099-01-01T00:00:00.000Z' }
  await assert.rejects(press.licence(late, 'AA'), (error) => {
    return error instanceof PressRefused && error.message.includes('只在')
  })
  // The child is none the worse for it.
  assert.ok((await press.licence(licence(), 'AA')).pdf.length > 10_000)
})

test('a wrong passphrase is said to be one', async (t) => {
  const press = open(t, { signing: { folder, passphrase: 'wrong' } })
  await assert.rejects(press.licence(licence(), 'AA'), (error) => {
    return error instanceof PressRefused && error.message.includes('打不开')
  })
})

test('the passphrase stands neither in arguments nor in the environment of the child', async (t) => {
  const press = open(t)
  await press.ready()
  const [pid] = children()
  for (const name of ['cmdline', 'environ']) {
    assert.ok(!readFileSync(`/proc/${pid}/${name}`, 'utf8').includes(AUTHORITY_PASSPHRASE), name)
  }
})

// ---- children come and go

test('children are replaced by count, memory is bounded, no document is lost', async (t) => {
  const press = open(t, { replaceAfter: 50 })
  await press.ready()
  const seen = new Set(children())
  let most = 0
  const watch = setInterval(() => {
    for (const pid of children()) {
      seen.add(pid)
      // A child that is just ending says nothing of its memory.
      most = Math.max(most, (status(String(pid), 'VmRSS') || 0) / 1024)
    }
  }, 50)
  t.after(() => clearInterval(watch))
  let next = 0
  const numbers: string[] = []
  const one = async () => {
    // A child that is worn goes on until the next one has started, which on a busy machine takes its time.
    for (let i = next++; i < 140 || (seen.size < 3 && i < 1000); i = next++) {
      const { pdf } = await press.licence(licence(i), 'AA')
      numbers.push(/26AA\d{6}/.exec(pdf.toString('latin1'))?.[0] ?? '')
    }
  }
  await Promise.all(Array.from({ length: 6 }, one))
  assert.equal(new Set(numbers).size, numbers.length)
  assert.ok(seen.size >= 3, `${seen.size} children`)
  assert.ok(most < 320, `${most} MB`)
})

test('a child killed in the middle loses nothing', async (t) => {
  const press = open(t)
  await press.ready()
  const work = Array.from({ length: 60 }, (_, i) => press.licence(licence(i), 'AA'))
  await work[5]
  const [pid = 0] = children()
  process.kill(pid, 'SIGKILL')
  const results = await Promise.all(work)
  assert.equal(new Set(results.map((result) => result.sha256)).size, 60)
  assert.ok(!children().includes(pid))
})

// Takes a second or more, so that there is time to kill.
const endless = () => ({ ...licence(), additionalInfo: '很长的附加信息'.repeat(40_000) })

test('a document on which children die twice fails, the others are printed', async (t) => {
  const press = open(t)
  await press.ready()
  const doomed = assert.rejects(press.licence(endless(), 'AA'), (error) => {
    return error instanceof PressFailed && error.message.includes('两次在同一份文件上中断')
  })
  const behind = press.licence(licence(2), 'AA')
  for (const round of [1, 2]) {
    const [pid = 0] = children()
    await setTimeout(100)
    process.kill(pid, 'SIGKILL')
    await until(() => !children().includes(pid) && children().length === 1, `a child after ${round}`)
    await press.ready()
  }
  await doomed
  assert.ok((await behind).pdf.length > 10_000)
})

test('a document that takes too long fails in the same way', { timeout: 60_000 }, async (t) => {
  const press = open(t, { timeLimit: 4000 })
  const long = { ...licence(), additionalInfo: '很长的附加信息'.repeat(400_000) }
  await assert.rejects(press.licence(long, 'AA'), PressFailed)
})

test('a press that cannot start says so, and starts with the next document', async (t) => {
  const press = open(t)
  const waiting = assert.rejects(press.licence(licence(), 'AA'), (error) => {
    return error instanceof PressFailed && error.message.includes('无法启动')
  })
  const ready = assert.rejects(press.ready(), PressFailed)
  const [pid = 0] = children()
  process.kill(pid, 'SIGKILL')
  await Promise.all([waiting, ready])
  assert.ok((await press.licence(licence(), 'AA')).pdf.length > 10_000)
  await press.ready()
})

test('a queue that is too long refuses at once', async (t) => {
  const press = open(t, { maxQueue: 3 })
  const work = await Promise.allSettled(Array.from({ length: 5 }, (_, i) => press.licence(licence(i), 'AA')))
  assert.deepEqual(
    work.map(({ status }) => status),
    ['fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'rejected'],
  )
  const [, , , fourth] = work
  assert.ok(fourth?.status === 'rejected' && fourth.reason instanceof PressFailed)
  assert.match(fourth.reason.message, /等待排版的文件已有 3 份/)
})

test('however many forms are asked for, licences find room and go before them', async (t) => {
  const press = open(t, { maxQueue: 6 })
  const order: string[] = []
  const note = async (name: string, printed: Promise<unknown>) => {
    await printed
    order.push(name)
  }
  const forms = Array.from({ length: 5 }, () => note('form', press.application(plainApplication())))
  const licences = [1, 2].map((serial) => note('licence', press.licence(licence(serial), 'AA')))
  const ends = await Promise.allSettled([...forms, ...licences])
  assert.deepEqual(
    ends.map(({ status }) => status),
    ['fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'rejected', 'fulfilled', 'fulfilled'],
  )
  assert.deepEqual(order, ['licence', 'licence', 'form', 'form', 'form'])
})

test('closing ends what is under way, refuses the rest and leaves no process', async (t) => {
  const press = open(t)
  await press.ready()
  const work = Promise.allSettled(Array.from({ length: 10 }, (_, i) => press.licence(licence(i), 'AA')))
  await press.close()
  const outcomes = (await work).map(({ status }) => status)
  assert.deepEqual(outcomes, ['fulfilled', 'fulfilled', ...Array<string>(8).fill('rejected')])
  assert.deepEqual(children(), [])
  await assert.rejects(press.licence(licence(), 'AA'), PressFailed)
})

test('the child goes when the server is killed', async () => {
  const script = `
    import { startPress } from '${new URL('./press.ts', import.meta.url)}'
    const press = startPress({ signing: ${JSON.stringify(signing)} })
    await press.ready()
    console.log('ready')
    setInterval(() => {}, 1000)`
  const server = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await new Promise((resolve) => server.stdout.once('data', resolve))
  const [pid = 0] = childrenOf(server.pid ?? 0)
  assert.ok(pid > 0)
  server.kill('SIGKILL')
  const gone = () => {
    try {
      return readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')
    } catch {
      return true
    }
  }
  await until(gone, 'the child outlived its parent')
})
