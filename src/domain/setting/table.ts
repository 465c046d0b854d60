/**
 * Everything that the law or an administrator decides and the system reads from table `setting`: one row each, with
 * what it means, its unit, what may be set, what holds where nobody has set anything, and where the figure comes from.
 * Read here by the pages, by validation, by docs/rules and by whoever asks a value.
 */
import { z } from 'zod'
import { usualContractNoLength } from '../application/check-facts.ts'
import { usualRenewalDays } from '../certificate/renewal.ts'
import { usualQuantityDigits } from '../commodity/quantity.ts'
import { usualLowPercent } from '../quota/warning.ts'
import type { CodeList } from '../reference/lists.ts'

export const groups = {
  application: '申请和审核',
  licence: '许可证',
  quota: '配额',
  key: '电子钥匙',
} as const
export type Group = keyof typeof groups

interface Common {
  group: Group
  label: string
  /** What it decides, for the administrator. */
  meaning: string
  /** Article, manual, or that it is our own proposal. */
  source: string
  /** Set by other officers on a page of theirs; here it is read. */
  elsewhere?: { permission: string; words: string }
}
/** A whole number. */
interface Whole extends Common {
  kind: 'whole'
  unit: string
  min: number
  max: number
  usual: number
}
/** One of two ways, each with its words. */
interface YesNo extends Common {
  kind: 'yesNo'
  yes: string
  no: string
  usual: boolean
}
/** A whole number for single codes of a list, and for all others: `otherwise`, or what the law says (null). */
interface ByCode extends Common {
  kind: 'byCode'
  list: CodeList
  unit: string
  min: number
  max: number
  /** What the others are called where they have a number, and what holds for them where they have none. */
  others: string
  usual: NumbersByCode
}
export interface NumbersByCode {
  readonly otherwise: number | null
  readonly byCode: Readonly<Record<string, number>>
}
export type Setting = Whole | YesNo | ByCode

const unverified2007 = '2007 年规定，现行效力未核实'

export const settings = {
  review_days: {
    group: 'application',
    label: '审核期限',
    meaning: '申请表、退换申请上报后，发证机构应在几个工作日内办结；已上报的不受修改影响',
    kind: 'whole',
    unit: '个工作日',
    min: 1,
    max: 60,
    usual: 3,
    source: '出口许可证签发工作规范 第十条',
  },
  within_contract: {
    group: 'application',
    label: '申领数量、金额超过合同',
    meaning: '申请表的合计数量或总金额超过合同时怎样处理',
    kind: 'yesNo',
    yes: '不能盖章上报',
    no: '只提醒',
    usual: true,
    source: '本系统拟定（法规未作规定）',
  },
  contract_no_length: {
    group: 'application',
    label: '合同号长度提醒',
    meaning: '合同号超过几个字符时提醒申请人和审核员核对，不影响上报',
    kind: 'whole',
    unit: '个字符',
    min: 1,
    max: 100,
    usual: usualContractNoLength,
    source: '出口许可证签证填制规则 第六栏；现在的合同号常常更长',
  },
  quantity_digits: {
    group: 'application',
    label: '数量的小数位数',
    meaning: '录入申请时，数量最多几位小数，按计量单位',
    kind: 'byCode',
    list: 'unit',
    unit: '位小数',
    min: 0,
    max: 4,
    others: '其他单位',
    usual: usualQuantityDigits,
    source: '本系统拟定（许可证上数量的最小单位为 0.1；论个计数的为整数）',
  },
  dual_use_refused: {
    group: 'application',
    label: '整个税目属于两用物项的商品',
    meaning: '铍（811212）、锆（8109）等税目在本系统申领出口许可证时怎样处理',
    kind: 'yesNo',
    yes: '不能盖章上报，改领两用物项许可证',
    no: '只提醒',
    usual: true,
    source: '两用物项和技术进出口许可证管理办法；税目按 2023 年的举例拟定，未核实',
  },
  land_animals_rule: {
    group: 'application',
    label: '陆路供港澳活畜禽的发证机构',
    meaning: '由铁路、公路供应港澳的活牛、活猪、活鸡，是否只能由广州、深圳的发证机构签发',
    kind: 'yesNo',
    yes: '其他发证机构不能盖章上报',
    no: '只提醒',
    usual: false,
    source: unverified2007,
  },
  imported_logs_rule: {
    group: 'application',
    label: '进口原木加工锯材的报关口岸',
    meaning: '备注“进口原木加工锯材”的锯材，是否只能在本省口岸报关',
    kind: 'yesNo',
    yes: '其他口岸不能盖章上报',
    no: '只提醒',
    usual: false,
    source: unverified2007,
  },
  bureau_goods: {
    group: 'application',
    label: '许可证局签发的商品',
    meaning: '小麦、玉米、棉花、煤炭、原油、成品油，录入时推荐哪个发证机构（申请人可改选）',
    kind: 'yesNo',
    yes: '推荐许可证局',
    no: '推荐企业所在地发证机构',
    usual: true,
    source: '出口许可证管理分级发证目录（2013、2015），现行效力未核实',
  },
  licence_days: {
    group: 'licence',
    label: '有效期另有规定的商品',
    meaning: '商务部对个别商品规定的有效期，自生效日起的天数；都不超过当年 12 月 31 日，已签发的不受影响',
    kind: 'byCode',
    list: 'goods_category',
    unit: '天',
    min: 1,
    max: 365,
    others: '其他商品 6 个月',
    usual: { otherwise: null, byCode: {} },
    source: '出口许可证签发工作规范 第十四条',
  },
  over_shipment_bulk: {
    group: 'licence',
    label: '溢装：大宗散装货物',
    meaning: '海关最后一次使用许可证时，可以超过剩余数量的百分之几；自复审通过之日起适用于新的许可证',
    kind: 'whole',
    unit: '%',
    min: 0,
    max: 20,
    usual: 5,
    source: '2007 年出口许可证管理商品解读',
  },
  over_shipment_oil: {
    group: 'licence',
    label: '溢装：原油、成品油',
    meaning: '同上，原油和成品油（不含润滑油）',
    kind: 'whole',
    unit: '%',
    min: 0,
    max: 20,
    usual: 3,
    source: '商务部令 2008 年第 11 号，未核实',
  },
  loss_notice: {
    group: 'licence',
    label: '遗失补发的登报声明',
    meaning: '申请遗失补发，是否须填写刊登遗失声明的报刊和日期',
    kind: 'yesNo',
    yes: '必须填写',
    no: '可以不填（无纸电子许可证）',
    usual: true,
    source: '2007 年解读要求登报；电子许可证可以免去为本系统拟定',
  },
  extension_reminder_days: {
    group: 'licence',
    label: '延期提醒',
    meaning: '许可证到期前几天，提醒企业须在有效期内申请延期',
    kind: 'whole',
    unit: '天',
    min: 1,
    max: 90,
    usual: 14,
    source: '本系统拟定（签发工作规范 第十六条只要求在有效期内申请）',
  },
  quota_low_percent: {
    group: 'quota',
    label: '余量预警线',
    meaning: '配额可用余量低于下达量的百分之几时，提醒企业；0 为不提醒',
    kind: 'whole',
    unit: '%',
    min: 0,
    max: 100,
    usual: usualLowPercent,
    source: '本系统拟定',
    elsewhere: { permission: 'quota.warn', words: '由配额管理员在“余量预警”中修改' },
  },
  certificate_years: {
    group: 'key',
    label: '电子钥匙证书的有效期',
    meaning: '新签发的电子钥匙证书几年有效；已签发的不受影响',
    kind: 'whole',
    unit: '年',
    min: 1,
    max: 3,
    usual: 1,
    source: '本系统拟定',
  },
  renewal_days: {
    group: 'key',
    label: '电子钥匙可以更新的时间',
    meaning: '电子钥匙到期前几天起可以办理更新，并提示即将到期',
    kind: 'whole',
    unit: '天',
    min: 7,
    max: 365,
    usual: usualRenewalDays,
    source: '本系统拟定（手册 003 的“延期”没有说几天）',
  },
} as const satisfies Record<string, Setting>

export type SettingName = keyof typeof settings
export const settingNames = Object.keys(settings).filter(isSettingName)

export function isSettingName(name: string): name is SettingName {
  return Object.hasOwn(settings, name)
}

type ValueOf<S extends Setting> = S extends Whole ? number : S extends YesNo ? boolean : NumbersByCode
/** Every setting with its value. */
export type SettingValues = { [Name in SettingName]: ValueOf<(typeof settings)[Name]> }

const whole = ({ min, max }: { min: number; max: number }) => {
  const words = `应为 ${min} 至 ${max} 的整数`
  return z.int(words).min(min, words).max(max, words)
}

/** A longer table would be a code table. */
export const mostCodes = 100

/** What may be set, with the words of what is wrong. Whether a code is in its list is asked by the server. */
export function schemaOf(setting: Setting): z.ZodType {
  if (setting.kind === 'whole') return whole(setting)
  if (setting.kind === 'yesNo') return z.boolean('请选择一项')
  const number = whole(setting)
  return z.strictObject({
    otherwise: setting.usual.otherwise === null ? z.null() : number,
    byCode: z
      .record(z.string(), number)
      .refine((rows) => Object.keys(rows).length <= mostCodes, `最多 ${mostCodes} 行`),
  })
}

/** The value of a stored row; the usual one where there is none, or none that can be understood. */
export function valueOf<Name extends SettingName>(name: Name, stored: unknown): SettingValues[Name] {
  const parsed = schemaOf(settings[name]).safeParse(stored)
  // The schema of a row gives the type of its value.
  return (parsed.success ? parsed.data : settings[name].usual) as SettingValues[Name]
}

/** Every setting as nobody has set it. */
export const usualSettings = Object.fromEntries(
  settingNames.map((name) => [name, settings[name].usual]),
) as SettingValues

/** A value in the words of its page. `nameOf` gives the name of a code. */
export function wordsOf(setting: Setting, value: unknown, nameOf: (code: string) => string): string {
  const parsed = schemaOf(setting).safeParse(value)
  if (!parsed.success) return '—'
  if (setting.kind === 'yesNo') return parsed.data === true ? setting.yes : setting.no
  const withUnit = (number: unknown) =>
    setting.unit === '%' ? `${String(number)} %` : `${String(number)} ${setting.unit}`
  if (setting.kind === 'whole') return withUnit(parsed.data)
  return byCodeWords(setting, parsed.data as NumbersByCode, nameOf, withUnit)
}

/** Codes of one number together: 台、辆 0 位小数；其他单位 1 位小数. */
function byCodeWords(
  setting: ByCode,
  { otherwise, byCode }: NumbersByCode,
  nameOf: (code: string) => string,
  withUnit: (number: unknown) => string,
): string {
  const byNumber = Map.groupBy(Object.entries(byCode), ([, number]) => number)
  const named = [...byNumber]
    .toSorted(([one], [other]) => one - other)
    .map(([number, rows]) => `${rows.map(([code]) => nameOf(code)).join('、')} ${withUnit(number)}`)
  const rest = otherwise === null ? setting.others : `${setting.others} ${withUnit(otherwise)}`
  return [...named, rest].join('；')
}

/** Two values that decide the same, however their codes are ordered. */
export function sameValue(one: unknown, other: unknown): boolean {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other))
}
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  return Object.entries(value)
    .map(([key, inner]): [string, unknown] => [key, sorted(inner)])
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
}
