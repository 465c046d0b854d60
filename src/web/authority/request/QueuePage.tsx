/** 待审退换: cancellations, write-offs and exchanges that wait for a decision, the nearest due day first. */
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import type { RequestRow } from '#api/request.ts'
import { DataTable, type Column } from '#ui/DataTable.tsx'
import type { Filter } from '#ui/Filters.tsx'
import type { ListDefaults } from '#ui/list-state.ts'
import { PaperNo, Quantity } from '#ui/Numbers.tsx'
import { PageTitle } from '#ui/PageTitle.tsx'
import { paths } from '#ui/paths.ts'
import { useList } from '#ui/use-list.ts'
import { StateWord } from '#ui/Words.tsx'
import { requestQueueQuery } from '../../request/queries.ts'
import { groups, requestTone } from '../../request/words.ts'
import { DueDay } from '../DueDay.tsx'

const defaults: ListDefaults = { tab: 'cancellation', filters: ['q'], pageSize: 50 }
const filters: readonly Filter[] = [{ name: 'q', field: { kind: 'text', label: '许可证号', max: 20 } }]
const tabWords = { cancellation: '删除', write_off: '核销', amendment: '更改、延期、遗失' } as const

const columns: readonly Column<RequestRow>[] = [
  {
    key: 'no',
    title: '许可证号',
    width: 120,
    render: (row) => (
      <Link to={paths.requestReview(row.id)}>
        <PaperNo value={row.licenceNo} />
      </Link>
    ),
  },
  { key: 'kind', title: '申请种类', width: 90, render: (row) => row.kindLabel },
  { key: 'exporter', title: '企业', width: 186, cut: true, render: (row) => row.exporterName },
  { key: 'goods', title: '商品', width: 180, cut: true, render: (row) => row.goodsName },
  {
    key: 'quantity',
    title: '许可证数量',
    width: 140,
    align: 'right',
    render: (row) => <Quantity value={row.quantity} unit={row.goodsUnit} />,
  },
  {
    key: 'used',
    title: '海关使用',
    width: 120,
    align: 'right',
    render: (row) => <Quantity value={row.usedQuantity} unit={row.goodsUnit} />,
  },
  {
    key: 'state',
    title: '状态',
    width: 90,
    render: (row) => <StateWord tone={requestTone(row.state)}>{row.stateLabel}</StateWord>,
  },
  {
    key: 'due',
    title: '办理期限',
    width: 190,
    render: (row) => <DueDay dueOn={row.dueOn} overdue={row.overdue} />,
  },
]

export function RequestQueuePage() {
  const list = useList(defaults)
  const navigate = useNavigate()
  const { tab, page, pageSize, filters: held } = list.state
  const kind = groups.find((one) => one === tab) ?? 'cancellation'
  const read = useQuery(requestQueueQuery({ kind, page, pageSize, q: held['q'] }))
  const counts = read.data?.counts ?? []
  return (
    <>
      <PageTitle title="待审退换" />
      <DataTable
        label="待审退换"
        read={{ ...read, data: read.data && { rows: read.data.rows, total: read.data.total } }}
        rowKey={(row) => row.id}
        columns={columns}
        list={list}
        tabs={groups.map((key) => {
          const count = counts.find((one) => one.kind === key)
          const late = count?.overdue ?? 0
          return {
            key,
            label: tabWords[key],
            total: count?.total,
            late: late > 0 ? `超期 ${late}` : undefined,
          }
        })}
        filters={filters}
        scope={read.data?.scope}
        late={(row) => row.overdue}
        onOpen={(row) => void navigate({ to: paths.requestReview(row.id) })}
        empty={{
          words: `没有待审的${tabWords[kind]}申请`,
          next: <Link to={paths.authority()}>回到首页</Link>,
        }}
      />
    </>
  )
}
