/** What is typed into a thing that is saved or sealed, and into a use entered by hand. */
import { randomUUIDv7 } from 'node:crypto'
import * as applications from '#api/application.ts'
import * as requests from '#api/request.ts'
import { sign } from '#ui/key/e-key.ts'
import { formOf, goods } from './making.ts'
import { contentOf } from './requesting.ts'
import { pick, type Step } from './step.ts'
import type { Exporter, World } from './world.ts'

interface Typed {
  id: string
  owner: Exporter
  version: number
}

export async function manualUse(world: World, id: string, step: Step) {
  const row = await world.it.ctx.db
    .selectFrom('licence')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  world.declarations += 1
  return {
    opinion: '网络中断',
    declarationNo: `M${String(world.sequence).padStart(7, '0')}${String(world.declarations).padStart(10, '0')}`,
    itemNo: 1,
    declaredOn: row.valid_from ?? world.today,
    customsCode: row.customs_port,
    quantity: String(Math.max(1, Math.round(Number(row.quantity) * (step.b % 3 === 2 ? 1.06 : 0.2)))),
    final: step.c % 3 === 0,
  }
}

export async function save(world: World, thing: Typed, step: Step) {
  const what = pick(goods, step.b) ?? 'steel'
  const form = formOf(world, thing.owner, what, String(100 + (step.c % 9) * 150))
  const body = { version: thing.version, requestId: randomUUIDv7(), form }
  const done = await world.send(thing.owner, applications.saveApplication, { params: { id: thing.id }, body })
  world.say(`${thing.owner} saves the form: ${done.refusal ?? 'done'}`)
}

export async function saveRequest(world: World, thing: Typed, step: Step) {
  const row = await world.it.ctx.db
    .selectFrom('licence_request')
    .innerJoin('licence', 'licence.id', 'licence_request.licence_id')
    .select(['licence_request.kind', 'licence.quantity', 'licence.used_quantity', 'licence.valid_from'])
    .where('licence_request.id', '=', thing.id)
    .executeTakeFirstOrThrow()
  const body = {
    version: thing.version,
    requestId: randomUUIDv7(),
    ...contentOf(world, row, step),
  }
  const done = await world.send(thing.owner, requests.saveRequest, { params: { id: thing.id }, body })
  world.say(`${thing.owner} saves the ${row.kind}: ${done.refusal ?? 'done'}`)
}

export async function sealRequest(world: World, thing: Typed) {
  const { id, owner, version } = thing
  const preparing = { version, requestId: randomUUIDv7() }
  const prepared = await world.send(owner, requests.prepareRequestSeal, { params: { id }, body: preparing })
  world.say(`${owner} prepares the seal of a request: ${prepared.refusal ?? 'done'}`)
  if (!prepared.ok) return
  const bytes = new TextEncoder().encode(String(prepared.reply['content']))
  const cms = Buffer.from(await sign(world.key(owner), bytes, world.it.clock())).toString('base64')
  const body = { version: Number(prepared.reply['version']), requestId: randomUUIDv7(), cms }
  const done = await world.send(owner, requests.sealRequest, { params: { id }, body })
  world.say(`${owner} seals a request: ${done.refusal ?? 'done'}`)
  if (done.ok) world.acknowledged.push({ thing: 'amendment', action: 'seal', requestId: body.requestId })
}
