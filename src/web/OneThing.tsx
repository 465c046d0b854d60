import type { UseQueryResult } from '@tanstack/react-query'
import { PageTitle } from '#ui/PageTitle.tsx'
import { useSlow } from '#ui/use-slow.ts'
import { PageBones } from './application/Bones.tsx'
import { NotRead } from './application/NotRead.tsx'

/** The page of one thing: its bones while it is read, why it could not be read and where to go `next`, or the thing. */
export function OneThing<T>({
  title,
  read,
  side = 340,
  next,
  children,
}: {
  /** What kind of thing it is, said until its own name is known. */
  title: string
  read: UseQueryResult<T>
  /** Width of the column at the side, in pixels. */
  side?: number
  next: React.ReactNode
  children: (detail: T, refresh: () => void) => React.ReactNode
}) {
  const slow = useSlow(read.isPending)
  const refresh = () => void read.refetch()
  if (read.data !== undefined) return children(read.data, refresh)
  return (
    <>
      <PageTitle title={title} />
      {read.error !== null && <NotRead error={read.error} onRetry={refresh} next={next} />}
      {slow && <PageBones label={`正在读取${title}`} side={side} />}
    </>
  )
}
