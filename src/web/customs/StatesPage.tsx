/** 海关状态查询 (manual 004): where each licence stands at customs, what is used and what is left. */
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { customsStates, type CustomsLicence } from '#api/customs.ts'
import { divide, multiply } from '#domain/decimal.ts'
import { DataTable, type Column } from '#ui/DataTable.tsx'
import type { Filter } from '#ui/Filters.tsx'
import type { ListDefaults } from '#ui/list-state.ts'
import { DayText, Instant, PaperNo, Quantity } from '#ui/Numbers.tsx'
import { PageTitle } from '#ui/PageTitle.tsx'
import { useList } from '#ui/use-list.ts'
import { useLicenceAt } from './licence-at.ts'
import { statesQuery } from './queries.ts'
import s from './Customs.module.css'

const defaults: ListDefaults = {
  filters: ['licenceNo', 'customsState', 'issuedFrom', 'issuedTo'],
  pageSize: 50,
}
const filters: readonly Filter[] = [
  { name: 'licenceNo', field: { kind: 'text', label: '许可证号', max: 10 } },
  {
    name: 'customsState',
    field: { kind: 'text', label: '海关状态', max: 20 },
    choices: customsStates,
  },
  { name: 'issuedFrom', field: { kind: 'day', label: '发证日期从' } },
  { name: 'issuedTo', field: { kind: 'day', label: '到' } },
]
const stateNames = Object.keys(customsStates).filter(
  (name): name is keyof typeof customsStates => name in customsStates,
)

/** How much of it is used, beside the figures. */
function Share({ row }: { row: CustomsLicence }) {
  const share = Math.min(100, Number(divide(multiply(row.usedQuantity, '100'), row.quantity, 1)))
  return (
    <div
      className={s['bar']}
      role="meter"
      aria-label="已使用"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={share}
      aria-valuetext={`已使用 ${share}%`}
    >
      <span style={{ width: `${share}%` }} />
    </div>
  )
}

const columnsOf = (at: (id: string) => string, withExporter: boolean): Column<CustomsLicence>[] => [
  {
    key: 'number',
    title: '许可证号',
    width: 100,
    render: (row) => (
      <Link to={at(row.id)}>
        <PaperNo value={row.licenceNo} />
      </Link>
    ),
  },
  ...(withExporter
    ? [
        {
          key: 'exporter',
          title: '出口商',
          width: 120,
          cut: true,
          render: (row: CustomsLicence) => row.exporterName,
        },
      ]
    : []),
  {
    key: 'goods',
    title: '商品名称',
    width: withExporter ? 106 : 160,
    cut: true,
    render: (row) => row.goodsName,
  },
  { key: 'state', title: '海关状态', width: 90, render: (row) => row.customsState },
  {
    key: 'quantity',
    title: '许可数量',
    width: 130,
    align: 'right',
    render: (row) => <Quantity value={row.quantity} unit={row.goodsUnit} />,
  },
  { key: 'share', title: '使用', width: 100, render: (row) => <Share row={row} /> },
  {
    key: 'used',
    title: '已使用',
    width: 92,
    align: 'right',
    render: (row) => <Quantity value={row.usedQuantity} />,
  },
  {
    key: 'left',
    title: '剩余',
    width: 94,
    align: 'right',
    render: (row) => <Quantity value={row.leftQuantity} />,
  },
  {
    key: 'uses',
    title: '次数',
    width: 58,
    align: 'right',
    render: (row) => `${row.useCount}/${row.oneBatch ? 1 : 12}`,
  },
  { key: 'expiry', title: '有效截止', width: 98, render: (row) => <DayText day={row.expiryDate} /> },
  {
    key: 'message',
    title: '最近报文',
    width: 132,
    render: (row) => <Instant at={row.lastMessageAt} short />,
  },
]

export function CustomsStatesPage() {
  const list = useList(defaults)
  const navigate = useNavigate()
  const at = useLicenceAt()
  const { page, pageSize, filters: held } = list.state
  const customsState = stateNames.find((name) => name === held['customsState'])
  const { licenceNo, issuedFrom, issuedTo } = held
  const read = useQuery(
    statesQuery({
      page,
      pageSize,
      ...(licenceNo === undefined ? {} : { licenceNo }),
      ...(issuedFrom === undefined ? {} : { issuedFrom }),
      ...(issuedTo === undefined ? {} : { issuedTo }),
      ...(customsState === undefined ? {} : { customsState }),
    }),
  )
  return (
    <>
      <PageTitle title="海关状态查询" />
      <DataTable
        label="海关状态"
        read={read}
        rowKey={(row) => row.id}
        columns={columnsOf(at, read.data?.scope !== '本公司')}
        list={list}
        filters={filters}
        scope={read.data?.scope}
        onOpen={(row) => void navigate({ to: at(row.id) })}
        empty={{ words: '还没有签发的许可证。电子许可证生成后即发往海关，在这里可以查到海关状态。' }}
      />
    </>
  )
}
