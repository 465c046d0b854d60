import { useState } from 'react'
import { App, Button } from 'antd'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import type { ApplicationDetail } from '#api/application.ts'
import { application } from '#domain/application/actions.ts'
import { attachmentTypeNames } from '#domain/reference/attachment-rules.ts'
import { fingerprint } from '#domain/seal/content.ts'
import { ActionBar } from '#ui/ActionBar.tsx'
import { Pair } from '#ui/FormView.tsx'
import { Instant, PaperNo, Quantity } from '#ui/Numbers.tsx'
import { PageTitle, Section } from '#ui/PageTitle.tsx'
import { paths } from '#ui/paths.ts'
import { useMay, useMe } from '#ui/session.ts'
import { Timeline } from '#ui/Timeline.tsx'
import { useSlow } from '#ui/use-slow.ts'
import { Notice, shown, StateWord } from '#ui/Words.tsx'
import { ApplicationView } from './ApplicationView.tsx'
import { PageBones } from './Bones.tsx'
import { CopyButton } from './CopyApplication.tsx'
import { Around, Opinions } from './DetailSide.tsx'
import { FileLinks } from './FileLinks.tsx'
import { sameContent } from './form/content.ts'
import { browserStore } from '../keep.ts'
import { keeperOf } from './form/keep.ts'
import { KeptText } from './form/KeptText.tsx'
import { contentOf, mayWrite } from './form/read.ts'
import { useCodeLists } from './form/use-known.ts'
import { NotRead } from './NotRead.tsx'
import { documentUrl, openDocument } from './print.ts'
import { applicationQuery, performOn, useStale } from './queries.ts'
import { toneOf } from './tone.ts'
import s from './Detail.module.css'

/** An application with what may be done, what it says, and what has happened to it. */
export function DetailPage() {
  const { id = '' }: { id?: string } = useParams({ strict: false })
  const read = useQuery(applicationQuery(id))
  const slow = useSlow(read.isPending)
  if (read.data !== undefined)
    return <Detail key={id} detail={read.data} onRefresh={async () => (await read.refetch()).data} />
  return (
    <>
      <PageTitle title="申请表" />
      {read.error !== null && <NotRead error={read.error} onRetry={() => void read.refetch()} />}
      {slow && <PageBones label="正在读取申请表" side={300} />}
    </>
  )
}

/** Reads the application again; undefined when that failed. */
type Refresh = () => Promise<ApplicationDetail | undefined>

function Detail({ detail, onRefresh }: { detail: ApplicationDetail; onRefresh: Refresh }) {
  const { id } = detail
  const navigate = useNavigate()
  const stale = useStale()
  const mayCopy = useMay('application.copy')
  const writes = mayWrite(detail)
  return (
    <>
      <PageTitle
        title="申请表"
        number={<PaperNo value={detail.applicationNo ?? detail.windowNo} what="编号" copy />}
        state={<StateWord tone={toneOf(detail.state)}>{detail.stateLabel}</StateWord>}
      >
        {detail.submittedAt !== null && <StateButton detail={detail} onRefresh={onRefresh} />}
        {mayCopy && <CopyButton id={id} />}
        <Button href={documentUrl(id)} target="_blank">
          查看 PDF
        </Button>
        {detail.actions.length > 0 && (
          <div className={s['bar']}>
            <ActionBar
              machine={application}
              offered={detail.actions}
              version={detail.version}
              only={['delete', 'withdraw', 'edit', 'print', 'submit']}
              primary={detail.state === 'approved' ? 'print' : 'submit'}
              perform={(action, body) => {
                if (action === 'print') openDocument(id)
                return performOn(id)(action, body)
              }}
              onDone={(action) => {
                // What was deleted must not be read once more by the page that shows it.
                if (action === 'delete') {
                  return void navigate({ to: paths.applications('to_submit') }).then(() => stale(id))
                }
                stale(id)
                if (action === 'edit') void navigate({ to: paths.applicationForm(id) })
              }}
              onRefresh={() => void onRefresh()}
            />
          </div>
        )}
        {writes && (
          <Button type="primary" onClick={() => void navigate({ to: paths.applicationForm(id) })}>
            修改
          </Button>
        )}
      </PageTitle>
      <div className={s['notices']}>
        <Outcome detail={detail} />
        <LeftHere detail={detail} />
      </div>
      <div className={s['page']}>
        <div>
          <ApplicationView detail={detail} />
          <Attachments detail={detail} />
          <SealFacts detail={detail} />
          <Earlier detail={detail} />
        </div>
        <aside className={s['side']}>
          <Around detail={detail} />
          <Opinions detail={detail} />
          <Section title="经过">
            <Timeline entries={detail.history} />
          </Section>
        </aside>
      </div>
    </>
  )
}

/** 查询审批状态 (manual 004: after 申报 a button tells the state). */
function StateButton({ detail, onRefresh }: { detail: ApplicationDetail; onRefresh: Refresh }) {
  const { message } = App.useApp()
  const [asking, setAsking] = useState(false)
  const ask = async () => {
    setAsking(true)
    try {
      const now = await onRefresh()
      if (now !== undefined) void message.info({ key: 'state', content: `当前状态：${now.stateLabel}` })
    } finally {
      setAsking(false)
    }
  }
  return (
    <Button loading={asking} onClick={() => void ask()} aria-label={`查询审批状态，现为${detail.stateLabel}`}>
      查询状态
    </Button>
  )
}

/** What came of it, where the person has to know at once. */
function Outcome({ detail }: { detail: ApplicationDetail }) {
  const came = detail.history.findLast(({ to, from }) => to === detail.state && from !== to)
  if (detail.state === 'returned' || detail.state === 'rejected') {
    return (
      <Notice kind="warning">
        {came?.label}：<span className={s['opinion']}>{shown(came?.opinion)}</span>
        {detail.state === 'rejected' && '。复审未通过的申请表不能再修改，可“复制”后重新申请'}
      </Notice>
    )
  }
  if (detail.state === 'withdrawn' && came?.opinion) {
    return (
      <Notice>
        {came.label}：{came.opinion}
      </Notice>
    )
  }
  return null
}

/** Text of this computer that could not be saved any more. */
function LeftHere({ detail }: { detail: ApplicationDetail }) {
  const me = useMe()
  const lists = useCodeLists()
  const [keepers] = useState(() =>
    [detail.id, `${detail.id}.aside`].map((name) => keeperOf(browserStore(), me.account.id, name)),
  )
  const [kept, setKept] = useState(() =>
    keepers.map((keeper) => keeper.read()).find((it) => it !== undefined),
  )
  // Where the form may still be written it offers the text itself.
  if (kept === undefined || mayWrite(detail) || sameContent(kept.content, contentOf(detail))) return null
  return (
    <KeptText
      kept={kept}
      current={contentOf(detail)}
      lists={lists}
      onDrop={() => {
        for (const keeper of keepers) keeper.drop()
        setKept(undefined)
      }}
    />
  )
}

function Attachments({ detail }: { detail: ApplicationDetail }) {
  return (
    <Section title="附件" note={detail.attachments.length > 0 && `共 ${detail.attachments.length} 个`}>
      {detail.attachments.length === 0 ? (
        <p>没有附件</p>
      ) : (
        <ul className={s['files']}>
          {detail.attachments.map((file) => (
            <li key={file.id}>
              <span className={s['type']}>{attachmentTypeNames[file.type] ?? file.type}</span>
              <FileLinks applicationId={detail.id} file={file} />
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}

function SealFacts({ detail: { seal } }: { detail: ApplicationDetail }) {
  return (
    <Section title="签章">
      {seal === null ? (
        <p>还没有盖章</p>
      ) : (
        <dl className={s['three']}>
          <Pair label="签章企业">{seal.enterpriseName}</Pair>
          <Pair label="签章人">{seal.holder}</Pair>
          <Pair label="签章时间">
            <Instant at={seal.signedAt} />
          </Pair>
          <Pair label="证书序列号" wide>
            <span className={s['print']}>{seal.serial}</span>
          </Pair>
          <Pair label="内容指纹（SHA-256）" wide>
            <span className={s['print']}>{fingerprint(seal.digest)}</span>
          </Pair>
        </dl>
      )}
    </Section>
  )
}

/** Earlier applications on the same contract. */
function Earlier({ detail: { earlier } }: { detail: ApplicationDetail }) {
  if (earlier.length === 0) return null
  return (
    <Section title="同一合同号的其他申请表">
      <table className={s['rows']}>
        <thead>
          <tr>
            {['申请表号', '商品名称', '数量', '状态', '许可证号', '上报时间'].map((title) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {earlier.map((row) => (
            <tr key={row.id}>
              <td>
                <Link to={paths.application(row.id)}>
                  {row.applicationNo === null ? '（未编号）' : <PaperNo value={row.applicationNo} />}
                </Link>
              </td>
              <td>{row.goodsName}</td>
              <td className={s['right']}>
                <Quantity value={row.totalQuantity} unit={row.goodsUnit} />
              </td>
              <td className={s['whole']}>{row.stateLabel}</td>
              <td>
                <PaperNo value={row.licenceNo} />
              </td>
              <td>
                <Instant at={row.submittedAt} short />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  )
}
