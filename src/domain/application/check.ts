/**
 * Rules across fields and tables: everything that must hold before an application can be sealed or submitted.
 * `check` returns every open issue with its rule and path; the page's checklist, the seal and the submission
 * ask it with the facts of the moment. Nothing here looks anything up: facts come from the caller.
 */
import { compareDays } from '../day.ts'
import { compare, fractionDigitsOf, isPositive, isZero } from '../decimal.ts'
import { malformed, missing, type FieldTable, type Issue } from '../fields.ts'
import { closedYear } from '../licence/validity.ts'
import { code13MatchesUscc } from '../uscc.ts'
import {
  day,
  issue,
  managed,
  usualChoices,
  type CheckInput,
  type Choices,
  type Facts,
  type Rule,
} from './check-facts.ts'
import {
  batch,
  cokeGrade,
  dualUseOnly,
  frozenByLand,
  ods,
  oldRuleNames,
  oldRules,
  oldRulesInForce,
  quotaPapers,
  sand,
  steel,
  wholeHeading,
} from './check-goods.ts'
import { attachments, contractSheet, printable } from './check-papers.ts'
import { inUsd, totalsOf, type Totals } from './content.ts'
import { contractSheetFields, fields, type ApplicationForm } from './form.ts'
import { dualUseOf } from './special-goods.ts'

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

const contractFilled: Rule = ({ form }) => {
  const found: Issue[] = []
  for (const [path, value] of [
    ['contractQuantity', form.contractQuantity],
    ['contractAmount', form.contractAmount],
  ] as const) {
    if (value !== '' && isZero(value)) found.push(...issue('A5', path, `${fields[path].label}必须大于 0`))
  }
  return found
}

// The licence does not exceed the contract (our own proposal, so a setting).
const withinContract: Rule = ({ form }, facts, totals) =>
  facts.choices.withinContract ? beyondContract(form, facts.usdRate, totals) : []

function beyondContract(form: ApplicationForm, usdRate: Facts['usdRate'], totals: Totals): Issue[] {
  const found: Issue[] = []
  if (form.contractQuantity !== '' && compare(form.contractQuantity, totals.totalQuantity) < 0) {
    found.push(...issue('A5', 'contractQuantity', `合同总数量小于合计数量 ${totals.totalQuantity}，请核对`))
  }
  if (form.contractAmount === '') return found
  const same = form.contractCurrency === form.priceCurrency
  const contract = same ? form.contractAmount : inUsd(form.contractAmount, usdRate(form.contractCurrency))
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

const rules: readonly Rule[] = [
  yearOpen,
  goodsChosen,
  codesExist,
  consignor,
  lines,
  cokeGrade,
  withinContract,
  contractFilled,
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
  about: {
    choices?: Choices
    goodsKey?: string | undefined
    exporter?: { region?: string }
    usdRate?: Facts['usdRate']
  } = {},
): Issue[] {
  const { choices = usualChoices, goodsKey = '', exporter = {}, usdRate } = about
  const found: Issue[] = []
  // 出口许可证签证填制规则: box 6 holds 17 characters; today's contract numbers are longer.
  if ([...form.contractNo].length > choices.contractNoLength) {
    const words = `合同号超过 ${choices.contractNoLength} 个字符，请确认与合同一致`
    found.push(...issue('part 7', 'contractNo', words))
  }
  if (!choices.withinContract && usdRate !== undefined) {
    found.push(...beyondContract(form, usdRate, totalsOf(form.lines, usdRate(form.priceCurrency))))
  }
  if (!choices.dualUseRefused) found.push(...wholeHeading(form.hsCode))
  const dual = dualUseOf(form.hsCode)
  if (dual?.decidedBy !== undefined) {
    const words = `${dual.decidedBy}${dual.name}属于两用物项，不办理出口许可证，应申领两用物项出口许可证，请核对（清单未经核实）`
    found.push(...issue('G8', 'hsCode', words))
  }
  for (const name of oldRuleNames.filter((one) => !choices.inForce.includes(one))) {
    const hints = oldRules[name]({ form, exporter, goodsKey })
    found.push(
      ...hints.map((one) => ({ ...one, words: `${one.words}（2007 年规定，现行效力未核实，仅供参考）` })),
    )
  }
  return found
}
