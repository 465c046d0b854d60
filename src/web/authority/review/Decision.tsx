import { useRef, useState } from 'react'
import type { ApplicationDetail } from '#api/application.ts'
import { application, type ApplicationAction, type QueueName } from '#domain/application/actions.ts'
import { ActionBar, type ActionRequest } from '#ui/ActionBar.tsx'
import { CallFailed } from '#ui/call.ts'
import { classes } from '#ui/field-parts.ts'
import { Instant } from '#ui/Numbers.tsx'
import { TextInput } from '#ui/TextInput.tsx'
import { performOnApplication } from '../queries.ts'
import { keep, readKept } from './kept.ts'
import s from './Review.module.css'
import f from '#ui/Field.module.css'

export interface Done {
  action: ApplicationAction
  stateLabel: string
  licenceNo: string | null
}

/** The decisions of each queue, in the order of the buttons: the one that ends well stands last. */
const decisions = {
  first_review: ['return', 'pass_first'],
  second_review: ['reject', 'send_back', 'pass_second'],
  withdrawing: ['refuse_withdrawal', 'agree_withdrawal'],
} as const satisfies Record<QueueName, readonly ApplicationAction[]>

const primary = {
  first_review: 'pass_first',
  second_review: 'pass_second',
  withdrawing: 'agree_withdrawal',
} as const satisfies Record<QueueName, ApplicationAction>

/**
 * Letters of their own for each stage: an application that is withdrawn while it is looked at does not take the
 * letter meant for the review.
 */
const shortcuts = {
  pass_first: 'p',
  return: 'r',
  pass_second: 'p',
  reject: 'r',
  send_back: 'b',
  agree_withdrawal: 'y',
  refuse_withdrawal: 'n',
} as const satisfies Partial<Record<ApplicationAction, string>>

/** Words reviewers write often; chosen ones are put behind what stands there. */
const phrases = {
  first_review: [
    '材料齐全，填写规范，同意。',
    '申请表与合同不一致，请核对后重新上报。',
    '附件不清晰或不完整，请重新上传后上报。',
    '合同信息表填写不完整，请补充后重新上报。',
  ],
  second_review: ['同意。', '初审意见与材料不符，请重新核对。', '不符合出口许可证签发规定，不予签发。'],
  withdrawing: ['同意撤销。', '申请已进入审核，不同意撤销。'],
} as const satisfies Record<QueueName, readonly string[]>

const rule = {
  first_review: '通过可不填，退回须填',
  second_review: '通过可不填，退回须填',
  withdrawing: '同意可不填，不同意须填',
} as const satisfies Record<QueueName, string>

const mostLetters = 500
const boxId = 'review-opinion'

/** The opinion and the decisions. */
export function Decision({
  detail,
  queue,
  claiming,
  onDone,
  onRefresh,
}: {
  detail: ApplicationDetail
  queue: QueueName
  /** The claim is on its way: the buttons wait for it. */
  claiming: boolean
  onDone: (done: Done) => void
  onRefresh: () => void
}) {
  const [opinion, setOpinion] = useState(() => readKept(detail.id).opinion)
  const [missing, setMissing] = useState(false)
  // Done: until the next one opens nothing more can be pressed.
  const [over, setOver] = useState(false)
  const reply = useRef<{ stateLabel: string; licenceNo: string | null }>(undefined)
  const letters = [...opinion].length
  const tooLong = letters > mostLetters

  const write = (value: string) => {
    setOpinion(value)
    setMissing(false)
    keep(detail.id, { opinion: value })
  }
  const perform = async (action: ApplicationAction, body: ActionRequest) => {
    try {
      reply.current = await performOnApplication(detail.id)(action, body)
    } catch (error) {
      // What has changed meanwhile is shown beside the words of the refusal.
      if (error instanceof CallFailed && error.status === 409) onRefresh()
      throw error
    }
  }
  return (
    <section className={s['decision']} aria-label="审批">
      <Before detail={detail} />
      <div className={classes(f['field'], (missing || tooLong) && f['wrong'])}>
        <div className={f['head']}>
          <label htmlFor={boxId}>审批意见</label>
          {!missing && !tooLong && <span className={s['rule']}>{rule[queue]}</span>}
          <span id={`${boxId}-error`} role="alert" className={s['refused']}>
            {missing && '请先填写意见，写明原因和要补正的内容'}
            {tooLong && `意见最多 ${mostLetters} 字，现有 ${letters} 字`}
          </span>
          <select
            aria-label="插入常用意见"
            className={s['phrases']}
            value=""
            onChange={(event) => {
              write(opinion === '' ? event.target.value : `${opinion.trimEnd()}\n${event.target.value}`)
              document.getElementById(boxId)?.focus()
            }}
          >
            <option value="">常用意见…</option>
            {phrases[queue].map((phrase) => (
              <option key={phrase}>{phrase}</option>
            ))}
          </select>
        </div>
        <TextInput
          id={boxId}
          multiline
          rows={2}
          value={opinion}
          wrong={missing || tooLong}
          describedBy={`${boxId}-error`}
          onChange={write}
        />
      </div>
      <ActionBar
        machine={application}
        offered={claiming ? detail.actions.map(({ action }) => ({ action })) : detail.actions}
        version={detail.version}
        only={decisions[queue]}
        primary={primary[queue]}
        shortcuts={shortcuts}
        perform={perform}
        busy={tooLong || claiming || over}
        quiet
        opinion={{
          value: opinion,
          onMissing: () => {
            setMissing(true)
            document.getElementById(boxId)?.focus()
          },
        }}
        onDone={(action) => {
          setOver(true)
          onDone({ action, stateLabel: '', licenceNo: null, ...reply.current })
        }}
        onRefresh={onRefresh}
      />
    </section>
  )
}

/** What an officer said last about it: the second reviewer reads the first one's words, and so on. */
function Before({ detail }: { detail: ApplicationDetail }) {
  const last = detail.history.findLast(({ action }) => officers.has(action))
  if (last === undefined) return null
  return (
    <p className={s['before']}>
      <strong>{last.label}</strong> · {last.who} · <Instant at={last.at} short />
      {last.opinion !== null && last.opinion !== '' ? `：${last.opinion}` : '，没有意见'}
    </p>
  )
}

const officers: ReadonlySet<string> = new Set([...Object.values(decisions).flat(), 'hand_back'])
