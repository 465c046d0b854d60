/** Requests around the export-licence application (manual 000 申请出口许可证, 004 许可证申请, and the authority's desk). */
import { z } from 'zod'
import { lists, queues, states } from '#domain/application/actions.ts'
import {
  ApplicationDraft,
  ContractSheetDraft,
  contractSheetFields,
  enterpriseInfoFields,
  fields,
} from '#domain/application/form.ts'
import { ActionBody, Day, endpoint, Id, IdParams, Offered, Paging, Total } from './endpoint.ts'

const State = z.enum(keysOf(states))
const Text = z.string()

function keysOf<K extends string>(record: Record<K, unknown>): [K, ...K[]] {
  return Object.keys(record) as [K, ...K[]]
}

/** The whole form as it leaves the server: every field there, '' where nothing was filled in. */
function formShape(table: Record<string, { kind: string; fields?: Record<string, unknown> }>) {
  return z.object(
    Object.fromEntries(
      Object.entries(table).map(([name, field]) => [
        name,
        field.kind === 'yesNo' ? z.boolean() : rowsOrText(field),
      ]),
    ),
  )
}
function rowsOrText(field: { kind: string; fields?: Record<string, unknown> }) {
  if (field.kind !== 'rows') return Text
  return z.array(z.object(Object.fromEntries(Object.keys(field.fields ?? {}).map((name) => [name, Text]))))
}

export const FormReply = formShape(fields)
export const ContractSheetReply = formShape(contractSheetFields)
export const EnterpriseInfoReply = formShape(enterpriseInfoFields)

export const Issue = z.object({ path: Text, words: Text, rule: Text })
export const AttachmentRow = z.object({
  id: Id,
  type: Text,
  name: Text,
  size: z.number().int(),
  sha256: Text,
  mediaType: Text,
  createdAt: Text,
})
export const AttachmentNeed = z.object({
  code: Text,
  name: Text,
  required: z.boolean(),
  because: Text,
  extensions: z.array(Text),
  maxBytes: z.number().int(),
})

/** The quota an application needs or holds; null for goods under plain licence. */
export const QuotaOfApplication = z.object({
  accountId: Id.nullable(),
  docNo: Text,
  unit: Text,
  needed: Text,
  /** What is left on the account beside what this application holds; null where no account fits. */
  available: Text.nullable(),
  /** What this application holds or has committed; null while it holds none. */
  holds: Text.nullable(),
  /** Words that say what is short or does not fit. */
  refusal: Text.nullable(),
})
export type QuotaOfApplication = z.infer<typeof QuotaOfApplication>

/** Grey fields: the system's own facts. Amounts are decimals; '' where a rate is unknown. */
export const FilledReply = z.object({
  exporterCode: Text,
  exporterUscc: Text,
  exporterName: Text,
  goodsName: Text,
  goodsCategory: Text,
  goodsUnit: Text,
  applyDate: Text,
  totalQuantity: Text,
  totalAmount: Text,
  totalAmountUsd: Text,
  lines: z.array(
    z.object({ specGrade: Text, unitPrice: Text, quantity: Text, amount: Text, amountUsd: Text }),
  ),
  /** An estimate until the licence is issued; no part of the seal. */
  expiryDate: Text,
})

/** What the rules need of the commodity, so that the page can judge while typing. */
export const GoodsReply = z.object({
  hsCode: Text,
  goodsKey: Text,
  name: Text,
  categoryCode: Text,
  unitName: Text,
  licenceType: z.enum(['quota', 'bidding', 'licence']),
  active: z.boolean(),
  selectable: z.boolean(),
  unselectableReason: Text.nullable(),
  multiUse: z.boolean(),
  unitDecimals: z.number().int(),
  licenceDays: z.number().int().nullable(),
  steel: z.boolean(),
  coke: z.boolean(),
  naturalSand: z.boolean(),
  standardSand: z.boolean(),
  ods: z.boolean(),
  frozen: z.boolean(),
})

/** What an administrator has decided for the rules (domain/application/check-facts.ts). */
export const ChoicesReply = z.object({
  withinContract: z.boolean(),
  dualUseRefused: z.boolean(),
  contractNoLength: z.number().int(),
  inForce: z.array(z.enum(['O3', 'O4'])),
})

export const HistoryLine = z.object({
  action: Text,
  label: Text,
  from: Text.nullable(),
  to: Text.nullable(),
  toLabel: Text.nullable(),
  who: Text,
  place: Text,
  opinion: Text.nullable(),
  certificateSerial: Text.nullable(),
  at: Text,
})

/** A value of the form beside the same fact of the contract sheet, where they differ. */
export const Difference = z.object({
  what: Text,
  path: Text,
  form: Text,
  contract: Text,
  words: Text,
})

export const ApplicationDetail = z.object({
  id: Id,
  windowNo: Text,
  applicationNo: Text.nullable(),
  state: State,
  stateLabel: Text,
  version: z.number().int(),
  contentVersion: z.number().int(),
  channel: Text,
  form: FormReply,
  contractSheet: ContractSheetReply.nullable(),
  filled: FilledReply,
  goods: GoodsReply.nullable(),
  attachments: z.array(AttachmentRow),
  attachmentNeeds: z.array(AttachmentNeed),
  issues: z.array(Issue),
  warnings: z.array(Issue),
  choices: ChoicesReply,
  differences: z.array(Difference),
  /** Paths of the form that were compared with the contract sheet and agree. */
  agreements: z.array(Text),
  /** Code → name of every coded value of the form and contract sheet, by path. */
  names: z.record(z.string(), Text),
  actions: z.array(Offered),
  history: z.array(HistoryLine),
  seal: z
    .object({ holder: Text, serial: Text, digest: Text, signedAt: Text, enterpriseName: Text })
    .nullable(),
  licence: z.object({ id: Id, licenceNo: Text, state: Text, stateLabel: Text }).nullable(),
  earlier: z.array(
    z.object({
      id: Id,
      applicationNo: Text.nullable(),
      state: State,
      stateLabel: Text,
      goodsName: Text,
      totalQuantity: Text,
      goodsUnit: Text,
      licenceNo: Text.nullable(),
      submittedAt: Text.nullable(),
    }),
  ),
  createdByName: Text,
  createdAt: Text,
  /** Who wrote to it last: a save leaves no line in the history. */
  modifiedByName: Text,
  modifiedAt: Text,
  submittedAt: Text.nullable(),
  dueOn: Text.nullable(),
  overdue: z.boolean(),
  claimedBy: z.object({ name: Text, self: z.boolean(), at: Text }).nullable(),
  printedAt: Text.nullable(),
  printCount: z.number().int(),
  quota: QuotaOfApplication.nullable(),
})
export type ApplicationDetail = z.infer<typeof ApplicationDetail>

export const ApplicationRow = z.object({
  id: Id,
  windowNo: Text,
  applicationNo: Text.nullable(),
  state: State,
  stateLabel: Text,
  version: z.number().int(),
  exporterName: Text,
  hsCode: Text,
  goodsName: Text,
  totalQuantity: Text,
  goodsUnit: Text,
  totalAmountUsd: Text.nullable(),
  tradeModeName: Text,
  destinationName: Text,
  customsPortName: Text,
  contractNo: Text,
  applyDate: Text,
  modifiedAt: Text,
  licenceId: Id.nullable(),
  licenceNo: Text.nullable(),
  dueOn: Text.nullable(),
  overdue: z.boolean(),
  claimedByName: Text.nullable(),
  claimedBySelf: z.boolean(),
  printedAt: Text.nullable(),
  /** Names of the actions this person may do now, as far as the row itself can tell. */
  actions: z.array(Text),
})
export type ApplicationRow = z.infer<typeof ApplicationRow>

/** What may narrow any list of applications; shared with whatever exports the same rows. */
export const ApplicationFilter = {
  state: State.optional(),
  /** Part of the application number, window number, licence number, contract number, goods name or exporter's name. */
  q: z.string().trim().max(60).optional(),
  quotaYear: z.coerce.number().int().min(2000).max(2100).optional(),
  hsCode: z
    .string()
    .regex(/^\d{1,10}$/, '商品代码为 1 至 10 位数字')
    .optional(),
  tradeMode: z.string().max(10).optional(),
  destinationCountry: z.string().max(10).optional(),
  customsPort: z.string().max(10).optional(),
  from: Day.optional(),
  to: Day.optional(),
}

const ListReply = z.object({
  rows: z.array(ApplicationRow),
  total: Total,
  /** Rows in each state of this list, so that tabs can show counts. */
  counts: z.array(z.object({ state: State, label: Text, total: Total })),
  scope: Text,
})

const tag = '申请表'
const read = 'signed_in' as const

export const listApplications = endpoint({
  method: 'GET',
  path: '/api/applications',
  summary: '企业的申请表列表（上报申请、待审申请、复审未通过、打印申请表、已打印申请表；all 为全部）',
  tag,
  access: read,
  query: z.strictObject({
    list: z.enum([...keysOf(lists), 'all']).default('all'),
    order: z.enum(['asc', 'desc']).default('desc'),
    ...ApplicationFilter,
    ...Paging,
  }),
  reply: ListReply,
})

export const listQueue = endpoint({
  method: 'GET',
  path: '/api/queues/:queue',
  summary: '发证机构的待办队列（待初审、待复审、待撤销），按期限排序',
  tag,
  access: {
    anyOf: ['application.pass_first', 'application.pass_second', 'application.agree_withdrawal'],
  },
  params: z.strictObject({ queue: z.enum(keysOf(queues)) }),
  query: z.strictObject({
    q: ApplicationFilter.q,
    mine: z.enum(['yes', 'no']).default('no'),
    overdue: z.enum(['yes', 'no']).default('no'),
    ...Paging,
  }),
  reply: z.object({
    rows: z.array(ApplicationRow),
    total: Total,
    counts: z.array(z.object({ queue: Text, label: Text, total: Total, overdue: Total })),
    scope: Text,
  }),
})

export const nextInQueue = endpoint({
  method: 'GET',
  path: '/api/queues/:queue/next',
  summary: '队列中下一件可由本人处理的申请表；没有则 id 为 null',
  tag,
  access: {
    anyOf: ['application.pass_first', 'application.pass_second', 'application.agree_withdrawal'],
  },
  params: z.strictObject({ queue: z.enum(keysOf(queues)) }),
  /** `after`: the one just done; the search goes on behind its place and then from the start. */
  query: z.strictObject({ after: Id.optional() }),
  /** Place of the found one among all of the queue; 0 when there is none. */
  reply: z.object({ id: Id.nullable(), position: z.number().int(), total: Total }),
})

export const placeInQueue = endpoint({
  method: 'GET',
  path: '/api/queues/:queue/places/:id',
  summary: '一份申请表在队列中的位次和前后各一件；不在队列中时 position 为 null',
  tag,
  access: {
    anyOf: ['application.pass_first', 'application.pass_second', 'application.agree_withdrawal'],
  },
  params: z.strictObject({ queue: z.enum(keysOf(queues)), id: Id }),
  reply: z.object({
    position: z.number().int().nullable(),
    total: Total,
    previous: Id.nullable(),
    next: Id.nullable(),
  }),
})

export const getApplication = endpoint({
  method: 'GET',
  path: '/api/applications/:id',
  summary: '一份申请表的全部内容、核对结果、可做的操作和经过',
  tag,
  access: read,
  params: IdParams,
  reply: ApplicationDetail,
})

export const goodsFacts = endpoint({
  method: 'GET',
  path: '/api/goods/:year/:hsCode',
  summary: '录入时所需的商品事实：单位、许可类别、随商品出现的栏目、所需附件、默认发证机构',
  tag,
  access: { anyOf: ['application.create'] },
  params: z.strictObject({
    year: z.coerce.number().int().min(2000).max(2100),
    hsCode: z.string().regex(/^\d{10}$/),
  }),
  reply: z.object({
    goods: GoodsReply,
    choices: ChoicesReply,
    attachmentNeeds: z.array(AttachmentNeed),
    issuingAuthority: Text,
    openYears: z.array(z.number().int()),
    /** Currency → US dollars for one unit, as of today. */
    usdRates: z.record(z.string(), Text),
  }),
})

const Saved = z.object({
  id: Id,
  version: z.number().int(),
  contentVersion: z.number().int(),
  state: State,
  windowNo: Text,
  filled: FilledReply,
  issues: z.array(Issue),
  savedAt: Text,
})

export const createApplication = endpoint({
  method: 'POST',
  path: '/api/applications',
  summary: '新建申请表（暂存）。id 由客户端生成，重复提交同一 id 只建一份',
  tag,
  access: { anyOf: ['application.create'] },
  body: z.strictObject({
    id: Id,
    channel: z.enum(['platform', 'window', 'mobile', 'api']).default('platform'),
    form: ApplicationDraft,
    contractSheet: ContractSheetDraft.nullable().optional(),
  }),
  reply: Saved,
})

export const saveApplication = endpoint({
  method: 'PUT',
  path: '/api/applications/:id',
  summary: '暂存：写入表单，或合同信息表，或两者。没有送来的部分保持不变',
  tag,
  access: { anyOf: ['application.save'] },
  params: IdParams,
  body: z.strictObject({
    version: z.number().int().min(1),
    /** The same save again, when the answer to the first was lost, is answered as done. */
    requestId: Id.optional(),
    form: ApplicationDraft.optional(),
    contractSheet: ContractSheetDraft.nullable().optional(),
  }),
  reply: Saved,
})

export const copyApplication = endpoint({
  method: 'POST',
  path: '/api/applications/:id/copies',
  summary: '复制为若干份新的暂存申请表（不含附件、签章和编号）',
  tag,
  access: { anyOf: ['application.copy'] },
  params: IdParams,
  body: z.strictObject({ ids: z.array(Id).min(1, '至少复制 1 份').max(20, '一次最多复制 20 份') }),
  reply: z.object({ ids: z.array(Id) }),
})

const Acted = z.object({
  state: Text,
  version: z.number().int(),
  repeated: z.boolean(),
  stateLabel: Text,
})

export const prepareSeal = endpoint({
  method: 'POST',
  path: '/api/applications/:id/seal-content',
  summary: '盖章前：核对全部内容，预留申请表号，给出将被签署的内容和指纹',
  tag,
  access: { anyOf: ['application.prepare_seal'] },
  params: IdParams,
  body: ActionBody,
  reply: z.object({
    version: z.number().int(),
    applicationNo: Text,
    /** The canonical text whose UTF-8 bytes are signed. */
    content: Text,
    /** SHA-256 of those bytes, hex. */
    digest: Text,
  }),
})

export const sealApplication = endpoint({
  method: 'POST',
  path: '/api/applications/:id/seal',
  summary: '加盖签章：送来对 seal-content 内容的 CMS 签名（DER，base64）',
  tag,
  access: { anyOf: ['application.seal'] },
  params: IdParams,
  body: z.strictObject({
    version: z.number().int().min(1),
    requestId: Id,
    cms: z.base64().max(20_000, '签名过长'),
  }),
  reply: Acted.extend({ applicationNo: Text }),
})

export const actOnApplication = endpoint({
  method: 'POST',
  path: '/api/applications/:id/actions/:action',
  summary:
    '对申请表做一项操作（上报、修改、删除、撤销、打印、领取、审核…）；规则见 docs/rules/application.md',
  tag,
  access: read,
  params: z.strictObject({ id: Id, action: z.string().regex(/^[a-z_]{2,40}$/) }),
  body: ActionBody,
  reply: Acted.extend({ licenceNo: Text.nullable() }),
})

export const printApplication = endpoint({
  method: 'GET',
  path: '/api/applications/:id/document',
  summary: '申请表 PDF（含签章）。取用不改变状态；“打印”另行登记',
  tag,
  access: read,
  params: IdParams,
  sends: 'file',
})
