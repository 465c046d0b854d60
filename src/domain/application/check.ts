/**
 * Rules across fields and tables: everything that must hold before an application can be sealed or submitted.
 * `check` returns every open issue with its rule and path; the page's checklist, the seal and the submission
 * ask it with the facts of the moment. Nothing here looks anything up: facts come from the caller.
 */
import { licenceTypeFor } from '../commodity/goods.ts'
import { compare, fractionDigitsOf, isPositive, isZero } from '../decimal.ts'
import { compareDays, isDay, type Day } from '../day.ts'
import { malformed, missing, type Field, type FieldTable, type Issue } from '../fields.ts'
import { closedYear } from '../licence/validity.ts'
import { code13MatchesUscc } from '../uscc.ts'
import { inUsd, totalsOf, type Totals } from './content.ts'
import { dualUseOf, importedLogs, inForce, landAnimals, logDistricts, type OldRule } from './special-goods.ts'
import {
  agencyFields,
  contractSheetFields,
  fields,
  type ApplicationForm,
  type ContractSheet,
} from './form.ts'

/** What the rules need to know of the commodity of the form. */
export interface Goods {
  hsCode: string
  goodsKey: string
  name: string
  categoryCode: string
  unitName: string
  licenceType: 'quota' | 'bidding' | 'licence'
  active: boolean
  selectable: boolean
  unselectableReason: string | null
  /** Several declarations on one licence are possible (非一批一证). */
  multiUse: boolean
  unitDecimals: number
  steel: boolean
  coke: boolean
  naturalSand: boolean
  standardSand: boolean
  ods: boolean
  frozen: boolean
}

export interface CodeFacts {
  name: string
  usable: boolean
}

export interface AttachmentNeed {
  code: string
  name: string
  required: boolean
  because: string
}

export interface Facts {
  today: Day
  exporter: { code13: string; uscc: string; name: string; region?: string }
  /** Old rules that hold; without it those named in special-goods.ts. */
  inForce?: ReadonlySet<OldRule>
  goods: Goods | undefined
  /** Looks a code up; undefined = no such code. */
  code: (list: string, code: string) => CodeFacts | undefined
  /** US dollars for one unit of the currency, '' = no rate known. */
  usdRate: (currency: string) => string
  attachmentNeeds: readonly AttachmentNeed[]
  attachments: readonly { type: string }[]
  /** Characters of a text that can't be printed on the documents; empty where only the server can tell. */
  unprintable: (text: string) => string[]
}

export interface CheckInput {
  form: ApplicationForm
  contractSheet: ContractSheet | null
}

/** Under quota or bidding for this destination. */
const managed = (goods: Goods, form: ApplicationForm) =>
  licenceTypeFor(goods, form.destinationCountry) !== 'licence'

type Rule = (input: CheckInput, facts: Facts, totals: Totals) => Issue[]

const issue = (rule: string, path: string, words: string): Issue[] => [{ rule, path, words }]
const day = (value: string) => (isDay(value) ? value : undefined)

// 出口许可证签发工作规范 第十三条至第十六条: application and licence belong to one open year.
const yearOpen: Rule = ({ form }, { today }) => {
  if (form.quotaYear === '') return []
  const closed = closedYear(Number(form.quotaYear), today)
  return closed === undefined ? [] : issue('C4', 'quotaYear', closed)
}

const goodsChosen: Rule = ({ form }, { goods }) => {
  if (form.hsCode === '') return []
  if (goods === undefined) {
    return issue('G', 'hsCode', `${form.quotaYear} 年度目录中没有商品代码 ${form.hsCode}，请重新选择商品`)
  }
  if (!goods.active) return issue('G', 'hsCode', '该商品已不在出口许可证管理货物目录中，请重新选择商品')
  if (!goods.selectable) return issue('G', 'hsCode', goods.unselectableReason ?? '该商品暂不能在本页申请')
  return []
}

// 手册 004: fields of a list must be chosen from it.
const codesExist: Rule = ({ form, contractSheet }, facts) => [
  ...wrongCodes(fields, form, '', facts),
  ...(contractSheet === null ? [] : wrongCodes(contractSheetFields, contractSheet, 'contractSheet.', facts)),
]

function wrongCodes(table: FieldTable, form: object, prefix: string, facts: Facts): Issue[] {
  const values = new Map<string, unknown>(Object.entries(form))
  return Object.entries(table).flatMap(([name, field]) => {
    const value = values.get(name)
    if (field.kind !== 'code' || field.list === 'commodity' || typeof value !== 'string' || value === '')
      return []
    const found = facts.code(field.list, value)
    if (found?.usable === true) return []
    const words =
      found === undefined
        ? `${field.label}“${value}”不在代码表中，请重新选择`
        : `${field.label}“${found.name}”已停用或不能选择，请重新选择`
    return issue('code', prefix + name, words)
  })
}

// 出口许可证签证填制规则 第二项: for quota and bidding goods the consignor is the exporter itself.
const consignor: Rule = ({ form }, { exporter, goods }) => {
  const found: Issue[] = []
  const wellFormed =
    form.consignorCode !== '' &&
    form.consignorUscc !== '' &&
    malformed(fields.consignorCode, form.consignorCode) === undefined &&
    malformed(fields.consignorUscc, form.consignorUscc) === undefined
  if (wellFormed && !code13MatchesUscc(form.consignorCode, form.consignorUscc)) {
    found.push(
      ...issue(
        'part 7',
        'consignorUscc',
        '发货人代码与社会信用代码不一致：代码后 9 位应为信用代码第 9 至 17 位',
      ),
    )
  }
  const mustBeSame = goods !== undefined && managed(goods, form)
  if (mustBeSame && form.consignorCode !== '' && form.consignorCode !== exporter.code13) {
    found.push(...issue('A2', 'consignorCode', '配额和招标商品的发货人必须与出口商一致'))
  }
  if (
    form.consignorCode === exporter.code13 &&
    form.consignorUscc !== '' &&
    form.consignorUscc !== exporter.uscc
  ) {
    found.push(...issue('A2', 'consignorUscc', '发货人即出口商时，社会信用代码应与出口商相同'))
  }
  return found
}

// 手册 004 规格型号信息: one row may lack the specification, several rows may not; at most four.
const lines: Rule = ({ form }, { goods }) => {
  if (form.lines.length === 0) return issue('A4', 'lines', '请至少填写一行规格型号信息（数量、单价）')
  return form.lines.flatMap((line, index) => {
    const at = (name: string) => `lines.${index}.${name}`
    const row = `第 ${index + 1} 行`
    const found: Issue[] = []
    if (line.specGrade.trim() === '' && (form.lines.length > 1 || goods?.coke === true)) {
      const words = goods?.coke === true ? `${row}请选择焦炭规格` : `${row}请填写规格、等级（两行以上时必填）`
      found.push(...issue('A4', at('specGrade'), words))
    }
    found.push(...positive(line.unitPrice, at('unitPrice'), `${row}单价`))
    found.push(...positive(line.quantity, at('quantity'), `${row}数量`))
    if (goods !== undefined && line.quantity !== '' && fractionDigitsOf(line.quantity) > goods.unitDecimals) {
      const most = goods.unitDecimals === 0 ? '只能是整数' : `最多 ${goods.unitDecimals} 位小数`
      found.push(...issue('A4', at('quantity'), `${row}数量以${goods.unitName}为单位，${most}`))
    }
    return found
  })
}

function positive(value: string, path: string, label: string): Issue[] {
  if (value === '') return issue('A4', path, `${label}未填写`)
  return isPositive(value) ? [] : issue('A4', path, `${label}必须大于 0`)
}

// 手册 004: coke takes one of three specifications, free text is refused.
const cokeGrade: Rule = ({ form }, facts) =>
  facts.goods?.coke !== true
    ? []
    : form.lines.flatMap((line, index) =>
        line.specGrade === '' || facts.code('coke_spec', line.specGrade)?.usable === true
          ? []
          : issue('O2', `lines.${index}.specGrade`, `第 ${index + 1} 行规格须从三种焦炭规格中选择`),
      )

// The licence does not exceed the contract.
const withinContract: Rule = ({ form }, facts, totals) => {
  const found: Issue[] = []
  if (form.contractQuantity !== '' && compare(form.contractQuantity, totals.totalQuantity) < 0) {
    found.push(...issue('A5', 'contractQuantity', `合同总数量小于合计数量 ${totals.totalQuantity}，请核对`))
  }
  for (const [path, value] of [
    ['contractQuantity', form.contractQuantity],
    ['contractAmount', form.contractAmount],
  ] as const) {
    if (value !== '' && isZero(value)) found.push(...issue('A5', path, `${fields[path].label}必须大于 0`))
  }
  if (form.contractAmount === '') return found
  const same = form.contractCurrency === form.priceCurrency
  const contract = same
    ? form.contractAmount
    : inUsd(form.contractAmount, facts.usdRate(form.contractCurrency))
  const asked = same ? totals.totalAmount : totals.totalAmountUsd
  if (contract !== '' && asked !== '' && compare(contract, asked) < 0) {
    const words = same
      ? `合同总金额小于总金额 ${totals.totalAmount}，请核对`
      : '合同总金额折美元后小于总值折美元，请核对'
    found.push(...issue('A5', 'contractAmount', words))
  }
  return found
}

const ratesKnown: Rule = ({ form }, facts) =>
  (['priceCurrency', 'contractCurrency'] as const).flatMap((path) =>
    form[path] !== '' && facts.usdRate(form[path]) === ''
      ? issue(
          'A5',
          path,
          `没有${facts.code('currency', form[path])?.name ?? form[path]}的折算率，不能折成美元，请改用其他币种`,
        )
      : [],
  )

const contractDays: Rule = ({ form }, { today }) => {
  const signed = day(form.contractSignedOn)
  const until = day(form.contractValidUntil)
  const found: Issue[] = []
  if (signed !== undefined && compareDays(signed, today) > 0) {
    found.push(...issue('A5', 'contractSignedOn', '合同签订日期不能晚于今天'))
  }
  if (until !== undefined && compareDays(until, today) < 0) {
    found.push(...issue('A5', 'contractValidUntil', '合同有效日期已过，请核对合同'))
  }
  if (signed !== undefined && until !== undefined && compareDays(until, signed) < 0) {
    found.push(...issue('A5', 'contractValidUntil', '合同有效日期不能早于签订日期'))
  }
  return found
}

// 手册 004: the enterprise declares that the content is true.
const declared: Rule = ({ form }) =>
  form.declarationAccepted ? [] : issue('A13', 'declarationAccepted', '请阅读并勾选承诺')

// 出口许可证管理货物目录: natural sand goes to Hong Kong, Macao and Taiwan only; standard sand anywhere. 手册 004: 证明书编号.
const sand: Rule = ({ form }, { goods }) => {
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
const ods: Rule = ({ form }, { goods }) =>
  goods?.ods === true && form.approvalNo.trim() === ''
    ? issue('O1', 'approvalNo', '消耗臭氧层物质为一事一批，请填写批复单号')
    : []

const quotaPapers: Rule = ({ form }, { goods }) =>
  goods !== undefined && managed(goods, form) && form.quotaDocNo.trim() === ''
    ? issue('G1', 'quotaDocNo', '配额或招标商品须填写配额文号')
    : []

// 商务部、海关总署公告 2025 年第 79 号 and 手册 004: steel names its producers and their quality certificates.
const steel: Rule = ({ form }, { goods }) => {
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
const frozenByLand: Rule = ({ form }, { goods }) => (goods === undefined ? [] : frozenRoute(form, goods))

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
const batch: Rule = ({ form }, { goods }) =>
  !form.oneBatch && goods !== undefined && !goods.multiUse
    ? issue('C9', 'oneBatch', '该商品只能一批一证，请选择“是”')
    : []

// 手册 003, 004: the contract sheet is saved before sealing; agency parties when the consignor is another.
const contractSheet: Rule = ({ form, contractSheet: sheet }, { exporter, today }) => {
  if (sheet === null) return issue('A6', 'contractSheet', '请填写并保存申请表合同信息表')
  const found = missing(contractSheetFields, sheet, 'contractSheet.')
  if (form.consignorCode !== '' && form.consignorCode !== exporter.code13) {
    for (const name of agencyFields) {
      if (sheet[name].trim() === '') {
        const words = `出口商与发货人不同，请填写${contractSheetFields[name].label}`
        found.push(...issue('A1', `contractSheet.${name}`, words))
      }
    }
  }
  found.push(...sheetDays(sheet, today))
  return found
}

function sheetDays(sheet: ContractSheet, today: Day): Issue[] {
  const [founded, departs, arrives, signed, until] = [
    day(sheet.foundedOn),
    day(sheet.departureOn),
    day(sheet.arrivalOn),
    day(sheet.agencySignedOn),
    day(sheet.agencyValidUntil),
  ]
  const found: Issue[] = []
  if (founded !== undefined && compareDays(founded, today) > 0) {
    found.push(...issue('date', 'contractSheet.foundedOn', '企业成立日期不能晚于今天'))
  }
  if (departs !== undefined && arrives !== undefined && compareDays(arrives, departs) < 0) {
    found.push(...issue('date', 'contractSheet.arrivalOn', '预计到港日期不能早于启运日期'))
  }
  if (signed !== undefined && until !== undefined && compareDays(until, signed) < 0) {
    found.push(...issue('date', 'contractSheet.agencyValidUntil', '代理合同有效日期不能早于签订日期'))
  }
  return found
}

// 出口许可证签发工作规范 第五条: papers by goods and case.
const attachments: Rule = (_, { attachmentNeeds, attachments: present }) =>
  attachmentNeeds
    .filter((need) => need.required && !present.some((file) => file.type === need.code))
    .flatMap((need) => issue('A1', `attachments.${need.code}`, `请上传${need.name}（${need.because}）`))

const printable: Rule = ({ form, contractSheet: sheet }, facts) => [
  ...unprintableIn(fields, form, '', facts),
  ...(sheet === null ? [] : unprintableIn(contractSheetFields, sheet, 'contractSheet.', facts)),
]

function unprintableIn(table: FieldTable, form: object, prefix: string, facts: Facts): Issue[] {
  const values = new Map<string, unknown>(Object.entries(form))
  return Object.entries(table).flatMap(([name, field]): Issue[] => {
    const value = values.get(name)
    if (field.kind === 'text' && typeof value === 'string')
      return unprintableAt(value, prefix + name, field, facts)
    if (field.kind !== 'rows' || !Array.isArray(value)) return []
    return value.flatMap((row: Record<string, string>, index) =>
      Object.entries(field.fields).flatMap(([cell, cellField]) =>
        unprintableAt(row[cell] ?? '', `${prefix}${name}.${index}.${cell}`, cellField, facts),
      ),
    )
  })
}

function unprintableAt(value: string, path: string, field: Field, facts: Facts): Issue[] {
  const found = value === '' ? [] : facts.unprintable(value)
  return found.length === 0
    ? []
    : issue('font', path, `${field.label}中的“${found.join('')}”不能印在许可证上，请改用其他字`)
}

// 两用物项和技术进出口许可证管理办法: goods of both lists take the dual-use licence alone.
const dualUseOnly: Rule = ({ form }) => {
  const found = dualUseOf(form.hsCode)
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
const oldRules = { O3: animalsByLand, O4: timberOfImportedLogs } as const
const oldRuleNames = ['O3', 'O4'] as const satisfies readonly OldRule[]

const oldRulesInForce: Rule = ({ form }, { goods, exporter, inForce: holding = inForce }) =>
  goods === undefined
    ? []
    : oldRuleNames
        .filter((name) => holding.has(name))
        .flatMap((name) => oldRules[name]({ form, exporter, goodsKey: goods.goodsKey }))

const rules: readonly Rule[] = [
  yearOpen,
  goodsChosen,
  codesExist,
  consignor,
  lines,
  cokeGrade,
  withinContract,
  ratesKnown,
  contractDays,
  declared,
  sand,
  ods,
  quotaPapers,
  steel,
  frozenByLand,
  dualUseOnly,
  oldRulesInForce,
  batch,
  contractSheet,
  attachments,
  printable,
]

/** Every open issue of an application, in the order of the form's rules; empty = it may be sealed. */
export function check(input: CheckInput, facts: Facts): Issue[] {
  const totals = totalsOf(input.form.lines, facts.usdRate(input.form.priceCurrency))
  return [...missing(fields, input.form), ...rules.flatMap((rule) => rule(input, facts, totals))]
}

/** Hints that stop nothing: shown beside the form, and to the reviewer. */
export function warnings(
  form: ApplicationForm,
  about: Pick<Facts, 'inForce'> & { goodsKey?: string | undefined; exporter?: { region?: string } } = {},
): Issue[] {
  const { goodsKey = '', exporter = {}, inForce: holding = inForce } = about
  const found: Issue[] = []
  // 出口许可证签证填制规则: box 6 holds 17 characters; today's contract numbers are longer.
  if ([...form.contractNo].length > 17) {
    found.push(...issue('part 7', 'contractNo', '合同号超过 17 个字符，请确认与合同一致'))
  }
  const dual = dualUseOf(form.hsCode)
  if (dual?.decidedBy !== undefined) {
    const words = `${dual.decidedBy}${dual.name}属于两用物项，不办理出口许可证，应申领两用物项出口许可证，请核对（清单未经核实）`
    found.push(...issue('G8', 'hsCode', words))
  }
  for (const name of oldRuleNames.filter((one) => !holding.has(one))) {
    const hints = oldRules[name]({ form, exporter, goodsKey })
    found.push(
      ...hints.map((one) => ({ ...one, words: `${one.words}（2007 年规定，现行效力未核实，仅供参考）` })),
    )
  }
  return found
}
