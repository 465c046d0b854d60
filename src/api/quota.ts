/** Requests around quota: 配额查询, statements, 试算, 交还, and the quota officer's totals, management and grants. */
import { z } from 'zod'
import { licenceTypeLabels, type LicenceType } from '#domain/commodity/goods.ts'
import {
  batchKinds,
  GrantRow,
  mostFileBytes,
  mostRows,
  Quantity,
  type BatchKind,
} from '#domain/quota/grant.ts'
import { Day, endpoint, Id, IdParams, Paging, Total } from './endpoint.ts'

const Text = z.string()
const tag = '配额'
const read = { anyOf: ['quota.read'] }
const Year = z.coerce.number().int().min(2000).max(2100)
const CategoryCode = z.string().regex(/^[A-Z]\d{5}$/, '商品大类代码应为 1 位字母加 5 位数字')
const LicenceTypeName = z.enum(Object.keys(licenceTypeLabels) as [LicenceType, ...LicenceType[]])
const Kind = z.enum(Object.keys(batchKinds) as [BatchKind, ...BatchKind[]])

/** Balances of an account, decimals in its unit. `granted` is what it was given and has not handed back or swapped away. */
export const QuotaBalances = z.object({
  granted: Text,
  available: Text,
  held: Text,
  committed: Text,
  settled: Text,
  lapsed: Text,
})

export const QuotaAccountRow = z.object({
  id: Id,
  year: z.number().int(),
  kind: z.enum(['quota', 'bidding']),
  kindLabel: Text,
  enterpriseCode: Text,
  enterpriseName: Text,
  categoryCode: Text,
  goodsKey: Text,
  goodsName: Text,
  unit: Text,
  tradeMode: Text.nullable(),
  /** 不限 where the document names none. */
  tradeModeName: Text,
  country: Text.nullable(),
  countryName: Text,
  docNo: Text,
  /** Number of its last entry: the version a hand-back carries. */
  seq: z.number().int(),
  balances: QuotaBalances,
})
export type QuotaAccountRow = z.infer<typeof QuotaAccountRow>

export const QuotaAccountFilter = {
  year: Year.optional(),
  /** 商品大类代码 or 配额文号, or the beginning of one; for officers also the enterprise's code or part of its name. */
  q: z.string().trim().max(60).optional(),
  /** Tungsten, antimony and molybdenum alone. */
  swappable: z.enum(['1']).optional(),
}

export const listQuotaAccounts = endpoint({
  method: 'GET',
  path: '/api/quota/accounts',
  summary: '配额查询：各配额账户的下达、已用、占用和未使用量',
  tag,
  access: read,
  query: z.strictObject({ ...QuotaAccountFilter, ...Paging }),
  reply: z.object({
    rows: z.array(QuotaAccountRow),
    total: Total,
    years: z.array(z.number().int()),
    scope: Text,
  }),
})

export const getQuotaAccount = endpoint({
  method: 'GET',
  path: '/api/quota/accounts/:id',
  summary: '一个配额账户及其余额',
  tag,
  access: read,
  params: IdParams,
  reply: QuotaAccountRow.extend({
    /** Whether this person may hand back now; the words if a rule refuses. */
    handBack: z.object({ offered: z.boolean(), because: Text.nullable(), by: Text }),
  }),
})

const Ref = z.object({
  thing: z.enum(['application', 'licence', 'request', 'swap', 'batch']),
  id: Id,
  label: Text,
})

export const QuotaEntryRow = z.object({
  seq: z.number().int(),
  at: Text,
  kind: Text,
  kindLabel: Text,
  from: Text,
  fromLabel: Text,
  to: Text,
  toLabel: Text,
  quantity: Text,
  available: Text,
  held: Text,
  committed: Text,
  settled: Text,
  lapsed: Text,
  who: Text,
  note: Text,
  refs: z.array(Ref),
})
export type QuotaEntryRow = z.infer<typeof QuotaEntryRow>

const Days = { from: Day.optional(), to: Day.optional() }

export const quotaStatement = endpoint({
  method: 'GET',
  path: '/api/quota/accounts/:id/entries',
  summary: '配额明细账：新的在前，before 为上一页最后一笔的序号',
  tag,
  access: read,
  params: IdParams,
  query: z.strictObject({
    before: z.coerce.number().int().min(1).optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
    ...Days,
  }),
  reply: z.object({ rows: z.array(QuotaEntryRow), next: z.number().int().nullable() }),
})

export const downloadStatement = endpoint({
  method: 'GET',
  path: '/api/quota/accounts/:id/statement.xlsx',
  summary: '配额明细账导出 Excel',
  tag,
  access: read,
  params: IdParams,
  query: z.strictObject(Days),
  sends: 'file',
})

/** What the form shows beside the quantity. */
export const quotaBalance = endpoint({
  method: 'GET',
  path: '/api/quota/balance',
  summary: '本企业某商品、贸易方式、进口国和配额文号对应的配额账户及余额',
  tag,
  access: read,
  query: z.strictObject({
    year: Year,
    hsCode: z.string().regex(/^\d{10}$/, '商品代码为 10 位数字'),
    tradeMode: z.string().max(10).default(''),
    country: z.string().max(10).default(''),
    docNo: z.string().max(60).default(''),
  }),
  reply: z.object({
    /** False: the goods need no quota, and nothing else is said. */
    needed: z.boolean(),
    account: z.object({ id: Id, docNo: Text, unit: Text, balances: QuotaBalances }).nullable(),
    /** Words why no account fits, or null. */
    refusal: Text.nullable(),
    /** Documents of the enterprise for these goods in the year, to choose from. */
    docNos: z.array(z.object({ docNo: Text, available: Text })),
  }),
})

export const quotaWhatIf = endpoint({
  method: 'POST',
  path: '/api/quota/what-if',
  summary: '配额试算：这些申请表按此顺序一起上报，何处不够',
  tag,
  access: { anyOf: ['application.save'] },
  body: z.strictObject({ ids: z.array(Id).min(1, '请选择申请表').max(200, '一次最多试算 200 份') }),
  reply: z.object({
    steps: z.array(
      z.object({
        id: Id,
        label: Text,
        goodsName: Text,
        unit: Text,
        quantity: Text,
        docNo: Text,
        accountId: Id.nullable(),
        before: Text.nullable(),
        after: Text.nullable(),
        /** Words why this one would be refused, or null. */
        refusal: Text.nullable(),
        short: Text.nullable(),
        needsQuota: z.boolean(),
      }),
    ),
    accounts: z.array(
      z.object({
        id: Id,
        docNo: Text,
        goodsName: Text,
        unit: Text,
        before: Text,
        needed: Text,
        after: Text,
        /** Application at which it runs out, or null. */
        firstShort: Id.nullable(),
        short: Text.nullable(),
      }),
    ),
  }),
})
export type QuotaWhatIf = z.infer<(typeof quotaWhatIf)['reply']>

export const handBackQuota = endpoint({
  method: 'POST',
  path: '/api/quota/accounts/:id/hand-back',
  summary: '交还未用配额；须带所见账户的最后序号',
  tag,
  access: { anyOf: ['quota.hand_back'] },
  params: IdParams,
  body: z.strictObject({
    seq: z.number().int().min(0),
    requestId: Id,
    quantity: Quantity,
    note: z.string().trim().max(200, '说明最多 200 字').default(''),
  }),
  reply: QuotaAccountRow,
})

export const TotalRow = z.object({
  year: z.number().int(),
  categoryCode: Text,
  goodsName: Text,
  unit: Text,
  licenceType: LicenceTypeName,
  version: z.number().int(),
  /** Null where no total was set. */
  quantity: Text.nullable(),
  /** Grants and awards, less what was handed back. */
  granted: Text,
  /** What came in by swaps less what went out; may be below zero. */
  swapped: Text,
  unallotted: Text.nullable(),
  accounts: z.number().int(),
  available: Text,
  held: Text,
  committed: Text,
  settled: Text,
  lapsed: Text,
})
export type QuotaTotalRow = z.infer<typeof TotalRow>
const officer = { anyOf: ['quota.grant', 'quota.total'] }

export const listQuotaTotals = endpoint({
  method: 'GET',
  path: '/api/quota/totals',
  summary: '配额总量：按年度和大类的总量、已下达、占用、核扣、核销、失效、未使用',
  tag,
  access: { anyOf: ['quota.grant', 'quota.total', 'quota.oversee'] },
  query: z.strictObject({ year: Year }),
  reply: z.object({ rows: z.array(TotalRow) }),
})

export const setQuotaTotal = endpoint({
  method: 'PUT',
  path: '/api/quota/totals/:year/:categoryCode',
  summary: '设定某年度某大类的配额总量，不得低于已下达；须带所见版本（没有设定过为 0）',
  tag,
  access: { anyOf: ['quota.total'] },
  params: z.strictObject({ year: Year, categoryCode: CategoryCode }),
  body: z.strictObject({ version: z.number().int().min(0), quantity: Quantity }),
  reply: TotalRow,
})

export const QuotaCategory = z.object({
  categoryCode: Text,
  goodsKey: Text,
  goodsName: Text,
  unit: Text,
  /** How the year manages it, and what the catalogue says. */
  licenceType: LicenceTypeName,
  catalogueType: LicenceTypeName,
})
export type QuotaCategory = z.infer<typeof QuotaCategory>

export const listQuotaCategories = endpoint({
  method: 'GET',
  path: '/api/quota/categories',
  summary: '某年度的商品大类及其管理方式',
  tag,
  access: { anyOf: ['quota.grant', 'quota.manage'] },
  query: z.strictObject({ year: Year }),
  reply: z.object({ rows: z.array(QuotaCategory) }),
})

export const ManagementRow = z.object({
  id: Text,
  year: z.number().int(),
  categoryCode: Text,
  goodsName: Text,
  licenceType: LicenceTypeName,
  label: Text,
  source: Text,
  changedBy: Text.nullable(),
  changedAt: Text,
  /** A later row of the same year and category counts instead. */
  replaced: z.boolean(),
})

export const listGoodsManagement = endpoint({
  method: 'GET',
  path: '/api/quota/management',
  summary: '与目录不同的管理方式（配额、招标、许可证），按年度和大类',
  tag,
  access: { anyOf: ['quota.manage'] },
  query: z.strictObject({ year: Year.optional() }),
  reply: z.object({ rows: z.array(ManagementRow) }),
})

export const addGoodsManagement = endpoint({
  method: 'POST',
  path: '/api/quota/management',
  summary: '设定某年度某大类的管理方式',
  tag,
  access: { anyOf: ['quota.manage'] },
  body: z.strictObject({
    year: z.number().int().min(2000).max(2100),
    categoryCode: CategoryCode,
    licenceType: LicenceTypeName,
    source: z.string().trim().min(1, '请填写依据').max(200, '依据最多 200 字'),
  }),
  reply: z.object({ rows: z.array(ManagementRow) }),
})

export const JudgedRow = GrantRow.extend({
  enterpriseName: Text.nullable(),
  goodsName: Text.nullable(),
  tradeModeName: Text,
  countryName: Text,
  /** What the account has been given already; null where it does not exist yet. */
  existing: Text.nullable(),
  problems: z.array(Text),
})
export type JudgedRow = z.infer<typeof JudgedRow>

export const readGrants = endpoint({
  method: 'POST',
  path: '/api/quota/grants/read',
  summary: '读取并核对配额下达表（xlsx、csv），逐行指出问题，不写入',
  tag,
  access: { anyOf: ['quota.grant'] },
  body: z.strictObject({
    kind: Kind,
    fileName: z.string().trim().min(1).max(200),
    /** The file, base64. */
    file: z
      .string()
      .max(Math.ceil(mostFileBytes / 3) * 4 + 4, `文件不能超过 ${mostFileBytes / 1024} KB`)
      .regex(/^[A-Za-z0-9+/]*={0,2}$/, '文件应以 base64 传送'),
  }),
  reply: z.object({ rows: z.array(JudgedRow) }),
})

export const grantQuota = endpoint({
  method: 'POST',
  path: '/api/quota/grants',
  summary: '下达配额或登记中标：整批写入或整批不写入，同一批号重复提交只记一次',
  tag,
  access: { anyOf: ['quota.grant'] },
  body: z.strictObject({
    /** Id of the batch, made by the client. */
    id: Id,
    kind: Kind,
    fileName: z.string().trim().max(200).nullable().default(null),
    rows: z.array(GrantRow).min(1, '没有可下达的行').max(mostRows, `一批最多 ${mostRows} 行`),
  }),
  reply: z.object({ id: Id, rows: z.number().int(), repeated: z.boolean() }),
})

export const listGrantBatches = endpoint({
  method: 'GET',
  path: '/api/quota/grants',
  summary: '已下达的批次，新的在前',
  tag,
  access: { anyOf: ['quota.grant'] },
  query: z.strictObject(Paging),
  reply: z.object({
    total: Total,
    rows: z.array(
      z.object({
        id: Id,
        kind: Kind,
        kindLabel: Text,
        fileName: Text.nullable(),
        rows: z.number().int(),
        who: Text,
        at: Text,
      }),
    ),
  }),
})

export const getGrantBatch = endpoint({
  method: 'GET',
  path: '/api/quota/grants/:id',
  summary: '一个批次的各行',
  tag,
  access: { anyOf: ['quota.grant'] },
  params: IdParams,
  reply: z.object({
    rows: z.array(
      z.object({
        accountId: Id,
        year: z.number().int(),
        enterpriseName: Text,
        goodsName: Text,
        docNo: Text,
        quantity: Text,
        unit: Text,
      }),
    ),
  }),
})

export const grantTemplate = endpoint({
  method: 'GET',
  path: '/api/quota/grants/template.xlsx',
  summary: '配额下达表的空白模板',
  tag,
  access: officer,
  sends: 'file',
})
