/** Named facts about goods, from the row of the catalogue; rules are written in these words. */
import { quantityDigitsOf, usualQuantityDigits, type QuantityDigits } from './quantity.ts'

/** How goods are managed: 配额, 招标 or 许可证. */
export type LicenceType = 'quota' | 'bidding' | 'licence'

export function isLicenceType(text: string): text is LicenceType {
  return text === 'quota' || text === 'bidding' || text === 'licence'
}

export const licenceTypeLabels: Readonly<Record<LicenceType, string>> = {
  quota: '配额',
  bidding: '配额招标',
  licence: '许可证',
}

/** What the facts need of a row of the catalogue. `goodsKey` names the kind (大类) as in goods_categories.csv. */
export type Goods = {
  readonly hsCode: string
  readonly goodsKey: string
  readonly name: string
  readonly licenceType: LicenceType
  readonly unitCode: string
}

// 关于对部分钢铁产品实行出口许可证管理的公告 (商务部、海关总署公告 2025 年第 79 号)
export const isSteel = (goods: Pick<Goods, 'goodsKey'>): boolean => goods.goodsKey === 'steel'

// 手册 004: 焦炭 (大类 B02800) takes one of three fixed grades.
export const isCoke = (goods: Pick<Goods, 'goodsKey'>): boolean => goods.goodsKey === 'coke'

/** Natural sand of any sort, standard sand included: the certificate number (证明书编号) is required. */
export const isNaturalSand = (goods: Pick<Goods, 'goodsKey'>): boolean => goods.goodsKey === 'natural_sand'

/** Standard sand (标准砂), which has no code of its own here and is told by its name. */
export const isStandardSand = (goods: Pick<Goods, 'goodsKey' | 'name'>): boolean =>
  isNaturalSand(goods) && goods.name.includes('标准砂')

// 消耗臭氧层物质管理条例 第二十二条
export const isOds = (goods: Pick<Goods, 'goodsKey'>): boolean => goods.goodsKey === 'ods'

export const isVehicle = (goods: Pick<Goods, 'goodsKey'>): boolean => goods.goodsKey === 'vehicles'
export const isMotorcycle = (goods: Pick<Goods, 'goodsKey'>): boolean => goods.goodsKey === 'motorcycles'

export const isQuota = (goods: Pick<Goods, 'licenceType'>): boolean => goods.licenceType === 'quota'
export const isBidding = (goods: Pick<Goods, 'licenceType'>): boolean => goods.licenceType === 'bidding'

// Tariff headings of frozen meat: beef 0202; pork 0203.2; chicken whole 0207.12 and cut 0207.14.
const frozenPrefixes = ['0202', '02032', '020712', '020714']
export const isFrozen = (goods: Pick<Goods, 'hsCode'>): boolean =>
  frozenPrefixes.some((prefix) => goods.hsCode.startsWith(prefix))

// 出口许可证管理分级发证目录 (2013, 2015): wheat, maize, cotton, coal, crude and refined oil are issued by 许可证局.
const bureauGoods: ReadonlySet<string> = new Set([
  'wheat',
  'maize',
  'cotton',
  'coal',
  'crude_oil',
  'refined_oil',
  'lubricants',
])
export const isBureauGoods = (goodsKey: string): boolean => bureauGoods.has(goodsKey)

// 出口许可证管理货物目录: the quota is for these markets; the same animals to others need a licence on contract.
const quotaMarkets: Readonly<Record<string, readonly string[]>> = {
  live_cattle_hkmo: ['HKG', 'MAC'],
  live_pigs_hkmo: ['HKG', 'MAC'],
  live_chickens_hk: ['HKG'],
}

/** 溢装 3%: crude and refined oil; lubricants are licensed apart (商务部令 2008 年第 11 号). */
export const isOil = (goodsKey: string): boolean => goodsKey === 'crude_oil' || goodsKey === 'refined_oil'

/**
 * How goods are managed for a destination (alpha-3): live cattle, pigs and chickens are under quota only to their
 * markets. '' (not chosen yet) gives what the catalogue says.
 */
export function licenceTypeFor(
  goods: Pick<Goods, 'goodsKey' | 'licenceType'>,
  destinationCountry: string,
): LicenceType {
  const markets = quotaMarkets[goods.goodsKey]
  if (markets === undefined || destinationCountry === '') return goods.licenceType
  return markets.includes(destinationCountry) ? 'quota' : 'licence'
}

/** All of the facts a form asks for, together. */
export type GoodsFacts = {
  readonly steel: boolean
  readonly coke: boolean
  readonly naturalSand: boolean
  readonly standardSand: boolean
  readonly ods: boolean
  readonly frozen: boolean
  /** Most digits after the point of a quantity. */
  readonly unitDecimals: number
  /** Days of a licence where the goods have a term of their own, else null. */
  readonly licenceDays: number | null
}

/** What an administrator has set for goods. */
export type GoodsSettings = {
  readonly digits: QuantityDigits
  readonly licenceDays: { readonly byCode: Readonly<Record<string, number>> }
}
const usualGoodsSettings: GoodsSettings = { digits: usualQuantityDigits, licenceDays: { byCode: {} } }

export const goodsFacts = (goods: Goods, set: GoodsSettings = usualGoodsSettings): GoodsFacts => ({
  steel: isSteel(goods),
  coke: isCoke(goods),
  naturalSand: isNaturalSand(goods),
  standardSand: isStandardSand(goods),
  ods: isOds(goods),
  frozen: isFrozen(goods),
  unitDecimals: quantityDigitsOf(goods.unitCode, set.digits),
  licenceDays: set.licenceDays.byCode[goods.goodsKey] ?? null,
})
