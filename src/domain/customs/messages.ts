/**
 * What customs and we say to each other, as schemas: printed to docs/customs/ as JSON Schema (`npm run generate`).
 * Every envelope and every reply travels as a JWS, compact, ES256; see docs/customs/protocol.md.
 */
import { z } from 'zod'
import { isDay } from '../day.ts'
import { declarationNoPattern } from './use.ts'

/** Messages that one envelope may hold; the rest waits for the next. */
export const mostMessages = 500

export const ours = 'licensing'
export const theirs = 'customs'

const LicenceNo = z.string().regex(/^[0-9]{2}[0-9A-Z]{2}[0-9]{6}$/, '许可证号应为 10 位，例如 26AA000001')
export const messageIdPattern = /^[0-9A-Za-z._-]{1,64}$/
const MessageId = z.string().regex(messageIdPattern, '报文编号应为 1 至 64 位字母、数字、点、横线')
const Reason = z.string().max(500, '原因最多 500 字')
const DayText = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/, '日期格式应为 2026-01-31')
  .refine(isDay, '日期应为存在的日期，格式 2026-01-31')
const Quantity = z.string().regex(/^\d{1,9}(\.\d{1,4})?$/, '数量应为正数，整数部分最多 9 位，小数最多 4 位')
const ItemNo = z.number().int('项号应为整数').min(1, '项号应为 1 至 999').max(999, '项号应为 1 至 999')
const DeclarationNo = z.string().regex(declarationNoPattern, '报关单号应为 18 位数字或大写字母')
const CustomsCode = z.string().regex(/^\d{4}$/, '海关代码应为 4 位数字')

/** One declaration item, as it is compared day by day. */
export const UseLine = z.strictObject({
  licenceNo: LicenceNo,
  declarationNo: DeclarationNo,
  itemNo: ItemNo,
  declaredOn: DayText,
  customsCode: CustomsCode,
  quantity: Quantity,
  final: z.boolean(),
})
export type UseLine = z.output<typeof UseLine>

/** What customs decided about a message of ours. */
export const Answer = z.strictObject({
  messageId: MessageId,
  kind: z.literal('answer'),
  licenceNo: LicenceNo,
  messageNo: z.string().regex(/^[0-9A-Z]{10}-[1-9]\d{0,5}$/, '所答报文的编号应为许可证号、横线和序号'),
  round: z.number().int().min(1).max(1_000_000).default(1),
  outcome: z.enum(['accepted', 'rejected']),
  reason: Reason,
})
export type Answer = z.output<typeof Answer>

/** A declaration item that was deducted from a licence. */
export const UseMessage = UseLine.extend({
  messageId: MessageId,
  kind: z.literal('use'),
  /** 13-character code of the enterprise that declares. */
  declarantCode: z.string().regex(/^[0-9A-Z]{13}$/, '申报单位代码应为 13 位数字或大写字母'),
  hsCode: z.string().regex(/^\d{10}$/, '商品代码应为 10 位数字'),
})
export type UseMessage = z.output<typeof UseMessage>

/** No further use of the licence will come (结案). */
export const Closing = z.strictObject({
  messageId: MessageId,
  kind: z.literal('closing'),
  licenceNo: LicenceNo,
  reason: Reason,
})
export type Closing = z.output<typeof Closing>

export const Inbound = z.discriminatedUnion('kind', [Answer, UseMessage, Closing], {
  error: '报文种类应为 answer、use 或 closing',
})
export type Inbound = z.output<typeof Inbound>

/** Fields of customs' messages in the words people know them by. */
export const fieldNames = {
  messageId: '报文编号',
  kind: '报文种类',
  licenceNo: '许可证号',
  messageNo: '所答报文的编号',
  round: '报送次数',
  outcome: '海关意见',
  reason: '原因',
  declarationNo: '报关单号',
  itemNo: '项号',
  declaredOn: '申报日期',
  customsCode: '海关代码',
  quantity: '数量',
  final: '是否最后一次',
  declarantCode: '申报单位代码',
  hsCode: '商品代码',
} as const satisfies Record<keyof Answer | keyof UseMessage | keyof Closing, string>

/** An envelope of customs. Each message is read by itself: a bad one does not spoil the others. */
export const InboundEnvelope = z.strictObject({
  id: MessageId,
  from: z.literal(theirs),
  to: z.literal(ours),
  at: z.iso.datetime({ offset: true }),
  messages: z.array(z.unknown()).max(mostMessages),
})
export type InboundEnvelope = z.output<typeof InboundEnvelope>

/** What became of one message of customs. */
export const Result = z.strictObject({
  messageId: z.string(),
  outcome: z.enum(['recorded', 'refused']),
  code: z.string(),
  reason: z.string(),
})
export type Result = z.output<typeof Result>

export const InboundReply = z.strictObject({
  inReplyTo: z.string(),
  from: z.literal(ours),
  to: z.literal(theirs),
  at: z.iso.datetime({ offset: true }),
  results: z.array(Result),
})

/** A message of ours: what is told stands beside number, kind and licence. */
export const Outbound = z.looseObject({
  messageNo: z.string(),
  round: z.number().int().min(1),
  licenceNo: LicenceNo,
  seq: z.number().int().min(1),
  kind: z.enum(['issued', 'cancel', 'lost', 'replaced', 'revoked', 'written_off', 'use']),
})
export type Outbound = z.output<typeof Outbound>

export const OutboundEnvelope = z.strictObject({
  id: MessageId,
  from: z.literal(ours),
  to: z.literal(theirs),
  at: z.iso.datetime({ offset: true }),
  messages: z.array(Outbound).max(mostMessages),
})

/** Whether customs has a message of ours; what it decides about it comes as an answer of its own. */
export const Receipt = z.strictObject({
  messageNo: z.string(),
  outcome: z.enum(['received', 'refused']),
  /** `gap`: an earlier message of the licence is missing there, so this one waits. */
  code: z.string(),
  reason: z.string(),
})
export type Receipt = z.output<typeof Receipt>

export const OutboundReply = z.strictObject({
  inReplyTo: z.string(),
  from: z.literal(theirs),
  to: z.literal(ours),
  at: z.iso.datetime({ offset: true }),
  results: z.array(Receipt),
})

/**
 * Customs' list of the uses declared on a day, in order of licence, declaration and item; `next` is given back as
 * `after` until it is null.
 */
export const UsePage = z.strictObject({
  from: z.literal(theirs),
  to: z.literal(ours),
  at: z.iso.datetime({ offset: true }),
  day: DayText,
  after: z.string(),
  uses: z.array(UseLine).max(10_000),
  next: z.string().nullable(),
})
export type UsePage = z.output<typeof UsePage>

/** The schemas that are published, by file name. */
export const published = {
  'inbound-envelope': InboundEnvelope,
  'inbound-message': Inbound,
  'inbound-reply': InboundReply,
  'outbound-envelope': OutboundEnvelope,
  'outbound-reply': OutboundReply,
  'use-page': UsePage,
} as const satisfies Record<string, z.ZodType>
