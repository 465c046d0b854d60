/** Exchange rates for the demonstration: round figures, each marked 演示汇率. Never loaded in production. */
import path from 'node:path'
import { z } from 'zod'
import { rateLimits } from '#api/reference.ts'
import { isDay } from '#domain/day.ts'
import { parseDecimal } from '#domain/decimal.ts'
import type { Db } from '../db/connect.ts'
import { readFile, rowsOf } from './files.ts'
import { insertRate, listRates } from './queries.ts'

const folder = path.resolve(import.meta.dirname, '../../../db/demo')
const file = 'exchange-rates.csv'

const DemoRate = z.strictObject({
  currency: z.string().regex(/^[A-Z]{3}$/),
  valid_from: z.string().refine(isDay),
  rate: z.string().refine((rate) => parseDecimal(rate, rateLimits).ok),
})

export const demoRateSource = '演示汇率'

/** Gives the demonstration rates of currencies that have no rate at all. Safe to repeat. Answers how many. */
export async function loadDemoRates(db: Db, clock: () => Date): Promise<number> {
  const rows = rowsOf(await readFile(folder, file), file, DemoRate)
  return db.transaction().execute(async (tx) => {
    const known = new Set((await listRates(tx)).map(({ currency }) => currency))
    let added = 0
    for (const { currency, valid_from: validFrom, rate } of rows) {
      if (known.has(currency)) continue
      const given = { currency, validFrom, rate, source: demoRateSource, changedBy: null, changedAt: clock() }
      if (await insertRate(tx, given)) added += 1
    }
    return added
  })
}
