import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { KeyRow } from '#api/key.ts'
import { dayOf } from '#domain/day.ts'
import { DataTable, type Column } from '#ui/DataTable.tsx'
import type { Filter } from '#ui/Filters.tsx'
import type { ListDefaults } from '#ui/list-state.ts'
import { useList } from '#ui/use-list.ts'
import { Empty, Failed, shown, StateWord } from '#ui/Words.tsx'
import { keysQuery } from './queries.ts'
import { keyTone } from './tones.ts'
import s from './Key.module.css'

const statuses = { valid: '有效', expired: '已过期', revoked: '已注销' } as const
const isStatus = (name: string | undefined): name is keyof typeof statuses =>
  name !== undefined && Object.hasOwn(statuses, name)
const defaults: ListDefaults = { filters: ['status', 'text'] }
const filters: readonly Filter[] = [
  { name: 'status', field: { kind: 'text', label: '证书状态', max: 10 }, choices: statuses },
  { name: 'text', field: { kind: 'text', label: '企业、代码、持有人或序列号', max: 50 } },
]

const columns = (office: boolean, actions: (row: KeyRow) => ReactNode): Column<KeyRow>[] => [
  { key: 'holder', title: '持有人', width: 80, cut: true, render: (row) => row.holder },
  ...(office
    ? [
        {
          key: 'enterprise',
          title: '企业名称',
          width: 180,
          cut: true,
          render: (row: KeyRow) => row.enterpriseName,
        },
      ]
    : []),
  { key: 'login', title: '用户名', width: 104, cut: true, render: (row) => shown(row.loginName) },
  { key: 'device', title: '介质', width: 104, render: (row) => `${row.deviceLabel} ${row.mobile ?? ''}` },
  { key: 'type', title: '证书类型', width: 120, render: (row) => row.certificateTypeLabel },
  { key: 'serial', title: '证书序列号', width: 116, cut: true, render: (row) => row.serial },
  { key: 'until', title: '有效期至', width: 112, render: (row) => dayOf(new Date(row.notAfter)) },
  { key: 'bound', title: '绑定账号', width: 96, cut: true, render: (row) => shown(row.boundTo) },
  {
    key: 'status',
    title: '状态',
    width: 84,
    render: (row) => <StateWord tone={keyTone(row.status)}>{row.statusLabel}</StateWord>,
  },
  { key: 'do', title: '操作', width: office ? 70 : 180, pinned: true, render: actions },
]

/** One's own keys (an administrator's: those of the enterprise), all at once: there are few. */
export function OwnKeys({ actions, empty }: { actions: (row: KeyRow) => ReactNode; empty: string }) {
  const read = useQuery(keysQuery({ page: 1, pageSize: 100 }))
  if (read.error !== null) return <Failed error={read.error} onRetry={() => void read.refetch()} />
  if (read.data === undefined) return null
  if (read.data.rows.length === 0) return <Empty words={empty} />
  const shownColumns = columns(false, actions)
  return (
    <table className={s['checks']} aria-label="电子钥匙">
      <thead>
        <tr>
          {shownColumns.map(({ key, title }) => (
            <th key={key}>{title}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {read.data.rows.map((row) => (
          <tr key={row.fingerprint}>
            {shownColumns.map(({ key, render, cut }) => (
              <td key={key} className={cut === true ? s['cut'] : undefined}>
                {render(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** Every key that was made, for the key office. */
export function KeyTable({ actions, empty }: { actions: (row: KeyRow) => ReactNode; empty: string }) {
  const list = useList(defaults)
  const { page, pageSize, filters: held } = list.state
  const { status, text } = held
  const read = useQuery({
    ...keysQuery({
      page,
      pageSize,
      ...(isStatus(status) ? { status } : {}),
      ...(text === undefined ? {} : { text }),
    }),
    placeholderData: keepPreviousData,
  })
  return (
    <DataTable
      label="电子钥匙"
      read={read}
      rowKey={(row) => row.fingerprint}
      rowLabel={(row) => `${row.holder} ${row.serial}`}
      columns={columns(true, actions)}
      list={list}
      filters={filters}
      empty={{ words: empty }}
    />
  )
}
