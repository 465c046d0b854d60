/** Exchange rates: which hold on a day, and how an administrator gives one. */
import type { z } from 'zod'
import type { NewRate, Rate } from '#api/reference.ts'
import { compareDays, dayOf, type Day } from '#domain/day.ts'
import { canonicalDecimal } from '#domain/decimal.ts'
import type { Actor } from '#domain/machine.ts'
import type { Context } from '../context.ts'
import { Refused } from '../refused.ts'
import { insertRate, listRates } from './queries.ts'

/** Rates that hold on a day, those that begin later, and currencies in use that have none on that day. */
export async function ratesOn(ctx: Pick<Context, 'db' | 'codes'>, day: Day) {
  const codes = await ctx.codes.current()
  const nameOf = (currency: string) => codes.entry('currency', currency)?.name ?? currency
  const shown = (await listRates(ctx.db)).map((rate) => ({
    ...rate,
    currencyName: nameOf(rate.currency),
  }))
  // Newest day first, so the first of each currency that has begun is the one that holds.
  const begun = Map.groupBy(
    shown.filter(({ validFrom }) => validFrom <= day),
    ({ currency }) => currency,
  )
  const missing = codes
    .list('currency')
    .entries.filter(({ code, usable }) => usable && code !== 'USD' && !begun.has(code))
  return {
    day,
    rates: [...begun.values()].flatMap(([rate]) => rate ?? []),
    later: shown.filter(({ validFrom }) => validFrom > day),
    missing: missing.map(({ code, name }) => ({ currency: code, currencyName: name })),
  }
}

/**
 * Adds a rate from a day on. Refuses US dollars, currencies that are not in use, and days before today: amounts
 * converted earlier stay as they are. Given twice at once it is kept once.
 */
export async function giveRate(ctx: Context, actor: Actor, given: z.infer<typeof NewRate>): Promise<Rate> {
  const currency = (await ctx.codes.current()).entry('currency', given.currency)
  if (given.currency === 'USD') throw new Refused(409, 'rule', '美元不需要折算率，请选择其他币种')
  if (currency?.usable !== true) {
    throw new Refused(409, 'rule', `币种 ${given.currency} 不在货币代码表中或已停用，请重新选择`)
  }
  const today = dayOf(ctx.clock())
  if (compareDays(given.validFrom, today) < 0) {
    throw new Refused(409, 'rule', `折算率不能从过去的日子起适用，请选择 ${today} 或以后的日期`)
  }
  const rate = { ...given, rate: canonicalDecimal(given.rate) }
  const change = { ...rate, changedBy: actor.accountId, changedAt: ctx.clock() }
  await ctx.db.transaction().execute((tx) => insertRate(tx, change))
  ctx.codes.changed()
  return { ...rate, currencyName: currency.name }
}
