/**
 * The whole server in a test: its own database with code tables and demonstration people, a clock that is set by
 * hand, a folder for files; and clients who are signed in already and speak in endpoints.
 */
import assert from 'node:assert/strict'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify'
import type { z } from 'zod'
import { Failure, type Endpoint } from '#api/endpoint.ts'
import { writePem } from '#domain/seal/pem.ts'
import { makeSession, sessionCookie } from '#server/account/session.ts'
import type { Context } from '#server/context.ts'
import { demoAccount, type DemoAccount } from '#server/demo/accounts.ts'
import { demoEnterprises } from '#server/demo/enterprises.ts'
import { readEnvironment } from '#server/environment.ts'
import { directoryStore } from '#server/files/store.ts'
import { buildApp } from '#server/http/app.ts'
import { keyDigestOf } from '#server/pki/check-request.ts'
import { certificateFingerprint } from '#server/pki/signature.ts'
import { carriersOf } from '#server/message/carrier.ts'
import { openCodeTables } from '#server/reference/codes.ts'
import { testCustoms } from '#test/customs.ts'
import { testDatabase, type DatabaseOptions, type TestDatabase } from '#test/db.ts'
import type { TestKey, TestPki } from '#test/pki.ts'
import { urlOf, type Given } from '#ui/call.ts'

/** A clock that stands still until it is moved. */
export interface TestClock {
  (): Date
  /** To an instant, ISO 8601. */
  set: (instant: string) => void
  /** Forward by so many milliseconds. */
  add: (milliseconds: number) => void
}

export function testClock(start = '2026-06-15T02:00:00.000Z'): TestClock {
  let now = new Date(start)
  return Object.assign(() => new Date(now), {
    set: (instant: string) => void (now = new Date(instant)),
    add: (milliseconds: number) => void (now = new Date(now.getTime() + milliseconds)),
  })
}

export interface TestApp {
  app: FastifyInstance
  ctx: Context
  db: TestDatabase
  clock: TestClock
  /** What the server wrote to its log: faults, mostly. */
  logged: Record<string, unknown>[]
  close: () => Promise<void>
}

export interface TestAppOptions {
  clock?: TestClock
  env?: Partial<Context['env']>
  /** Whose seals are believed; `eKeyOf` makes keys under it. */
  pki?: TestPki
  /** Parts of the context that the test brings itself. */
  context?: Partial<Context>
  database?: Omit<DatabaseOptions, 'content'>
}

/** A running server without a port. Close it in `after`. */
export async function startTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const clock = options.clock ?? testClock()
  const db = await testDatabase({ content: 'demo', ...options.database })
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'xuke-files-'))
  const logged: Record<string, unknown>[] = []
  const env = { ...readEnvironment({ DATA_DIR: folder }), ...options.env }
  const ctx: Context = {
    env,
    db: db.db,
    clock,
    files: directoryStore(env.filesDir, clock),
    // Documents are typeset in a child process: a test that prints brings one.
    press: {} as Context['press'],
    codes: openCodeTables(db.db, clock, 0),
    trust: options.pki?.trust ?? ({} as Context['trust']),
    issuing: options.pki?.authority ?? ({} as Context['issuing']),
    customs: testCustoms().customs,
    carriers: carriersOf(env),
    log: (entry) => void logged.push(entry),
    ...options.context,
  }
  const app = await buildApp(ctx)
  return {
    app,
    ctx,
    db,
    clock,
    logged,
    async close() {
      await app.close()
      await db.close()
      fs.rmSync(folder, { recursive: true, force: true })
    },
  }
}

export interface Refusal {
  status: number
  failure: Failure
  headers: LightMyRequestResponse['headers']
}

/** Somebody's browser: sends its cookie and token, reads replies by the endpoint's schema. */
export class TestClient {
  readonly account: DemoAccount | undefined
  readonly #app: FastifyInstance
  /** Sent with every request; a test may change them. */
  readonly headers: Record<string, string>

  constructor(app: FastifyInstance, account: DemoAccount | undefined, headers: Record<string, string>) {
    this.#app = app
    this.account = account
    this.headers = headers
  }

  /** The bare request; `headers` of the client are added. */
  async inject(request: InjectOptions): Promise<LightMyRequestResponse> {
    return this.#app.inject({ ...request, headers: { ...this.headers, ...request.headers } })
  }

  get = (url: string) => this.inject({ method: 'GET', url })
  delete = (url: string) => this.inject({ method: 'DELETE', url })
  post = (url: string, body: object) => this.inject({ method: 'POST', url, payload: body })
  put = (url: string, body: object) => this.inject({ method: 'PUT', url, payload: body })

  /** A request that is to succeed: its reply, parsed by the endpoint's schema. */
  async call<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType>(
    endpoint: Endpoint<P, Q, B, R>,
    given: Given<P, Q, B>,
  ): Promise<z.output<R>> {
    const response = await this.#send(endpoint, given)
    assert.ok(response.statusCode < 300, `${endpoint.path}: ${response.statusCode} ${response.body}`)
    return endpoint.reply.parse(response.statusCode === 204 ? undefined : response.json())
  }

  /** A request that is to fail: its status and what the page would be told. */
  async refused<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType>(
    endpoint: Endpoint<P, Q, B, R>,
    given: Given<P, Q, B>,
  ): Promise<Refusal> {
    const response = await this.#send(endpoint, given)
    assert.ok(response.statusCode >= 400, `${endpoint.path}: ${response.statusCode} ${response.body}`)
    return {
      status: response.statusCode,
      failure: Failure.parse(response.json()),
      headers: response.headers,
    }
  }

  #send<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType>(
    endpoint: Endpoint<P, Q, B, R>,
    given: Given<P, Q, B>,
  ) {
    const { body } = given
    return this.inject({
      method: endpoint.method,
      url: urlOf(endpoint, given as { params?: z.input<P>; query?: z.input<Q> }),
      ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' } }),
    })
  }
}

/** A client without a session. */
export const visitor = (test: TestApp): TestClient => new TestClient(test.app, undefined, {})

/** A client of a demonstration account, signed in by a session row: the way through the door is tested apart. */
export async function as(test: TestApp, loginName: string): Promise<TestClient> {
  const account = demoAccount(loginName)
  assert.ok(account, `no demonstration account ${loginName}`)
  const session = await makeSession(test.ctx.db, {
    accountId: account.id,
    now: test.clock(),
    address: '127.0.0.1',
    userAgent: 'test',
  })
  return new TestClient(test.app, account, {
    cookie: `${sessionCookie}=${session.token}`,
    'x-csrf-token': session.csrfToken,
  })
}

/** An e-key of a demonstration operator, made by `pki` and known to the database as that person's. */
export async function eKeyOf(test: TestApp, pki: TestPki, loginName: string): Promise<TestKey> {
  const account = demoAccount(loginName)
  assert.ok(account?.enterprise, `${loginName} is not an operator`)
  const { id: enterpriseId, code13, uscc, name: enterpriseName } = demoEnterprises[account.enterprise]
  const { personName } = account
  const holder = { personName, enterpriseName, code13, uscc, loginName }
  const key = await pki.operator({ holder, now: test.clock() })
  await test.ctx.db
    .insertInto('certificate')
    .values({
      fingerprint: certificateFingerprint(key.certificate.der),
      serial: key.certificate.serial,
      kind: 'operator',
      holder: personName,
      pem: writePem('CERTIFICATE', key.certificate.der),
      not_before: key.certificate.notBefore,
      not_after: key.certificate.notAfter,
      account_id: account.id,
      bound_at: test.clock(),
      made_for: account.id,
      login_name: loginName,
      certificate_type: 'general',
      device: 'file',
      key_digest: keyDigestOf(key.certificate.publicKey),
      enterprise_id: enterpriseId,
      created_at: test.clock(),
    })
    .execute()
  return key
}
