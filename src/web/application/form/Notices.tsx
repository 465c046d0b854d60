/** What the person has to know before writing on: others' changes, text left on this computer, opinions, open issues. */
import { useState } from 'react'
import { Button } from 'antd'
import { useQuery } from '@tanstack/react-query'
import type { ApplicationDetail } from '#api/application.ts'
import { ErrorSummary } from '#ui/ErrorSummary.tsx'
import { Instant } from '#ui/Numbers.tsx'
import { useMe } from '#ui/session.ts'
import { Notice } from '#ui/Words.tsx'
import { ownEnterpriseQuery } from '../queries.ts'
import type { Kept } from './keep.ts'
import { KeptText } from './KeptText.tsx'
import type { OpenEditor } from './open-editor.ts'
import { useSaveState } from './SaveLine.tsx'
import { sectionStates } from './sections.ts'
import type { Session } from './session.ts'
import { useForm, useJudged, usePart } from './store.ts'
import type { useCodeLists } from './use-known.ts'
import s from './Form.module.css'

/** Issues listed on top; the checklist holds the rest. */
const mostInSummary = 8

/** What is still open after a seal was tried; lines go as they are mended. */
export function OpenIssues({ shown }: { shown: boolean }) {
  const { issues } = useJudged()
  const steel = usePart((store) => store.known().goods?.steel === true)
  if (!shown) return null
  const ordered = sectionStates(issues, steel).flatMap((state) => state.issues)
  const title =
    ordered.length > mostInSummary
      ? `还有 ${ordered.length} 项没有完成，不能盖章。先列出 ${mostInSummary} 项，其余见核对清单`
      : `还有 ${ordered.length} 项没有完成，不能盖章`
  return <ErrorSummary live title={title} issues={ordered.slice(0, mostInSummary)} />
}

/** Somebody else was faster: who did what, and the way on. */
export function StaleNotice({
  session,
  detail,
  onReload,
}: {
  session: Session
  detail: ApplicationDetail | undefined
  onReload: () => Promise<void>
}) {
  const me = useMe()
  const state = useSaveState(session)
  if (state.kind !== 'stale') return null
  const last = detail === undefined ? undefined : lastWrite(detail)
  const who = last?.who === me.account.personName ? '您在另一窗口' : last?.who
  return (
    <Notice
      kind="error"
      action={
        <Button size="small" onClick={() => void onReload()}>
          刷新
        </Button>
      }
    >
      {last === undefined ? (
        state.words
      ) : (
        <>
          {who}于 <Instant at={last.at} short /> {last.what}了这份申请表，现在为“{detail?.stateLabel}”。
        </>
      )}
      本页没有保存的内容
      {state.kept ? '已留在本机，刷新后可逐项选用' : '在本机存不下，请先复制需要的文字再刷新'}。
    </Notice>
  )
}

/** What was done last: a save leaves no line in the history, every other action does. */
function lastWrite(detail: ApplicationDetail): { who: string; at: string; what: string } {
  const action = detail.history.at(-1)
  return action === undefined || action.at < detail.modifiedAt
    ? { who: detail.modifiedByName, at: detail.modifiedAt, what: '修改' }
    : { who: action.who, at: action.at, what: action.label }
}

export function Restored({ opened }: { opened: OpenEditor }) {
  const store = useForm()
  const [shown, setShown] = useState(opened.restored !== undefined)
  const before = opened.saved
  // Once more was typed, going back would take that along.
  const untouched = usePart((it) => it.content() === opened.restored?.content)
  if (!shown || opened.restored === undefined) return null
  return (
    <Notice
      kind="info"
      action={
        <>
          {before !== undefined && untouched && (
            <Button
              size="small"
              onClick={() => {
                store.replace(before)
                setShown(false)
              }}
            >
              不要这些内容
            </Button>
          )}
          <Button size="small" type="primary" onClick={() => setShown(false)}>
            知道了
          </Button>
        </>
      }
    >
      已恢复 <Instant at={opened.restored.at} /> 在本机填写、还没有保存的内容。
    </Notice>
  )
}

export function Conflicting({
  opened,
  lists,
  onGone,
}: {
  opened: OpenEditor
  lists: ReturnType<typeof useCodeLists>
  onGone: () => void
}) {
  const store = useForm()
  const [kept, setKept] = useState<Kept | undefined>(opened.conflicting)
  const current = usePart((it) => it.content())
  if (kept === undefined) return null
  return (
    <KeptText
      kept={kept}
      current={current}
      lists={lists}
      onTake={(content) => store.replace(content)}
      onDrop={() => {
        setKept(undefined)
        onGone()
      }}
    />
  )
}

/** Applications of the enterprise are not accepted for now: what is typed can be kept, not submitted. */
export function Barred() {
  const { data } = useQuery(ownEnterpriseQuery)
  const barred = data?.barred ?? null
  return barred === null ? null : <Notice kind="error">{barred.words}</Notice>
}

/** What the authority said when it came back. */
export function Opinion({ detail }: { detail: ApplicationDetail | undefined }) {
  const came = detail?.history.findLast(({ to, from }) => to === detail.state && from !== to)
  if (detail === undefined || came === undefined || !came.opinion) return null
  if (detail.state !== 'returned' && detail.state !== 'withdrawn') return null
  return (
    <Notice kind="warning">
      {came.label}（{came.who}，<Instant at={came.at} short />
      ）：<span className={s['opinion']}>{came.opinion}</span>
    </Notice>
  )
}
