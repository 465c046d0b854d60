/** Where a look-up takes its rows from, and how they are kept: whole lists once, searched ones per typed text. */
import { useQuery, type QueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { mostShown, narrow, type Choice } from './narrow.ts'

export interface Source {
  /** Names the list in the cache of reads. */
  key: readonly unknown[]
  /** True: the list comes whole, once, and is narrowed in the page. False: the server is asked for what was typed. */
  whole: boolean
  /** Of a searched list: rows the server gives at most. */
  most?: number
  ask: (typed: string, signal: AbortSignal) => Promise<readonly Choice[]>
}

const wholeKept = 10 * 60_000
const searchKept = 60_000
const typingPause = 150

const options = (source: Source, typed: string) => ({
  queryKey: ['lookup', ...source.key, source.whole ? '' : typed.trim()],
  queryFn: ({ signal }: { signal: AbortSignal }) => source.ask(source.whole ? '' : typed.trim(), signal),
  staleTime: source.whole ? wholeKept : searchKept,
})

/** The read of a list that comes whole, for whoever needs all of it; kept once for everybody. */
export const wholeList = (source: Source) => options(source, '')

export interface Found {
  rows: readonly Choice[]
  /** There are rows beyond those shown. */
  more: boolean
  pending: boolean
  error: Error | null
}

/** The rows for what was typed; asked for only while `open`, and when the typing pauses. */
export function useFound(source: Source, typed: string, open: boolean): Found {
  const settled = useSettled(typed, source.whole ? 0 : typingPause)
  const read = useQuery({ ...options(source, settled), enabled: open, placeholderData: (before) => before })
  const all = read.data ?? []
  const rows = source.whole ? narrow(all, typed) : all
  return {
    rows,
    more: rows.length >= (source.whole ? mostShown : (source.most ?? Infinity)),
    pending: open && (read.isPending || read.isPlaceholderData || settled !== typed),
    error: read.error,
  }
}

/** The row of a code, to show its name; asked for only when a code is there whose name is not known. */
export function useNamed(source: Source, code: string, known: string | undefined): Choice | undefined {
  const read = useQuery({ ...options(source, code), enabled: code !== '' && known === undefined })
  if (code === '') return undefined
  if (known !== undefined) return { code, name: known, letters: '', initials: '' }
  return read.data?.find((choice) => choice.code === code)
}

/** The rows for what was typed, at once; for the moment the field is left. */
export async function findNow(
  client: QueryClient,
  source: Source,
  typed: string,
): Promise<readonly Choice[]> {
  const rows = await client.fetchQuery(options(source, typed))
  return source.whole ? narrow(rows, typed) : rows
}

function useSettled(value: string, pause: number): string {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), pause)
    return () => clearTimeout(timer)
  }, [value, pause])
  return settled
}
