import { useState } from 'react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Button } from 'antd'
import type { PhoneAuthorisationRow } from '#api/phone-authorisation.ts'
import { dayOf } from '#domain/day.ts'
import { isKind, isState, kinds } from '#domain/phone-authorisation/actions.ts'
import { DataTable, type Column } from '#ui/DataTable.tsx'
import type { Filter } from '#ui/Filters.tsx'
import type { ListDefaults } from '#ui/list-state.ts'
import { Instant } from '#ui/Numbers.tsx'
import { paths } from '#ui/paths.ts'
import { useMay } from '#ui/session.ts'
import { useList } from '#ui/use-list.ts'
import { StateWord } from '#ui/Words.tsx'
import { ActDialog, CancelDialog } from './Dialogs.tsx'
import { phonesQuery, phoneTone } from './queries.ts'

const filters: readonly Filter[] = [
  { name: 'kind', field: { kind: 'text', label: '请求类型', max: 20 }, choices: kinds },
]
const defaults: ListDefaults = { tab: 'all', filters: ['kind'] }

type Asking = { row: PhoneAuthorisationRow; what: 'submit' | 'delete' | 'cancel' }

/** 历史信息 in the columns of manual 003. */
export function PhoneTable() {
  const navigate = useNavigate()
  const colleagues = useMay('key_request.colleagues')
  const [asking, setAsking] = useState<Asking>()
  const list = useList(defaults)
  const { page, pageSize, filters: held } = list.state
  const { kind } = held
  const state = list.state.tab
  const read = useQuery({
    ...phonesQuery({
      page,
      pageSize,
      ...(kind !== undefined && isKind(kind) ? { kind } : {}),
      ...(isState(state) ? { state } : {}),
    }),
    placeholderData: keepPreviousData,
  })
  const done = () => setAsking(undefined)
  return (
    <>
      <DataTable
        label="历史信息"
        read={{ ...read, data: read.data && { rows: read.data.rows, total: read.data.total } }}
        rowKey={(row) => row.id}
        columns={columnsOf(colleagues, setAsking)}
        list={list}
        filters={filters}
        tabs={[
          { key: 'all', label: '全部' },
          ...(read.data?.counts ?? []).map((one) => ({
            key: one.state,
            label: one.label,
            total: one.total,
          })),
        ]}
        onOpen={(row) => void navigate({ to: paths.phone(row.id) })}
        empty={{ words: '还没有办理过手机授权。' }}
      />
      {asking !== undefined && asking.what !== 'cancel' && (
        <ActDialog row={asking.row} action={asking.what} onDone={done} onLeave={done} />
      )}
      {asking?.what === 'cancel' && (
        <CancelDialog mobile={asking.row.mobile} authorisationId={asking.row.id} onLeave={done} />
      )}
    </>
  )
}

function columnsOf(
  colleagues: boolean,
  ask: (asking: Asking) => void,
): readonly Column<PhoneAuthorisationRow>[] {
  return [
    { key: 'at', title: '请求时间', width: 136, render: (row) => <Instant at={row.createdAt} short /> },
    { key: 'kind', title: '请求类型', width: 108, render: (row) => row.kindLabel },
    // All of one enterprise: its administrator asks whose they are.
    colleagues
      ? { key: 'login', title: '用户名', width: 146, cut: true, render: (row) => row.loginName }
      : { key: 'code', title: '企业代码', width: 146, render: (row) => row.code13 },
    { key: 'mobile', title: '手机号码', width: 126, render: (row) => row.mobile },
    {
      key: 'detail',
      title: '查看详情',
      width: 78,
      render: (row) => (
        <Link to={paths.phone(row.id)} aria-label={`查看 ${row.mobile} 的${row.kindLabel}`}>
          查看
        </Link>
      ),
    },
    {
      key: 'deleted',
      title: '是否删除',
      width: 78,
      render: (row) => (row.state === 'deleted' ? '已删除' : '未删除'),
    },
    {
      key: 'state',
      title: '请求状态',
      width: 190,
      render: (row) => <StateWord tone={phoneTone(row.state)}>{row.stateLabel}</StateWord>,
    },
    {
      key: 'certificate',
      title: '证书详情',
      width: 128,
      render: (row) => <CertificateWord row={row} />,
    },
    { key: 'do', title: '操作', width: 112, pinned: true, render: (row) => <Doing row={row} ask={ask} /> },
  ]
}

/** How long the certificate holds; whether it does stands at its side. */
function CertificateWord({ row }: { row: PhoneAuthorisationRow }) {
  const { certificate } = row
  if (certificate === null) return '—'
  const until = dayOf(new Date(certificate.notAfter))
  return (
    <Link to={paths.phone(row.id)} hash="certificate">
      {certificate.revokedAt !== null ? '已注销' : certificate.expired ? `${until} 已过期` : `至 ${until}`}
    </Link>
  )
}

function Doing({ row, ask }: { row: PhoneAuthorisationRow; ask: (asking: Asking) => void }) {
  if (!row.own) return null
  const words = { submit: '提交', delete: '删除', cancel: '注销' } as const
  const button = (what: Asking['what'], because?: string) => (
    <Button
      key={what}
      type="link"
      size="small"
      danger={what !== 'submit'}
      disabled={because !== undefined}
      title={because ?? ''}
      onClick={() => ask({ row, what })}
    >
      {words[what]}
    </Button>
  )
  return (
    <>
      {row.offered.flatMap(({ action, because }) =>
        action === 'submit' || action === 'delete' ? [button(action, because)] : [],
      )}
      {row.state === 'issued' && button('cancel')}
    </>
  )
}
