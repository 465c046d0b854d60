/** 余量预警: setting `quota_low_percent`, below how much of what was granted a balance counts as low. */
import type { z } from 'zod'
import type { getLowPercent, NewLowPercent } from '#api/quota-warning.ts'
import { compareDays, dayOf, type Day } from '#domain/day.ts'
import type { Actor } from '#domain/machine.ts'
import { LowPercent, usualLowPercent } from '#domain/quota/warning.ts'
import type { Context } from '../context.ts'
import type { Db, Tx } from '../db/connect.ts'
import { addSetting, lockSetting, settingChanges, settingOn } from '../settings.ts'
import { Refused } from '../refused.ts'

const name = 'quota_low_percent'
const percentOf = (value: unknown): number => LowPercent.catch(usualLowPercent).parse(value)

/** Per cent that hold on a day. */
export const lowPercent = (db: Db | Tx, day: Day): Promise<number> => settingOn(db, name, day)

export async function lowPercentPage({
  db,
  clock,
}: Context): Promise<z.input<(typeof getLowPercent)['reply']>> {
  const today = dayOf(clock())
  const changes = await settingChanges(db, name)
  const held = changes
    .filter(({ validFrom }) => compareDays(validFrom, today) <= 0)
    .toSorted(
      (one, other) => compareDays(other.validFrom, one.validFrom) || Number(other.id) - Number(one.id),
    )
  return {
    percent: percentOf(held[0]?.value),
    version: Number(changes[0]?.id ?? 0),
    changes: changes.map(({ before, value, changedAt, ...change }) => ({
      ...change,
      from: percentOf(before),
      to: percentOf(value),
      changedAt: changedAt.toISOString(),
      holds: change.id === held[0]?.id,
    })),
  }
}

/** Sets it from a day on. Refuses a past day, what holds on that day already, and a page that is not the newest. */
export async function setLowPercent(ctx: Context, actor: Actor, given: z.output<typeof NewLowPercent>) {
  const { version, percent, validFrom, reason } = given
  const now = ctx.clock()
  const today = dayOf(now)
  await ctx.db.transaction().execute(async (tx) => {
    const last = await lockSetting(tx, name)
    const current = { version: last, state: '' }
    if (last !== version) {
      throw new Refused(409, 'stale', '余量预警线已被他人修改，请刷新后再操作', { current })
    }
    if (compareDays(validFrom, today) < 0) {
      const words = `不能从过去的日子起适用，请选择 ${today} 或以后的日期`
      throw new Refused(409, 'rule', words, { current })
    }
    if ((await lowPercent(tx, validFrom)) === percent) {
      throw new Refused(409, 'rule', `${validFrom} 适用的已是 ${percent} %，无须修改`, { current })
    }
    const by = { changedBy: actor.accountId, changedAt: now }
    await addSetting(tx, { name, validFrom, value: percent, reason, ...by })
  })
  return lowPercentPage(ctx)
}
