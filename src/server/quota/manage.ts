/** How categories are managed in a year where that differs from the catalogue: append-only, the newest row counts. */
import { sql } from 'kysely'
import type { z } from 'zod'
import type { addGoodsManagement, ManagementRow } from '#api/quota.ts'
import { isLicenceType, licenceTypeLabels } from '#domain/commodity/goods.ts'
import type { Actor } from '#domain/machine.ts'
import type { Context } from '../context.ts'
import { notFound, Refused } from '../refused.ts'
import { categoriesOf } from './categories.ts'

interface Stored {
  id: string
  year: number
  category_code: string
  licence_type: string
  source: string
  changed_by: string | null
  changed_at: Date
  replaced: boolean
}

/** Every row that was ever set, newest first; at most 500. */
export async function managementRows(ctx: Context, year?: number): Promise<z.input<typeof ManagementRow>[]> {
  const { rows } = await sql<Stored>`
    select m.id, m.year, m.category_code, m.licence_type, m.source, account.person_name as changed_by, m.changed_at,
      exists (select from goods_management as later
        where later.year = m.year and later.category_code = m.category_code and later.id > m.id) as replaced
    from goods_management as m left join account on account.id = m.changed_by
    where ${year ?? null}::int is null or m.year = ${year ?? null}::int order by m.id desc limit 500`.execute(
    ctx.db,
  )
  const codes = await ctx.codes.current()
  return rows.map((row) => {
    const licenceType = isLicenceType(row.licence_type) ? row.licence_type : 'licence'
    return {
      id: row.id,
      year: row.year,
      categoryCode: row.category_code,
      goodsName: categoriesOf(codes, row.year).get(row.category_code)?.goodsName ?? row.category_code,
      licenceType,
      label: licenceTypeLabels[licenceType],
      source: row.source,
      changedBy: row.changed_by,
      changedAt: row.changed_at.toISOString(),
      replaced: row.replaced,
    }
  })
}

type Body = z.output<(typeof addGoodsManagement)['body']>

/** Sets how a category is managed in a year; refuses what holds already, so that a double click is told. */
export async function addManagement(ctx: Context, actor: Actor, body: Body) {
  const category = categoriesOf(await ctx.codes.current(), body.year).get(body.categoryCode)
  if (category === undefined) throw notFound(`${body.year} 年度商品大类`)
  if (category.licenceType === body.licenceType) {
    const words = `${category.goodsName} ${body.year} 年度已按“${licenceTypeLabels[body.licenceType]}”管理，无须再设`
    throw new Refused(409, 'rule', words)
  }
  await ctx.db
    .insertInto('goods_management')
    .values({
      year: body.year,
      category_code: body.categoryCode,
      licence_type: body.licenceType,
      source: body.source,
      changed_by: actor.accountId,
      changed_at: ctx.clock(),
    })
    .execute()
  ctx.codes.changed()
  return { rows: await managementRows(ctx, body.year) }
}
