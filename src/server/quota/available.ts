/**
 * Whether a submission may take its quantity from the exporter's quota. Goods under plain licence need none.
 * Quota and bidding goods need a grant of the year (货物进出口管理条例 第四十一条); none is recorded yet.
 */
export function quotaRefusal(of: {
  licenceType: 'quota' | 'bidding' | 'licence'
  goodsName: string
  quotaYear: number
}): string | null {
  if (of.licenceType === 'licence') return null
  return `未查到本企业该年度该商品的配额（${of.quotaYear} 年度，${of.goodsName}），请核对年度和配额文号，或向发证机构查询`
}
