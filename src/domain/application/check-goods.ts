/** Rules that hold for certain goods: what they need, where they may go, how they travel. */
import type { Issue } from '../fields.ts'
import { issue, managed, type Goods, type Rule } from './check-facts.ts'
import type { ApplicationForm } from './form.ts'
import { dualUseOf, importedLogs, landAnimals, logDistricts, type OldRule } from './special-goods.ts'

// 手册 004: coke takes one of three specifications, free text is refused.
export const cokeGrade: Rule = ({ form }, facts) =>
  facts.goods?.coke !== true
    ? []
    : form.lines.flatMap((line, index) =>
        line.specGrade === '' || facts.code('coke_spec', line.specGrade)?.usable === true
          ? []
          : issue('O2', `lines.${index}.specGrade`, `第 ${index + 1} 行规格须从三种焦炭规格中选择`),
      )

// 出口许可证管理货物目录: natural sand goes to Hong Kong, Macao and Taiwan only; standard sand anywhere. 手册 004: 证明书编号.
export const sand: Rule = ({ form }, { goods }) => {
  if (goods?.naturalSand !== true) return []
  const found: Issue[] = []
  if (form.sandProofNo.trim() === '') {
    found.push(...issue('G11', 'sandProofNo', '天然砂须填写证明书编号，没有的填“无”'))
  }
  return [...found, ...sandMarket(form, goods)]
}

type Route = Pick<ApplicationForm, 'destinationCountry' | 'transportMode'>

const sandMarket = ({ destinationCountry }: Route, goods: Goods): Issue[] =>
  !goods.naturalSand || goods.standardSand || ['HKG', 'MAC', 'TWN', ''].includes(destinationCountry)
    ? []
    : issue('G11', 'destinationCountry', '天然砂只能出口到香港、澳门和台湾（标准砂除外）')

// 消耗臭氧层物质管理条例: one matter one approval (手册 004 批复单号).
export const ods: Rule = ({ form }, { goods }) =>
  goods?.ods === true && form.approvalNo.trim() === ''
    ? issue('O1', 'approvalNo', '消耗臭氧层物质为一事一批，请填写批复单号')
    : []

export const quotaPapers: Rule = ({ form }, { goods }) =>
  goods !== undefined && managed(goods, form) && form.quotaDocNo.trim() === ''
    ? issue('G1', 'quotaDocNo', '配额或招标商品须填写配额文号')
    : []

// 商务部、海关总署公告 2025 年第 79 号 and 手册 004: steel names its producers and their quality certificates.
export const steel: Rule = ({ form }, { goods }) => {
  if (goods?.steel !== true) return []
  const found: Issue[] = []
  if (form.producers.length === 0) found.push(...issue('ST3', 'producers', '钢铁产品须至少填写一家生产商'))
  form.producers.forEach((producer, index) => {
    if (producer.name.trim() === '') {
      found.push(...issue('ST3', `producers.${index}.name`, `第 ${index + 1} 家生产商请填写名称`))
    }
    if (producer.uscc === '') {
      found.push(...issue('ST3', `producers.${index}.uscc`, `第 ${index + 1} 家生产商请填写统一社会信用代码`))
    }
  })
  if (form.productCertificates.length === 0) {
    found.push(
      ...issue(
        'ST3',
        'productCertificates',
        '钢铁产品须至少填写一个产品质量检验合格证明编号，没有编号的填“无编号”',
      ),
    )
  }
  form.productCertificates.forEach((certificate, index) => {
    if (certificate.number.trim() === '') {
      const words = `第 ${index + 1} 个产品证明请填写编号，没有编号的填“无编号”`
      found.push(...issue('ST3', `productCertificates.${index}.number`, words))
    }
  })
  return found
}

// 出口许可证签证填制规则 第十项: frozen goods shipped overseas do not leave by rail or road.
export const frozenByLand: Rule = ({ form }, { goods }) =>
  goods === undefined ? [] : frozenRoute(form, goods)

const frozenRoute = ({ destinationCountry, transportMode }: Route, goods: Goods): Issue[] => {
  const overseas = !['', 'HKG', 'MAC'].includes(destinationCountry)
  return goods.frozen && overseas && ['3', '4'].includes(transportMode)
    ? issue('O5', 'transportMode', '冷冻商品运往境外不能用铁路或公路运输，请改选运输方式')
    : []
}

/** Where these goods may go, and how: asked again when a licence's country or transport is amended. */
export const routeIssues = (route: Route, goods: Goods): Issue[] => [
  ...sandMarket(route, goods),
  ...frozenRoute(route, goods),
]

// 手册 004: only goods of the multi-use kinds may choose 非一批一证.
export const batch: Rule = ({ form }, { goods }) =>
  !form.oneBatch && goods !== undefined && !goods.multiUse
    ? issue('C9', 'oneBatch', '该商品只能一批一证，请选择“是”')
    : []

// 两用物项和技术进出口许可证管理办法: goods of both lists take the dual-use licence alone.
export const dualUseOnly: Rule = ({ form }, { choices }) =>
  choices.dualUseRefused ? wholeHeading(form.hsCode) : []

/** The whole heading is dual-use. */
export function wholeHeading(hsCode: string): Issue[] {
  const found = dualUseOf(hsCode)
  return found === undefined || found.decidedBy !== undefined
    ? []
    : issue(
        'G8',
        'hsCode',
        `${found.name}属于两用物项，不办理出口许可证，请在“两用物项和技术进出口许可证”系统申领两用物项出口许可证`,
      )
}

// 2007 年边境和港澳活畜禽出口规定: by land only the authorities in Guangzhou and Shenzhen license.
function animalsByLand({ form, goodsKey }: SpecialGoods): Issue[] {
  const has = (list: readonly string[], value: string) => list.includes(value)
  const concerned =
    has(landAnimals.goods, goodsKey) &&
    has(landAnimals.destinations, form.destinationCountry) &&
    has(landAnimals.transport, form.transportMode)
  return concerned && form.issuingAuthority !== '' && !has(landAnimals.authorities, form.issuingAuthority)
    ? issue('O3', 'issuingAuthority', '陆路运往港澳的活畜禽由广州、深圳的发证机构签发，请改选发证机构')
    : []
}

// 2007 年进口原木加工锯材出口规定: named in the remark, through ports of the province.
function timberOfImportedLogs({ form, exporter, goodsKey }: SpecialGoods): Issue[] {
  if (goodsKey !== importedLogs.goods || !form.remark.includes(importedLogs.remark)) return []
  const districts = logDistricts[exporter.region ?? '']
  return districts === undefined ||
    form.customsPort === '' ||
    districts.includes(form.customsPort.slice(0, 2))
    ? []
    : issue('O4', 'customsPort', `${importedLogs.remark}应在本省口岸报关，请改选报关口岸`)
}

interface SpecialGoods {
  form: ApplicationForm
  exporter: { region?: string }
  goodsKey: string
}
export const oldRules = { O3: animalsByLand, O4: timberOfImportedLogs } as const
export const oldRuleNames = ['O3', 'O4'] as const satisfies readonly OldRule[]

export const oldRulesInForce: Rule = ({ form }, { goods, exporter, choices }) =>
  goods === undefined
    ? []
    : oldRuleNames
        .filter((name) => choices.inForce.includes(name))
        .flatMap((name) => oldRules[name]({ form, exporter, goodsKey: goods.goodsKey }))
