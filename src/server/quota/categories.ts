/** Categories (大类) of a year's catalogue: what kind they are, their unit, and how the year manages them. */
import type { QuotaCategory } from '#api/quota.ts'
import type { LicenceType } from '#domain/commodity/goods.ts'
import type { Codes } from '../reference/codes.ts'

/** Categories by code. The unit is that of the first goods: a category is measured in one unit. */
export function categoriesOf(codes: Codes, year: number): ReadonlyMap<string, QuotaCategory> {
  const found = new Map<string, QuotaCategory>()
  for (const goods of codes.catalogue(year)) {
    if (found.has(goods.categoryCode)) continue
    found.set(goods.categoryCode, {
      categoryCode: goods.categoryCode,
      goodsKey: goods.goodsKey,
      goodsName: codes.entry('goods_category', goods.goodsKey)?.name ?? goods.name,
      unit: goods.unitName,
      licenceType: goods.licenceType,
      catalogueType: catalogueType(codes, year, goods),
    })
  }
  return found
}

/** What the published catalogue says, whatever the year's management. */
const catalogueType = (codes: Codes, year: number, goods: { hsCode: string; licenceType: LicenceType }) =>
  codes.published(year, goods.hsCode) ?? goods.licenceType
