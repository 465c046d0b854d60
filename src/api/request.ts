/** Requests on a licence (许可证退换, manual 000): 删除, 核销, 更改、延期、遗失; the exporter's side and the authority's. */
import { z } from 'zod'
import { AmendmentDraft, wholeAmendment, type AmendmentForm } from '#domain/amendment/form.ts'
import { parseDecimal } from '#domain/decimal.ts'
import { requestReason } from '#domain/request/input.ts'
import { kinds, states } from '#domain/request/states.ts'
import { ActionBody, Day, endpoint, Id, IdParams, Offered, Paging, Total } from './endpoint.ts'
import { HistoryLine, Issue } from './application.ts'
import { LicenceDetail } from './licence.ts'

const Text = z.string()
const tag = '许可证退换'
function keysOf<K extends string>(record: Record<K, unknown>): [K, ...K[]] {
  return Object.keys(record) as [K, ...K[]]
}
const State = z.enum(keysOf(states))
const Kind = z.enum(keysOf(kinds))

const LicenceNo = z
  .string()
  .trim()
  .toUpperCase()
  .regex(/^[0-9]{2}[0-9A-Z]{2}[0-9]{6}$/, '许可证号为 10 位，例如 26AA000001')

/** Digits of box 14 of the licence. */
const WriteOffQuantity = z
  .string()
  .max(40)
  .transform((value, refinement) => {
    const parsed = parseDecimal(value, { integerDigits: 9, fractionDigits: 4 })
    if (parsed.ok) return parsed.value
    refinement.addIssue({ code: 'custom', message: `核销数量${parsed.words}` })
    return z.NEVER
  })

const Form = AmendmentDraft.transform((given): AmendmentForm => wholeAmendment(given))

export const Groups = ['cancellation', 'write_off', 'amendment'] as const
export type Group = (typeof Groups)[number]

export const RequestRow = z.object({
  id: Id,
  kind: Kind,
  kindLabel: Text,
  state: State,
  stateLabel: Text,
  version: z.number().int(),
  licenceId: Id,
  licenceNo: Text,
  exporterName: Text,
  goodsName: Text,
  goodsUnit: Text,
  quantity: Text,
  usedQuantity: Text,
  writeOffQuantity: Text.nullable(),
  issuedOn: Text.nullable(),
  expiryDate: Text.nullable(),
  reason: Text,
  createdAt: Text,
  submittedAt: Text.nullable(),
  dueOn: Text.nullable(),
  overdue: z.boolean(),
  newLicenceNo: Text.nullable(),
  /** Names of the actions this person may do now, as far as the row itself can tell. */
  actions: z.array(Text),
})
export type RequestRow = z.infer<typeof RequestRow>

export const listRequests = endpoint({
  method: 'GET',
  path: '/api/requests',
  summary: '删除、核销、更改（含延期、遗失）申请表列表；list=manage 为待上报和退回，all 为全部',
  tag,
  access: 'signed_in',
  query: z.strictObject({
    kind: z.enum(Groups),
    list: z.enum(['manage', 'all']).default('all'),
    state: State.optional(),
    /** Part of the licence number. */
    q: z.string().trim().max(20).optional(),
    submittedFrom: Day.optional(),
    submittedTo: Day.optional(),
    issuedFrom: Day.optional(),
    issuedTo: Day.optional(),
    order: z.enum(['asc', 'desc']).default('desc'),
    ...Paging,
  }),
  reply: z.object({
    rows: z.array(RequestRow),
    total: Total,
    counts: z.array(z.object({ state: State, label: Text, total: Total })),
    scope: Text,
  }),
})

export const listRequestQueue = endpoint({
  method: 'GET',
  path: '/api/requests/queue',
  summary: '发证机构的待审退换：删除、核销、更改，期限近的在前',
  tag,
  access: { anyOf: ['cancellation.pass', 'write_off.pass', 'amendment.pass_first'] },
  query: z.strictObject({
    kind: z.enum(Groups).default('cancellation'),
    q: z.string().trim().max(20).optional(),
    ...Paging,
  }),
  reply: z.object({
    rows: z.array(RequestRow),
    total: Total,
    counts: z.array(z.object({ kind: z.enum(Groups), label: Text, total: Total, overdue: z.number().int() })),
    scope: Text,
  }),
})

const Use = z.object({
  declarationNo: Text,
  itemNo: z.number().int(),
  declaredOn: Text,
  customsCode: Text,
  quantity: Text,
  final: z.boolean(),
})

/** The licence as it is read in: everything read-only. */
export const LicenceShown = z.object({
  id: Id,
  licenceNo: Text,
  state: Text,
  stateLabel: Text,
  quotaYear: z.number().int(),
  exporterName: Text,
  exporterCode: Text,
  exporterUscc: Text,
  consignorCode: Text,
  consignorUscc: Text,
  issuedOn: Text.nullable(),
  expiryDate: Text.nullable(),
  quantity: Text,
  usedQuantity: Text,
  unusedQuantity: Text,
  /** The most that can be written off: quantity with over-shipment. */
  mostWrittenOff: Text,
  unit: Text,
  useCount: z.number().int(),
  customsState: Text,
  closedByCustoms: z.boolean(),
  codes: z.object({
    customsPort: Text,
    transportMode: Text,
    destinationCountry: Text,
    tradeMode: Text,
    quotaDocNo: Text,
  }),
  boxes: LicenceDetail.shape.boxes,
  uses: z.array(Use),
})
export type LicenceShown = z.infer<typeof LicenceShown>

export const readLicenceIn = endpoint({
  method: 'GET',
  path: '/api/requests/entry',
  summary: '按许可证号读入本企业的许可证，并说明各种申请能否办理、为什么不能',
  tag,
  access: { anyOf: ['cancellation.save', 'write_off.save', 'amendment.save'] },
  query: z.strictObject({ licenceNo: LicenceNo }),
  reply: z.object({
    licence: LicenceShown,
    kinds: z.array(z.object({ kind: Kind, label: Text, because: Text.optional() })),
    open: z.object({ id: Id, kind: Kind, label: Text, stateLabel: Text }).nullable(),
  }),
})

const Content = {
  reason: requestReason,
  writeOffQuantity: WriteOffQuantity.optional(),
  form: Form.optional(),
}

export const Saved = z.object({ id: Id, version: z.number().int(), state: State, issues: z.array(Issue) })

export const createRequest = endpoint({
  method: 'POST',
  path: '/api/requests',
  summary: '新增申请：给出许可证号，id 由客户端生成，重复提交无害',
  tag,
  access: { anyOf: ['cancellation.save', 'write_off.save', 'amendment.save'] },
  body: z.strictObject({ id: Id, kind: Kind, licenceNo: LicenceNo, ...Content }),
  reply: Saved,
})

export const checkRequest = endpoint({
  method: 'POST',
  path: '/api/requests/check',
  summary: '试核正在填写的申请：还有何处要改、配额是否足够，不写入',
  tag,
  access: { anyOf: ['cancellation.save', 'write_off.save', 'amendment.save'] },
  body: z.strictObject({
    kind: Kind,
    licenceNo: LicenceNo,
    writeOffQuantity: Content.writeOffQuantity,
    form: Content.form,
  }),
  reply: z.object({ issues: z.array(Issue), quota: Text.nullable() }),
})

export const saveRequest = endpoint({
  method: 'PUT',
  path: '/api/requests/:id',
  summary: '修改申请（待上报、退回时）；更改申请修改后须重新盖章',
  tag,
  access: { anyOf: ['cancellation.save', 'write_off.save', 'amendment.save'] },
  params: IdParams,
  body: z.strictObject({ version: z.number().int().min(1), requestId: Id, ...Content }),
  reply: Saved,
})

export const FormReply = z.object({
  changes: z.record(z.string(), Text),
  changeQuantity: z.boolean(),
  lines: z.array(z.object({ specGrade: Text, unitPrice: Text, quantity: Text })),
  notice: z.object({ newspaper: Text, publishedOn: Text }),
})

const ShownLine = z.object({ spec: Text, quantity: Text, unitPrice: Text, amount: Text })

export const RequestDetail = RequestRow.extend({
  contentVersion: z.number().int(),
  licence: LicenceShown,
  form: FormReply,
  issues: z.array(Issue),
  /** Old and new side by side, for kinds that exchange the licence. */
  changes: z.array(z.object({ name: Text, label: Text, before: Text, after: Text, neutral: z.boolean() })),
  lines: z.object({ before: z.array(ShownLine), after: z.array(ShownLine) }),
  newQuantity: Text,
  /** What is held of the quota for it, or would be; null for goods without quota. */
  quota: z.object({ docNo: Text, hold: Text, refusal: Text.nullable() }).nullable(),
  seal: z
    .object({ holder: Text, serial: Text, digest: Text, signedAt: Text, enterpriseName: Text })
    .nullable(),
  offered: z.array(Offered),
  history: z.array(HistoryLine),
  newLicenceId: Id.nullable(),
  decidedAt: Text.nullable(),
  /** A proof can be downloaded. */
  proof: z.boolean(),
  createdByName: Text,
  modifiedByName: Text,
  modifiedAt: Text,
})
export type RequestDetail = z.infer<typeof RequestDetail>

export const getRequest = endpoint({
  method: 'GET',
  path: '/api/requests/:id',
  summary: '一份申请：许可证、更改前后、经过、可做的操作',
  tag,
  access: 'signed_in',
  params: IdParams,
  reply: RequestDetail,
})

export const prepareRequestSeal = endpoint({
  method: 'POST',
  path: '/api/requests/:id/prepare-seal',
  summary: '更改、延期、遗失申请：检查后给出待签内容',
  tag,
  access: { anyOf: ['amendment.prepare_seal'] },
  params: IdParams,
  body: z.strictObject({ version: z.number().int().min(1), requestId: Id }),
  reply: z.object({ version: z.number().int(), content: Text, digest: Text }),
})

export const sealRequest = endpoint({
  method: 'POST',
  path: '/api/requests/:id/seal',
  summary: '加盖签章：CMS（base64）对待签内容的签名',
  tag,
  access: { anyOf: ['amendment.seal'] },
  params: IdParams,
  body: z.strictObject({
    version: z.number().int().min(1),
    requestId: Id,
    cms: z.base64().max(20_000),
  }),
  reply: z.object({ state: State, stateLabel: Text, version: z.number().int(), repeated: z.boolean() }),
})

export const actOnRequest = endpoint({
  method: 'POST',
  path: '/api/requests/:id/actions/:action',
  summary:
    '对申请做一项操作（上报、撤回、退回、审核通过、复审…）；规则见 docs/rules/cancellation.md、write-off.md、amendment.md',
  tag,
  access: 'signed_in',
  params: z.strictObject({ id: Id, action: z.string().regex(/^[a-z_]{2,40}$/) }),
  body: ActionBody,
  reply: z.object({ state: State, stateLabel: Text, version: z.number().int(), repeated: z.boolean() }),
})

export const requestProof = endpoint({
  method: 'GET',
  path: '/api/requests/:id/proof',
  summary: '审核通过的证明（PDF，发证机关签章）；show=1 在页面内显示',
  tag,
  access: { anyOf: ['licence.download'] },
  params: IdParams,
  query: z.strictObject({ show: z.enum(['1']).optional() }),
  sends: 'file',
})
