/** Requests around the licence: the authority's 待发证, the exporter's 查看电子许可证, and the public check. */
import { z } from 'zod'
import { states } from '#domain/licence/actions.ts'
import { ActionBody, Day, endpoint, Id, IdParams, Offered, Paging, Total } from './endpoint.ts'
import { HistoryLine } from './application.ts'

const Text = z.string()
const tag = '许可证'
const stateNames = Object.keys(states) as [keyof typeof states, ...(keyof typeof states)[]]
const State = z.enum(stateNames)

export const LicenceRow = z.object({
  id: Id,
  licenceNo: Text,
  applicationId: Id,
  applicationNo: Text,
  /** As of today: a licence past its last day is shown as 已失效 whether or not a job has run. */
  state: State,
  stateLabel: Text,
  version: z.number().int(),
  exporterName: Text,
  goodsName: Text,
  hsCode: Text,
  quantity: Text,
  goodsUnit: Text,
  destinationName: Text,
  issuedOn: Text.nullable(),
  expiryDate: Text.nullable(),
  customsState: Text,
  issueStep: Text.nullable(),
  issueError: Text.nullable(),
  documentReady: z.boolean(),
  actions: z.array(Text),
})
export type LicenceRow = z.infer<typeof LicenceRow>

export const listLicences = endpoint({
  method: 'GET',
  path: '/api/licences',
  summary: '许可证列表：企业的查看电子许可证（list=issued），发证机构的待发证（list=to_issue）和全部',
  tag,
  access: 'signed_in',
  query: z.strictObject({
    list: z.enum(['issued', 'to_issue', 'all']).default('issued'),
    state: State.optional(),
    /** Part of the licence number, application number, contract number, goods name or exporter's name. */
    q: z.string().trim().max(60).optional(),
    issuedOn: Day.optional(),
    order: z.enum(['asc', 'desc']).default('desc'),
    ...Paging,
  }),
  reply: z.object({
    rows: z.array(LicenceRow),
    total: Total,
    counts: z.array(z.object({ state: State, label: Text, total: Total })),
    scope: Text,
  }),
})

export const LicenceDetail = LicenceRow.extend({
  boxes: z.object({
    exporterName: Text,
    exporterCode: Text,
    consignorName: Text,
    consignorCode: Text,
    tradeMode: Text,
    contractNo: Text,
    customsPort: Text,
    destinationCountry: Text,
    paymentMethod: Text,
    transportMode: Text,
    goodsName: Text,
    hsCode: Text,
    unit: Text,
    currency: Text,
    lines: z.array(z.object({ spec: Text, quantity: Text, unitPrice: Text, amount: Text, amountUsd: Text })),
    totalQuantity: Text,
    totalAmount: Text,
    totalAmountUsd: Text,
    remark: Text,
    additionalInfo: Text,
    authorityName: Text,
    importerName: Text,
    importerNameEn: Text,
  }),
  validFrom: Text.nullable(),
  oneBatch: z.boolean(),
  usedQuantity: Text,
  remainingQuantity: Text,
  useCount: z.number().int(),
  documentSha256: Text.nullable(),
  verifyUrl: Text,
  checkCode: Text,
  /** The licences that were issued in exchange for one another, oldest first; one alone is no chain. */
  chain: z.array(z.object({ id: Id, licenceNo: Text, state: State, stateLabel: Text })),
  /** The request that is open on it, as far as the person may see it. */
  openRequest: z
    .object({ id: Id, kind: Text, kindLabel: Text, state: Text, stateLabel: Text, licenceId: Id })
    .nullable(),
  offered: z.array(Offered),
  history: z.array(HistoryLine),
})
export type LicenceDetail = z.infer<typeof LicenceDetail>

export const getLicence = endpoint({
  method: 'GET',
  path: '/api/licences/:id',
  summary: '一份许可证：21 个栏目、状态、海关使用情况、经过',
  tag,
  access: 'signed_in',
  params: IdParams,
  reply: LicenceDetail,
})

export const actOnLicence = endpoint({
  method: 'POST',
  path: '/api/licences/:id/actions/:action',
  summary: '对许可证做一项操作（生成电子许可证、再试…）；规则见 docs/rules/licence.md',
  tag,
  access: 'signed_in',
  params: z.strictObject({ id: Id, action: z.string().regex(/^[a-z_]{2,40}$/) }),
  body: ActionBody,
  reply: z.object({
    state: Text,
    stateLabel: Text,
    version: z.number().int(),
    repeated: z.boolean(),
  }),
})

export const downloadLicence = endpoint({
  method: 'GET',
  path: '/api/licences/:id/document',
  summary: '电子许可证 PDF（带签名）；show=1 在页面内显示',
  tag,
  access: { anyOf: ['licence.download'] },
  params: IdParams,
  query: z.strictObject({ show: z.enum(['1']).optional() }),
  sends: 'file',
})

export const verifyLicence = endpoint({
  method: 'GET',
  path: '/api/verify',
  summary:
    '公开核验：凭许可证号和核验码，查看出口商、商品、截止日期、当前状态和文件摘要。无须登录，有次数限制',
  tag: '公众',
  access: 'public',
  query: z.strictObject({
    no: z
      .string()
      .trim()
      .toUpperCase()
      .regex(/^[0-9]{2}[0-9A-Z]{2}[0-9]{6}$/, '许可证号为 10 位，例如 26AA000001'),
    code: z
      .string()
      .trim()
      .toUpperCase()
      .regex(/^[0-9A-Z]{8}$/, '核验码为许可证二维码旁的 8 位字母数字'),
  }),
  reply: z.object({
    licenceNo: Text,
    exporterName: Text,
    goodsName: Text,
    expiryDate: Text.nullable(),
    state: Text,
    stateLabel: Text,
    usable: z.boolean(),
    documentSha256: Text.nullable(),
    askedAt: Text,
  }),
})
