/** The code lists by name, with the words a page calls them by (manual 000 参数列表, manual 004). */
export const codeLists = {
  country: '国别(地区)代码',
  customs_port: '口岸代码',
  transport_mode: '运输方式',
  licence_trade_mode: '贸易方式',
  trade_mode: '海关监管方式',
  payment_method: '支付方式',
  currency: '货币代码',
  unit: '计量单位',
  freight_term: '运费计价方式',
  coke_spec: '焦炭规格',
  attachment_type: '附件类型',
  enterprise_nature: '企业性质',
  enterprise_category: '企业类别',
  enterprise_scale: '企业规模',
  vehicle_brand: '车辆品牌',
  customs_document: '监管证件代码',
  authority: '发证机构',
  goods_category: '商品大类',
} as const satisfies Record<string, string>

export type CodeList = keyof typeof codeLists

export function isCodeList(name: string): name is CodeList {
  return Object.hasOwn(codeLists, name)
}

export const codeListNames = Object.keys(codeLists).filter(isCodeList)

/** The pages of 参数列表, in the order of manual 000; the catalogue is a table of its own. */
export const parameterPages = [
  'commodity',
  'licence_trade_mode',
  'country',
  'payment_method',
  'customs_port',
  'transport_mode',
  'currency',
  'authority',
] as const satisfies readonly (CodeList | 'commodity')[]
