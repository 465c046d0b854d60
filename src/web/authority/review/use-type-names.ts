import { useQuery } from '@tanstack/react-query'
import { getCodeList } from '#api/reference.ts'
import { call } from '#ui/call.ts'

/** Names of the kinds of attachments. */
export function useTypeNames(): (type: string) => string {
  const { data } = useQuery({
    queryKey: ['code-list', 'attachment_type'],
    queryFn: ({ signal }) => call(getCodeList, { params: { list: 'attachment_type' }, signal }),
    staleTime: 10 * 60_000,
  })
  const names = new Map(data?.entries.map(({ code, name }) => [code, name]))
  return (type) => names.get(type) ?? type
}
