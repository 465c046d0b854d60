import { useSearch } from '@tanstack/react-router'
import { PreEntryPage } from '../PreEntryPage.tsx'
import { copyOf, CopyPage } from './FormPage.tsx'

/** 录入申请: from the pre-entry, or as a copy of another application (?copyOf=…). */
export function NewPage() {
  const search: unknown = useSearch({ strict: false })
  const from = copyOf(search)
  return from === '' ? <PreEntryPage /> : <CopyPage key={from} />
}
