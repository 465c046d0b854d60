/** 修改: a request that waits to be submitted, or came back. */
import { useState } from 'react'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import type { RequestDetail } from '#api/request.ts'
import { PageTitle } from '#ui/PageTitle.tsx'
import { paths } from '#ui/paths.ts'
import { useSlow } from '#ui/use-slow.ts'
import { Notice, StateWord } from '#ui/Words.tsx'
import { PageBones } from '../application/Bones.tsx'
import { NotRead } from '../application/NotRead.tsx'
import { contentOf } from './content.ts'
import { Editor } from './Editor.tsx'
import { requestQuery } from './queries.ts'
import { requestTone } from './words.ts'
import s from './Request.module.css'

export function EditPage() {
  const { id = '' }: { id?: string } = useParams({ strict: false })
  const read = useQuery({ ...requestQuery(id), staleTime: 0, refetchOnWindowFocus: false })
  const slow = useSlow(read.isPending)
  if (read.data !== undefined && !read.isPlaceholderData) return <Edit key={id} read={read.data} />
  return (
    <>
      <PageTitle title="修改申请" />
      {read.error !== null && <NotRead error={read.error} onRetry={() => void read.refetch()} />}
      {slow && <PageBones label="正在读取申请" side={300} />}
    </>
  )
}

function Edit({ read }: { read: RequestDetail }) {
  // What was saved meanwhile comes back in the read; the form goes on with what it holds.
  const [detail] = useState(read)
  const offered = detail.offered.find(({ action }) => action === 'save')
  const returned = detail.history.findLast(({ to }) => to === 'returned')
  return (
    <>
      <PageTitle
        title={detail.kindLabel}
        state={<StateWord tone={requestTone(detail.state)}>{detail.stateLabel}</StateWord>}
      />
      {detail.state === 'returned' && returned !== undefined && (
        <div className={s['stack']}>
          <Notice kind="warning">
            {returned.label}：{returned.opinion ?? '没有说明原因'}
          </Notice>
        </div>
      )}
      {offered === undefined || offered.because !== undefined ? (
        <Notice kind="warning" action={<Link to={paths.request(detail.id)}>查看申请</Link>}>
          {offered?.because ?? `这份申请当前为“${detail.stateLabel}”，不能修改`}
        </Notice>
      ) : (
        <Editor
          kind={detail.kind}
          licence={detail.licence}
          start={contentOf(detail)}
          stored={{ id: detail.id, version: detail.version }}
          openIssues={detail.issues}
        />
      )}
    </>
  )
}
