import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { enterpriseStandings, type EnterpriseRow, type EnterpriseStanding } from '#api/enterprise-office.ts'
import { DataTable, type Column } from '#ui/DataTable.tsx'
import type { Filter } from '#ui/Filters.tsx'
import type { ListDefaults } from '#ui/list-state.ts'
import { Instant } from '#ui/Numbers.tsx'
import { PageTitle } from '#ui/PageTitle.tsx'
import { paths } from '#ui/paths.ts'
import { useList } from '#ui/use-list.ts'
import { StateWord } from '#ui/Words.tsx'
import { enterprisesQuery, standingTone } from './queries.ts'

const filters: readonly Filter[] = [
  { name: 'name', field: { kind: 'text', label: '企业名称', max: 100 } },
  { name: 'uscc', field: { kind: 'text', label: '统一社会信用代码', max: 18 } },
  { name: 'code13', field: { kind: 'text', label: '企业代码', max: 13 } },
]
const defaults: ListDefaults = { filters: filters.map(({ name }) => name) }
const isStanding = (name: string): name is EnterpriseStanding => Object.hasOwn(enterpriseStandings, name)

const columns: Column<EnterpriseRow>[] = [
  {
    key: 'name',
    title: '企业名称',
    width: 270,
    cut: true,
    render: (row) => <Link to={paths.enterpriseOf(row.id)}>{row.name}</Link>,
  },
  { key: 'uscc', title: '统一社会信用代码', width: 185, render: (row) => row.uscc },
  { key: 'code13', title: '企业代码', width: 140, render: (row) => row.code13 },
  {
    key: 'place',
    title: '所在地',
    width: 165,
    cut: true,
    render: (row) => `${row.region}${row.city ?? ''}`,
  },
  {
    key: 'standing',
    title: '状态',
    width: 120,
    render: (row) => <StateWord tone={standingTone(row.standing)}>{row.standingLabel}</StateWord>,
  },
  { key: 'accounts', title: '账号', width: 60, align: 'right', render: (row) => row.accounts },
  { key: 'created', title: '登记时间', width: 145, render: (row) => <Instant at={row.createdAt} short /> },
]

/** 企业管理: who is registered, who is verified, who is suspended. */
export function EnterprisesPage() {
  const navigate = useNavigate()
  const list = useList(defaults)
  const { tab, page, pageSize, filters: held } = list.state
  const query = { page, pageSize, ...held, ...(isStanding(tab) ? { standing: tab } : {}) }
  const read = useQuery({ ...enterprisesQuery(query), placeholderData: keepPreviousData })
  return (
    <>
      <PageTitle title="企业管理" />
      <DataTable
        label="企业"
        read={{ ...read, data: read.data && { rows: read.data.rows, total: read.data.total } }}
        rowKey={(row) => row.id}
        columns={columns}
        list={list}
        filters={filters}
        tabs={[
          { key: '', label: '全部' },
          ...(read.data?.counts ?? []).map(({ standing, label, total }) => ({ key: standing, label, total })),
        ]}
        scope="全部企业"
        onOpen={(row) => void navigate({ to: paths.enterpriseOf(row.id) })}
        empty={{ words: '还没有企业登记。' }}
      />
    </>
  )
}
