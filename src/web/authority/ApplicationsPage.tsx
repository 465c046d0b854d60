/** 申请查询: every application an officer or auditor may see, whatever its state; to read only. */
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import type { ApplicationRow } from '#api/application.ts'
import { states, type State } from '#domain/application/actions.ts'
import { applicationTable } from '#domain/application/form.ts'
import { yearOf } from '#domain/day.ts'
import { commoditySource } from '#ui/code-source.ts'
import { DataTable, type Column } from '#ui/DataTable.tsx'
import type { Filter } from '#ui/Filters.tsx'
import type { ListDefaults } from '#ui/list-state.ts'
import { Instant, PaperNo, Quantity } from '#ui/Numbers.tsx'
import { PageTitle } from '#ui/PageTitle.tsx'
import { paths } from '#ui/paths.ts'
import { useToday } from '#ui/session.ts'
import { useList } from '#ui/use-list.ts'
import { shown, StateWord } from '#ui/Words.tsx'
import { toneOf } from '../application/tone.ts'
import { applicationsQuery } from './queries.ts'

const filterNames = [
  'q',
  'from',
  'to',
  'quotaYear',
  'hsCode',
  'tradeMode',
  'destinationCountry',
  'customsPort',
] as const
const defaults: ListDefaults = { sort: 'no', order: 'desc', filters: filterNames, pageSize: 50 }

const columns: readonly Column<ApplicationRow>[] = [
  {
    key: 'no',
    title: '申请表号',
    width: 172,
    sorts: true,
    render: (row) => (
      <Link to={paths.review(row.id)}>
        <PaperNo value={row.applicationNo ?? row.windowNo} />
      </Link>
    ),
  },
  { key: 'exporter', title: '企业', width: 160, cut: true, render: (row) => row.exporterName },
  { key: 'goods', title: '商品', width: 120, cut: true, render: (row) => row.goodsName },
  {
    key: 'quantity',
    title: '数量',
    width: 130,
    align: 'right',
    render: (row) => <Quantity value={row.totalQuantity} unit={row.goodsUnit} />,
  },
  {
    key: 'country',
    title: '进口国',
    width: 76,
    cut: true,
    render: (row) => shown(row.destinationName),
  },
  { key: 'contract', title: '合同号', width: 108, cut: true, render: (row) => shown(row.contractNo) },
  {
    key: 'state',
    title: '状态',
    width: 94,
    render: (row) => <StateWord tone={toneOf(row.state)}>{row.stateLabel}</StateWord>,
  },
  {
    key: 'licence',
    title: '许可证号',
    width: 96,
    render: (row) =>
      row.licenceId === null ? (
        '—'
      ) : (
        <Link to={paths.authorityLicence(row.licenceId)}>
          <PaperNo value={row.licenceNo} />
        </Link>
      ),
  },
  { key: 'modified', title: '最近变动', width: 146, render: (row) => <Instant at={row.modifiedAt} short /> },
]

const { quotaYear, hsCode, tradeMode, destinationCountry, customsPort } = applicationTable

/** Fields of the form as conditions: nothing is required of a search. */
function useFilters(): readonly Filter[] {
  const year = yearOf(useToday())
  const text = (name: string, label: string, max: number): Filter => ({
    name,
    field: { kind: 'text', label, max },
  })
  const codes = { tradeMode, destinationCountry, customsPort }
  return [
    text('q', '编号、合同号、商品或企业名称', 60),
    { name: 'from', field: { kind: 'day', label: '申请日期从' } },
    { name: 'to', field: { kind: 'day', label: '到' } },
    text('quotaYear', quotaYear?.label ?? '', 4),
    {
      name: 'hsCode',
      field: { kind: 'code', label: hsCode?.label ?? '', list: 'commodity' },
      source: commoditySource(year),
    },
    ...Object.entries(codes).flatMap(([name, field]): Filter[] =>
      field?.kind === 'code' ? [{ name, field: { kind: 'code', label: field.label, list: field.list } }] : [],
    ),
  ]
}

const stateNames = Object.keys(states).filter((name): name is State => Object.hasOwn(states, name))

export function AuthorityApplicationsPage() {
  const list = useList(defaults)
  const navigate = useNavigate()
  const filters = useFilters()
  const { tab, order, page, pageSize, filters: held } = list.state
  const state = stateNames.find((name) => name === tab)
  const read = useQuery(
    applicationsQuery({
      list: 'all',
      order,
      page,
      pageSize,
      ...held,
      ...(state === undefined ? {} : { state }),
    }),
  )
  const tabs = (read.data?.counts ?? []).filter((one) => one.total.count > 0 || one.state === state)
  return (
    <>
      <PageTitle title="申请查询" />
      <DataTable
        label="申请表"
        read={{ ...read, data: read.data && { rows: read.data.rows, total: read.data.total } }}
        rowKey={(row) => row.id}
        columns={columns}
        list={list}
        tabs={[
          { key: '', label: '全部' },
          ...tabs.map(({ state: key, label, total }) => ({ key, label, total })),
        ]}
        filters={filters}
        scope={read.data?.scope}
        late={(row) => row.overdue}
        onOpen={(row) => void navigate({ to: paths.review(row.id) })}
        empty={{ words: '还没有申请表。企业上报后，在这里可以查到。' }}
      />
    </>
  )
}
