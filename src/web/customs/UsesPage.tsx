/** 核销数据查询 (manual 004): every declaration item that customs deducted, the newest first. */
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import type { UseRow } from '#api/customs.ts'
import { DataTable, type Column } from '#ui/DataTable.tsx'
import type { Filter } from '#ui/Filters.tsx'
import type { ListDefaults } from '#ui/list-state.ts'
import { DayText, Instant, PaperNo, Quantity } from '#ui/Numbers.tsx'
import { PageTitle } from '#ui/PageTitle.tsx'
import { useList } from '#ui/use-list.ts'
import { useLicenceAt } from './licence-at.ts'
import { usesQuery } from './queries.ts'
import { customsOf } from './words.ts'

const defaults: ListDefaults = {
  filters: ['licenceNo', 'declarationNo', 'declaredFrom', 'declaredTo'],
  pageSize: 50,
}
const filters: readonly Filter[] = [
  { name: 'licenceNo', field: { kind: 'text', label: '许可证号', max: 10 } },
  { name: 'declarationNo', field: { kind: 'text', label: '报关单号', max: 18 } },
  { name: 'declaredFrom', field: { kind: 'day', label: '申报日期从' } },
  { name: 'declaredTo', field: { kind: 'day', label: '到' } },
]

const columnsOf = (at: (id: string) => string): Column<UseRow>[] => [
  {
    key: 'licence',
    title: '许可证号',
    width: 100,
    render: (row) => (
      <Link to={at(row.licenceId)}>
        <PaperNo value={row.licenceNo} />
      </Link>
    ),
  },
  { key: 'goods', title: '商品名称', width: 110, cut: true, render: (row) => row.goodsName },
  {
    key: 'declaration',
    title: '报关单号',
    width: 156,
    render: (row) => <PaperNo value={row.declarationNo} />,
  },
  { key: 'item', title: '项号', width: 52, align: 'right', render: (row) => row.itemNo },
  { key: 'day', title: '申报日期', width: 98, render: (row) => <DayText day={row.declaredOn} /> },
  { key: 'customs', title: '申报海关', width: 136, cut: true, render: customsOf },
  {
    key: 'quantity',
    title: '数量',
    width: 120,
    align: 'right',
    render: (row) => <Quantity value={row.quantity} unit={row.goodsUnit} />,
  },
  { key: 'final', title: '末次', width: 58, render: (row) => (row.final ? '是' : '否') },
  {
    key: 'source',
    title: '来源',
    width: 108,
    cut: true,
    render: (row) => (row.manualReason === null ? '海关报文' : `人工登记：${row.manualReason}`),
  },
  { key: 'at', title: '登记时间', width: 146, render: (row) => <Instant at={row.recordedAt} short /> },
]

export function CustomsUsesPage() {
  const list = useList(defaults)
  const navigate = useNavigate()
  const at = useLicenceAt()
  const { page, pageSize, filters: held } = list.state
  const read = useQuery(usesQuery({ page, pageSize, ...held }))
  return (
    <>
      <PageTitle title="核销数据查询" />
      <DataTable
        label="核销数据"
        read={read}
        rowKey={(row) => row.id}
        columns={columnsOf(at)}
        list={list}
        filters={filters}
        scope={read.data?.scope}
        onOpen={(row) => void navigate({ to: at(row.licenceId) })}
        empty={{ words: '还没有使用记录。货物报关放行后，海关发来的使用记录列在这里。' }}
      />
    </>
  )
}
