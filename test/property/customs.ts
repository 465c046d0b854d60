/** The other side: what customs tells of the sequence's licences, right and wrong, in order and not. */
import { randomUUIDv7 } from 'node:crypto'
import type { UseLine } from '#domain/customs/messages.ts'
import { deliver } from '#server/customs/deliver.ts'
import { reconcile } from '#server/customs/reconcile.ts'
import { tell } from '#test/customs.ts'
import { enterpriseBy, type World } from './world.ts'
import { licencesOf } from './making.ts'
import { anyOf, pick, type Step } from './step.ts'

export const declaration = (world: World, number: number) =>
  `2225${String(world.sequence).padStart(6, '0')}${String(number).padStart(8, '0')}`

/** Tells messages and keeps them, to be told again. */
export async function say(world: World, messages: Record<string, unknown>[], what: string) {
  const results = await tell(world.it, messages)
  world.told.push(...messages)
  const words = results.map(({ outcome, code, reason }) => `${outcome} ${code} ${reason}`).join('; ')
  world.say(`customs ${what}: ${words}`)
}

type Licence = Awaited<ReturnType<typeof licencesOf>>[number]

/** A use of the licence; `how` chooses what is wrong with it, mostly nothing. */
export function useOf(world: World, licence: Licence, { b, c, d }: Step) {
  const { quantity, customs_port: port, hs_code: hsCode, enterprise_id: owner } = licence
  const who = owner === enterpriseBy('steel02').id ? 'steel02' : 'trade01'
  const share = [0.1, 0.05, 1, 0.5, 1.05, 0.25, 1.2, 0.9][b % 8] ?? 1
  const again = c % 4 === 1 && world.declarations > 0
  if (!again) world.declarations += 1
  const term = licence.valid_from ?? world.today
  const use = {
    messageId: randomUUIDv7(),
    kind: 'use',
    licenceNo: licence.licence_no,
    declarationNo: declaration(world, again ? world.declarations - (d % 2) : world.declarations),
    itemNo: again ? (d % 3) + 1 : 1,
    declaredOn: d % 8 === 5 ? world.today : term,
    customsCode: port,
    declarantCode: enterpriseBy(who).code13,
    hsCode,
    quantity: String(Math.max(0.0001, Math.round(Number(quantity) * share * 100) / 100)),
    final: c % 5 === 2,
  }
  const wrongs = [
    { customsCode: '0202' },
    { hsCode: '7208271001' },
    { declarantCode: '1100717850555' },
    { declaredOn: '2026-06-01' },
    { quantity: '-1' },
    { licenceNo: '26AA999999' },
  ]
  return d % 9 === 8 ? { ...use, ...wrongs[(b + c) % wrongs.length] } : use
}

/** Uses in one envelope, of one licence or of several. */
export async function use(world: World, step: Step): Promise<void> {
  const licences = await licencesOf(world)
  const first = pick(licences, step.a)
  if (first === undefined) return
  const messages = [useOf(world, first, step)]
  if (step.b % 5 === 4)
    messages.push(useOf(world, pick(licences, step.c) ?? first, { ...step, c: step.c + 1 }))
  await say(
    world,
    messages,
    `uses ${messages.map((one) => `${one.quantity} of ${one.licenceNo} (${one.declarationNo} ${one.itemNo}${one.final ? ' final' : ''})`).join(', ')}`,
  )
}

/** Small uses until the twelfth and one more; or half, most and all of it, one after the other: too much by any count. */
export async function manyUses(world: World, step: Step): Promise<void> {
  const tooOften = step.b % 2 === 0
  const open = (await licencesOf(world)).filter((one) => one.state === 'valid')
  const licence = pick(tooOften ? open.filter((one) => !one.one_batch) : open, step.a)
  if (licence === undefined) return
  const shares = tooOften ? Array.from({ length: 13 }, () => 1) : [3, 7, 2]
  const messages = shares.map((b) => ({ ...useOf(world, licence, { ...step, b, c: 0, d: 0 }) }))
  await say(
    world,
    messages,
    `uses ${licence.licence_no} ${tooOften ? 'thirteen times' : 'beyond all it is for'}`,
  )
}

export async function closing(world: World, step: Step): Promise<void> {
  const licence = pick(await licencesOf(world), step.a)
  if (licence === undefined) return
  const message = { messageId: randomUUIDv7(), kind: 'closing', licenceNo: licence.licence_no, reason: '' }
  await say(world, [message], `closes ${licence.licence_no}`)
}

/** Something told before, as it was or with another content under its id. */
export async function again(world: World, step: Step): Promise<void> {
  const message = pick(world.told, step.a)
  if (message === undefined) return
  const changed = step.b % 3 === 0 ? { ...message, quantity: '1.5' } : message
  const renamed = step.c % 3 === 1 ? { ...changed, messageId: randomUUIDv7() } : changed
  const told = await tell(world.it, [renamed])
  world.say(`customs again: ${told.map((one) => `${one.outcome} ${one.code}`).join()}`)
}

/** The outbox goes out; the other side takes it, mostly. */
export async function sending(world: World, step: Step): Promise<void> {
  world.other.answer =
    ([0, 0, 0, 0, 1, 2][step.b % 6] ?? 0) === 0 ? 'received' : step.b % 6 === 4 ? 'refused' : 'away'
  await deliver(world.it.ctx)
  world.say(`outbox sent, customs ${world.other.answer}`)
  world.other.answer = 'received'
}

/** An answer to a message that is out; yes or no, sometimes to one that was not sent or was answered. */
export async function answer(world: World, step: Step): Promise<void> {
  if (step.d % 4 !== 3) await deliver(world.it.ctx)
  const own = await licencesOf(world)
  const all = await world.it.ctx.db
    .selectFrom('customs_message')
    .innerJoin('licence', 'licence.id', 'customs_message.licence_id')
    .select(['message_no', 'licence_no', 'round', 'customs_message.state', 'request_id'])
    .where('licence_id', '=', anyOf(own))
    .orderBy('customs_message.id')
    .execute()
  const asking = all.filter((one) => one.state === 'sent' && one.request_id !== null)
  const sent = all.filter((one) => one.state === 'sent')
  const message = pick(step.d % 5 === 4 ? all : asking.length > 0 && step.b % 4 > 0 ? asking : sent, step.a)
  if (message === undefined) return
  const outcome = step.c % 4 === 1 ? 'rejected' : 'accepted'
  const told = {
    messageId: randomUUIDv7(),
    kind: 'answer',
    licenceNo: message.licence_no,
    messageNo: message.message_no,
    round: message.round,
    outcome,
    reason: outcome === 'accepted' ? '' : '海关不同意',
  }
  await say(world, [told], `answers ${message.message_no} ${outcome}`)
}

/** The comparison of a day on which something was declared; customs' list is right, short, longer, or differs. */
export async function compare(world: World, step: Step): Promise<void> {
  const licences = (await licencesOf(world)).filter((one) => one.valid_from !== null)
  const licence = pick(licences, step.a)
  const day = licence?.valid_from ?? world.today
  const mine = new Set(licences.map((one) => one.licence_no))
  world.other.list = (uses) => listed(world, uses, licence, mine, step, day)
  await reconcile(world.it.ctx, { day })
  world.say(`comparison of ${day} (${['agrees', 'lacks', 'has more', 'differs'][step.b % 4]})`)
  world.other.list = (uses) => uses
}

function listed(
  world: World,
  uses: UseLine[],
  licence: Licence | undefined,
  mine: Set<string>,
  step: Step,
  day: string,
) {
  const changed = uses.flatMap((line): UseLine[] => {
    if (!mine.has(line.licenceNo)) return [line]
    if (step.b % 4 === 1) return []
    return step.b % 4 === 3 ? [{ ...line, quantity: '7' }] : [line]
  })
  if (step.b % 4 === 2 && licence !== undefined) {
    world.declarations += 1
    const quantity = String(step.c % 3 === 0 ? 9_000_000 : 1)
    const more = {
      licenceNo: licence.licence_no,
      declarationNo: declaration(world, world.declarations),
      itemNo: 1,
    }
    changed.push({
      ...more,
      declaredOn: day,
      customsCode: licence.customs_port,
      quantity,
      final: step.c % 2 === 0,
    })
  }
  return inOrder(changed)
}

const keyOf = (one: UseLine) => `${one.licenceNo}/${one.declarationNo}/${String(one.itemNo).padStart(3, '0')}`
/** As customs lists a day. */
export const inOrder = (uses: readonly UseLine[]) =>
  uses.toSorted((one, two) => (keyOf(one) < keyOf(two) ? -1 : 1))
