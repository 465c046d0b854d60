import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import type { QuotaAccountRow } from '#api/quota.ts'
import { add } from '#domain/decimal.ts'
import { DataTable, type Column } from '#ui/DataTable.tsx'
import type { Filter } from '#ui/Filters.tsx'
import type { ListDefaults } from '#ui/list-state.ts'
import { Quantity } from '#ui/Numbers.tsx'
import { PageTitle } from '#ui/PageTitle.tsx'
import { paths } from '#ui/paths.ts'
import { useMay, useToday } from '#ui/session.ts'
import { useList } from '#ui/use-list.ts'
import { accountsQuery, useDesk } from './queries.ts'

const defaults: ListDefaults = { filters: ['year', 'q'] }

const figure = (
  key: keyof QuotaAccountRow['balances'],
  title: string,
  width = 105,
): Column<QuotaAccountRow> => ({
  key,
  title,
  width,
  align: 'right',
  render: (row) => <Quantity value={row.balances[key]} />,
})

function columnsOf(own: boolean, at: (id: string) => string): Column<QuotaAccountRow>[] {
  const enterprise: Column<QuotaAccountRow> = {
    key: 'enterprise',
    title: '企业',
    width: 170,
    cut: true,
    render: (row) => row.enterpriseName,
  }
  return [
    { key: 'year', title: '年度', width: 64, render: (row) => row.year },
    ...(own ? [] : [enterprise]),
    {
      key: 'docNo',
      title: '配额文号',
      width: 165,
      cut: true,
      render: (row) => <Link to={at(row.id)}>{row.docNo}</Link>,
    },
    {
      key: 'goods',
      title: '商品大类',
      width: 150,
      cut: true,
      render: (row) => `${row.categoryCode} ${row.goodsName}`,
    },
    { key: 'kind', title: '管理方式', width: 82, render: (row) => row.kindLabel },
    { key: 'mode', title: '贸易方式', width: 84, cut: true, render: (row) => row.tradeModeName },
    { key: 'country', title: '进口国', width: 76, cut: true, render: (row) => row.countryName },
    { key: 'unit', title: '单位', width: 54, render: (row) => row.unit },
    figure('granted', '下达'),
    {
      key: 'used',
      title: '已用',
      width: 105,
      align: 'right',
      render: ({ balances }) => <Used committed={balances.committed} settled={balances.settled} />,
    },
    figure('held', '占用'),
    figure('available', '未使用'),
  ]
}

/** Committed to licences, of which so much is written off. */
function Used({ committed, settled }: { committed: string; settled: string }) {
  return (
    <span title={`已核扣 ${committed}，已核销 ${settled}`}>
      <Quantity value={add(committed, settled)} />
    </span>
  )
}

/** 配额查询 (manual 000): by year, category or document; each account with its balances. */
export function AccountsPage() {
  const navigate = useNavigate()
  const desk = useDesk()
  const today = useToday()
  const mayTry = useMay('application.save')
  const list = useList(defaults)
  const { page, pageSize, filters: held } = list.state
  const year = Number(held['year'])
  const read = useQuery({
    ...accountsQuery({
      page,
      pageSize,
      ...(held['q'] === undefined ? {} : { q: held['q'] }),
      ...(Number.isInteger(year) && year > 2000 ? { year } : {}),
    }),
    placeholderData: keepPreviousData,
  })
  const years = read.data?.years ?? [Number(today.slice(0, 4))]
  const filters: readonly Filter[] = [
    {
      name: 'year',
      field: { kind: 'text', label: '年度', max: 4 },
      choices: Object.fromEntries(years.map((one) => [String(one), String(one)])),
    },
    {
      name: 'q',
      field: {
        kind: 'text',
        label: desk.own ? '商品大类代码或配额文号' : '大类代码、配额文号或企业',
        max: 60,
      },
    },
  ]
  return (
    <>
      <PageTitle title="配额查询">
        {desk.own && mayTry && <Link to={paths.quotaWhatIf()}>配额试算</Link>}
      </PageTitle>
      <DataTable
        label="配额"
        read={{ ...read, data: read.data && { rows: read.data.rows, total: read.data.total } }}
        rowKey={(row) => row.id}
        columns={columnsOf(desk.own, desk.account)}
        list={list}
        filters={filters}
        scope={read.data?.scope}
        onOpen={(row) => void navigate({ to: desk.account(row.id) })}
        empty={{
          words: desk.own
            ? '本企业还没有配额。配额管理部门下达配额或登记中标后在这里查到。'
            : '还没有配额账户。下达配额或登记中标后在这里查到。',
        }}
      />
    </>
  )
}
