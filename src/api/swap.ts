/** Requests around 有色金属钨锑钼配额调换: ask, withdraw, decide, and the ratio table. */
import { z } from 'zod'
import { Quantity } from '#domain/quota/grant.ts'
import { states, swapGoods, swapInput } from '#domain/swap/actions.ts'
import { HistoryLine } from './application.ts'
import { ActionBody, Day, endpoint, Id, IdParams, Offered, Paging, Total } from './endpoint.ts'

const Text = z.string()
const tag = '配额调换'
const State = z.enum(Object.keys(states) as [keyof typeof states, ...(keyof typeof states)[]])
const Goods = z.enum(swapGoods)
const read = { anyOf: ['quota.read'] }

/** Columns of manual 000 and what is asked for. */
export const SwapRow = z.object({
  id: Id,
  state: State,
  stateLabel: Text,
  version: z.number().int(),
  enterpriseName: Text,
  year: z.number().int(),
  fromAccountId: Id,
  fromGoods: Text,
  fromGoodsName: Text,
  categoryCode: Text,
  docNo: Text,
  tradeModeName: Text,
  countryName: Text,
  unit: Text,
  /** Of the account it is taken from, as of now: 配额未使用量 and 配额总量. */
  unused: Text,
  granted: Text,
  quantity: Text,
  ratio: Text,
  toGoods: Text,
  toGoodsName: Text,
  toQuantity: Text,
  toAccountId: Id.nullable(),
  reason: Text,
  createdBy: Text,
  createdAt: Text,
  decidedBy: Text.nullable(),
  decidedAt: Text.nullable(),
  actions: z.array(Text),
})
export type SwapRow = z.infer<typeof SwapRow>

export const listSwaps = endpoint({
  method: 'GET',
  path: '/api/swaps',
  summary: '有色金属钨锑钼配额调换记录',
  tag,
  access: read,
  query: z.strictObject({ state: State.optional(), year: z.coerce.number().int().optional(), ...Paging }),
  reply: z.object({
    rows: z.array(SwapRow),
    total: Total,
    counts: z.array(z.object({ state: State, label: Text, total: Total })),
    scope: Text,
  }),
})

export const SwapDetail = SwapRow.extend({ offered: z.array(Offered), history: z.array(HistoryLine) })
export type SwapDetail = z.infer<typeof SwapDetail>

export const getSwap = endpoint({
  method: 'GET',
  path: '/api/swaps/:id',
  summary: '一份配额调换申请',
  tag,
  access: read,
  params: IdParams,
  reply: SwapDetail,
})

export const requestSwap = endpoint({
  method: 'POST',
  path: '/api/swaps',
  summary: '申请配额调换：数量立即占用，待审批',
  tag,
  access: { anyOf: ['swap.request'] },
  body: swapInput.extend({
    /** Id of the request, made by the client. */
    id: Id,
    fromAccountId: Id,
    toGoods: Goods,
    quantity: Quantity,
    /** The ratio the page showed: another one now is refused. */
    ratio: Text,
  }),
  reply: SwapDetail,
})

export const actOnSwap = endpoint({
  method: 'POST',
  path: '/api/swaps/:id/:action',
  summary: '撤回、批准或退回配额调换申请',
  tag,
  access: { anyOf: ['swap.withdraw', 'swap.approve', 'swap.return'] },
  params: z.strictObject({ id: Id, action: z.string().max(40) }),
  body: ActionBody,
  reply: z.object({ state: Text, stateLabel: Text, version: z.number().int(), repeated: z.boolean() }),
})

export const RatioRow = z.object({
  id: Text,
  from: Goods,
  fromName: Text,
  to: Goods,
  toName: Text,
  ratio: Text,
  validFrom: Text,
  source: Text,
  changedBy: Text.nullable(),
  changedAt: Text,
  /** Whether it is the one that holds today. */
  holds: z.boolean(),
})
export type SwapRatioRow = z.infer<typeof RatioRow>

export const listSwapRatios = endpoint({
  method: 'GET',
  path: '/api/swap-ratios',
  summary: '钨、锑、钼配额的调换比例，含以往的',
  tag,
  access: read,
  reply: z.object({ rows: z.array(RatioRow) }),
})

export const addSwapRatio = endpoint({
  method: 'POST',
  path: '/api/swap-ratios',
  summary: '新增调换比例，自某日起适用',
  tag,
  access: { anyOf: ['quota.ratio'] },
  body: z.strictObject({
    from: Goods,
    to: Goods,
    ratio: z
      .string()
      .regex(/^(?!0+(\.0+)?$)\d{1,4}(\.\d{1,6})?$/, '比例应大于 0，整数最多 4 位，小数最多 6 位'),
    validFrom: Day,
    source: z.string().trim().min(1, '请填写依据').max(200, '依据最多 200 字'),
  }),
  reply: z.object({ rows: z.array(RatioRow) }),
})
