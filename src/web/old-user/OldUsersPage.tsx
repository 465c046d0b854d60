import { Button } from 'antd'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import type { OldUserRow } from '#api/old-user.ts'
import { isOldSystem, oldSystems, oldUserStates, type OldUserState } from '#domain/old-user/systems.ts'
import { DataTable, type Column } from '#ui/DataTable.tsx'
import type { Filter } from '#ui/Filters.tsx'
import type { ListDefaults } from '#ui/list-state.ts'
import { PageTitle } from '#ui/PageTitle.tsx'
import { paths } from '#ui/paths.ts'
import { useList } from '#ui/use-list.ts'
import { shown, StateWord, type Tone } from '#ui/Words.tsx'
import { importsQuery, oldUsersQuery } from './queries.ts'

const isState = (name: string): name is OldUserState => Object.hasOwn(oldUserStates, name)
const tones: Record<OldUserState, Tone> = { waiting: 'plain', begun: 'waiting', taken: 'good' }

const systems = Object.fromEntries(Object.entries(oldSystems).map(([code, { name }]) => [code, name]))
const defaults: ListDefaults = { filters: ['system', 'code13', 'name', 'import'] }

const columns: Column<OldUserRow>[] = [
  { key: 'system', title: '原系统', width: 125, cut: true, render: (row) => row.systemName },
  { key: 'code13', title: '企业代码', width: 150, render: (row) => row.code13 },
  { key: 'oldName', title: '原用户名', width: 100, cut: true, render: (row) => row.oldName },
  { key: 'loginName', title: '统一平台账号', width: 215, cut: true, render: (row) => row.loginName },
  { key: 'with', title: '合并的用户', width: 120, cut: true, render: (row) => shown(row.with.join('、')) },
  { key: 'services', title: '带入的应用', width: 120, cut: true, render: (row) => row.services.join('、') },
  {
    key: 'state',
    title: '状态',
    width: 125,
    render: (row) => <StateWord tone={tones[row.state]}>{row.stateLabel}</StateWord>,
  },
  {
    key: 'account',
    title: '现账号',
    width: 85,
    cut: true,
    render: (row) =>
      row.account === null ? '—' : <Link to={paths.account(row.account.id)}>{row.account.personName}</Link>,
  },
  { key: 'left', title: '老入口余', width: 80, align: 'right', render: (row) => `${row.entranceLeft} 次` },
]

/** 存量用户: who was imported, what is one account, and who has taken it over. */
export function OldUsersPage() {
  const navigate = useNavigate()
  const list = useList(defaults)
  const { tab, page, pageSize, filters: held } = list.state
  const { system, code13, name, import: from } = held
  const query = {
    page,
    pageSize,
    ...(isState(tab) ? { state: tab } : {}),
    ...(system !== undefined && isOldSystem(system) ? { system } : {}),
    code13,
    name,
    import: from,
  }
  const read = useQuery({ ...oldUsersQuery(query), placeholderData: keepPreviousData })
  const imports = useQuery(importsQuery({ page: 1, pageSize: 100 }))
  const filters: readonly Filter[] = [
    { name: 'name', field: { kind: 'text', label: '用户名', max: 50 } },
    { name: 'code13', field: { kind: 'text', label: '企业代码', max: 13 } },
    { name: 'system', field: { kind: 'text', label: '原系统', max: 40 }, choices: systems },
    {
      name: 'import',
      field: { kind: 'text', label: '导入文件', max: 40 },
      choices: Object.fromEntries((imports.data?.rows ?? []).map(({ id, fileName }) => [id, fileName])),
    },
  ]
  return (
    <>
      <PageTitle title="存量用户">
        <Button type="primary" onClick={() => void navigate({ to: paths.oldUserImport() })}>
          导入存量用户
        </Button>
      </PageTitle>
      <DataTable
        label="存量用户"
        read={{ ...read, data: read.data && { rows: read.data.rows, total: read.data.total } }}
        rowKey={(row) => row.id}
        columns={columns}
        list={list}
        filters={filters}
        tabs={[
          { key: '', label: '全部' },
          ...(read.data?.counts ?? []).map(({ state, label, total }) => ({ key: state, label, total })),
        ]}
        scope="全部企业"
        onOpen={(row) => {
          if (row.account !== null) void navigate({ to: paths.account(row.account.id) })
        }}
        empty={{
          words: '还没有导入存量用户。',
          next: <Link to={paths.oldUserImport()}>导入存量用户</Link>,
        }}
      />
    </>
  )
}
