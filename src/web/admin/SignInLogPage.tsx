import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { signInLog, signInOutcomes, type SignInEvent, type SignInOutcome } from '#api/account.ts'
import { call } from '#ui/call.ts'
import { DataTable, type Column } from '#ui/DataTable.tsx'
import type { Filter } from '#ui/Filters.tsx'
import type { ListDefaults } from '#ui/list-state.ts'
import { Instant } from '#ui/Numbers.tsx'
import { PageTitle } from '#ui/PageTitle.tsx'
import { useList } from '#ui/use-list.ts'
import { shown, StateWord, type Tone } from '#ui/Words.tsx'
import type { z } from 'zod'

type Row = z.infer<typeof SignInEvent>

const defaults: ListDefaults = { filters: ['loginName', 'outcome'], pageSize: 50 }
const filters: readonly Filter[] = [
  { name: 'loginName', field: { kind: 'text', label: '账号', max: 50 } },
  { name: 'outcome', field: { kind: 'text', label: '结果', max: 20 }, choices: signInOutcomes },
]
const isOutcome = (name: string | undefined): name is SignInOutcome =>
  name !== undefined && Object.hasOwn(signInOutcomes, name)

const tones: Readonly<Record<string, Tone>> = {
  signed_in: 'good',
  phone_signed_in: 'good',
  signed_out: 'plain',
}

const columns: readonly Column<Row>[] = [
  { key: 'at', title: '时间', width: 170, render: (row) => <Instant at={row.at} /> },
  { key: 'loginName', title: '账号', width: 160, render: (row) => row.loginName },
  { key: 'personName', title: '姓名', width: 120, render: (row) => shown(row.personName) },
  {
    key: 'outcome',
    title: '结果',
    width: 150,
    render: (row) => <StateWord tone={tones[row.outcome] ?? 'bad'}>{row.outcomeLabel}</StateWord>,
  },
  { key: 'address', title: '网络地址', width: 160, render: (row) => row.address },
]

/** 登录日志: who signed in or tried to, the newest first. */
export function SignInLogPage() {
  const list = useList(defaults)
  const { page, pageSize, filters: held } = list.state
  const outcome = held['outcome']
  const query = {
    page,
    pageSize,
    loginName: held['loginName'],
    ...(isOutcome(outcome) ? { outcome } : {}),
  }
  const read = useQuery({
    queryKey: ['sign-ins', query],
    queryFn: ({ signal }) => call(signInLog, { query, signal }),
    placeholderData: keepPreviousData,
  })
  return (
    <>
      <PageTitle title="登录日志" />
      <DataTable
        label="登录日志"
        read={read}
        rowKey={(row) => row.id}
        columns={columns}
        list={list}
        filters={filters}
        scope="全部"
        empty={{ words: '还没有登录记录' }}
      />
    </>
  )
}
