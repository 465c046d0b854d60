/** The licence: states of manual 000 and of the law, and the actions that exist so far. */
import { machine, type Action, type Subject } from '../machine.ts'
import { compareDays, type Day } from '../day.ts'

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

export interface Licence extends Subject<State> {
  applicationState: string
  /** Step of the issuing pipeline under way or failed; null when it was never started. */
  issueStep: 'dates' | 'document' | 'message' | 'done' | null
  issueError: string | null
  /** The document is sealed: its day and its signature stand, whatever comes after. */
  sealed: boolean
  /** Words why the year is not open for issuing today, or null. */
  closedYear: string | null
  /** Words why the authority's certificate can't sign today, or null. */
  signerRefusal: string | null
  expiryDate: Day | null
  today: Day
}

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
  /** A licence handed back whose application is then rejected: its number stays visible as cancelled. */
  cancel: { label: '随申请表作废', from: ['pending'], to: 'cancelled', side: 'system' },
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
