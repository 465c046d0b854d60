/**
 * Which authority an application goes to. 许可证局 issues for enterprises in Beijing under SASAC (在京中央企业) and for
 * the goods kept to it; otherwise the city of the enterprise where that city issues itself (5 cities with plans of
 * their own, 8 sub-provincial cities), else the province (商务部、海关总署公告 2025 年第 79 号; 出口许可证管理分级发证目录).
 */
import { isBureauGoods } from '../commodity/goods.ts'

export type AuthorityKind =
  | 'bureau'
  | 'provincial'
  | 'planned_city'
  | 'corps'
  | 'sub_provincial_city'
  | 'special_office'

/** An issuing authority: its two characters in licence numbers, and whose enterprises it serves. */
export type RoutedAuthority = {
  readonly code: string
  readonly kind: AuthorityKind
  /** Province or equal, written as in enterprise.region: 江苏省, 新疆生产建设兵团. */
  readonly region: string
  /** Set for an authority that serves one city only: 南京市. */
  readonly city: string | null
  readonly active: boolean
}

export type RoutedEnterprise = {
  readonly region: string
  readonly city: string | null
  /** In Beijing and supervised by SASAC. */
  readonly centralEnterprise: boolean
}

const cityKinds: ReadonlySet<AuthorityKind> = new Set(['planned_city', 'sub_provincial_city'])

/**
 * The code of the authority for an enterprise's application for goods of a kind; undefined when no active
 * authority serves the place. A proposal: the applicant may choose another before submitting. `keptToBureau`: setting
 * `bureau_goods`, whether the old lists of goods of 许可证局 still count.
 */
export function issuingAuthority(
  enterprise: RoutedEnterprise,
  goodsKey: string,
  authorities: readonly RoutedAuthority[],
  keptToBureau = true,
): string | undefined {
  const active = authorities.filter((authority) => authority.active)
  const bureau = active.find(({ kind }) => kind === 'bureau')
  if (enterprise.centralEnterprise || (keptToBureau && isBureauGoods(goodsKey))) return bureau?.code
  const inRegion = active.filter(({ region }) => region === enterprise.region)
  const city = inRegion.find(({ kind, city: served }) => cityKinds.has(kind) && served === enterprise.city)
  const province = inRegion.find(({ kind }) => kind === 'provincial' || kind === 'corps')
  return (city ?? province)?.code
}
