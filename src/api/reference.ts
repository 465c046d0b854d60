/** Code lists, the catalogue, exchange rates and the calendar. */
import { z } from 'zod'
import { parseDecimal } from '#domain/decimal.ts'
import { codeLists, codeListNames } from '#domain/reference/lists.ts'
import { Day, endpoint, Paging } from './endpoint.ts'

const tag = '参数'
const Year = z.coerce
  .number('年度应为四位数字')
  .int()
  .min(2000, '年度应为四位数字')
  .max(2999, '年度应为四位数字')
const Typed = z.string().max(100).default('')
const Limit = z.coerce.number().int().min(1).max(50).default(20)
const List = z.enum(codeListNames, `没有这个代码表，可用的有：${Object.keys(codeLists).join('、')}`)

/** What only administrators see: the 待核实 mark, the sources (db/reference/SOURCES.md) and the note of a row. */
const Provenance = {
  provisional: z.boolean().optional(),
  source: z.string().optional(),
  note: z.string().optional(),
}

export const CodeEntry = z.object({
  code: z.string(),
  name: z.string(),
  nameEn: z.string(),
  /** The customs number of a country or currency. */
  altCode: z.string().nullable(),
  letters: z.string(),
  initials: z.string(),
  /** Not active: kept for stored forms, offered no more. */
  active: z.boolean(),
  selectable: z.boolean(),
  /** Why it can't be chosen. */
  because: z.string().nullable(),
  extra: z.record(z.string(), z.string()),
  ...Provenance,
})
export type CodeEntry = z.infer<typeof CodeEntry>

export const CodeListReply = z.object({ list: z.string(), label: z.string(), entries: z.array(CodeEntry) })
export type CodeListReply = z.infer<typeof CodeListReply>

/** A whole list. Comes with an ETag; `if-none-match` answers 304 while the list is the same. */
export const getCodeList = endpoint({
  method: 'GET',
  path: '/api/reference/:list',
  summary: '取得整个代码表',
  tag,
  access: 'signed_in',
  params: z.strictObject({ list: List }),
  reply: CodeListReply,
})

export const lookUpCode = endpoint({
  method: 'GET',
  path: '/api/reference/:list/lookup',
  summary: '按代码、拼音、首字母或汉字检索代码表',
  tag,
  access: 'signed_in',
  params: z.strictObject({ list: List }),
  query: z.strictObject({ q: Typed, limit: Limit }),
  reply: z.object({ entries: z.array(CodeEntry) }),
})

export const Commodity = z.object({
  year: z.number().int(),
  hsCode: z.string(),
  categoryCode: z.string(),
  goodsKey: z.string(),
  /** The kind (大类) in words. */
  goodsKind: z.string(),
  name: z.string(),
  unitCode: z.string(),
  unitName: z.string(),
  licenceType: z.enum(['quota', 'bidding', 'licence']),
  multiUse: z.boolean(),
  /** Most digits after the point of a quantity. */
  unitDecimals: z.number().int(),
  steel: z.boolean(),
  coke: z.boolean(),
  naturalSand: z.boolean(),
  standardSand: z.boolean(),
  ods: z.boolean(),
  frozen: z.boolean(),
  active: z.boolean(),
  selectable: z.boolean(),
  because: z.string().nullable(),
  /** 沿用 2026 年度目录…, '' when the year has a catalogue of its own. */
  carriedForward: z.string(),
  /** How well the row is known, in words; for administrators. */
  confidence: z.string().optional(),
  ...Provenance,
})
export type Commodity = z.infer<typeof Commodity>

export const CommodityFilter = z.strictObject({
  year: Year,
  /** First digits of the code. */
  hsCode: z.string().max(10).default(''),
  /** First characters of the category code. */
  categoryCode: z.string().max(6).default(''),
  /** Part of the name, or its pinyin. */
  name: Typed,
  ...Paging,
})

export const CommodityPage = z.object({
  total: z.number().int(),
  /** Years with a catalogue of their own, newest first. */
  years: z.array(z.number().int()),
  carriedForward: z.string(),
  rows: z.array(Commodity),
})
export type CommodityPage = z.infer<typeof CommodityPage>

export const listCommodities = endpoint({
  method: 'GET',
  path: '/api/commodities',
  summary: '商品目录：按年度、商品代码、大类码、名称查询',
  tag,
  access: 'signed_in',
  query: CommodityFilter,
  reply: CommodityPage,
})

export const lookUpCommodity = endpoint({
  method: 'GET',
  path: '/api/commodities/lookup',
  summary: '按代码、拼音、首字母或汉字检索商品',
  tag,
  access: 'signed_in',
  query: z.strictObject({ year: Year, q: Typed, limit: Limit }),
  reply: z.object({ rows: z.array(Commodity) }),
})

export const getCommodity = endpoint({
  method: 'GET',
  path: '/api/commodities/:year/:hsCode',
  summary: '取得一个商品',
  tag,
  access: 'signed_in',
  params: z.strictObject({ year: Year, hsCode: z.string().regex(/^\d{10}$/, '商品代码应为 10 位数字') }),
  reply: Commodity,
})

export const Rate = z.object({
  currency: z.string(),
  currencyName: z.string(),
  validFrom: z.string(),
  /** US dollars for one unit of the currency. */
  rate: z.string(),
  source: z.string(),
})
export type Rate = z.infer<typeof Rate>

/** Rates that hold on a day (today unless asked), rates that begin later, and currencies without any. */
export const listRates = endpoint({
  method: 'GET',
  path: '/api/exchange-rates',
  summary: '美元折算率',
  tag,
  access: 'signed_in',
  query: z.strictObject({ day: Day.optional() }),
  reply: z.object({
    day: z.string(),
    rates: z.array(Rate),
    later: z.array(Rate),
    missing: z.array(z.object({ currency: z.string(), currencyName: z.string() })),
  }),
})

const Currency = z.string().regex(/^[A-Z]{3}$/, '币种应为 3 位大写字母')

export const listRateChanges = endpoint({
  method: 'GET',
  path: '/api/exchange-rates/:currency/changes',
  summary: '某币种折算率的变更记录',
  tag,
  access: { anyOf: ['rates.change'] },
  params: z.strictObject({ currency: Currency }),
  reply: z.object({
    changes: z.array(Rate.extend({ changedBy: z.string().nullable(), changedAt: z.string() })),
  }),
})

/** Digits of a rate: the column is numeric(18,8), and no currency is worth ten thousand dollars. */
export const rateLimits = { integerDigits: 4, fractionDigits: 8 } as const

const RateValue = z
  .string()
  .max(40)
  .superRefine((value, refinement) => {
    const parsed = parseDecimal(value, rateLimits)
    const words = !parsed.ok ? parsed.words : parsed.value === '0' ? '必须大于 0' : undefined
    if (words !== undefined) refinement.addIssue({ code: 'custom', message: `折算率${words}` })
  })

export const NewRate = z.strictObject({
  currency: Currency,
  validFrom: Day,
  rate: RateValue,
  source: z.string().trim().min(1, '请填写折算率的来源').max(100, '来源最多 100 个字'),
})
export type NewRate = z.infer<typeof NewRate>

export const addRate = endpoint({
  method: 'POST',
  path: '/api/exchange-rates',
  summary: '新增折算率，自某日起适用',
  tag,
  access: { anyOf: ['rates.change'] },
  body: NewRate,
  reply: Rate,
})

/** A day that differs from the plain week: announced, or set by an administrator. */
export const CalendarDay = z.object({
  day: z.string(),
  working: z.boolean(),
  name: z.string(),
  set: z.boolean(),
  /** Number of the change seen, to be sent with the next change of the day; 0 for an announced day. */
  change: z.number().int(),
})
export type CalendarDay = z.infer<typeof CalendarDay>

export const getCalendar = endpoint({
  method: 'GET',
  path: '/api/calendar/:year',
  summary: '工作日历：节假日、调休和管理员设定的日子',
  tag,
  access: 'signed_in',
  params: z.strictObject({ year: Year }),
  reply: z.object({
    year: z.number().int(),
    /** False: the holidays of the year are not announced, its weekdays count as working. */
    announced: z.boolean(),
    days: z.array(CalendarDay),
  }),
})

export const listCalendarChanges = endpoint({
  method: 'GET',
  path: '/api/calendar/:year/changes',
  summary: '工作日历的变更记录',
  tag,
  access: { anyOf: ['calendar.change'] },
  params: z.strictObject({ year: Year }),
  reply: z.object({
    changes: z.array(
      z.object({
        day: z.string(),
        /** Null where the day was taken back to the announced calendar. */
        working: z.boolean().nullable(),
        name: z.string(),
        changedBy: z.string().nullable(),
        changedAt: z.string(),
      }),
    ),
  }),
})

const DayParams = z.strictObject({ day: Day })
const Change = z.coerce.number().int().min(0)

export const setCalendarDay = endpoint({
  method: 'PUT',
  path: '/api/calendar/days/:day',
  summary: '设定某日上班或休息',
  tag,
  access: { anyOf: ['calendar.change'] },
  params: DayParams,
  body: z.strictObject({
    working: z.boolean(),
    name: z.string().trim().min(1, '请填写名称，例如 补班').max(50, '名称最多 50 个字'),
    change: Change,
  }),
  reply: CalendarDay,
})

export const removeCalendarDay = endpoint({
  method: 'DELETE',
  path: '/api/calendar/days/:day',
  summary: '取消对某日的设定，恢复公布的日历',
  tag,
  access: { anyOf: ['calendar.change'] },
  params: DayParams,
  query: z.strictObject({ change: Change }),
})
