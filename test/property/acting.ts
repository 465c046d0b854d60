/** One action on one thing: mostly one that its reply offers somebody, sometimes one it does not offer. */
import { randomUUIDv7 } from 'node:crypto'
import { z } from 'zod'
import * as applications from '#api/application.ts'
import * as customs from '#api/customs.ts'
import { Offered } from '#api/endpoint.ts'
import * as licences from '#api/licence.ts'
import * as requests from '#api/request.ts'
import * as swaps from '#api/swap.ts'
import { application } from '#domain/application/actions.ts'
import { amendment } from '#domain/amendment/actions.ts'
import { cancellation } from '#domain/cancellation/actions.ts'
import { difference } from '#domain/customs/difference.ts'
import { addDays } from '#domain/day.ts'
import { licence } from '#domain/licence/actions.ts'
import { swap } from '#domain/swap/actions.ts'
import { writeOff } from '#domain/write-off/actions.ts'
import { attach, detach, issue, licencesOf, seal } from './making.ts'
import { anyOf, pick, type Step } from './step.ts'
import { manualUse, save, saveRequest, sealRequest } from './typing.ts'
import { ownerOf, type Exporter, type Kind, type Outcome, type World } from './world.ts'

/** A thing of the sequence: who may have to do with it, and how it is asked and acted on. */
interface Thing {
  kind: Kind
  id: string
  owner: Exporter
  people: readonly string[]
}

const machines = { application, licence, cancellation, write_off: writeOff, amendment, swap, difference }
const officers = ['review01', 'review02', 'issue01'] as const

async function thingsOf(world: World): Promise<Thing[]> {
  const { db } = world.it.ctx
  const own = await licencesOf(world)
  const owner = (id: string | null) => ownerOf(own.find((one) => one.id === id)?.enterprise_id ?? '')
  const [asked, differences] = await Promise.all([
    db.selectFrom('licence_request').selectAll().where('licence_id', '=', anyOf(own)).orderBy('id').execute(),
    db
      .selectFrom('customs_difference')
      .selectAll()
      .where('licence_id', '=', anyOf(own))
      .orderBy('id')
      .execute(),
  ])
  const open = asked.filter((one) => !['approved', 'deleted'].includes(one.state))
  const groups = { cancellation: 'cancellation', write_off: 'write_off' } as const
  const groupOf = (kind: string) =>
    kind === 'cancellation' || kind === 'write_off' ? groups[kind] : 'amendment'
  return [
    ...world.applications.map(({ id, who }): Thing => ({
      kind: 'application',
      id,
      owner: who,
      people: [who, ...officers],
    })),
    ...own.map((one): Thing => ({
      kind: 'licence',
      id: one.id,
      owner: owner(one.id),
      people: ['review01', 'issue01'],
    })),
    // What is open counts more: it is the way to the deep states.
    ...[...open, ...open, ...open, ...asked].map((one): Thing => {
      const who = owner(one.licence_id)
      return { kind: groupOf(one.kind), id: one.id, owner: who, people: [who, 'review01', 'review02'] }
    }),
    ...world.swaps.map(({ id, who }): Thing => ({ kind: 'swap', id, owner: who, people: [who, 'quota01'] })),
    ...differences.map((one): Thing => ({
      kind: 'difference',
      id: one.id,
      owner: owner(one.licence_id),
      people: ['issue01'],
    })),
  ]
}

/** The thing's reply, as the person may see it. */
function read(world: World, who: string, kind: Kind, id: string): Promise<Outcome> {
  const given = { params: { id } }
  if (kind === 'application') return world.send(who, applications.getApplication, given)
  if (kind === 'licence') return world.send(who, licences.getLicence, given)
  if (kind === 'swap') return world.send(who, swaps.getSwap, given)
  return world.send(who, requests.getRequest, given)
}

/** What a person is offered on a thing; nothing when it is not theirs to see. */
async function seenBy(world: World, who: string, { kind, id }: Thing) {
  if (kind === 'difference') return difference.actionNames.map((action) => ({ who, action }))
  const seen = await read(world, who, kind, id)
  if (!seen.ok) return []
  const offered = z
    .array(Offered)
    .parse(kind === 'application' ? seen.reply['actions'] : seen.reply['offered'])
  return offered.filter((one) => one.because === undefined).map(({ action }) => ({ who, action }))
}

export async function acting(world: World, step: Step): Promise<void> {
  const thing = pick(await thingsOf(world), step.a)
  // Several on one thing, one after the other: the deep states lie behind shallow ones.
  for (let more = 0; thing !== undefined && more <= step.d % 4; more++) {
    await one(world, thing, { ...step, b: step.b + 7 * more, c: step.c + 3 * more, d: step.d + more })
  }
}

async function one(world: World, thing: Thing, step: Step): Promise<void> {
  const names: readonly string[] = machines[thing.kind].actionNames
  const illegal = step.c % 10 === 9
  const chosen = illegal
    ? { who: pick(thing.people, step.d), action: pick(names, step.b) }
    : pick(await (step.d % 3 === 0 ? offersOf : possible)(world, thing, step.d), step.b)
  const { who, action } = chosen ?? {}
  if (action === undefined || who === undefined) return
  await doing(world, thing, who, action, step)
}

/** What the table has for the state it is in; whether a rule stands against it is for the door to say. */
async function possible(world: World, { kind, id, owner, people }: Thing, officer: number) {
  const { state } = await world.rowOf(kind, id)
  const rows: [string, { from: readonly string[]; side: string }][] = Object.entries(machines[kind].actions)
  const others = people.filter((one) => one !== owner)
  return rows
    .filter(([, { from, side }]) => side !== 'system' && from.includes(state))
    .map(([action, { side }]) => ({ action, who: side === 'enterprise' ? owner : pick(others, officer) }))
}

/** What the first of its people that is offered anything is offered, beginning with any of them. */
async function offersOf(world: World, thing: Thing, first: number) {
  for (let next = 0; next < thing.people.length; next++) {
    const offers = await seenBy(world, pick(thing.people, first + next) ?? '', thing)
    if (offers.length > 0) return offers
  }
  return []
}

/** Actions that have a way of their own; the others go through the thing's common door. */
async function doing(world: World, thing: Thing, who: string, action: string, step: Step): Promise<void> {
  const { kind, id, owner } = thing
  const typed = async () => ({ id, owner, version: await world.versionOf(thing.kind, thing.id) })
  if (kind === 'application') {
    if (action === 'save') return save(world, await typed(), step)
    if (action === 'attach') return attach(world, owner, id)
    if (action === 'detach') return detach(world, owner, id)
    if (action === 'prepare_seal' || action === 'seal') {
      return void (await seal(world, owner, id, await world.versionOf(thing.kind, thing.id)))
    }
  }
  if (kind === 'licence' && (action === 'issue' || action === 'retry')) {
    world.printing.fails = action === 'issue' && step.d % 3 === 0
    await issue(world, id)
    world.printing.fails = false
    return undefined
  }
  if (action === 'save') return saveRequest(world, await typed(), step)
  if (kind === 'amendment' && (action === 'prepare_seal' || action === 'seal'))
    return sealRequest(world, await typed())
  return common(world, thing, who, action, step)
}

async function common(world: World, thing: Thing, who: string, action: string, step: Step) {
  const { kind, id } = thing
  const stale = step.d % 12 === 11 ? 1 : 0
  const body = {
    version: (await world.versionOf(thing.kind, thing.id)) + stale,
    requestId: randomUUIDv7(),
    ...(await inputOf(world, thing, action, step)),
  }
  const params = { id, action }
  const done = await sent(world, kind, who, params, body)
  world.say(`${who} ${kind}.${action}${stale === 1 ? ' (stale)' : ''}: ${done.refusal ?? 'done'}`)
  if (!done.ok) return
  world.acknowledged.push({ thing: kind, action, requestId: body.requestId })
  // The same request once more is answered as done and does nothing.
  if (step.d % 6 !== 0) return
  const twice = await sent(world, kind, who, params, body)
  world.say(`  once more: ${twice.refusal ?? (twice.reply['repeated'] === true ? 'repeated' : 'DONE AGAIN')}`)
  if (twice.reply['repeated'] !== true)
    world.it.logged.push({ level: 'error', message: `${kind}.${action} twice`, twice })
}

function sent(
  world: World,
  kind: Kind,
  who: string,
  params: { id: string; action: string },
  body: { version: number; requestId: string; input?: Record<string, unknown> },
): Promise<Outcome> {
  if (kind === 'application') return world.send(who, applications.actOnApplication, { params, body })
  if (kind === 'licence') return world.send(who, licences.actOnLicence, { params, body })
  if (kind === 'swap') return world.send(who, swaps.actOnSwap, { params, body })
  if (kind === 'difference') return world.send(who, customs.actOnDifference, { params, body })
  return world.send(who, requests.actOnRequest, { params, body })
}

/** What an action is given: words where its table asks for them, the facts of a use, a message's number. */
async function inputOf(world: World, { kind, id }: Thing, action: string, step: Step) {
  if (action === 'resend') {
    const messages = await world.it.ctx.db
      .selectFrom('customs_message')
      .select(['message_no', 'state'])
      .where('licence_id', '=', id)
      .orderBy('id')
      .execute()
    const stuck = messages.filter((one) => ['failed', 'rejected', 'queued'].includes(one.state))
    return { input: { messageNo: pick(stuck.length > 0 ? stuck : messages, step.d)?.message_no ?? '无' } }
  }
  if (action === 'revoke') {
    return { input: { opinion: '伪造合同', barredUntil: step.d % 2 === 0 ? addDays(world.today, 2) : '' } }
  }
  if (action === 'register_use') return { input: await manualUse(world, id, step) }
  const row: { opinion?: 'required' | 'optional'; input?: unknown } | undefined = Object.entries(
    machines[kind].actions,
  ).find(([name]) => name === action)?.[1]
  if (row?.opinion === 'required') return { input: { opinion: step.d % 15 === 14 ? '' : '情况属实' } }
  return row?.opinion === 'optional' && step.d % 2 === 0 ? { input: { opinion: '同意' } } : {}
}
