/** Requests around the exchange with customs: states and uses, messages, differences, comparison, and customs' own door. */
import { z } from 'zod'
import { difference, kinds, states as differenceStates } from '#domain/customs/difference.ts'
import { ActionBody, Day, endpoint, Id, IdParams, Offered, Paging, Total } from './endpoint.ts'

const Text = z.string()
const tag = '海关'
const keysOf = <K extends string>(table: Record<K, string>) => Object.keys(table) as [K, ...K[]]
const part = (most: number) => z.string().trim().toUpperCase().max(most).optional()

export const inbox = endpoint({
  method: 'POST',
  path: '/customs/inbox',
  summary: '海关向本系统发送报文（回执、使用、结案）：JWS 紧凑格式，以签名为凭；见 docs/customs/protocol.md',
  tag,
  access: 'public',
  body: z.unknown(),
  sends: 'file',
})

/** What 海关状态 can be (manual 004 海关状态查询). */
export const customsStates = {
  none: '未发送',
  queued: '待发送',
  sent: '已发送',
  accepted: '海关已接收',
  failed: '发送失败',
  part: '部分使用',
  cleared: '已清关',
  written_off: '已核销',
  cancelled: '已删除',
} as const

export const CustomsLicence = z.object({
  id: Id,
  licenceNo: Text,
  exporterName: Text,
  goodsName: Text,
  hsCode: Text,
  customsPort: Text,
  goodsUnit: Text,
  quantity: Text,
  usedQuantity: Text,
  leftQuantity: Text,
  useCount: z.number().int(),
  oneBatch: z.boolean(),
  issuedOn: Text.nullable(),
  expiryDate: Text.nullable(),
  stateLabel: Text,
  customsState: Text,
  lastMessageAt: Text.nullable(),
})
export type CustomsLicence = z.infer<typeof CustomsLicence>

export const listCustomsStates = endpoint({
  method: 'GET',
  path: '/api/customs/licences',
  summary: '海关状态查询：许可证在海关的状态、已用和剩余数量',
  tag,
  access: 'signed_in',
  query: z.strictObject({
    licenceNo: part(10),
    customsState: z.enum(keysOf(customsStates)).optional(),
    issuedFrom: Day.optional(),
    issuedTo: Day.optional(),
    ...Paging,
  }),
  reply: z.object({ rows: z.array(CustomsLicence), total: Total, scope: Text }),
})

export const UseRow = z.object({
  id: Id,
  licenceId: Id,
  licenceNo: Text,
  exporterName: Text,
  goodsName: Text,
  goodsUnit: Text,
  declarationNo: Text,
  itemNo: z.number().int(),
  declaredOn: Text,
  customsCode: Text,
  customsName: Text,
  quantity: Text,
  final: z.boolean(),
  /** How it came: by message, or entered by an officer with this reason. */
  manualReason: Text.nullable(),
  recordedBy: Text.nullable(),
  recordedAt: Text,
})
export type UseRow = z.infer<typeof UseRow>

export const listUses = endpoint({
  method: 'GET',
  path: '/api/customs/uses',
  summary: '核销数据查询：海关逐项使用记录',
  tag,
  access: 'signed_in',
  query: z.strictObject({
    licenceNo: part(10),
    declarationNo: part(18),
    declaredFrom: Day.optional(),
    declaredTo: Day.optional(),
    ...Paging,
  }),
  reply: z.object({ rows: z.array(UseRow), total: Total, scope: Text }),
})

export const messageKinds = {
  issued: '签发',
  cancel: '申请删除',
  lost: '申请挂失',
  replaced: '申请换证',
  revoked: '吊销',
  written_off: '核销',
  use: '报送使用',
} as const
export const messageStates = {
  queued: '待发',
  sent: '已发，待回执',
  accepted: '海关接受',
  rejected: '海关不接受',
  failed: '海关未收',
  withdrawn: '已撤回',
} as const

export const MessageRow = z.object({
  messageNo: Text,
  licenceId: Id,
  licenceNo: Text,
  licenceVersion: z.number().int(),
  exporterName: Text,
  kindLabel: Text,
  state: z.enum(keysOf(messageStates)),
  stateLabel: Text,
  attempts: z.number().int(),
  nextAt: Text.nullable(),
  sentAt: Text.nullable(),
  answeredAt: Text.nullable(),
  error: Text.nullable(),
  createdAt: Text,
  canResend: z.boolean(),
})
export type MessageRow = z.infer<typeof MessageRow>

export const listMessages = endpoint({
  method: 'GET',
  path: '/api/customs/messages',
  summary: '发往海关的报文：待发、待回执、失败、被拒；list=stuck 只列没有办结的',
  tag,
  access: { anyOf: ['customs.read'] },
  query: z.strictObject({
    list: z.enum(['stuck', 'all']).default('stuck'),
    state: z.enum(keysOf(messageStates)).optional(),
    licenceNo: part(10),
    ...Paging,
  }),
  reply: z.object({
    rows: z.array(MessageRow),
    total: Total,
    counts: z.array(z.object({ state: Text, label: Text, total: Total })),
    /** Words why nothing goes out at all, or null. */
    missing: Text.nullable(),
    scope: Text,
  }),
})

export const licenceCustoms = endpoint({
  method: 'GET',
  path: '/api/licences/:id/customs',
  summary: '一份许可证在海关：使用记录、剩余、收发报文',
  tag,
  access: 'signed_in',
  params: IdParams,
  reply: z.object({
    licenceNo: Text,
    version: z.number().int(),
    unit: Text,
    quantity: Text,
    usedQuantity: Text,
    leftQuantity: Text,
    /** The most the next declaration may be when it is the last one: what is left with the allowance. */
    lastMost: Text,
    overShipment: Text,
    usesLeft: z.number().int(),
    customsState: Text,
    customsPort: Text,
    customsPortName: Text,
    uses: z.array(UseRow),
    sent: z.array(MessageRow),
    received: z.array(
      z.object({ messageId: Text, kindLabel: Text, outcome: Text, reason: Text, receivedAt: Text }),
    ),
    offered: z.array(Offered),
  }),
})

const Quantity = z.string().trim().max(20)
export const checkDeclaration = endpoint({
  method: 'POST',
  path: '/api/licences/check',
  summary: '报关前核对：这一项报关单能否使用许可证；列出所有不符之处，什么也不登记',
  tag,
  access: 'signed_in',
  body: z.strictObject({
    licenceNo: z
      .string()
      .trim()
      .toUpperCase()
      .regex(/^[0-9]{2}[0-9A-Z]{2}[0-9]{6}$/, '许可证号为 10 位，例如 26AA000001'),
    declaredOn: Day,
    customsCode: z.string().regex(/^\d{4}$/, '海关代码应为 4 位数字'),
    declarantCode: z
      .string()
      .trim()
      .toUpperCase()
      .regex(/^[0-9A-Z]{13}$/, '申报单位代码应为 13 位'),
    hsCode: z.string().regex(/^\d{10}$/, '商品代码应为 10 位数字'),
    quantity: Quantity,
    final: z.boolean().default(false),
    /** Where it is known already: a further item of a recorded declaration is the same use. */
    declarationNo: z
      .string()
      .trim()
      .toUpperCase()
      .regex(/^[0-9A-Z]{18}$/, '报关单号应为 18 位')
      .optional(),
    itemNo: z.number().int().min(1).max(999).default(1),
  }),
  reply: z.object({
    matches: z.boolean(),
    reasons: z.array(z.object({ code: Text, words: Text })),
    unit: Text,
    leftQuantity: Text,
    most: Text,
    usesLeft: z.number().int(),
  }),
})

export const DifferenceRow = z.object({
  id: Id,
  version: z.number().int(),
  kind: z.enum(keysOf(kinds)),
  kindLabel: Text,
  state: z.enum(keysOf(differenceStates)),
  stateLabel: Text,
  licenceId: Id.nullable(),
  licenceNo: Text,
  declarationNo: Text.nullable(),
  itemNo: z.number().int().nullable(),
  day: Text.nullable(),
  reason: Text,
  ours: z.record(z.string(), z.unknown()).nullable(),
  theirs: z.record(z.string(), z.unknown()).nullable(),
  openedAt: Text,
  resolvedAt: Text.nullable(),
  resolvedBy: Text.nullable(),
  resolution: Text.nullable(),
  /** Of an item that was told to customs again: how far the last message has come. */
  sent: z.object({ messageNo: Text, stateLabel: Text, reason: Text.nullable() }).nullable(),
  offered: z.array(Offered),
})
export type DifferenceRow = z.infer<typeof DifferenceRow>

export const listDifferences = endpoint({
  method: 'GET',
  path: '/api/customs/differences',
  summary: '与海关的差异：待处理和已处理',
  tag,
  access: { anyOf: ['customs.read'] },
  query: z.strictObject({
    state: z.enum(keysOf(differenceStates)).default('open'),
    kind: z.enum(keysOf(kinds)).optional(),
    licenceNo: part(10),
    day: Day.optional(),
    ...Paging,
  }),
  reply: z.object({
    rows: z.array(DifferenceRow),
    total: Total,
    counts: z.array(z.object({ state: Text, label: Text, total: Total })),
    scope: Text,
  }),
})

const differenceActions = difference.actionNames.filter((name) => difference.actions[name].side !== 'system')

export const actOnDifference = endpoint({
  method: 'POST',
  path: '/api/customs/differences/:id/actions/:action',
  summary: `处理一项差异（${differenceActions.map((name) => difference.actions[name].label).join('、')}）；规则见 docs/rules/difference.md`,
  tag,
  access: 'signed_in',
  params: z.strictObject({ id: Id, action: z.string().regex(/^[a-z_]{2,40}$/) }),
  body: ActionBody,
  reply: z.object({ state: Text, stateLabel: Text, version: z.number().int(), repeated: z.boolean() }),
})

export const ReconciliationRow = z.object({
  day: Text,
  state: z.enum(['running', 'done', 'failed']),
  ours: z.number().int(),
  theirs: z.number().int(),
  differences: z.number().int(),
  error: Text.nullable(),
  startedAt: Text,
  finishedAt: Text.nullable(),
})
export type ReconciliationRow = z.infer<typeof ReconciliationRow>

export const listReconciliations = endpoint({
  method: 'GET',
  path: '/api/customs/reconciliations',
  summary: '与海关逐日核对的结果',
  tag,
  access: { anyOf: ['customs.read'] },
  query: z.strictObject({ ...Paging }),
  reply: z.object({ rows: z.array(ReconciliationRow), total: Total, today: Text }),
})

export const runReconciliation = endpoint({
  method: 'POST',
  path: '/api/customs/reconciliations',
  summary: '核对某一申报日；在后台进行',
  tag,
  access: { anyOf: ['difference.close'] },
  body: z.strictObject({ day: Day }),
  reply: z.object({ day: Text }),
})
