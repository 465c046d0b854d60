import { useState } from 'react'
import { Button } from 'antd'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import type { AccountRow } from '#api/account-office.ts'
import { states } from '#domain/account/actions.ts'
import { enterpriseRoles, officerRoles, roles } from '#domain/account/roles.ts'
import { DataTable, type Column } from '#ui/DataTable.tsx'
import type { Filter } from '#ui/Filters.tsx'
import type { ListDefaults } from '#ui/list-state.ts'
import { Instant } from '#ui/Numbers.tsx'
import { PageTitle } from '#ui/PageTitle.tsx'
import { paths } from '#ui/paths.ts'
import { useMay } from '#ui/session.ts'
import { useList } from '#ui/use-list.ts'
import { shown, StateWord } from '#ui/Words.tsx'
import { NewOfficerDialog } from './NewOfficerDialog.tsx'
import { accountsQuery, accountTone } from './queries.ts'

const ofOperators = [...enterpriseRoles]
const ofAll = [...enterpriseRoles, ...officerRoles]
type RoleName = (typeof ofAll)[number]
const isRoleName = (name: string | undefined): name is RoleName => ofAll.some((role) => role === name)
const isState = (name: string): name is keyof typeof states => Object.hasOwn(states, name)

const filtersOf = (officers: boolean): readonly Filter[] => [
  { name: 'loginName', field: { kind: 'text', label: '登录名', max: 50 } },
  { name: 'personName', field: { kind: 'text', label: '姓名', max: 30 } },
  { name: 'enterprise', field: { kind: 'text', label: '企业名称或代码', max: 100 } },
  {
    name: 'role',
    field: { kind: 'text', label: '角色', max: 40 },
    choices: Object.fromEntries((officers ? ofAll : ofOperators).map((name) => [name, roles[name].label])),
  },
  ...(officers
    ? [{ name: 'authority', field: { kind: 'code', label: '发证机构', list: 'authority' } } as const]
    : []),
]
const defaults: ListDefaults = { filters: ['loginName', 'personName', 'enterprise', 'role', 'authority'] }

const columns: Column<AccountRow>[] = [
  {
    key: 'loginName',
    title: '登录名',
    width: 210,
    cut: true,
    render: (row) => <Link to={paths.account(row.id)}>{row.loginName}</Link>,
  },
  { key: 'personName', title: '姓名', width: 100, cut: true, render: (row) => row.personName },
  {
    key: 'place',
    title: '企业或机构',
    width: 220,
    cut: true,
    render: (row) => shown(row.enterprise?.name ?? row.authority?.name),
  },
  { key: 'department', title: '部门', width: 100, cut: true, render: (row) => shown(row.department) },
  {
    key: 'roles',
    title: '角色',
    width: 180,
    cut: true,
    render: (row) => shown(row.roles.map(({ label }) => label).join('、')),
  },
  {
    key: 'state',
    title: '状态',
    width: 80,
    render: (row) => <StateWord tone={accountTone(row.state)}>{row.stateLabel}</StateWord>,
  },
  {
    key: 'last',
    title: '最近登录',
    width: 145,
    render: (row) => <Instant at={row.lastSignedInAt} short />,
  },
]

/** 用户管理: the platform officer finds operators, the administrator officers too, and makes them. */
export function AccountsPage() {
  const navigate = useNavigate()
  const officers = useMay('officers.read')
  const mayMake = useMay('account.create_officer')
  const [making, setMaking] = useState(false)
  const list = useList(defaults)
  const { tab, page, pageSize, filters: held } = list.state
  const { role, loginName, personName, enterprise, authority } = held
  const query = {
    page,
    pageSize,
    ...(isState(tab) ? { state: tab } : {}),
    ...(isRoleName(role) ? { role } : {}),
    loginName,
    personName,
    enterprise,
    authority,
  }
  const read = useQuery({ ...accountsQuery(query), placeholderData: keepPreviousData })
  return (
    <>
      <PageTitle title="用户管理">
        {mayMake && (
          <Button type="primary" onClick={() => setMaking(true)}>
            新建管理机构用户
          </Button>
        )}
      </PageTitle>
      <DataTable
        label="用户"
        read={{ ...read, data: read.data && { rows: read.data.rows, total: read.data.total } }}
        rowKey={(row) => row.id}
        columns={columns}
        list={list}
        filters={filtersOf(officers)}
        tabs={[
          { key: '', label: '全部' },
          ...(read.data?.counts ?? []).map(({ state, label, total }) => ({ key: state, label, total })),
        ]}
        scope={read.data?.scope}
        onOpen={(row) => void navigate({ to: paths.account(row.id) })}
        empty={{ words: '没有用户。' }}
      />
      {making && <NewOfficerDialog onLeave={() => setMaking(false)} />}
    </>
  )
}
