/**
 * The world of the property test: the real server with two exporters, their officers and a customs that says what the
 * sequence wants. Every step is a client's request or a job's function; what is acknowledged is noted, so that the
 * invariants can ask whether it is there.
 */
import { createHash, randomUUIDv7 } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { z } from 'zod'
import type { Endpoint } from '#api/endpoint.ts'
import * as quota from '#api/quota.ts'
import { dayOf } from '#domain/day.ts'
import type { Outbound, Receipt, UseLine } from '#domain/customs/messages.ts'
import type { Customs } from '#server/customs/exchange.ts'
import { inForce } from '#server/customs/uses.ts'
import { demoEnterprises } from '#server/demo/enterprises.ts'
import { makeDemoQuota } from '#server/demo/quota.ts'
import { PressRefused, type Press } from '#server/print/press.ts'
import { testCustoms } from '#test/customs.ts'
import { as, eKeyOf, startTestApp, testClock, type TestApp, type TestClient } from '#test/people.ts'
import { makeTestPki, type TestKey } from '#test/pki.ts'
import { grantRow } from '#test/quota.ts'
import { authorityOf, quickPress } from '#test/requests.ts'
import { urlOf, type Given } from '#ui/call.ts'
import { samplePdf } from '../../scripts/sample.ts'

export const start = '2026-06-15T02:00:00.000Z'
export const exporters = ['steel02', 'trade01'] as const
export type Exporter = (typeof exporters)[number]
export const enterpriseBy = (who: Exporter) => demoEnterprises[who === 'steel02' ? 'steel' : 'trade']

export const ownerOf = (enterpriseId: string): Exporter =>
  enterpriseId === enterpriseBy('steel02').id ? 'steel02' : 'trade01'

/** Categories that are granted at the beginning of each sequence: one batch alone, and several uses. */
const granted = [
  { categoryCode: 'C90290', quantity: '2500' },
  { categoryCode: 'B90060', quantity: '4000' },
]

/** The same statements thousands of times on small tables: to plan each anew costs more than to run it. */
const planOnce = { plan_cache_mode: 'force_generic_plan', jit: 'off' }

const tables = {
  application: 'application',
  licence: 'licence',
  swap: 'quota_swap',
  difference: 'customs_difference',
  cancellation: 'licence_request',
  write_off: 'licence_request',
  amendment: 'licence_request',
} as const
export type Kind = keyof typeof tables

/** What a request came to: the reply of one that was done, or the words of its refusal. */
export type Outcome =
  | { ok: true; status: number; reply: Record<string, unknown>; refusal?: never }
  | { ok: false; status: number; reply: Record<string, unknown>; refusal: string }

/** An action that was acknowledged, and is to have exactly one line of history. */
export interface Acknowledged {
  thing: string
  action: string
  requestId: string
}

/** Applications of one sequence: making one is most of the work, and few things meet more often than many. */
const mostApplications = 3

export class Broken extends Error {}

export class World {
  readonly it: TestApp
  readonly #folder: string
  readonly #keys: Record<Exporter, TestKey>
  #clients = new Map<string, TestClient>()
  paper = { sha256: '', size: 0 }
  /** How many sequences ran here; names what belongs to one. */
  sequence = 0
  docNo = ''
  applications: { id: string; who: Exporter }[] = []
  swaps: { id: string; who: Exporter }[] = []
  /** Messages told to customs' door, to be told again. */
  told: Record<string, unknown>[] = []
  acknowledged: Acknowledged[] = []
  lines: string[] = []
  declarations = 0
  /** What the other side does with what it is sent, and what it lists of a day. */
  readonly other: { answer: 'received' | 'refused' | 'away'; list: (uses: UseLine[]) => UseLine[] }
  readonly printing: { fails: boolean }

  private constructor(
    it: TestApp,
    folder: string,
    keys: Record<Exporter, TestKey>,
    side: Pick<World, 'other' | 'printing'>,
  ) {
    this.it = it
    this.#folder = folder
    this.#keys = keys
    this.other = side.other
    this.printing = side.printing
  }

  static async open(): Promise<World> {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'xuke-property-'))
    const clock = testClock(start)
    const pki = await makeTestPki(clock())
    const other: World['other'] = { answer: 'received', list: (uses) => uses }
    const printing = { fails: false }
    const customs: Customs = {
      ...testCustoms().customs,
      missing: () => null,
      send: async (messages) => receipts(other.answer, messages),
      usesOfDay: async (day, after) => ({
        from: 'customs',
        to: 'licensing',
        at: clock().toISOString(),
        day,
        after,
        uses: other.list(await recordedOn(it, day)),
        next: null,
      }),
    }
    const it = await startTestApp({
      clock,
      pki,
      context: { customs, press: pressOf(printing) },
      database: { settings: planOnce, connections: 3 },
    })
    await authorityOf(it, path.join(folder, 'pki'))
    await makeDemoQuota(it.ctx)
    const keys = {
      steel02: await eKeyOf(it, pki, 'steel02'),
      trade01: await eKeyOf(it, pki, 'trade01'),
    }
    const world = new World(it, folder, keys, { other, printing })
    world.paper = await it.ctx.files.putBytes(samplePdf('paper'))
    return world
  }

  async close(): Promise<void> {
    await this.it.close()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  /** A sequence begins: the first day again, nobody barred, fresh quota under a document of its own. */
  async begin(): Promise<void> {
    this.sequence += 1
    this.docNo = `试配 ${this.sequence} 号`
    this.it.clock.set(start)
    this.#clients.clear()
    Object.assign(this, { applications: [], swaps: [], told: [], acknowledged: [], lines: [] })
    Object.assign(this.other, { answer: 'received', list: (uses: UseLine[]) => uses })
    this.printing.fails = false
    this.it.logged.length = 0
    await this.it.db.owner.pool.query('delete from enterprise_bar')
    const rows = exporters.flatMap((who) =>
      granted.map((one) => ({
        ...grantRow({ ...one, enterpriseCode: enterpriseBy(who).code13, docNo: this.docNo }),
      })),
    )
    const numbered = rows.map((row, index) => ({ ...row, line: index + 2 }))
    const given = { id: randomUUIDv7(), kind: 'grant' as const, rows: numbered }
    const done = await this.send('quota01', quota.grantQuota, { body: given })
    if (!done.ok) throw new Broken(`no grant: ${done.refusal}`)
  }

  /** Whether the sequence has all the applications it is to have. */
  get full(): boolean {
    return this.applications.length >= mostApplications
  }

  get today(): string {
    return dayOf(this.it.clock())
  }

  key = (who: Exporter) => this.#keys[who].open

  /** Forward; everybody signs in again. */
  pass(milliseconds: number): void {
    this.it.clock.add(milliseconds)
    this.#clients.clear()
  }

  /** Version and state of a thing as its row has them now. */
  rowOf(kind: Kind, id: string): Promise<{ version: number; state: string }> {
    return this.it.ctx.db
      .selectFrom(tables[kind])
      .select(['version', 'state'])
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
  }

  async versionOf(kind: Kind, id: string): Promise<number> {
    return (await this.rowOf(kind, id)).version
  }

  async client(who: string): Promise<TestClient> {
    const known = this.#clients.get(who)
    if (known !== undefined) return known
    const made = await as(this.it, who)
    this.#clients.set(who, made)
    return made
  }

  /** One request. A refusal has to be one of the expected kinds, in words; anything else breaks the property. */
  async send<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType>(
    who: string,
    endpoint: Endpoint<P, Q, B, R>,
    given: Given<P, Q, B>,
  ): Promise<Outcome> {
    const client = await this.client(who)
    const { body } = given
    const url = urlOf(endpoint, given as { params?: z.input<P>; query?: z.input<Q> })
    const response = await client.inject({
      method: endpoint.method,
      url,
      ...(body === undefined
        ? {}
        : { payload: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    })
    const { statusCode: status } = response
    const reply: Record<string, unknown> = status === 204 ? {} : response.json()
    if (status < 300) return { ok: true, status, reply }
    const refusal = String(reply['words'] ?? '')
    if (![403, 404, 409, 422].includes(status) || !/\p{Script=Han}/u.test(refusal)) {
      throw new Broken(`${endpoint.method} ${url} was answered ${status} ${response.body}`)
    }
    return { ok: false, status, reply, refusal }
  }

  /** One line of the sequence as it is printed when it breaks something. */
  say(line: string): void {
    this.lines.push(`${this.today} ${line}`)
  }
}

function receipts(answer: World['other']['answer'], messages: readonly Outbound[]): Receipt[] {
  if (answer === 'away') throw new Error('连接不上海关系统')
  return messages.map(({ messageNo }) =>
    answer === 'received'
      ? { messageNo, outcome: 'received', code: '', reason: '' }
      : { messageNo, outcome: 'refused', code: 'form', reason: '海关没有收下' },
  )
}

/** What we have of a day, as customs would list it when both agree. */
async function recordedOn({ ctx }: TestApp, day: string): Promise<UseLine[]> {
  const rows = await ctx.db
    .selectFrom('customs_use')
    .innerJoin('licence', 'licence.id', 'customs_use.licence_id')
    .select([
      'licence.licence_no as licenceNo',
      'customs_use.declaration_no as declarationNo',
      'customs_use.item_no as itemNo',
      'customs_use.declared_on as declaredOn',
      'customs_use.customs_code as customsCode',
      'customs_use.quantity',
      'customs_use.final',
    ])
    .where('customs_use.declared_on', '=', day)
    .where(inForce)
    .execute()
  return rows
}

function pressOf(printing: World['printing']): Press {
  return {
    ...quickPress,
    async licence(document) {
      if (printing.fails) throw new PressRefused('演示：不能打印')
      const pdf = Buffer.from(`%PDF-1.4 ${JSON.stringify(document)}`)
      return { pdf, sha256: createHash('sha256').update(pdf).digest('hex') }
    },
  }
}
