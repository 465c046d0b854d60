/**
 * The whole system in one test: the server with its press, jobs and certificates on a port of this machine, and a
 * browser whose clock goes with the server's. Whatever a page complains about in its console fails the test.
 */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { SuiteContext, TestContext } from 'node:test'
import {
  chromium,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Page,
} from 'playwright-core'
import { demoAccount, demoOperators } from '#server/demo/accounts.ts'
import type { Context } from '#server/context.ts'
import { importCertificates } from '#server/demo/certificates.ts'
import { startJobs } from '#server/jobs/run.ts'
import { DEMO_PASSPHRASES } from '#server/pki/demo-secrets.ts'
import { issuingAuthority } from '#server/pki/issuing-authority.ts'
import { pkiFiles } from '#server/pki/pki-files.ts'
import { buildTrust } from '#server/pki/trust.ts'
import { startPress } from '#server/print/press.ts'
import { tasks } from '#server/tasks.ts'
import { openKey, type OpenKey } from '#ui/key/e-key.ts'
import { joinCluster } from '#test/cluster.ts'
import { demoPkiIn } from '#test/demo-pki.ts'
import { as as signedIn, startTestApp, testClock, type TestApp, type TestClock } from '#test/people.ts'
import { ensurePages } from '../../scripts/build-pages.mjs'

/** How long a page may take to show what it should, on a machine that does other things too. */
const patience = 30_000

export interface OpenOptions extends BrowserContextOptions {
  /** Who is signed in already; without it nobody is. */
  as?: string
  /** Errors in the console that the test itself brings about. */
  expected?: RegExp
}

export interface System {
  test: TestApp
  /** Where the server is, without a slash at the end. */
  url: string
  /** What the press fails with next, one for each licence; empty: it prints. */
  pressFailures: Error[]
  /** The e-key file of a demonstration operator, on disk; its PIN is the account's. */
  keyFile: (loginName: string) => string
  /** The same key, opened, for seals that are made without the browser. */
  openKey: (loginName: string) => Promise<OpenKey>
  /** A window of its own, with its own cookies and storage, at `address`. */
  open: (address: string, options?: OpenOptions) => Promise<Page>
  /** After each test: closes its windows; fails it if one of them complained. */
  settle: (test: TestContext | SuiteContext) => Promise<void>
  close: () => Promise<void>
}

/** A clock that stands at `start` now and goes on by itself. */
function runningClock(start: string): TestClock {
  const clock = testClock(start)
  const begun = Date.now()
  return Object.assign(() => new Date(clock().getTime() + Date.now() - begun), {
    set: (instant: string) => clock.set(new Date(Date.parse(instant) - Date.now() + begun).toISOString()),
    add: clock.add,
  })
}

/** Starts everything at an instant of `start`; close it in `after`. `context`: parts of the server a test brings itself. */
export async function startSystem(
  start = '2026-06-15T02:00:00.000Z',
  context: Partial<Context> = {},
): Promise<System> {
  await buildPagesOnce()
  await using stack = new AsyncDisposableStack()
  const clock = runningClock(start)
  const folder = mkdtempSync(path.join(tmpdir(), 'xuke-e2e-'))
  stack.defer(() => rmSync(folder, { recursive: true, force: true }))
  const pkiDir = path.join(folder, 'pki')
  const files = pkiFiles(pkiDir)
  const authorities = [{ code: 'AA', name: '商务部配额许可证事务局' }]
  const publicUrl = 'http://localhost:3000'
  const now = new Date(start)
  await demoPkiIn(pkiDir, { publicUrl, now, operators: demoOperators(), authorities })
  const trust = buildTrust(readFileSync(files.chain, 'utf8'))

  const passphrase = DEMO_PASSPHRASES.issuing
  const issuing = issuingAuthority({ pkiDir, passphrase, certificate: trust.issuing })
  const test = await startTestApp({ clock, env: { pkiDir }, context: { trust, issuing, ...context } })
  stack.defer(() => test.close())
  const { ctx } = test
  await importCertificates(ctx, files.index)
  const press = startPress({ signing: { folder: pkiDir, passphrase: ctx.env.passphrases.authority } })
  stack.defer(() => press.close())
  const pressFailures: Error[] = []
  ctx.press = {
    ...press,
    licence: (document, authority) => {
      const failure = pressFailures.shift()
      return failure === undefined ? press.licence(document, authority) : Promise.reject(failure)
    },
  }
  const jobs = await startJobs(test.db.url, ctx, tasks)
  stack.defer(() => jobs.stop())
  const url = await test.app.listen({ port: 0, host: '127.0.0.1' })
  // The port is known only now; the address stands in what the licence says.
  ctx.env.publicUrl = url
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium-headless-shell',
    args: ['--no-sandbox'],
  })
  stack.defer(() => browser.close())
  const windows = windowsOf(browser, test, url)
  const whole = stack.move()
  return {
    test,
    url,
    pressFailures,
    keyFile: files.eKey,
    openKey: (loginName) =>
      openKey(readFileSync(files.eKey(loginName), 'utf8'), demoAccount(loginName)?.pin ?? ''),
    ...windows,
    close: () => whole.disposeAsync(),
  }
}

/** Several test files at once may find the pages stale: one of them builds, the others wait. */
async function buildPagesOnce() {
  const { admin } = await joinCluster()
  try {
    await admin.query(`select pg_advisory_lock(hashtext('xuke pages'))`)
    ensurePages()
  } finally {
    await admin.end()
  }
}

function windowsOf(browser: Browser, test: TestApp, url: string): Pick<System, 'open' | 'settle'> {
  let windows: { context: BrowserContext; page: Page }[] = []
  let complaints: string[] = []
  return {
    async open(address, { as, expected, ...options } = {}) {
      const context = await browser.newContext({ baseURL: url, locale: 'zh-CN', ...options })
      context.setDefaultTimeout(patience)
      await context.clock.install({ time: test.clock() })
      context.on('weberror', (error) => complaints.push(`${error.error().stack ?? error.error()}`))
      context.on('console', (message) => {
        const about = `${message.text()} (${message.location().url})`
        if (message.type() === 'error' && !isRefusal(about) && expected?.test(about) !== true)
          complaints.push(about)
      })
      if (as !== undefined) await enter(context, test, url, as)
      const page = await context.newPage()
      windows.push({ context, page })
      await page.goto(address)
      return page
    },
    async settle(done) {
      const [opened, said] = [windows, complaints]
      windows = []
      complaints = []
      for (const { context, page } of opened) {
        if ('passed' in done && !done.passed) {
          done.diagnostic(`${page.url()}\n${await page.locator('body').ariaSnapshot()}`)
        }
        await context.close()
      }
      assert.deepEqual(said, [])
    },
  }
}

/** The browser reports every 4xx answer as an error; of the API it is an answer like others. */
const isRefusal = (about: string) =>
  /^Failed to load resource: the server responded with a status of 4\d\d .*\/api\//.test(about)

/** Signs in by a session row; the way through the form is tested apart. */
async function enter(context: BrowserContext, test: TestApp, url: string, loginName: string) {
  const client = await signedIn(test, loginName)
  const [name = '', value = ''] = (client.headers['cookie'] ?? '').split('=')
  await context.addCookies([{ name, value, url }])
}
