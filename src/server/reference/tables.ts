/** What each file of db/reference holds, and the rows of which table it becomes. */
import { z } from 'zod'
import { confidences, isConfidence } from '#domain/reference/confidence.ts'
import { StartError } from '../start-error.ts'
import { filled, flag, optional, provenance, rowsOf } from './files.ts'

/** The bytes of a file of db/reference by its name. */
export type Files = (file: string) => Buffer

/** A row of a table by column; letters and initials are made by the loader from `name`. */
export type TableRow = { readonly name: string } & Readonly<Record<string, unknown>>

export type FileTable = {
  readonly file: string
  /** Other files its rows are made with. */
  readonly from: readonly string[]
  readonly table: 'code_entry' | 'goods_category' | 'commodity' | 'authority'
  readonly keys: readonly string[]
  /** Names of the lists the file holds whole, for a table that several files share. */
  readonly lists?: readonly string[]
  readonly rows: (files: Files) => TableRow[]
}

type Entry = {
  readonly code: string
  readonly name: string
  readonly name_en?: string | undefined
  readonly alt_code?: string | null
  readonly list?: string
  readonly active?: boolean
  readonly selectable?: boolean
  readonly unselectable_reason?: string | null
  readonly extra?: Readonly<Record<string, string>>
  readonly provisional: boolean
  readonly source: string
  readonly note: string
}

/** A file that becomes one list (or several) of code_entry, in the order of its rows. */
function codeFile<S extends z.ZodType>(
  file: string,
  lists: readonly [string, ...string[]],
  schema: S,
  entryOf: (row: z.output<S>) => Entry,
): FileTable {
  const rows = (files: Files) =>
    rowsOf(files(file), file, schema).map((row, index): TableRow => {
      const entry = entryOf(row)
      return {
        list: entry.list ?? lists[0],
        code: entry.code,
        name: entry.name,
        name_en: entry.name_en ?? '',
        alt_code: entry.alt_code ?? null,
        sort: index + 1,
        active: entry.active ?? true,
        selectable: entry.selectable ?? true,
        unselectable_reason: entry.unselectable_reason ?? null,
        extra: entry.extra ?? {},
        provisional: entry.provisional,
        source: entry.source,
        note: entry.note,
      }
    })
  return { file, from: [], table: 'code_entry', keys: ['list', 'code'], lists, rows }
}

const named = { code: filled, name: filled, name_en: z.string(), ...provenance }
const Named = z.strictObject(named)

const notOnLicence = '海关监管方式只供查询，申请表请选择许可证的贸易方式'

const codeFiles: readonly FileTable[] = [
  codeFile(
    'countries.csv',
    ['country'],
    z.strictObject({
      ...named,
      customs_code: optional,
      region: z.string(),
      active: flag,
      selectable: flag,
      unselectable_reason: optional,
    }),
    ({ customs_code, region, ...row }) => ({ ...row, alt_code: customs_code, extra: { region } }),
  ),
  codeFile(
    'customs_ports.csv',
    ['customs_port'],
    z.strictObject({
      code: z.string().regex(/^\d{4}$/, '口岸代码应为 4 位数字'),
      name: filled,
      full_name: z.string(),
      province: z.string(),
      level: z.enum(['district', 'sub']),
      active: flag,
      ...provenance,
    }),
    ({ full_name, province, level, ...row }) => ({ ...row, extra: { fullName: full_name, province, level } }),
  ),
  codeFile(
    'transport_modes.csv',
    ['transport_mode'],
    z.strictObject({
      ...named,
      licence_wording: z.string(),
      selectable: flag,
      unselectable_reason: optional,
    }),
    ({ licence_wording, ...row }) => ({ ...row, extra: { licenceWording: licence_wording } }),
  ),
  codeFile('licence_trade_modes.csv', ['licence_trade_mode'], Named, (row) => row),
  codeFile(
    'trade_modes.csv',
    ['trade_mode'],
    z.strictObject({ code: filled, name: filled, licence_wording: z.string(), ...provenance }),
    ({ licence_wording, ...row }) => ({
      ...row,
      selectable: false,
      unselectable_reason: notOnLicence,
      extra: { licenceWording: licence_wording },
    }),
  ),
  codeFile(
    'payment_methods.csv',
    ['payment_method'],
    z.strictObject({ ...named, licence_group: filled }),
    ({ licence_group, ...row }) => ({ ...row, extra: { licenceGroup: licence_group } }),
  ),
  codeFile(
    'currencies.csv',
    ['currency'],
    z.strictObject({
      ...named,
      code: z.string().regex(/^[A-Z]{3}$/, '币种代码应为 3 位大写字母'),
      customs_code: optional,
      active: flag,
    }),
    ({ customs_code, ...row }) => ({ ...row, alt_code: customs_code }),
  ),
  codeFile(
    'units.csv',
    ['unit'],
    z.strictObject({ code: z.string().regex(/^\d{3}$/), name: filled, common: flag, ...provenance }),
    ({ common, ...row }) => ({ ...row, extra: { common: common ? '1' : '0' } }),
  ),
  codeFile('freight_terms.csv', ['freight_term'], Named, (row) => row),
  codeFile(
    'coke_specs.csv',
    ['coke_spec'],
    z.strictObject({
      ...named,
      size: z.string(),
      moisture: z.string(),
      ash: z.string(),
      sulphur: z.string(),
      volatile: z.string(),
      csr: z.string(),
      cri: z.string(),
      m10: z.string(),
      m40: z.string(),
    }),
    ({ code, name, name_en, provisional, source, note, ...extra }) => ({
      code,
      name,
      name_en,
      provisional,
      source,
      note,
      extra,
    }),
  ),
  codeFile(
    'attachment_types.csv',
    ['attachment_type'],
    z.strictObject({ ...named, goods: z.string(), required_when: filled }),
    ({ goods, required_when, ...row }) => ({ ...row, extra: { goods, requiredWhen: required_when } }),
  ),
  codeFile(
    'enterprise_types.csv',
    ['enterprise_nature', 'enterprise_category', 'enterprise_scale'],
    z.strictObject({
      ...named,
      list: z.enum(['enterprise_nature', 'enterprise_category', 'enterprise_scale']),
    }),
    (row) => row,
  ),
  codeFile('vehicle_brands.csv', ['vehicle_brand'], Named, (row) => row),
  codeFile('customs_document_codes.csv', ['customs_document'], Named, (row) => row),
]

const split = (cell: string) => (cell === '' ? [] : cell.split(';'))

const Category = z.strictObject({
  seq: z.coerce.number().int(),
  key: z.string().regex(/^[a-z_]+$/),
  name: filled,
  name_en: filled,
  management: z.enum(['quota', 'bidding', 'licence']),
  issue_basis: filled,
  multi_use: flag,
  unit: filled,
  category_codes: z.string(),
  hs_prefixes: z.string(),
  max_over_shipment: z.string().regex(/^\d{1,2}$/),
  special_form: optional,
  active: flag,
  selectable: flag,
  unselectable_reason: optional,
  source: filled,
  note: z.string(),
})

const readCategories = (files: Files) =>
  rowsOf(files('goods_categories.csv'), 'goods_categories.csv', Category)

const categoryFile: FileTable = {
  file: 'goods_categories.csv',
  from: [],
  table: 'goods_category',
  keys: ['key'],
  rows: (files) =>
    readCategories(files).map(({ multi_use, unit, category_codes, hs_prefixes, ...row }) => ({
      ...row,
      multi_use_allowed: multi_use,
      licence_unit: unit,
      category_codes: split(category_codes),
      hs_prefixes: split(hs_prefixes),
    })),
}

const Commodity = z.strictObject({
  year: z.coerce.number().int().min(2000).max(2999),
  hs_code: z.string().regex(/^\d{10}$/, '商品代码应为 10 位数字'),
  category_code: z.string().regex(/^[A-Z]\d{5}$/, '大类码应为 1 位字母加 5 位数字'),
  category_source: z.enum(['known', 'inferred', 'proposed']),
  goods_key: filled,
  name: filled,
  unit: filled,
  licence_type: z.enum(['quota', 'bidding', 'licence']),
  multi_use: flag,
  confidence: z.string().refine(isConfidence, '没有这种可信程度'),
  evidence_year: z.string(),
  source: filled,
  note: z.string(),
})

const categorySourceWords = {
  known: '',
  inferred: '大类码按种类推断',
  proposed: '大类码为拟定，实际代码未查到',
} as const

const Unit = z.object({ code: z.string(), name: z.string() })

function commodityRows(files: Files): TableRow[] {
  const units = new Map(rowsOf(files('units.csv'), 'units.csv', Unit).map(({ code, name }) => [name, code]))
  const categories = new Map(readCategories(files).map((category) => [category.key, category]))
  const rows = rowsOf(files('commodities.csv'), 'commodities.csv', Commodity)
  return rows.map(({ category_source, evidence_year, unit, ...row }, index): TableRow => {
    const wrong = (words: string) =>
      new StartError(`参数文件 commodities.csv 第 ${index + 2} 行有误：${words}。请改正后重新启动。`)
    const category = categories.get(row.goods_key)
    const unitCode = units.get(unit)
    if (category === undefined) throw wrong(`goods_categories.csv 中没有 ${row.goods_key}`)
    if (unitCode === undefined) throw wrong(`units.csv 中没有计量单位 ${unit}`)
    const verified = isConfidence(row.confidence) && confidences[row.confidence].verified
    const evidence = `依据年份 ${evidence_year}`
    return {
      ...row,
      unit_code: unitCode,
      unit_name: unit,
      active: true,
      selectable: category.selectable,
      unselectable_reason: category.unselectable_reason,
      provisional: !verified || category_source !== 'known',
      note: [row.note, categorySourceWords[category_source], evidence].filter(Boolean).join('；'),
    }
  })
}

const commodityFile: FileTable = {
  file: 'commodities.csv',
  from: ['units.csv', 'goods_categories.csv'],
  table: 'commodity',
  keys: ['year', 'hs_code'],
  rows: commodityRows,
}

const Authority = z.strictObject({
  code: z.string().regex(/^[0-9A-Z]{2}$/, '发证机构代码应为 2 位数字或大写字母'),
  name: filled,
  kind: z.enum(['bureau', 'provincial', 'planned_city', 'corps', 'sub_provincial_city', 'special_office']),
  region: filled,
  city: optional,
  place: filled,
  address: optional,
  phone: optional,
  active: flag,
  ...provenance,
})

const authorityFile: FileTable = {
  file: 'authorities.csv',
  from: [],
  table: 'authority',
  keys: ['code'],
  rows: (files) =>
    rowsOf(files('authorities.csv'), 'authorities.csv', Authority).map((row, index) => ({
      ...row,
      sort: index + 1,
    })),
}

/** Every file, in the order they are loaded: goods categories before the commodities that refer to them. */
export const fileTables: readonly FileTable[] = [...codeFiles, categoryFile, commodityFile, authorityFile]
