import { useState } from 'react'
import { Button } from 'antd'
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import type { SwapRow } from '#api/swap.ts'
import { isState } from '#domain/swap/actions.ts'
import { DataTable, type Column } from '#ui/DataTable.tsx'
import type { ListDefaults } from '#ui/list-state.ts'
import { Instant, Quantity } from '#ui/Numbers.tsx'
import { PageTitle } from '#ui/PageTitle.tsx'
import { useMay } from '#ui/session.ts'
import { useList } from '#ui/use-list.ts'
import { StateWord } from '#ui/Words.tsx'
import { NewSwapDialog } from './NewSwapDialog.tsx'
import { swapsQuery, useDesk } from './queries.ts'
import { Ratios } from './Ratios.tsx'
import { swapTone } from './swap-tone.ts'
import s from './Quota.module.css'

const defaults: ListDefaults = { filters: [] }

/** The columns of manual 000, then what was asked for. */
const columnsOf = (own: boolean, at: (id: string) => string): Column<SwapRow>[] => [
  ...(own
    ? []
    : [
        {
          key: 'enterprise',
          title: '企业',
          width: 140,
          cut: true,
          render: (row: SwapRow) => row.enterpriseName,
        },
      ]),
  {
    key: 'goods',
    title: '有色金属产品',
    width: 104,
    cut: true,
    render: (row) => <Link to={at(row.id)}>{row.fromGoodsName}</Link>,
  },
  { key: 'year', title: '年度', width: 64, render: (row) => row.year },
  { key: 'category', title: '商品大类', width: 84, render: (row) => row.categoryCode },
  { key: 'mode', title: '贸易方式', width: 80, cut: true, render: (row) => row.tradeModeName },
  { key: 'country', title: '进口国(地区)', width: 112, cut: true, render: (row) => row.countryName },
  {
    key: 'unused',
    title: '配额未使用量',
    width: 120,
    align: 'right',
    render: (row) => <Quantity value={row.unused} unit={row.unit} />,
  },
  {
    key: 'granted',
    title: '配额总量',
    width: 120,
    align: 'right',
    render: (row) => <Quantity value={row.granted} unit={row.unit} />,
  },
  {
    key: 'quantity',
    title: '调出数量',
    width: 120,
    align: 'right',
    render: (row) => <Quantity value={row.quantity} unit={row.unit} />,
  },
  {
    key: 'into',
    title: '调入',
    width: 190,
    cut: true,
    render: (row) => (
      <>
        {row.toGoodsName} <Quantity value={row.toQuantity} unit={row.unit} />
      </>
    ),
  },
  { key: 'at', title: '申请时间', width: 130, render: (row) => <Instant at={row.createdAt} short /> },
  {
    key: 'state',
    title: '状态',
    width: 92,
    pinned: true,
    render: (row) => <StateWord tone={swapTone(row.state)}>{row.stateLabel}</StateWord>,
  },
]

/** 有色金属钨锑钼配额调换: requests by state, and the ratios they are judged by. */
export function SwapsPage() {
  const navigate = useNavigate()
  const client = useQueryClient()
  const desk = useDesk()
  const mayAsk = useMay('swap.request')
  const [asking, setAsking] = useState(false)
  const list = useList(defaults)
  const { tab, page, pageSize } = list.state
  const read = useQuery({
    ...swapsQuery({ page, pageSize, ...(isState(tab) ? { state: tab } : {}) }),
    placeholderData: keepPreviousData,
  })
  return (
    <>
      <PageTitle title="有色金属钨锑钼配额调换">
        {mayAsk && (
          <Button type="primary" onClick={() => setAsking(true)}>
            申请调换
          </Button>
        )}
      </PageTitle>
      <DataTable
        label="配额调换记录"
        read={{ ...read, data: read.data && { rows: read.data.rows, total: read.data.total } }}
        rowKey={(row) => row.id}
        columns={columnsOf(desk.own, desk.swap)}
        list={list}
        tabs={[
          { key: '', label: '全部' },
          ...(read.data?.counts ?? []).map(({ state, label, total }) => ({ key: state, label, total })),
        ]}
        scope={read.data?.scope}
        onOpen={(row) => void navigate({ to: desk.swap(row.id) })}
        empty={{
          words: desk.own ? '还没有调换记录。钨、锑、钼的配额可按公布的比例相互调换。' : '没有调换申请。',
        }}
      />
      <div className={s['apart']}>
        <Ratios />
      </div>
      {asking && (
        <NewSwapDialog
          onLeave={() => setAsking(false)}
          onDone={(id) => {
            setAsking(false)
            void client.invalidateQueries({ queryKey: ['quota'] })
            void navigate({ to: desk.swap(id) })
          }}
        />
      )}
    </>
  )
}
