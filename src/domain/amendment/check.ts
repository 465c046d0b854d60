/**
 * Rules across the form of 更改、延期、遗失: everything that must hold before it can be sealed or submitted. `check`
 * returns every open issue with its path; page, seal and submission ask it with the facts of the moment.
 */
import type { CodeFacts, Goods } from '../application/check-facts.ts'
import { routeIssues } from '../application/check-goods.ts'
import { tooLarge, totalsOf } from '../application/content.ts'
import { compareDays, isDay, type Day } from '../day.ts'
import {
  canonicalDecimal,
  compare,
  figure,
  fractionDigitsOf,
  isPositive,
  sum,
  type Decimal,
} from '../decimal.ts'
import type { Issue } from '../fields.ts'
import type { Kind } from '../request/states.ts'
import { changeNames, changes, type ChangeName } from './changes.ts'
import type { AmendmentForm } from './form.ts'

/** What the rules ask of the licence that is to be exchanged, and of the code tables. */
export interface AmendmentFacts {
  today: Day
  /** The loss must have been published (setting `loss_notice`). */
  lossNotice: boolean
  unit: string
  /** What customs has not used yet; the new licence carries it. */
  unused: Decimal
  /** Rows of the old licence. */
  lines: readonly { specGrade: string; unitPrice: string }[]
  /** What the old licence says, in the words it says it in; the document of its quota. */
  old: Readonly<Record<ChangeName, string>>
  /** Codes of the old licence, as far as a rule asks for them. */
  codes: { destinationCountry: string; transportMode: string }
  goods: Goods | undefined
  /** The new licence is under quota or bidding. */
  managed: boolean
  exporterIsConsignor: boolean
  /** US dollars for one unit of the licence's currency, '' = no rate known. */
  usdRate: Decimal | ''
  code: (list: string, code: string) => CodeFacts | undefined
  /** A new value in the words the licence would say it in. */
  word: (name: ChangeName, value: string) => string
  /** Characters that can't be printed on the licence. */
  unprintable: (text: string) => string[]
}

type Rule = (form: AmendmentForm, facts: AmendmentFacts, kind: Kind) => Issue[]

const issue = (rule: string, path: string, words: string): Issue[] => [{ rule, path, words }]

/** The quantity of the new licence as typed; rows without one count as nothing. */
export const newQuantity = ({ lines }: AmendmentForm): Decimal =>
  sum(lines.map((line) => line.quantity).filter((quantity) => quantity !== ''))

// 出口许可证签发工作规范 第十五条: what is changed is said; extension and loss change nothing else.
const changesSomething: Rule = (form, facts, kind) => {
  const named = changeNames.filter((name) => form.changes[name] !== undefined)
  if (kind !== 'amendment') {
    const found = named.flatMap((name) =>
      issue('C14', `changes.${name}`, `延期和遗失补发不能更改${changes[name].field.label}`),
    )
    return form.changeQuantity
      ? [...found, ...issue('C14', 'changeQuantity', '延期和遗失补发的数量为原证未使用部分，不能更改')]
      : found
  }
  if (named.length > 0 || form.changeQuantity || rowsDiffer(form, facts)) return []
  return issue('C13', 'changes', '没有更改内容，请选择要更改的项目；只延长有效期的请办理延期')
}

const rowsDiffer = (form: AmendmentForm, facts: AmendmentFacts) => {
  const key = (line: { specGrade: string; unitPrice: string }) =>
    `${line.specGrade.trim()}\n${line.unitPrice === '' ? '' : canonicalDecimal(line.unitPrice)}`
  const old = new Set(facts.lines.map(key))
  return form.lines.some((line) => !old.has(key(line)))
}

// 手册 004: fields of a list are chosen from it.
const values: Rule = (form, facts) =>
  changeNames.flatMap((name): Issue[] => {
    const value = form.changes[name]
    if (value === undefined) return []
    const { field } = changes[name]
    const path = `changes.${name}`
    if (value.trim() === '') {
      return issue('required', path, `${field.kind === 'code' ? '请选择' : '请填写'}新的${field.label}`)
    }
    if (field.kind === 'code') {
      const found = facts.code(field.list, value)
      if (found === undefined) return issue('code', path, `${field.label}“${value}”不在代码表中，请重新选择`)
      if (!found.usable)
        return issue('code', path, `${field.label}“${found.name}”已停用或不能选择，请重新选择`)
    }
    return facts.word(name, value) === facts.old[name]
      ? issue('C13', path, `${field.label}与原证相同，请改填新的内容或不选此项`)
      : []
  })

// The rows of the new licence, as on the application (手册 004 规格型号信息).
const lines: Rule = (form, { goods, unit }) => {
  if (form.lines.length === 0) return issue('A4', 'lines', '请填写新证的规格型号信息（数量、单价）')
  return form.lines.flatMap((line, index) => {
    const at = (name: string) => `lines.${index}.${name}`
    const row = `第 ${index + 1} 行`
    const found: Issue[] = []
    if (line.specGrade.trim() === '' && form.lines.length > 1) {
      found.push(...issue('A4', at('specGrade'), `${row}请填写规格、等级（两行以上时必填）`))
    }
    for (const [name, label] of [
      ['unitPrice', '单价'],
      ['quantity', '数量'],
    ] as const) {
      if (line[name] === '') found.push(...issue('A4', at(name), `${row}${label}未填写`))
      else if (!isPositive(line[name])) found.push(...issue('A4', at(name), `${row}${label}必须大于 0`))
    }
    const digits = goods?.unitDecimals ?? 4
    if (line.quantity !== '' && fractionDigitsOf(line.quantity) > digits) {
      const most = digits === 0 ? '只能是整数' : `最多 ${digits} 位小数`
      found.push(...issue('A4', at('quantity'), `${row}数量以${unit}为单位，${most}`))
    }
    return found
  })
}

// 部分使用的换证: the new licence carries the unused part (商务部令 2008 年第 11 号); more or less is a change on purpose.
const carriesUnused: Rule = (form, { unused, unit }) => {
  const asked = newQuantity(form)
  if (form.lines.length === 0 || !isPositive(asked)) return []
  if (form.changeQuantity) {
    return compare(asked, unused) === 0
      ? issue('C15', 'changeQuantity', '新证数量与未使用数量相同，请不要选择“更改数量”')
      : []
  }
  return compare(asked, unused) === 0
    ? []
    : issue(
        'C15',
        'lines',
        `各行数量合计 ${figure(asked)} ${unit}，应等于原证未使用的 ${figure(unused)} ${unit}；确需更改数量的请选择“更改数量”`,
      )
}

const amounts: Rule = (form, { usdRate }) => {
  if (usdRate === '') return issue('A5', 'lines', '没有该币种的折算率，暂不能换证，请与发证机构联系')
  const words = tooLarge(totalsOf(form.lines, usdRate))
  return words === undefined ? [] : issue('A5', 'lines', words)
}

// 手册 004 配额文号; 出口许可证签证填制规则 第二项: for quota and bidding goods the consignor is the exporter.
const quota: Rule = (form, { managed, old, exporterIsConsignor }) => {
  if (!managed) return []
  const found: Issue[] = []
  const docNo = form.changes.quotaDocNo ?? old.quotaDocNo
  if (docNo.trim() === '') {
    found.push(...issue('G1', 'changes.quotaDocNo', '更改后为配额或招标商品，请填写配额文号'))
  }
  if (!exporterIsConsignor) {
    found.push(
      ...issue(
        'A2',
        'changes.destinationCountry',
        '更改后为配额或招标商品，发货人必须与出口商一致，请重新申领',
      ),
    )
  }
  return found
}

// The rules of the application about where goods may go, and how.
const route: Rule = (form, facts) =>
  facts.goods === undefined
    ? []
    : routeIssues(
        {
          destinationCountry: form.changes.destinationCountry ?? facts.codes.destinationCountry,
          transportMode: form.changes.transportMode ?? facts.codes.transportMode,
        },
        facts.goods,
      ).map((one) => ({ ...one, path: `changes.${one.path}` }))

// 出口许可证签发工作规范 第十八条: the loss is published; C16.
const notice: Rule = ({ notice: { newspaper, publishedOn } }, { today, lossNotice }, kind) => {
  if (kind !== 'loss') return []
  if (!lossNotice && newspaper.trim() === '' && publishedOn === '') return []
  const found: Issue[] = []
  if (newspaper.trim() === '')
    found.push(...issue('C16', 'notice.newspaper', '请填写刊登遗失声明的全国性经济类报刊'))
  if (!isDay(publishedOn)) found.push(...issue('C16', 'notice.publishedOn', '请填写遗失声明的刊登日期'))
  else if (compareDays(publishedOn, today) > 0)
    found.push(...issue('C16', 'notice.publishedOn', '遗失声明的刊登日期不能晚于今天'))
  return found
}

const printable: Rule = (form, { unprintable }) => {
  const texts: [string, string, string][] = [
    ...changeNames.flatMap((name): [string, string, string][] => {
      const { field } = changes[name]
      const value = form.changes[name]
      return field.kind === 'text' && value !== undefined ? [[`changes.${name}`, field.label, value]] : []
    }),
    ...form.lines.map((line, index): [string, string, string] => [
      `lines.${index}.specGrade`,
      '规格、等级',
      line.specGrade,
    ]),
    ['notice.newspaper', '报刊', form.notice.newspaper],
  ]
  return texts.flatMap(([path, label, value]) => {
    const found = unprintable(value)
    return found.length === 0
      ? []
      : issue('font', path, `${label}中的“${found.join('')}”不能印在许可证上，请改用其他字`)
  })
}

const rules: readonly Rule[] = [
  changesSomething,
  values,
  lines,
  carriesUnused,
  amounts,
  quota,
  route,
  notice,
  printable,
]

/** Every open issue of the form, in its order; empty = it may be sealed. */
export const check = (kind: Kind, form: AmendmentForm, facts: AmendmentFacts): Issue[] =>
  rules.flatMap((rule) => rule(form, facts, kind))

/**
 * Words when uses recorded since the submission leave less than the new licence was to carry, or nothing: neither
 * review nor customs' answer may then go on.
 */
export function shrunk(of: {
  form: AmendmentForm
  /** Unused when it was submitted. */
  unusedThen: Decimal
  unusedNow: Decimal
  unit: string
}): string | undefined {
  if (compare(of.unusedThen, of.unusedNow) === 0) return undefined
  if (of.form.changeQuantity && compare(newQuantity(of.form), of.unusedNow) <= 0) return undefined
  return `上报后海关又有使用，未使用数量由 ${figure(of.unusedThen)} 变为 ${figure(of.unusedNow)} ${of.unit}，申请的数量不再相符，请退回企业修改`
}
