import { useMemo } from 'react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { listCommodities, type Commodity } from '#api/reference.ts'
import { licenceTypeLabels } from '#domain/commodity/goods.ts'
import { yearOf } from '#domain/day.ts'
import { call } from '#ui/call.ts'
import { DataTable, type Column } from '#ui/DataTable.tsx'
import type { Filter } from '#ui/Filters.tsx'
import type { ListDefaults } from '#ui/list-state.ts'
import { PaperNo } from '#ui/Numbers.tsx'
import { PageTitle } from '#ui/PageTitle.tsx'
import { useMay, useToday } from '#ui/session.ts'
import { useList } from '#ui/use-list.ts'
import { Notice } from '#ui/Words.tsx'
import { provenanceColumns, Selectable } from './Sight.tsx'

const columns: readonly Column<Commodity>[] = [
  { key: 'hsCode', title: '商品代码', width: 115, render: (row) => <PaperNo value={row.hsCode} /> },
  { key: 'category', title: '商品大类码', width: 100, render: (row) => <PaperNo value={row.categoryCode} /> },
  { key: 'name', title: '商品名称', width: 210, render: (row) => row.name },
  { key: 'kind', title: '大类', width: 110, render: (row) => row.goodsKind },
  { key: 'unit', title: '计量单位', width: 75, render: (row) => row.unitName },
  { key: 'type', title: '管理方式', width: 80, render: (row) => licenceTypeLabels[row.licenceType] },
  { key: 'selectable', title: '可否申请', width: 100, render: (row) => <Selectable row={row} /> },
]
const inspected: readonly Column<Commodity>[] = [...columns, ...provenanceColumns<Commodity>()]

const text = (label: string, max: number) => ({ kind: 'text', label, max }) as const

/** 商品目录 (manual 000): by 年度, 商品代码, 商品大类码, 商品名称; to read, never to change. */
export function CommodityPage() {
  const thisYear = String(yearOf(useToday()))
  const defaults = useMemo(
    (): ListDefaults => ({
      filters: ['year', 'hsCode', 'categoryCode', 'name'],
      preset: { year: thisYear },
    }),
    [thisYear],
  )
  const list = useList(defaults)
  const inspects = useMay('reference.inspect')
  const { page, pageSize, filters } = list.state
  const year = filters['year'] ?? thisYear
  const query = {
    year,
    hsCode: filters['hsCode'],
    categoryCode: filters['categoryCode'],
    name: filters['name'],
    page,
    pageSize,
  }
  const read = useQuery({
    queryKey: ['commodities', query],
    queryFn: ({ signal }) => call(listCommodities, { query, signal }),
    placeholderData: keepPreviousData,
  })
  const years = new Set([
    String(Number(thisYear) + 1),
    thisYear,
    year,
    ...(read.data?.years ?? []).map(String),
  ])
  const filterFields: readonly Filter[] = [
    {
      name: 'year',
      field: text('年度', 4),
      choices: Object.fromEntries([...years].map((each) => [each, each])),
      always: true,
    },
    { name: 'hsCode', field: text('商品代码', 10) },
    { name: 'name', field: text('商品名称（汉字或拼音）', 50) },
    { name: 'categoryCode', field: text('商品大类码', 6) },
  ]
  const carried = read.data?.carriedForward ?? ''
  return (
    <>
      <PageTitle title="商品目录" note="只供查询" />
      {carried !== '' && <Notice kind="warning">{carried}</Notice>}
      <DataTable
        label="商品目录"
        read={read}
        rowKey={(row) => `${row.year}-${row.hsCode}`}
        columns={inspects ? inspected : columns}
        list={list}
        filters={filterFields}
        empty={{ words: `${year} 年度没有目录` }}
      />
    </>
  )
}
