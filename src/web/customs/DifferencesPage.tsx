/** 海关差异: where customs and we do not agree, both sides beside each other, and the ways to settle it. */
import { useState } from 'react'
import { App, Button, Modal } from 'antd'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { DifferenceRow } from '#api/customs.ts'
import { difference, isKind, isState, kinds } from '#domain/customs/difference.ts'
import { ActionBar } from '#ui/ActionBar.tsx'
import { DataTable, type Column } from '#ui/DataTable.tsx'
import type { Filter } from '#ui/Filters.tsx'
import type { ListDefaults } from '#ui/list-state.ts'
import { DayText, Instant, PaperNo } from '#ui/Numbers.tsx'
import { PageTitle } from '#ui/PageTitle.tsx'
import { paths } from '#ui/paths.ts'
import { useList } from '#ui/use-list.ts'
import { Notice, shown, StateWord } from '#ui/Words.tsx'
import { differencesQuery, performOnDifference, useCustomsStale } from './queries.ts'
import { Sides } from './Sides.tsx'
import s from './Customs.module.css'

const defaults: ListDefaults = { tab: 'open', filters: ['licenceNo', 'kind', 'day'], pageSize: 50 }
const filters: readonly Filter[] = [
  { name: 'licenceNo', field: { kind: 'text', label: '许可证号', max: 10 } },
  { name: 'kind', field: { kind: 'text', label: '种类', max: 20 }, choices: kinds },
  { name: 'day', field: { kind: 'day', label: '申报日期' } },
]

const columnsOf = (open: (id: string) => void): Column<DifferenceRow>[] => [
  {
    key: 'kind',
    title: '种类',
    width: 140,
    render: (row) => <StateWord tone={row.state === 'open' ? 'waiting' : 'good'}>{row.kindLabel}</StateWord>,
  },
  { key: 'licence', title: '许可证号', width: 106, render: (row) => <PaperNo value={row.licenceNo} /> },
  {
    key: 'declaration',
    title: '报关单号',
    width: 178,
    render: (row) => <PaperNo value={row.declarationNo} />,
  },
  { key: 'item', title: '项号', width: 56, align: 'right', render: (row) => row.itemNo ?? '—' },
  { key: 'day', title: '申报日期', width: 98, render: (row) => <DayText day={row.day} /> },
  {
    key: 'reason',
    title: '原因',
    width: 280,
    render: (row) => <span className={s['reason']}>{row.reason}</span>,
  },
  { key: 'at', title: '发现时间', width: 136, render: (row) => <Instant at={row.openedAt} short /> },
  {
    key: 'actions',
    title: '操作',
    width: 72,
    pinned: true,
    render: (row) => (
      <Button
        type="link"
        size="small"
        onClick={() => open(row.id)}
        aria-label={`查看 ${row.licenceNo} 的差异：${row.reason}`}
      >
        {row.state === 'open' && row.offered.length > 0 ? '处理' : '查看'}
      </Button>
    ),
  },
]

export function DifferencesPage() {
  const list = useList(defaults)
  const [openId, setOpenId] = useState<string>()
  const { tab, page, pageSize, filters: held } = list.state
  const { licenceNo, day, kind } = held
  const read = useQuery(
    differencesQuery({
      page,
      pageSize,
      state: isState(tab) ? tab : 'open',
      ...(licenceNo === undefined ? {} : { licenceNo }),
      ...(day === undefined ? {} : { day }),
      ...(kind !== undefined && isKind(kind) ? { kind } : {}),
    }),
  )
  const opened = read.data?.rows.find((row) => row.id === openId)
  return (
    <>
      <PageTitle title="海关差异" note="海关报文不合规则、或逐日核对不一致的，在这里逐项处理" />
      <DataTable
        label="海关差异"
        read={{ ...read, data: read.data && { rows: read.data.rows, total: read.data.total } }}
        rowKey={(row) => row.id}
        columns={columnsOf(setOpenId)}
        list={list}
        tabs={(read.data?.counts ?? []).map(({ state, label, total }) => ({ key: state, label, total }))}
        filters={filters}
        scope={read.data?.scope}
        onOpen={(row) => setOpenId(row.id)}
        empty={{
          words: tab === 'resolved' ? '还没有处理过的差异。' : '没有待处理的差异：本系统与海关一致。',
          next: <Link to={paths.reconciliations()}>打开逐日核对</Link>,
        }}
      />
      {opened !== undefined && <Difference row={opened} onLeave={() => setOpenId(undefined)} />}
    </>
  )
}

function Difference({ row, onLeave }: { row: DifferenceRow; onLeave: () => void }) {
  const stale = useCustomsStale()
  const { message } = App.useApp()
  // Ways that are for another kind of difference say nothing here.
  const possible = row.offered.filter(({ because }) => because === undefined)
  return (
    <Modal open title={`${row.kindLabel}：${row.licenceNo}`} footer={null} width={720} onCancel={onLeave}>
      <div className={s['stack']}>
        <Notice kind={row.state === 'open' ? 'warning' : 'info'}>{row.reason}</Notice>
        <Sides ours={row.ours} theirs={row.theirs} />
        {row.sent !== null && row.state === 'open' && (
          <p>
            已报送海关：报文 <PaperNo value={row.sent.messageNo} /> {row.sent.stateLabel}
            {row.sent.reason !== null && `，${row.sent.reason}`}
          </p>
        )}
        {row.licenceId !== null && (
          <Link to={paths.authorityLicence(row.licenceId)}>打开许可证 {row.licenceNo}</Link>
        )}
        {row.state === 'resolved' ? (
          <p>
            {shown(row.resolvedBy)} 于 <Instant at={row.resolvedAt} short /> 处理：{shown(row.resolution)}
          </p>
        ) : (
          <ActionBar
            machine={difference}
            wholeLabels
            offered={possible}
            version={row.version}
            primary={primaryOf(possible)}
            perform={performOnDifference(row.id)}
            onDone={(action) => {
              stale()
              if (action === 'send') void message.success('已排入发送，海关接受后自动重新核对')
              onLeave()
            }}
            onRefresh={stale}
          />
        )}
      </div>
    </Modal>
  )
}

/** What settles it as both sides want, where there is such a thing. */
const repairs = ['correct', 'send', 'rejudge'] as const
const primaryOf = (possible: DifferenceRow['offered']) =>
  repairs.find((name) => possible.some(({ action }) => action === name))
