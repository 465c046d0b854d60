/**
 * The application: states and actions of manual 000 (申请出口许可证) and 004 (第六篇), one row an action.
 * The server's door, every reply, the buttons, the tests and docs/rules read this table and nothing else.
 */
import { z } from 'zod'
import { missingCharacters } from '../characters.ts'
import { machine, type Action, type Actor, type Subject } from '../machine.ts'
import type { Decimal } from '../decimal.ts'

export const states = {
  draft: '暂存',
  ready: '待上报',
  first_review: '待初审',
  returned: '初审退回',
  second_review: '待复审',
  rejected: '复审未通过',
  withdrawing: '待撤销',
  withdrawn: '已撤销',
  approved: '复审通过',
  deleted: '已删除',
} as const
export type State = keyof typeof states

/** Where an open, editable form may be: it saves itself in these states. */
export const editable = ['draft', 'returned', 'withdrawn'] as const satisfies readonly State[]

/** Where the content is what was submitted last; before and between it is the enterprise's own business. */
export const submittedStates = [
  'first_review',
  'second_review',
  'withdrawing',
  'rejected',
  'approved',
] as const satisfies readonly State[]
export const isSubmitted = (state: string): boolean => submittedStates.some((one) => one === state)

/** The facts an application's rules speak of. Loaded with the locked row; names say what they mean. */
export interface Application extends Subject<State> {
  claimedBy: string | null
  claimedByName: string | null
  firstReviewer: string | null
  /** What a submission of today would lack; [] when all is well, null when it was not asked for. */
  openIssues: readonly string[] | null
  sealed: boolean
  /** Words why the seal does not hold any more (key revoked, content changed), or null. */
  sealBroken: string | null
  /** Words why there is not enough quota, or null. */
  quotaRefusal: string | null
  /** Words why applications of the enterprise are not accepted for now, or null. */
  barred: string | null
  /** The year is over, or not open yet, on the day this is asked. */
  yearClosed: boolean
  totalQuantity: Decimal
  licence: { state: string; sealed: boolean; issuing: boolean } | null
}

/** Opinions stand on the printed application: one that can't be printed would keep it from being printed at all. */
const printed = (what: string) =>
  z
    .string()
    .trim()
    .max(500, `${what}最多 500 字`)
    .superRefine((value, refinement) => {
      const missing = missingCharacters(value)
      const message = `${what}中的“${missing.join('')}”不能印在申请表上，请改用其他字`
      if (missing.length > 0) refinement.addIssue({ code: 'custom', message })
    })

const opinion = z.strictObject({ opinion: printed('意见').min(1, '请填写意见') })
const reason = z.strictObject({ opinion: printed('原因').min(1, '请填写原因') })
const optionalOpinion = z.strictObject({ opinion: printed('意见').optional() })

const claimedByOther = (it: Application, actor: Actor) =>
  it.claimedBy !== null && it.claimedBy !== actor.accountId
    ? `${it.claimedByName ?? '另一位审核员'}正在处理这份申请表，如需由您处理请先“接手”`
    : undefined

const notClaimed = (it: Application, actor: Actor) =>
  it.claimedBy === null ? '请先领取这份申请表' : claimedByOther(it, actor)

// 审核分初审、复审，复审人不得为初审人。
const sameReviewer = (it: Application, actor: Actor) =>
  it.firstReviewer === actor.accountId ? '您是这份申请表的初审人，复审须由另一位审核员进行' : undefined

// 出口许可证签发工作规范 第十三条至第十六条: a number of a year that is over could never become a licence.
const numberSpent = (it: Application) =>
  it.yearClosed
    ? '该年度已经结束，不能再取得该年度的许可证号，请“复审退回”，由企业复制为新年度的申请表'
    : undefined

const firstOf = (words: readonly string[] | null) =>
  words === null || words.length === 0
    ? undefined
    : words.length === 1
      ? words[0]
      : `${words[0]}（共 ${words.length} 项未完成，见核对清单）`

type Row = Action<State, Application>

const actions = {
  // ---- the enterprise ----
  save: { label: '暂存', from: editable, side: 'enterprise', quiet: true },
  attach: { label: '上传附件', from: editable, side: 'enterprise' },
  detach: { label: '删除附件', from: editable, side: 'enterprise' },
  prepare_seal: {
    label: '保存并盖章',
    from: editable,
    side: 'enterprise',
    // manual 000 保存并盖章, 003: all fields, contract sheet and attachments are checked first.
    unless: (it) => firstOf(it.openIssues),
  },
  seal: {
    label: '加盖签章',
    from: editable,
    to: 'ready',
    side: 'enterprise',
    unless: (it) => firstOf(it.openIssues),
  },
  edit: {
    label: '修改',
    from: ['ready'],
    to: 'draft',
    side: 'enterprise',
    confirm: '修改将取消签章，修改后须重新盖章。申请表号保持不变。',
  },
  submit: {
    label: '上报',
    from: ['ready'],
    to: 'first_review',
    side: 'enterprise',
    confirm: '上报后申请表送发证机构审核，审核期间不能修改。',
    // 货物进出口管理条例 第六十四条至第六十七条: after false papers no application is accepted until a day.
    unless: (it) =>
      it.barred !== null
        ? it.barred
        : !it.sealed
          ? '申请表还没有有效的签章，请先“保存并盖章”'
          : (it.sealBroken ?? firstOf(it.openIssues) ?? it.quotaRefusal ?? undefined),
  },
  delete: {
    label: '删除',
    from: ['draft', 'ready', 'returned', 'withdrawn'],
    to: 'deleted',
    side: 'enterprise',
    danger: true,
    confirm: '删除后不能恢复，申请表号不再使用。',
    // A licence handed back keeps its application alive: only the authority may end it.
    unless: (it) => (it.licence === null ? undefined : '该申请表已有许可证号，不能删除'),
  },
  withdraw: {
    label: '撤销',
    from: ['first_review'],
    to: 'withdrawing',
    side: 'enterprise',
    input: reason,
    opinion: 'required',
    confirm: '撤销须经发证机构同意，同意前申请表为“待撤销”。',
  },
  print: { label: '打印', from: ['approved'], side: 'enterprise' },

  // ---- the authority ----
  claim: {
    label: '领取',
    from: ['first_review', 'second_review', 'withdrawing'],
    side: 'authority',
    unless: (it, actor) =>
      claimedByOther(it, actor) ?? (it.state === 'second_review' ? sameReviewer(it, actor) : undefined),
  },
  release: {
    label: '放回',
    from: ['first_review', 'second_review', 'withdrawing'],
    side: 'authority',
    unless: (it, actor) => (it.claimedBy === actor.accountId ? undefined : '这份申请表不在您手上'),
  },
  take_over: {
    label: '接手',
    from: ['first_review', 'second_review', 'withdrawing'],
    side: 'authority',
    confirm: '另一位审核员正在处理。接手后由您处理，对方会看到。',
    unless: (it, actor) =>
      it.claimedBy === null || it.claimedBy === actor.accountId
        ? '无人处理，直接领取即可'
        : it.state === 'second_review'
          ? sameReviewer(it, actor)
          : undefined,
  },
  pass_first: {
    label: '初审通过',
    from: ['first_review'],
    to: 'second_review',
    side: 'authority',
    input: optionalOpinion,
    opinion: 'optional',
    unless: notClaimed,
  },
  return: {
    label: '初审退回',
    from: ['first_review'],
    to: 'returned',
    side: 'authority',
    input: opinion,
    opinion: 'required',
    unless: notClaimed,
  },
  pass_second: {
    label: '复审通过',
    from: ['second_review'],
    to: 'approved',
    side: 'authority',
    input: optionalOpinion,
    opinion: 'optional',
    confirm: '复审通过后即取得许可证号，转待发证。',
    unless: (it, actor) =>
      sameReviewer(it, actor) ?? notClaimed(it, actor) ?? numberSpent(it) ?? it.quotaRefusal ?? undefined,
  },
  reject: {
    label: '复审退回',
    from: ['second_review'],
    to: 'rejected',
    side: 'authority',
    danger: true,
    input: opinion,
    opinion: 'required',
    confirm: '复审退回后申请表不能再修改，企业只能复制后重新申请。',
    unless: (it, actor) => sameReviewer(it, actor) ?? notClaimed(it, actor),
  },
  send_back: {
    label: '退回初审',
    from: ['second_review'],
    to: 'first_review',
    side: 'authority',
    input: opinion,
    opinion: 'required',
    unless: (it, actor) => sameReviewer(it, actor) ?? notClaimed(it, actor),
  },
  agree_withdrawal: {
    label: '同意撤销',
    from: ['withdrawing'],
    to: 'withdrawn',
    side: 'authority',
    input: optionalOpinion,
    opinion: 'optional',
    unless: notClaimed,
  },
  refuse_withdrawal: {
    label: '不同意撤销',
    from: ['withdrawing'],
    to: 'first_review',
    side: 'authority',
    input: opinion,
    opinion: 'required',
    unless: notClaimed,
  },
  hand_back: {
    label: '退回复审',
    from: ['approved'],
    to: 'second_review',
    side: 'authority',
    input: opinion,
    opinion: 'required',
    unless: (it) =>
      it.licence === null || it.licence.state !== 'pending' || it.licence.sealed
        ? '电子许可证已经生成，不能退回'
        : it.licence.issuing
          ? '电子许可证正在生成，请稍候再试'
          : undefined,
  },
} as const satisfies Record<string, Row>

export type ApplicationAction = keyof typeof actions
export const application = machine<State, Application, ApplicationAction>(
  'application',
  '申请表',
  states,
  actions,
)

/** The lists of manual 000 around the application: which states each shows, and whether printed ones. */
export const lists = {
  to_submit: { label: '上报申请', states: ['draft', 'ready', 'returned', 'withdrawn'], printed: null },
  under_review: {
    label: '待审申请',
    states: ['first_review', 'second_review', 'withdrawing'],
    printed: null,
  },
  rejected: { label: '复审未通过', states: ['rejected'], printed: null },
  to_print: { label: '打印申请表', states: ['approved'], printed: false },
  printed: { label: '已打印申请表', states: ['approved'], printed: true },
} as const satisfies Record<string, { label: string; states: readonly State[]; printed: boolean | null }>
export type ListName = keyof typeof lists

/** The authority's queues. 待发证 lists licences and stands with them. */
export const queues = {
  first_review: { label: '待初审', states: ['first_review'] },
  second_review: { label: '待复审', states: ['second_review'] },
  withdrawing: { label: '待撤销', states: ['withdrawing'] },
} as const satisfies Record<string, { label: string; states: readonly State[] }>
export type QueueName = keyof typeof queues
