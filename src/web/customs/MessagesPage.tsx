/** 海关报文: what is on its way to customs, with tries and errors; 重发, and the way to 人工登记 on the licence's page. */
import { useState } from 'react'
import { App, Button } from 'antd'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { messageStates, type MessageRow } from '#api/customs.ts'
import { DataTable, type Column } from '#ui/DataTable.tsx'
import type { Filter } from '#ui/Filters.tsx'
import type { ListDefaults } from '#ui/list-state.ts'
import { Instant, PaperNo } from '#ui/Numbers.tsx'
import { PageTitle } from '#ui/PageTitle.tsx'
import { paths } from '#ui/paths.ts'
import { attempts } from '#ui/request-id.ts'
import { useList } from '#ui/use-list.ts'
import { Failed, Notice, shown, StateWord } from '#ui/Words.tsx'
import { messagesQuery, resend, useCustomsStale } from './queries.ts'
import { messageTones } from './tones.ts'
import s from './Customs.module.css'

const defaults: ListDefaults = {
  filters: ['licenceNo', 'list'],
  preset: { list: 'stuck' },
  pageSize: 50,
}
const filters: readonly Filter[] = [
  { name: 'licenceNo', field: { kind: 'text', label: '许可证号', max: 10 } },
  {
    name: 'list',
    field: { kind: 'text', label: '范围', max: 10 },
    choices: { stuck: '没有办结的', all: '全部' },
    always: true,
  },
]
const stateNames = Object.keys(messageStates).filter(
  (name): name is keyof typeof messageStates => name in messageStates,
)

const columns: readonly Column<MessageRow>[] = [
  {
    key: 'no',
    title: '报文编号',
    width: 122,
    render: (row) => (
      <Link to={paths.authorityLicence(row.licenceId)}>
        <PaperNo value={row.messageNo} />
      </Link>
    ),
  },
  { key: 'kind', title: '种类', width: 76, render: (row) => row.kindLabel },
  { key: 'exporter', title: '出口商', width: 170, cut: true, render: (row) => row.exporterName },
  {
    key: 'state',
    title: '状态',
    width: 112,
    render: (row) => <StateWord tone={messageTones[row.state]}>{row.stateLabel}</StateWord>,
  },
  { key: 'attempts', title: '次数', width: 56, align: 'right', render: (row) => row.attempts },
  {
    key: 'error',
    title: '原因',
    width: 210,
    render: (row) => <span className={s['reason']}>{shown(row.error)}</span>,
  },
  { key: 'created', title: '产生时间', width: 146, render: (row) => <Instant at={row.createdAt} short /> },
  { key: 'next', title: '下次发送', width: 146, render: (row) => <Instant at={row.nextAt} short /> },
]

export function CustomsMessagesPage() {
  const list = useList(defaults)
  const { tab, page, pageSize, filters: held } = list.state
  const state = stateNames.find((name) => name === tab)
  const { licenceNo } = held
  const read = useQuery(
    messagesQuery({
      page,
      pageSize,
      list: held['list'] === 'all' ? 'all' : 'stuck',
      ...(licenceNo === undefined ? {} : { licenceNo }),
      ...(state === undefined ? {} : { state }),
    }),
  )
  const counts = read.data?.counts ?? []
  const tabs = counts.filter((one) => one.total.count > 0 || one.state === state)
  const actions: Column<MessageRow> = {
    key: 'actions',
    title: '操作',
    width: 76,
    pinned: true,
    render: (row) => <RowActions row={row} />,
  }
  return (
    <>
      <PageTitle title="海关报文" note="每份许可证的报文按序号先后发送；没有发出的会自动再发" />
      {read.data !== undefined && read.data.missing !== null && (
        <Notice kind="warning">{read.data.missing}。</Notice>
      )}
      <DataTable
        label="海关报文"
        read={{ ...read, data: read.data && { rows: read.data.rows, total: read.data.total } }}
        rowKey={(row) => row.messageNo}
        columns={[...columns, actions]}
        list={list}
        tabs={[
          { key: '', label: '全部' },
          ...tabs.map(({ state: key, label, total }) => ({ key, label, total })),
        ]}
        filters={filters}
        scope={read.data?.scope}
        late={(row) => row.state === 'failed' || row.state === 'rejected'}
        empty={{ words: '没有待办的报文：发出的报文海关都已接受。' }}
      />
    </>
  )
}

function RowActions({ row }: { row: MessageRow }) {
  const { message } = App.useApp()
  const stale = useCustomsStale()
  const [tries] = useState(() => attempts())
  const [busy, setBusy] = useState(false)
  const [failed, setFailed] = useState<unknown>()
  const again = async () => {
    setBusy(true)
    setFailed(undefined)
    const body = { version: row.licenceVersion, input: { messageNo: row.messageNo } }
    try {
      await tries.run(body, (requestId) => resend(row.licenceId, { ...body, requestId }))
      void message.success(`报文 ${row.messageNo} 已重新排入发送`)
      stale()
    } catch (error) {
      setFailed(error)
    } finally {
      setBusy(false)
    }
  }
  return (
    <div className={s['stack']}>
      <span>
        {row.canResend ? (
          <Button
            size="small"
            loading={busy}
            onClick={() => void again()}
            aria-label={`重发 ${row.messageNo}`}
          >
            重发
          </Button>
        ) : (
          '—'
        )}
      </span>
      {failed !== undefined && <Failed error={failed} onRefresh={stale} />}
    </div>
  )
}
