/** The licence: states of manual 000 and of the law, and what may be done with it. */
import { z } from 'zod'
import { machine, type Action, type Subject } from '../machine.ts'
import { compareDays, isDay, type Day } from '../day.ts'
import { missingCharacters } from '../characters.ts'

export const states = {
  pending: '待生成',
  valid: '有效',
  cleared: '已清关',
  written_off: '已核销',
  cancelled: '已删除',
  replaced: '已换证',
  lost: '已挂失',
  expired: '已失效',
  revoked: '已吊销',
} as const
export type State = keyof typeof states
export const isState = (name: string): name is State => Object.hasOwn(states, name)

export interface Licence extends Subject<State> {
  applicationState: string
  /** Step of the issuing pipeline under way or failed; null when it was never started. */
  issueStep: 'dates' | 'document' | 'message' | 'done' | null
  issueError: string | null
  /** The document is sealed: its day and its signature stand, whatever comes after. */
  sealed: boolean
  /** Words why the year is not open for issuing today, or null. */
  closedYear: string | null
  /** Issued in exchange for another one (更改、延期、遗失): its application is not handed back for it. */
  exchanged: boolean
  /** Its quota year has ended. */
  yearOver: boolean
  /** Words why the authority's certificate can't sign today, or null. */
  signerRefusal: string | null
  expiryDate: Day | null
  today: Day
  useCount: number
  /** Words of the request that is open on it, or null. */
  openRequest: string | null
}

/** Ground of a revocation, and until when the enterprise's applications are not accepted ('' = no bar). */
const revocation = z.strictObject({
  opinion: z
    .string()
    .trim()
    .min(1, '请填写吊销的依据')
    .max(500, '依据最多 500 字')
    .refine((text) => missingCharacters(text).length === 0, '依据中有不能打印的字，请改用其他字'),
  barredUntil: z
    .string()
    .refine((text) => text === '' || isDay(text), '应为存在的日期，格式 2026-01-31')
    .optional(),
})

/** The number of the licence issued in exchange, for the history. */
const newNumber = z.strictObject({ opinion: z.string() }).partial()
/** A use entered by hand: what the paper says, and why no message tells it (rules K6). */
export const manualUse = z.strictObject({
  opinion: z
    .string()
    .trim()
    .min(1, '请填写登记原因')
    .max(500, '原因最多 500 字')
    .refine((text) => missingCharacters(text).length === 0, '原因中有不能打印的字，请改用其他字'),
  declarationNo: z.string().regex(/^[0-9A-Z]{18}$/, '报关单号应为 18 位数字或大写字母'),
  itemNo: z.coerce.number().int().min(1, '项号应为 1 至 999').max(999, '项号应为 1 至 999'),
  declaredOn: z.string().refine(isDay, '应为存在的日期，格式 2026-01-31'),
  customsCode: z.string().regex(/^\d{4}$/, '海关代码应为 4 位数字'),
  quantity: z.string().regex(/^\d{1,9}(\.\d{1,4})?$/, '数量应为正数，整数部分最多 9 位，小数最多 4 位'),
  final: z.boolean(),
})

type Row = Action<State, Licence>

const handedBack = (it: Licence) =>
  it.applicationState === 'approved' ? undefined : '申请表已退回复审，复审通过后才能生成电子许可证'

const actions = {
  issue: {
    label: '生成电子许可证',
    from: ['pending'],
    side: 'authority',
    unless: (it) =>
      it.issueStep !== null && it.issueError === null
        ? '电子许可证正在生成'
        : it.issueError !== null
          ? '上次生成没有完成，请按“再试”或退回'
          : (handedBack(it) ?? it.closedYear ?? it.signerRefusal ?? undefined),
  },
  retry: {
    label: '再试',
    from: ['pending'],
    side: 'authority',
    unless: (it) =>
      it.issueError === null
        ? '没有失败的生成步骤'
        : it.sealed
          ? handedBack(it)
          : (handedBack(it) ?? it.closedYear ?? it.signerRefusal ?? undefined),
  },
  complete: {
    label: '生成完毕',
    from: ['pending'],
    to: 'valid',
    side: 'system',
    unless: (it) => (it.issueStep === 'done' ? undefined : '生成步骤没有全部完成'),
  },
  fail: { label: '生成失败', from: ['pending'], side: 'system' },
  /** With its application, rejected after it was handed back; or by an approved 删除申请. The number stays visible. */
  cancel: {
    label: '作废',
    from: ['pending', 'valid', 'expired'],
    to: 'cancelled',
    side: 'system',
    unless: (it) => (it.useCount > 0 ? '许可证已在海关使用，不能作废' : undefined),
  },
  /**
   * A licence that came by exchange and was not issued by 31 December can't be issued any more (签发工作规范 第十四条) and has no
   * application to hand back: it ends by itself, its quota goes to 失效. What is sealed is issued still; so is what is under
   * way, or it fails first.
   */
  lapse: {
    label: '年度结束作废',
    from: ['pending'],
    to: 'cancelled',
    side: 'system',
    input: z.strictObject({ opinion: z.string() }),
    unless: (it) =>
      !it.exchanged
        ? '不是换发的许可证，由发证机构退回复审'
        : !it.yearOver
          ? '许可证所属年度还没有结束'
          : it.sealed
            ? '电子许可证已经签发，请按“再试”办结'
            : it.issueStep !== null && it.issueError === null
              ? '电子许可证正在生成'
              : undefined,
  },
  /** A use reported by customs; late messages about a day inside the term come after expiry. */
  use: { label: '海关使用', from: ['valid', 'expired', 'cleared'], side: 'system' },
  /** An officer took over customs' figures of a recorded item. */
  correct_use: { label: '更正使用', from: ['valid', 'expired', 'cleared'], side: 'system' },
  /** An officer took back an item that customs does not have. */
  take_back_use: { label: '撤销使用登记', from: ['valid', 'expired', 'cleared'], side: 'system' },
  /** Without the item that was taken back it is not used up; past its last day the job of the night ends it again. */
  reopen: { label: '恢复使用', from: ['cleared'], to: 'valid', side: 'system' },
  clear: { label: '清关', from: ['valid', 'expired'], to: 'cleared', side: 'system' },
  close_by_customs: { label: '海关结案', from: ['valid', 'expired'], to: 'cleared', side: 'system' },
  write_off: { label: '核销', from: ['cleared'], to: 'written_off', side: 'system' },
  replace: { label: '换证', from: ['valid', 'expired'], to: 'replaced', side: 'system', input: newNumber },
  lose: {
    label: '挂失',
    from: ['valid', 'expired'],
    to: 'lost',
    side: 'system',
    input: newNumber,
    unless: (it) => (it.useCount > 0 ? '许可证已在海关使用，不能挂失' : undefined),
  },
  /** When the network failed, an officer enters what the paper says (rules K6). The request carries the use. */
  register_use: {
    label: '人工登记',
    from: ['valid', 'expired', 'cleared'],
    side: 'authority',
    opinion: 'required',
    input: manualUse,
    confirm: '登记后从许可证中扣减，不能修改；海关报文到达后自动核对。',
  },
  /** A message to customs that is stuck or was rejected goes out again. */
  resend: {
    label: '重发海关报文',
    from: ['valid', 'cleared', 'written_off', 'cancelled', 'replaced', 'lost', 'expired', 'revoked'],
    side: 'authority',
    input: z.strictObject({ messageNo: z.string().max(20) }),
  },
  // 货物进出口管理条例 第六十四条至第六十七条: false papers, sold or altered licences.
  revoke: {
    label: '吊销',
    from: ['valid'],
    to: 'revoked',
    side: 'authority',
    danger: true,
    input: revocation,
    opinion: 'required',
    confirm: '吊销后许可证不能再使用，并通知海关；配额不退回。',
    unless: (it) => it.openRequest ?? undefined,
  },
  expire: {
    label: '到期失效',
    from: ['valid'],
    to: 'expired',
    side: 'system',
    // 出口许可证签发工作规范 第十四条: void by itself after the last day.
    unless: (it) =>
      it.expiryDate !== null && compareDays(it.today, it.expiryDate) > 0 ? undefined : '许可证还在有效期内',
  },
} as const satisfies Record<string, Row>

export type LicenceAction = keyof typeof actions
export const licence = machine<State, Licence, LicenceAction>('licence', '许可证', states, actions)

/** The state as it must be shown on a day: validity is judged by the day, not by whether a job has run. */
export function shownState(state: State, expiryDate: Day | null, today: Day): State {
  return state === 'valid' && expiryDate !== null && compareDays(today, expiryDate) > 0 ? 'expired' : state
}

/** Words of 海关状态 from state and delivery (manual 004 海关状态查询). */
export function customsWords(state: State, delivery: string, useCount: number): string {
  if (state === 'cancelled') return '已删除'
  if (state === 'written_off') return '已核销'
  if (state === 'cleared') return '已清关'
  if (useCount > 0) return '部分使用'
  return (
    { none: '未发送', queued: '待发送', sent: '已发送', accepted: '海关已接收', failed: '发送失败' }[
      delivery
    ] ?? '未发送'
  )
}
