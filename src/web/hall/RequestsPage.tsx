import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import type { ServiceRequestRow } from '#api/hall.ts'
import { isState } from '#domain/hall/actions.ts'
import { isService, serviceCodes, serviceOf } from '#domain/hall/catalogue.ts'
import { DataTable, type Column } from '#ui/DataTable.tsx'
import type { Filter } from '#ui/Filters.tsx'
import type { ListDefaults } from '#ui/list-state.ts'
import { Instant } from '#ui/Numbers.tsx'
import { PageTitle } from '#ui/PageTitle.tsx'
import { paths } from '#ui/paths.ts'
import { useMay } from '#ui/session.ts'
import { useList } from '#ui/use-list.ts'
import { shown, StateWord } from '#ui/Words.tsx'
import { requestsQuery, toneOf } from './queries.ts'

const filters: readonly Filter[] = [
  { name: 'enterprise', field: { kind: 'text', label: '企业名称或代码', max: 100 } },
  {
    name: 'service',
    field: { kind: 'text', label: '应用', max: 40 },
    choices: Object.fromEntries(serviceCodes.map((code) => [code, serviceOf(code).name])),
  },
]
const defaults: ListDefaults = { filters: filters.map(({ name }) => name) }

const columns: Column<ServiceRequestRow>[] = [
  {
    key: 'enterprise',
    title: '企业',
    width: 210,
    cut: true,
    render: (row) => <Link to={paths.serviceRequest(row.id)}>{row.enterpriseName}</Link>,
  },
  { key: 'code', title: '企业代码', width: 150, render: (row) => row.code13 },
  { key: 'standing', title: '核实情况', width: 90, cut: true, render: (row) => row.standingLabel },
  { key: 'service', title: '应用', width: 170, cut: true, render: (row) => row.serviceName },
  {
    key: 'state',
    title: '状态',
    width: 130,
    render: (row) => <StateWord tone={toneOf(row.state)}>{row.stateLabel}</StateWord>,
  },
  { key: 'source', title: '来源', width: 115, cut: true, render: (row) => row.sourceLabel },
  { key: 'who', title: '申请人', width: 80, cut: true, render: (row) => shown(row.requestedBy) },
  { key: 'at', title: '申请时间', width: 155, render: (row) => <Instant at={row.createdAt} short /> },
]

/** 应用申请: the platform's officers see all, the electromechanical office what it is in charge of. */
export function ServiceRequestsPage() {
  const navigate = useNavigate()
  const all = useMay('service_request.grant')
  const list = useList(defaults)
  const { tab, page, pageSize, filters: held } = list.state
  const { service = '', enterprise } = held
  const read = useQuery({
    ...requestsQuery({
      page,
      pageSize,
      ...(isState(tab) ? { state: tab } : {}),
      ...(isService(service) ? { service } : {}),
      ...(enterprise === undefined ? {} : { enterprise }),
    }),
    placeholderData: keepPreviousData,
  })
  return (
    <>
      <PageTitle title="应用申请" />
      <DataTable
        label="应用申请"
        read={{ ...read, data: read.data && { rows: read.data.rows, total: read.data.total } }}
        rowKey={(row) => row.id}
        columns={columns}
        list={list}
        filters={filters}
        tabs={[
          { key: '', label: '全部' },
          ...(read.data?.counts ?? []).map(({ state, label, total }) => ({ key: state, label, total })),
        ]}
        scope={all ? '全部应用' : '机电类应用'}
        onOpen={(row) => void navigate({ to: paths.serviceRequest(row.id) })}
        empty={{ words: '没有应用申请。' }}
      />
    </>
  )
}
