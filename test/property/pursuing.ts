/** Things followed to their end: requests on a licence up to customs' answer, applications through their side roads. */
import { randomUUIDv7 } from 'node:crypto'
import * as requests from '#api/request.ts'
import * as swaps from '#api/swap.ts'
import { acting } from './acting.ts'
import { answer, use } from './customs.ts'
import { act, apply, goods, issue, licencesOf } from './making.ts'
import { contentOf, swapping } from './requesting.ts'
import { anyOf, pick, type Step } from './step.ts'
import { saveRequest, sealRequest } from './typing.ts'
import { exporters, ownerOf, type World } from './world.ts'

const kinds = ['cancellation', 'write_off', 'amendment', 'extension', 'loss'] as const
const yes: Partial<Step> = { b: 0, c: 0, d: 0 }

/** An unused licence of the sequence on which nothing is asked. */
const spare = (world: World) =>
  world.it.ctx.db
    .selectFrom('licence')
    .selectAll()
    .where('application_id', '=', anyOf(world.applications))
    .where('state', '=', 'valid')
    .where('use_count', '=', 0)
    .where('expiry_date', '>=', world.today)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('licence_request')
            .select('licence_request.id')
            .whereRef('licence_id', '=', 'licence.id')
            .where('licence_request.state', 'not in', ['approved', 'deleted']),
        ),
      ),
    )
    .orderBy('licence_no')
    .executeTakeFirst()

/** A valid licence: one that is there, mostly, or a new one, which customs has taken, mostly. */
export async function licenceFor(world: World, step: Step) {
  const there = step.c % 5 === 4 && !world.full ? undefined : await spare(world)
  if (there !== undefined || world.full) return there
  const who = pick(exporters, step.a) ?? 'steel02'
  const id = await apply(world, who, pick(goods, step.c) ?? 'rice', '600', 4)
  const made = (await licencesOf(world)).find((one) => one.application_id === id)
  if (made === undefined) return undefined
  await issue(world, made.id)
  if (step.a % 3 > 0) await answer(world, { ...step, ...yes })
  return (await licencesOf(world)).find((one) => one.id === made.id)
}

/** One action of a request through its common door, with the words it asks for. */
async function does(world: World, who: string, kind: string, id: string, action: string) {
  const version = await world.versionOf('amendment', id)
  const spoken = /^(return|return_second|stop_waiting)$/.test(action)
  const body = { version, requestId: randomUUIDv7(), ...(spoken ? { input: { opinion: '情况属实' } } : {}) }
  const done = await world.send(who, requests.actOnRequest, { params: { id, action }, body })
  world.say(`${who} ${kind}.${action}: ${done.refusal ?? 'done'}`)
  if (done.ok) world.acknowledged.push({ thing: kind, action, requestId: body.requestId })
}

/** Ways through a request; `yes` and `no` are customs', `use` is a declaration meanwhile. */
const ways: Readonly<Record<'single' | 'double', readonly (readonly string[])[]>> = {
  single: [
    ['submit', 'pass', 'yes'],
    ['submit', 'recall', 'delete'],
    ['submit', 'return', 'save', 'submit', 'pass', 'no'],
    ['submit', 'pass', 'use', 'stop_waiting'],
  ],
  double: [
    ['seal', 'submit', 'pass_first', 'pass_second', 'yes'],
    ['seal', 'submit', 'recall', 'delete'],
    ['seal', 'submit', 'return', 'save', 'seal', 'submit', 'pass_first', 'return_second'],
    ['seal', 'submit', 'pass_first', 'pass_second', 'no'],
    ['seal', 'submit', 'pass_first', 'pass_second', 'use', 'stop_waiting'],
  ],
}
const officerOf = (action: string, who: string) =>
  /^(submit|recall|delete)$/.test(action) ? who : action.endsWith('_second') ? 'review02' : 'review01'

/** A request of any kind on a licence of its own, along one of its ways. */
export async function pursuing(world: World, step: Step): Promise<void> {
  const licence = await licenceFor(world, step)
  if (licence === undefined) return acting(world, step)
  const who = ownerOf(licence.enterprise_id)
  const kind = pick(kinds, step.b) ?? 'cancellation'
  const place = (await licencesOf(world)).findIndex((one) => one.id === licence.id)
  if (kind === 'write_off') await use(world, { ...step, a: place, b: 2, c: 2, d: 0 })
  const now = (await licencesOf(world)).find((one) => one.id === licence.id) ?? licence
  const id = randomUUIDv7()
  const body = {
    id,
    kind,
    licenceNo: now.licence_no,
    ...contentOf(world, { ...now, kind }, { ...step, ...yes }),
  }
  const made = await world.send(who, requests.createRequest, { body })
  world.say(`${who} asks ${kind} of ${now.licence_no}: ${made.refusal ?? 'done'}`)
  if (!made.ok) return
  const name = kind === 'cancellation' || kind === 'write_off' ? kind : 'amendment'
  const way = pick(name === 'amendment' ? ways.double : ways.single, step.d) ?? []
  const versionNow = async () => ({ id, owner: who, version: await world.versionOf(name, id) })
  for (const action of way) {
    if (action === 'seal') await sealRequest(world, await versionNow())
    else if (action === 'save') await saveRequest(world, await versionNow(), { ...step, ...yes })
    else if (action === 'yes') await answer(world, { ...step, b: 1, c: 0, d: 0 })
    else if (action === 'no') await answer(world, { ...step, b: 1, c: 1, d: 0 })
    else if (action === 'use') await use(world, { ...step, a: place, b: 0, c: 0, d: 0 })
    else await does(world, officerOf(action, who), name, id, action)
  }
}

const roads: readonly (readonly [number, readonly string[]])[] = [
  [2, ['withdraw', 'claim', 'agree_withdrawal', 'delete']],
  [2, ['withdraw', 'claim', 'refuse_withdrawal', 'claim', 'release']],
  [2, ['claim', 'take_over', 'return', 'delete']],
  [3, ['claim2', 'send_back']],
  [3, ['claim2', 'reject']],
  [4, ['hand_back', 'claim2', 'reject']],
  [1, ['edit', 'delete']],
  [4, ['print', 'print']],
]

/** An application along one of its side roads. */
export async function straying(world: World, step: Step): Promise<void> {
  const who = pick(exporters, step.a) ?? 'steel02'
  const [stage, actions] = pick(roads, step.b) ?? [4, []]
  const id = await apply(world, who, pick(goods, step.c) ?? 'rice', '250', stage)
  if (id === undefined) return
  for (const action of actions) {
    const person = /^(withdraw|delete|edit|print)$/.test(action)
      ? who
      : action === 'hand_back'
        ? 'issue01'
        : /^(claim2|send_back|reject|take_over)$/.test(action)
          ? 'review02'
          : action === 'return' && actions.includes('take_over')
            ? 'review02'
            : 'review01'
    const opinion = /^(withdraw|refuse_withdrawal|return|send_back|reject|hand_back)$/.test(action)
    await act(world, person, id, action.replace('2', ''), opinion ? '情况属实' : undefined)
  }
}

/** A swap asked for and decided. */
export async function deciding(world: World, step: Step): Promise<void> {
  await swapping(world, { ...step, b: 0, c: 1, d: step.d % 3 })
  const asked = world.swaps.at(-1)
  if (asked === undefined) return
  const action = (['approve', 'return', 'withdraw'] as const)[step.c % 3] ?? 'approve'
  const who = action === 'withdraw' ? asked.who : 'quota01'
  const version = await world.versionOf('swap', asked.id)
  const requestId = randomUUIDv7()
  const input = action === 'return' ? { input: { opinion: '比例有误' } } : {}
  const params = { id: asked.id, action }
  const done = await world.send(who, swaps.actOnSwap, { params, body: { version, requestId, ...input } })
  world.say(`${who} swap.${action}: ${done.refusal ?? 'done'}`)
  if (done.ok) world.acknowledged.push({ thing: 'swap', action, requestId })
}
