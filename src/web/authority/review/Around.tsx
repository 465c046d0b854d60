/** What stands around an application: its papers, seal, earlier ones on the same contract, and what has happened. */
import { useState, type ReactNode } from 'react'
import { Link } from '@tanstack/react-router'
import type { ApplicationDetail } from '#api/application.ts'
import { formatDecimal } from '#domain/decimal.ts'
import { fingerprint } from '#domain/seal/content.ts'
import { Instant, PaperNo, Quantity } from '#ui/Numbers.tsx'
import { paths } from '#ui/paths.ts'
import { Timeline } from '#ui/Timeline.tsx'
import { StateWord } from '#ui/Words.tsx'
import { toneOf } from '../../application/tone.ts'
import type { Mark } from './checks.ts'
import { contractTotal } from './contract-total.ts'
import { Part, placeId, Sign } from './SheetView.tsx'
import s from './Review.module.css'

/** Which papers the goods ask for, and whether they are there. */
export function Papers({ detail, marks }: { detail: ApplicationDetail; marks: readonly Mark[] }) {
  const count = (code: string) => detail.attachments.filter(({ type }) => type === code).length
  const asked = detail.attachmentNeeds.filter(({ code, required }) => required || count(code) > 0)
  return (
    <Part title="附件" note={`共 ${detail.attachments.length} 个`}>
      <ul id={placeId('attachments')} tabIndex={-1} className={s['papers']}>
        {asked.map(({ code, name, because }) => (
          <li key={code}>
            <Sign marks={marksOfPaper(count(code))} />
            {name}
            {count(code) === 0 ? (
              <span className={s['refused']}>没有上传（{because}）</span>
            ) : (
              <span className={s['soft']}>{count(code)} 个</span>
            )}
          </li>
        ))}
      </ul>
      {marks.map((mark) =>
        mark.kind === 'refused' ? (
          <p key={mark.words} className={s['refused']}>
            今日规则：{mark.words}
          </p>
        ) : null,
      )}
    </Part>
  )
}

const marksOfPaper = (count: number): Mark[] =>
  count > 0 ? [{ kind: 'there' }] : [{ kind: 'refused', words: '' }]

export function SealFacts({ detail }: { detail: ApplicationDetail }) {
  const { seal } = detail
  return (
    <Part title="电子签章">
      {seal === null ? (
        <p className={s['soft']}>没有签章</p>
      ) : (
        <dl className={s['lines']}>
          <Fact label="企业">{seal.enterpriseName}</Fact>
          <Fact label="签章人">
            {seal.holder} · <Instant at={seal.signedAt} />
          </Fact>
          <Fact label="证书序列号">
            <span className={s['fixed']}>{seal.serial}</span>
          </Fact>
          <Fact label="内容指纹">
            <span className={s['fixed']}>{fingerprint(seal.digest)}</span>
          </Fact>
        </dl>
      )}
    </Part>
  )
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className={s['line']}>
      <dt>
        <span className={s['sign']} />
        {label}
      </dt>
      <dd>{children}</dd>
    </div>
  )
}

/** Other applications on the same contract number, and what they come to against the contract. */
export function Earlier({ detail }: { detail: ApplicationDetail }) {
  const { earlier, filled } = detail
  const total = contractTotal(detail)
  const number = (value: string) => formatDecimal(value, { grouping: true })
  return (
    <Part title="同一合同号的其他申请" note={earlier.length === 0 ? '没有' : `${earlier.length} 份`}>
      {total !== undefined && (
        <p className={total.over ? s['refused'] : s['soft']}>
          已申领 {total.count} 份共 {number(total.earlier)}，连同本份 {number(total.together)}{' '}
          {filled.goodsUnit}；合同总数量 {number(total.contract)}
          {total.over && '，已超过合同'}
        </p>
      )}
      {earlier.length > 0 && (
        <ul className={s['earlier']}>
          {earlier.map((one) => (
            <li key={one.id}>
              <span className={s['earlierHead']}>
                <Link to={paths.review(one.id)}>
                  <PaperNo value={one.applicationNo ?? '没有编号'} />
                </Link>
                <StateWord tone={toneOf(one.state)}>{one.stateLabel}</StateWord>
                {one.licenceNo !== null && (
                  <span>
                    许可证 <PaperNo value={one.licenceNo} />
                  </span>
                )}
              </span>
              <span className={s['soft']}>
                {one.goodsName} · <Quantity value={one.totalQuantity} unit={one.goodsUnit} /> · 上报于{' '}
                <Instant at={one.submittedAt} short />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Part>
  )
}

/** Small steps that say little about the course of things; they are told on demand. */
const small: ReadonlySet<string> = new Set([
  'claim',
  'release',
  'take_over',
  'attach',
  'detach',
  'save',
  'prepare_seal',
])

export function History({ detail }: { detail: ApplicationDetail }) {
  const [all, setAll] = useState(false)
  const hidden = detail.history.filter(({ action }) => small.has(action)).length
  const shown = all ? detail.history : detail.history.filter(({ action }) => !small.has(action))
  return (
    <Part title="经过">
      <Timeline entries={shown} />
      {hidden > 0 && (
        <button type="button" className={s['goOn']} aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? '只看主要经过' : `显示其余 ${hidden} 项`}
        </button>
      )}
    </Part>
  )
}
