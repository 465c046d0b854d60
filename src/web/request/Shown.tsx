/** A request as it is read: what is asked, old and new side by side, quota, seal; for exporter and officer alike. */
import { Link } from '@tanstack/react-router'
import { requestProof, type RequestDetail } from '#api/request.ts'
import { quotaWords } from '#domain/amendment/changes.ts'
import { fingerprint } from '#domain/seal/content.ts'
import { urlOf } from '#ui/call.ts'
import { Pair } from '#ui/FormView.tsx'
import { DayText, Instant, PaperNo, Quantity } from '#ui/Numbers.tsx'
import { Section } from '#ui/PageTitle.tsx'
import { Notice, shown } from '#ui/Words.tsx'
import d from '../application/Detail.module.css'
import { isExchange } from './words.ts'
import s from './Request.module.css'

export const proofUrl = (id: string) => urlOf(requestProof, { params: { id }, query: { show: '1' } })

export function Asked({ detail, licenceAt }: { detail: RequestDetail; licenceAt: (id: string) => string }) {
  return (
    <Section title="申请">
      <dl className={d['three']}>
        <Pair label="申请种类">{detail.kindLabel}</Pair>
        {detail.writeOffQuantity !== null && (
          <Pair label="核销数量">
            <Quantity value={detail.writeOffQuantity} unit={detail.goodsUnit} />
          </Pair>
        )}
        <Pair label="录入人">{detail.createdByName}</Pair>
        <Pair label="上报时间">
          <Instant at={detail.submittedAt} />
        </Pair>
        <Pair label="办理期限">
          <DayText day={detail.dueOn} />
        </Pair>
        {detail.newLicenceId !== null && (
          <Pair label="新证号">
            <Link to={licenceAt(detail.newLicenceId)}>
              <PaperNo value={detail.newLicenceNo} />
            </Link>
          </Pair>
        )}
        {detail.form.notice.newspaper !== '' && (
          <Pair label="遗失声明">
            {detail.form.notice.newspaper}，{shown(detail.form.notice.publishedOn)}
          </Pair>
        )}
        <Pair label="申请原因" wide>
          {detail.reason}
        </Pair>
      </dl>
    </Section>
  )
}

/** Old and new side by side. */
export function Comparison({ detail }: { detail: RequestDetail }) {
  if (!isExchange(detail.kind)) return null
  const { licence, lines, quota } = detail
  return (
    <Section title="原证与新证">
      {detail.changes.length > 0 && (
        <table className={s['changes']}>
          <thead>
            <tr>
              <th scope="col" className={s['what']}>
                更改项目
              </th>
              <th scope="col">原证</th>
              <th scope="col">新证</th>
              <th scope="col" className={s['quota']}>
                配额
              </th>
            </tr>
          </thead>
          <tbody>
            {detail.changes.map((change) => (
              <tr key={change.name}>
                <th scope="row">{change.label}</th>
                <td className={s['old']}>{shown(change.before)}</td>
                <td>
                  <strong>{shown(change.after)}</strong>
                </td>
                <td className={change.neutral ? undefined : s['asks']}>{quotaWords(change.neutral)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <div className={s['pair']}>
        {(['before', 'after'] as const).map((side) => (
          <table key={side} className={d['rows']}>
            <caption className="visually-hidden">{side === 'before' ? '原证规格' : '新证规格'}</caption>
            <thead>
              <tr>
                <th scope="col">{side === 'before' ? '原证规格、等级' : '新证规格、等级'}</th>
                <th scope="col" className={d['right']}>
                  单价({licence.boxes.currency})
                </th>
                <th scope="col" className={d['right']}>
                  数量({licence.unit})
                </th>
              </tr>
            </thead>
            <tbody>
              {lines[side].map((line, index) => (
                <tr key={String(index)}>
                  <td>{shown(line.spec)}</td>
                  <td className={d['right']}>
                    <Quantity value={line.unitPrice} />
                  </td>
                  <td className={d['right']}>
                    <Quantity value={line.quantity} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        ))}
      </div>
      <p className={s['total']}>
        <span>
          原证未使用 <Quantity value={licence.unusedQuantity} unit={licence.unit} />
        </span>
        <span>
          新证数量 <Quantity value={detail.newQuantity} unit={licence.unit} />
        </span>
        {quota !== null && quota.docNo !== '' && (
          <span>
            配额 {quota.docNo}
            {quota.hold !== '0' && (
              <>
                ，另占用 <Quantity value={quota.hold} unit={licence.unit} />
              </>
            )}
          </span>
        )}
      </p>
      {quota !== null && quota.refusal !== null && <Notice kind="warning">{quota.refusal}</Notice>}
    </Section>
  )
}

export function SealFacts({ detail }: { detail: RequestDetail }) {
  if (!isExchange(detail.kind)) return null
  return (
    <Section title="签章">
      {detail.seal === null ? (
        <p>还没有盖章</p>
      ) : (
        <dl className={d['three']}>
          <Pair label="签章人">
            {detail.seal.holder}（{detail.seal.enterpriseName}）
          </Pair>
          <Pair label="签章时间">
            <Instant at={detail.seal.signedAt} />
          </Pair>
          <Pair label="证书">{detail.seal.serial}</Pair>
          <Pair label="内容指纹" wide>
            <span className={s['print']}>{fingerprint(detail.seal.digest)}</span>
          </Pair>
        </dl>
      )}
    </Section>
  )
}
