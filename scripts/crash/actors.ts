/**
 * What goes on while things are killed: licences are applied for, reviewed, issued, used at customs, written off,
 * cancelled, exchanged or revoked, and quota is swapped. Each request keeps its id when it is sent again.
 */
import { randomInt, randomUUIDv7 } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { whoAmI } from '#api/account.ts'
import * as api from '#api/application.ts'
import * as licenceApi from '#api/licence.ts'
import type { ApplicationForm } from '#domain/application/form.ts'
import { sign, type OpenKey } from '#ui/key/e-key.ts'
import { declare } from '../afterwards.ts'
import { Client, RequestFailed } from '../client.ts'
import { attach, requiredPapers, type At } from '../journey.ts'
import { sampleForm, sampleQuotaGoods, sampleSheet } from '../sample.ts'
import { endLicence, exchange } from './asking.ts'
import { insist, type Log } from './insist.ts'
import { swap } from './swapping.ts'
import type { World } from './world.ts'

export interface People {
  operator: Client
  key: OpenKey
  /** Goods under plain licence, and goods that draw on the demonstration's quota. */
  forms: readonly ApplicationForm[]
  first: Client
  second: Client
  issuer: Client
  quotaOfficer: Client
  customs: Client
  /** The day the trial began. */
  today: string
}

/** Signs everybody in; sessions lie in the database and outlive every crash. */
export async function gather(world: World): Promise<People> {
  const client = () => new Client(world.url)
  const [operator, first, second, issuer, quotaOfficer] = [client(), client(), client(), client(), client()]
  const { key } = await operator.eKey(await operator.signIn('steel02'))
  await first.signIn('review01')
  await second.signIn('review02')
  await issuer.signIn('issue01')
  await quotaOfficer.signIn('quota01')
  const me = await operator.call(whoAmI, {})
  if (me.enterprise === null) throw new Error('an operator has an enterprise')
  const steel = sampleForm(me.enterprise, me.today)
  const forms = [steel, { ...steel, ...sampleQuotaGoods(me.today) }]
  const customs = new Client(world.customsUrl)
  return { operator, key, forms, first, second, issuer, quotaOfficer, customs, today: me.today }
}

async function step(client: Client, log: Log, at: At, action: string): Promise<At> {
  const requestId = randomUUIDv7()
  const params = { id: at.id, action }
  const body = { version: at.version, requestId }
  const done = await insist(() => client.call(api.actOnApplication, { params, body }))
  log.done({ thing: 'application', id: at.id, action, requestId })
  return { id: at.id, version: done.version }
}

/** From nothing to the licence's id. */
async function approved(people: People, log: Log, form: ApplicationForm): Promise<string> {
  const { operator } = people
  const id = randomUUIDv7()
  const params = { id }
  const made = await insist(() =>
    operator.call(api.createApplication, { body: { id, channel: 'api', form: { ...form } } }),
  )
  const save = { version: made.version, requestId: randomUUIDv7(), contractSheet: { ...sampleSheet() } }
  let { version } = await insist(() => operator.call(api.saveApplication, { params, body: save }))
  for (const type of await insist(() => requiredPapers(operator, id))) {
    version = (await insist(() => attach(operator, { id, version }, type))).version
  }
  const prepared = await prepare(operator, id)
  const cms = await sign(people.key, new TextEncoder().encode(prepared.content), new Date())
  const requestId = randomUUIDv7()
  const seal = { version: prepared.version, requestId, cms: Buffer.from(cms).toString('base64') }
  const sealed = await insist(() => operator.call(api.sealApplication, { params, body: seal }))
  log.done({ thing: 'application', id, action: 'seal', requestId })
  let at = await step(operator, log, { id, version: sealed.version }, 'submit')
  for (const [officer, pass] of [
    [people.first, 'pass_first'],
    [people.second, 'pass_second'],
  ] as const) {
    at = await step(officer, log, await step(officer, log, at, 'claim'), pass)
  }
  const seen = await insist(() => operator.call(api.getApplication, { params }))
  if (seen.licence === null) throw new Error('approved without a licence')
  return seen.licence.id
}

/** Asking for the content to seal writes no history: cut off, it is asked again with the version as it is then. */
async function prepare(operator: Client, id: string) {
  return insist(async () => {
    const { version } = await operator.call(api.getApplication, { params: { id } })
    return operator.call(api.prepareSeal, { params: { id }, body: { version, requestId: randomUUIDv7() } })
  })
}

async function issueOne({ issuer }: People, log: Log, id: string): Promise<string> {
  const pending = await insist(() => issuer.call(licenceApi.getLicence, { params: { id } }))
  const requestId = randomUUIDv7()
  const body = { version: pending.version, requestId }
  await insist(() => issuer.call(licenceApi.actOnLicence, { params: { id, action: 'issue' }, body }))
  log.done({ thing: 'licence', id, action: 'issue', requestId })
  return pending.licenceNo
}

type Seen = Awaited<ReturnType<typeof see>>
const see = ({ issuer }: People, id: string) => issuer.call(licenceApi.getLicence, { params: { id } })

async function until(people: People, id: string, what: string, holds: (seen: Seen) => boolean) {
  for (let tries = 0; tries < 2400; tries++) {
    const seen = await insist(() => see(people, id))
    if (holds(seen)) return seen
    if (seen.issueError !== null) await retry(people, seen)
    await sleep(50)
  }
  throw new Error(`${id} was not ${what} within two minutes`)
}

/** A press that was killed with its server may have left a failed step: the officer presses 再试. */
async function retry({ issuer }: People, { id, version }: Seen) {
  const body = { version, requestId: randomUUIDv7() }
  await insist(() => issuer.call(licenceApi.actOnLicence, { params: { id, action: 'retry' }, body })).catch(
    (error: unknown) => {
      if (!(error instanceof RequestFailed)) throw error
    },
  )
}

/** Customs takes a declaration over everything; its number is fixed before, so that a repeat is the same one. */
async function use({ customs }: People, log: Log, licenceNo: string, quantity: string) {
  const declarationNo = `2225${new Date().getFullYear()}0${String(randomInt(1e9)).padStart(9, '0')}`
  await insist(() => declare(customs, { licenceNo, declarationNo, quantity }))
  log.declared.push({ licenceNo, declarationNo })
}

async function revoke(people: People, log: Log, seen: Seen) {
  const requestId = randomUUIDv7()
  const { id, version } = seen
  const body = { version, requestId, input: { opinion: '提交虚假合同', barredUntil: '' } }
  await insist(() => people.first.call(licenceApi.actOnLicence, { params: { id, action: 'revoke' }, body }))
  log.done({ thing: 'licence', id, action: 'revoke', requestId })
}

/** The old licence is exchanged for a new one, which is issued and used. */
async function exchanged(people: People, log: Log, kind: 'amendment' | 'loss', old: Seen) {
  const { licenceNo, quantity } = old
  const newLicence = await exchange(people, log, { kind, licenceNo, quantity, today: people.today })
  await until(people, old.id, kind === 'loss' ? 'lost' : 'replaced', ({ state }) =>
    ['lost', 'replaced'].includes(state),
  )
  const next = await newLicence()
  if (next === null) throw new Error('exchanged without a new licence')
  const newNo = await issueOne(people, log, next)
  const valid = await known(people, next)
  await use(people, log, newNo, valid.quantity)
  await until(people, next, 'cleared', (seen) => seen.state === 'cleared')
}

const known = (people: People, id: string) =>
  until(people, id, 'known to customs', (seen) => seen.customsState === '海关已接收')

/**
 * One licence's life: of eight four are used and written off, the others cancelled, left as they are, exchanged for an
 * amended one, and lost or revoked by turns. Every other eight draw on quota. A swap comes before each.
 */
export async function live(people: People, log: Log, turn: number): Promise<void> {
  const form = people.forms[Math.floor(turn / 8) % people.forms.length]
  if (form === undefined) throw new Error('no form')
  await swap(people, log, turn)
  const id = await approved(people, log, form)
  const licenceNo = await issueOne(people, log, id)
  await until(people, id, 'valid', (seen) => seen.state === 'valid')
  if (turn % 8 === 3) return
  const licence = await known(people, id)
  if (turn % 8 === 6) return exchanged(people, log, 'amendment', licence)
  if (turn % 8 === 7) {
    if (Math.floor(turn / 8) % 2 === 0) return exchanged(people, log, 'loss', licence)
    return revoke(people, log, licence)
  }
  if (turn % 8 === 2) {
    await endLicence(people, log, { kind: 'cancellation', licenceNo })
    await until(people, id, 'cancelled', (seen) => seen.state === 'cancelled')
    return
  }
  await use(people, log, licenceNo, licence.quantity)
  await until(people, id, 'cleared', (seen) => seen.state === 'cleared')
  await endLicence(people, log, { kind: 'write_off', licenceNo, writeOffQuantity: licence.quantity })
}
