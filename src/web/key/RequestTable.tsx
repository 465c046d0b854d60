import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import type { KeyRequestRow } from '#api/key.ts'
import { isKind, isState, kinds } from '#domain/certificate/actions.ts'
import { DataTable, type Column } from '#ui/DataTable.tsx'
import type { Filter } from '#ui/Filters.tsx'
import type { ListDefaults } from '#ui/list-state.ts'
import { Instant } from '#ui/Numbers.tsx'
import { useList } from '#ui/use-list.ts'
import { shown, StateWord } from '#ui/Words.tsx'
import { keyRequestsQuery } from './queries.ts'
import { requestTone } from './tones.ts'

const filters: readonly Filter[] = [
  { name: 'kind', field: { kind: 'text', label: '请求类型', max: 10 }, choices: kinds },
  { name: 'text', field: { kind: 'text', label: '企业、代码、姓名或登录名', max: 50 } },
]

const columns = (own: boolean, at: (id: string) => string): Column<KeyRequestRow>[] => [
  { key: 'at', title: '请求时间', width: 140, render: (row) => <Instant at={row.createdAt} short /> },
  {
    key: 'kind',
    title: '请求类型',
    width: 84,
    render: (row) => <Link to={at(row.id)}>{row.kindLabel}</Link>,
  },
  ...(own
    ? []
    : [
        {
          key: 'enterprise',
          title: '企业名称',
          width: 210,
          cut: true,
          render: (row: KeyRequestRow) => row.enterpriseName,
        },
      ]),
  { key: 'code', title: '企业代码', width: 130, render: (row) => row.code13 },
  { key: 'applicant', title: '申请者', width: 90, cut: true, render: (row) => shown(row.applicantName) },
  { key: 'login', title: '用户名', width: 130, cut: true, render: (row) => row.loginName },
  { key: 'type', title: '证书类型', width: 130, render: (row) => row.certificateTypeLabel },
  {
    key: 'state',
    title: '请求状态',
    width: 110,
    render: (row) => <StateWord tone={requestTone(row.state)}>{row.stateLabel}</StateWord>,
  },
  {
    key: 'serial',
    title: '证书序列号',
    width: 150,
    cut: true,
    render: (row) => shown(row.certificateSerial),
  },
]

/** 历史信息 (manual 003): requests by state; an officer's begins with those that wait for him. */
export function RequestTable({
  own,
  at,
  tab,
  empty,
}: {
  own: boolean
  at: (id: string) => string
  tab: string
  empty: string
}) {
  const navigate = useNavigate()
  const defaults: ListDefaults = { tab, filters: ['kind', 'text'] }
  const list = useList(defaults)
  const { page, pageSize, filters: held } = list.state
  const { kind, text } = held
  const state = list.state.tab
  const read = useQuery({
    ...keyRequestsQuery({
      page,
      pageSize,
      ...(kind !== undefined && isKind(kind) ? { kind } : {}),
      ...(isState(state) ? { state } : {}),
      ...(text === undefined ? {} : { text }),
    }),
    placeholderData: keepPreviousData,
  })
  return (
    <DataTable
      label="历史信息"
      read={{ ...read, data: read.data && { rows: read.data.rows, total: read.data.total } }}
      rowKey={(row) => row.id}
      columns={columns(own, at)}
      list={list}
      filters={own ? filters.slice(0, 1) : filters}
      tabs={[
        { key: 'all', label: '全部' },
        ...(read.data?.counts ?? [])
          .filter((one) => own || one.state !== 'draft')
          .map((one) => ({ key: one.state, label: one.label, total: one.total })),
      ]}
      onOpen={(row) => void navigate({ to: at(row.id) })}
      empty={{ words: empty }}
    />
  )
}
