import { useMemo } from 'react'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { getCodeList, type CodeEntry } from '#api/reference.ts'
import { codeLists, isCodeList, type CodeList } from '#domain/reference/lists.ts'
import { search } from '#domain/reference/match.ts'
import { call } from '#ui/call.ts'
import { DataTable, type Column } from '#ui/DataTable.tsx'
import type { Filter } from '#ui/Filters.tsx'
import type { ListDefaults, ListState } from '#ui/list-state.ts'
import { PaperNo } from '#ui/Numbers.tsx'
import { PageTitle } from '#ui/PageTitle.tsx'
import { useMay } from '#ui/session.ts'
import { useList } from '#ui/use-list.ts'
import { shown } from '#ui/Words.tsx'
import { NotFoundPage } from '../NotFoundPage.tsx'
import { provenanceColumns, Selectable } from './Sight.tsx'

const defaults: ListDefaults = { filters: ['code', 'name'], order: 'asc', pageSize: 50 }
const filters: readonly Filter[] = [
  { name: 'code', field: { kind: 'text', label: '代码', max: 10 } },
  { name: 'name', field: { kind: 'text', label: '名称（汉字或拼音）', max: 50 } },
]

interface Fact {
  title: string
  width?: number
  of: (entry: CodeEntry) => string | null
}

/** Columns beside code and name, by list: where the entry's further facts stand. */
const more: Partial<Record<CodeList, readonly Fact[]>> = {
  country: [
    { title: '英文名称', width: 280, of: (entry) => entry.nameEn },
    { title: '海关代码', of: (entry) => entry.altCode },
    { title: '洲', of: (entry) => entry.extra['region'] ?? '' },
  ],
  currency: [
    { title: '英文名称', width: 280, of: (entry) => entry.nameEn },
    { title: '海关代码', of: (entry) => entry.altCode },
  ],
  payment_method: [{ title: '许可证上的写法', of: (entry) => entry.extra['licenceGroup'] ?? '' }],
  transport_mode: [{ title: '许可证上的写法', of: (entry) => entry.extra['licenceWording'] ?? '' }],
  customs_port: [{ title: '省、自治区、直辖市', of: (entry) => entry.extra['province'] ?? '' }],
  authority: [
    { title: '所在地', of: (entry) => entry.extra['place'] ?? '' },
    { title: '管辖', of: (entry) => entry.extra['city'] ?? entry.extra['region'] ?? '' },
  ],
}

function columnsOf(list: CodeList, inspects: boolean): readonly Column<CodeEntry>[] {
  return [
    { key: 'code', title: '代码', width: 100, sorts: true, render: (row) => <PaperNo value={row.code} /> },
    { key: 'name', title: '名称', width: 240, render: (row) => row.name },
    ...(more[list] ?? []).map(({ title, of, width = 140 }) => ({
      key: title,
      title,
      width,
      render: (row: CodeEntry) => shown(of(row)),
    })),
    { key: 'selectable', title: '填写申请表时', width: 140, render: (row) => <Selectable row={row} /> },
    ...(inspects ? provenanceColumns<CodeEntry>() : []),
  ]
}

/** The entries a list page shows: filtered by start of the code and by name, sorted by code when asked. */
export function shownEntries(entries: readonly CodeEntry[], state: ListState): CodeEntry[] {
  const code = (state.filters['code'] ?? '').trim().toUpperCase()
  const fitting = entries.filter(
    (entry) => entry.code.startsWith(code) || (entry.altCode?.startsWith(code) ?? false),
  )
  const found = search(fitting, state.filters['name'] ?? '', fitting.length)
  if (state.sort !== 'code') return found
  const sign = state.order === 'asc' ? 1 : -1
  return found.toSorted((a, b) => sign * a.code.localeCompare(b.code, 'en'))
}

/** A page of 参数列表 (manual 000): a code list to read, never to change. */
export function CodeListPage() {
  const params: { list?: string } = useParams({ strict: false })
  const name = (params.list ?? '').replaceAll('-', '_')
  return isCodeList(name) ? <Table key={name} list={name} /> : <NotFoundPage />
}

function Table({ list: name }: { list: CodeList }) {
  const list = useList(defaults)
  const inspects = useMay('reference.inspect')
  const read = useQuery({
    queryKey: ['code-list', name],
    queryFn: ({ signal }) => call(getCodeList, { params: { list: name }, signal }),
  })
  const { page, pageSize } = list.state
  const data = useMemo(() => {
    if (read.data === undefined) return undefined
    const entries = shownEntries(read.data.entries, list.state)
    return { rows: entries.slice((page - 1) * pageSize, page * pageSize), total: entries.length }
  }, [read.data, list.state, page, pageSize])
  const columns = useMemo(() => columnsOf(name, inspects), [name, inspects])
  return (
    <>
      <PageTitle title={codeLists[name]} note="只供查询" />
      <DataTable
        label={codeLists[name]}
        read={{ ...read, data }}
        rowKey={(row) => row.code}
        columns={columns}
        list={list}
        filters={filters}
        empty={{ words: '这张表还没有内容' }}
      />
    </>
  )
}
