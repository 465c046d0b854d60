import { useEffect, useState } from 'react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Navigate, useParams, useSearch } from '@tanstack/react-router'
import type { ApplicationDetail } from '#api/application.ts'
import { PageTitle } from '#ui/PageTitle.tsx'
import { paths } from '#ui/paths.ts'
import { useMe } from '#ui/session.ts'
import { useSlow } from '#ui/use-slow.ts'
import { PageBones } from '../Bones.tsx'
import { newApplicationId } from '../new-id.ts'
import { NotRead } from '../NotRead.tsx'
import { applicationQuery } from '../queries.ts'
import { copiedContent } from '../start.ts'
import { Editor } from './Editor.tsx'
import { browserStore, dropOld } from '../../keep.ts'
import { contentOf, mayWrite } from './read.ts'

/** An application to be written. In any other state, and for who may only read, its page opens instead. */
export function FormPage() {
  const { id = '' }: { id?: string } = useParams({ strict: false })
  return <Opening key={id} id={id} />
}

function Opening({ id }: { id: string }) {
  const client = useQueryClient()
  const read = useQuery({ ...applicationQuery(id), refetchOnMount: 'always', refetchOnWindowFocus: false })
  // What is typed stands over one reading; a later one does not change what is open.
  const [opened, setOpened] = useState<{ detail: ApplicationDetail; times: number }>()
  if (opened === undefined && read.data !== undefined && read.isFetchedAfterMount && !read.isFetching) {
    setOpened({ detail: read.data, times: 1 })
  }
  useEffect(() => dropOld(browserStore(), Date.now()), [])
  async function reload() {
    const detail = await client.fetchQuery({ ...applicationQuery(id), staleTime: 0 })
    setOpened((before) => ({ detail, times: (before?.times ?? 0) + 1 }))
  }
  if (opened === undefined) return <Waiting error={read.error} onRetry={() => void read.refetch()} />
  if (!mayWrite(opened.detail)) return <Navigate to={paths.application(id)} replace />
  return (
    <Editor
      key={opened.times}
      id={id}
      detail={read.data ?? opened.detail}
      start={contentOf(opened.detail)}
      version={opened.detail.version}
      onReload={reload}
    />
  )
}

/** 复制 into the form (manual 000): filled with the content of another application, nothing of it exists until saved. */
export function CopyPage() {
  const search: unknown = useSearch({ strict: false })
  const from = copyOf(search)
  const me = useMe()
  const read = useQuery({ ...applicationQuery(from), refetchOnWindowFocus: false })
  const [newId] = useState(() => newApplicationId(Date.now()))
  const [source, setSource] = useState<ApplicationDetail>()
  if (source === undefined && read.data !== undefined) setSource(read.data)
  if (source === undefined) return <Waiting error={read.error} onRetry={() => void read.refetch()} />
  return (
    <Editor
      key={me.account.id}
      id={newId}
      keepAs={`copy-of-${from}`}
      detail={undefined}
      copyOf={source}
      start={copiedContent(contentOf(source))}
      version={0}
      onReload={async () => undefined}
    />
  )
}

/** The application to copy, as the address names it; '' when it names none. */
export const copyOf = (search: unknown): string =>
  typeof search === 'object' && search !== null && 'copyOf' in search && typeof search.copyOf === 'string'
    ? search.copyOf
    : ''

function Waiting({ error, onRetry }: { error: Error | null; onRetry: () => void }) {
  const slow = useSlow(error === null)
  return (
    <>
      <PageTitle title="申请表" />
      {error !== null && <NotRead error={error} onRetry={onRetry} />}
      {error === null && slow && <PageBones label="正在读取申请表" side={252} />}
    </>
  )
}
