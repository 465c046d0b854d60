/** Differences made on purpose and settled in each of the ways there are. */
import { randomUUIDv7 } from 'node:crypto'
import * as customs from '#api/customs.ts'
import type { UseLine } from '#domain/customs/messages.ts'
import { reconcile } from '#server/customs/reconcile.ts'
import { acting } from './acting.ts'
import { declaration, inOrder, say, useOf } from './customs.ts'
import { licenceFor } from './pursuing.ts'
import type { Step } from './step.ts'
import type { World } from './world.ts'

type Licence = NonNullable<Awaited<ReturnType<typeof licenceFor>>>

/** Customs lists a use of one unit that was never told here. */
async function untold(world: World, licence: Licence): Promise<UseLine> {
  world.declarations += 1
  const day = licence.valid_from ?? world.today
  const line = {
    licenceNo: licence.licence_no,
    declarationNo: declaration(world, world.declarations),
    itemNo: 1,
    declaredOn: day,
    customsCode: licence.customs_port,
    quantity: '1',
    final: false,
  }
  world.other.list = (uses) => inOrder([...uses, line])
  await reconcile(world.it.ctx, { day })
  world.other.list = (uses) => uses
  world.say(`customs lists ${line.declarationNo} of ${line.licenceNo}, which was not told`)
  return line
}

/** A use that both sides have, and customs' list tells otherwise, or not at all. */
async function disagreed(world: World, licence: Licence, step: Step, how: 'differs' | 'lacks' | 'never') {
  // Now and then the use was told as the last one.
  const told = { ...useOf(world, licence, { ...step, b: 0, c: 0, d: 0 }), final: step.d % 3 === 0 }
  await say(world, [told], `uses ${told.declarationNo}`)
  const isTold = (one: UseLine) => one.declarationNo === told.declarationNo
  world.other.list = (uses) =>
    inOrder(
      how === 'differs'
        ? uses.map((one) => (isTold(one) ? { ...one, quantity: '7' } : one))
        : uses.filter((one) => !isTold(one)),
    )
  await reconcile(world.it.ctx, { day: told.declaredOn })
  world.other.list = (uses) => uses
  world.say(`comparison of ${told.declaredOn}: ${told.declarationNo} ${how}`)
  await settled(world, told.declarationNo, repairs[how])
}

type Way = 'rejudge' | 'accept' | 'close' | 'correct' | 'send' | 'take_back'
const spoken: ReadonlySet<Way> = new Set(['accept', 'close', 'correct', 'take_back'])
const repairs = { differs: 'correct', lacks: 'send', never: 'take_back' } as const

async function settled(world: World, declarationNo: string, action: Way) {
  const found = await world.it.ctx.db
    .selectFrom('customs_difference')
    .select(['id', 'version'])
    .where('declaration_no', '=', declarationNo)
    .executeTakeFirst()
  if (found === undefined) return
  const requestId = randomUUIDv7()
  const input = spoken.has(action) ? { input: { opinion: '已与海关核对' } } : {}
  const body = { version: found.version, requestId, ...input }
  const done = await world.send('issue01', customs.actOnDifference, {
    params: { id: found.id, action },
    body,
  })
  world.say(`issue01 difference.${action} of ${declarationNo}: ${done.refusal ?? 'done'}`)
  if (done.ok) world.acknowledged.push({ thing: 'difference', action, requestId })
}

/** A difference on a licence that could be used, and what an officer or customs does about it. */
export async function settling(world: World, step: Step): Promise<void> {
  const licence = await licenceFor(world, step)
  if (licence === undefined) return acting(world, step)
  const way = step.b % 7
  if (way === 4) return disagreed(world, licence, step, 'differs')
  if (way === 5) return disagreed(world, licence, step, 'lacks')
  if (way === 6) return disagreed(world, licence, step, 'never')
  if (way < 2) {
    const { declarationNo } = await untold(world, licence)
    return settled(world, declarationNo, 'rejudge')
  }
  if (way === 2) {
    const line = await untold(world, licence)
    const told = { ...useOf(world, licence, { ...step, b: 0, c: 0, d: 0 }), ...line }
    return say(world, [told], `tells ${line.declarationNo} after all`)
  }
  // Told of a customs district that the licence does not name: the rules refuse it, an officer may answer for it.
  const told = { ...useOf(world, licence, { ...step, b: 0, c: 0, d: 0 }), customsCode: '0202' }
  await say(world, [told], `uses ${told.declarationNo} at another customs`)
  await settled(world, told.declarationNo, 'rejudge')
  await settled(world, told.declarationNo, step.d % 2 === 0 ? 'accept' : 'close')
}
