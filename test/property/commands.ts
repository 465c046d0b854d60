/** The steps a sequence is made of, how often each is chosen, and what each does. */
import fc from 'fast-check'
import { expireLicences, sweepIssuing } from '#server/licence/sweep.ts'
import { remind } from '#server/licence/remind.ts'
import { closeYears } from '#server/quota/close-year.ts'
import { warnOfQuota } from '#server/quota/warn.ts'
import { acting } from './acting.ts'
import { again, answer, closing, compare, manyUses, sending, use } from './customs.ts'
import { apply, goods, issue, licencesOf } from './making.ts'
import { asking, granting, handingBack, swapping } from './requesting.ts'
import { deciding, pursuing, straying } from './pursuing.ts'
import { settling } from './settling.ts'
import { pick, type Step } from './step.ts'
import { exporters, type World } from './world.ts'

const hour = 3_600_000
const day = 24 * hour

const whoOf = ({ a }: Step) => exporters[a % 2] ?? 'steel02'
const quantityOf = ({ b }: Step) => String([600, 1000, 250.5, 1900, 100, 3000][b % 6] ?? 600)
const goodsOf = ({ c }: Step) => pick(goods, c) ?? 'rice'

/** An application as far as some stage; what is refused on the way stays where it is. */
const applying = async (world: World, step: Step) =>
  void (await apply(world, whoOf(step), goodsOf(step), quantityOf(step), step.d % 5))

/** A new application while there are few, or something with what is there. */
const unlessFull = (making: typeof acting) => (world: World, step: Step) =>
  world.full ? acting(world, step) : making(world, step)

/** The whole way to a valid licence, which customs has taken or not. */
async function obtaining(world: World, step: Step): Promise<void> {
  const id = await apply(world, whoOf(step), goodsOf(step), quantityOf(step), 4)
  const made = (await licencesOf(world)).find((one) => one.application_id === id)
  if (made === undefined) return
  // The press fails, and the officer tries again.
  world.printing.fails = step.d % 7 === 3
  await issue(world, made.id)
  if (world.printing.fails) {
    world.printing.fails = false
    await issue(world, made.id)
  }
  if (step.d % 2 === 0) await answer(world, { ...step, b: 0, c: 0, d: 0 })
}

/** Time goes by, and the jobs of the night run or not: what is shown and asked never waits for them. */
async function time(world: World, step: Step): Promise<void> {
  const far = [hour, day, 3 * day, 12 * day, 60 * day, 185 * day, 205 * day, 140 * day]
  world.pass(far[step.a % far.length] ?? day)
  world.say('time goes by')
  if (step.b % 3 > 0) await night(world)
}

async function night(world: World): Promise<void> {
  const { ctx } = world.it
  await sweepIssuing(ctx)
  await expireLicences(ctx)
  await closeYears(ctx)
  await remind(ctx)
  await warnOfQuota(ctx)
  world.say('jobs of the night')
}

/** A licence given in exchange that could not be printed before its year ended. */
async function lapsing(world: World, step: Step): Promise<void> {
  world.printing.fails = true
  await pursuing(world, { ...step, b: 2, d: 0 })
  world.printing.fails = false
  world.pass(210 * day)
  await night(world)
}

const steps: Record<string, { weight: number; run: (world: World, step: Step) => Promise<void> }> = {
  act: { weight: 16, run: acting },
  obtain: { weight: 4, run: unlessFull(obtaining) },
  apply: { weight: 3, run: unlessFull(applying) },
  pursue: { weight: 8, run: pursuing },
  stray: { weight: 3, run: unlessFull(straying) },
  decide: { weight: 1, run: deciding },
  ask: { weight: 6, run: asking },
  use: { weight: 5, run: use },
  answer: { weight: 6, run: answer },
  send: { weight: 1, run: sending },
  close: { weight: 1, run: closing },
  again: { weight: 1, run: again },
  tooMuch: { weight: 2, run: manyUses },
  compare: { weight: 2, run: compare },
  settle: { weight: 3, run: settling },
  lapse: { weight: 1, run: lapsing },
  time: { weight: 2, run: time },
  night: { weight: 1, run: night },
  handBack: { weight: 1, run: handingBack },
  grant: { weight: 1, run: granting },
  swap: { weight: 2, run: swapping },
}

const number = fc.nat({ max: 359 })

/** A sequence: it begins with a licence, without which most steps find nothing. */
export const sequence = fc
  .array(
    fc.record({
      kind: fc.oneof(
        ...Object.entries(steps).map(([kind, { weight }]) => ({ weight, arbitrary: fc.constant(kind) })),
      ),
      a: number,
      b: number,
      c: number,
      d: number,
    }),
    { minLength: 1, maxLength: 50, size: 'max' },
  )
  .map((list): Step[] => list)

export const run = (world: World, step: Step): Promise<void> =>
  steps[step.kind]?.run(world, step) ?? Promise.resolve()
