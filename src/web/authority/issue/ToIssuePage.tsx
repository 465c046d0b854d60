/** 待发证: licences that wait for 生成电子许可证, alone or several at once, and what was issued today. */
import { useState } from 'react'
import { Button, Modal } from 'antd'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import type { LicenceRow } from '#api/licence.ts'
import { DataTable, type Column } from '#ui/DataTable.tsx'
import type { Filter } from '#ui/Filters.tsx'
import type { ListDefaults } from '#ui/list-state.ts'
import { PaperNo, Quantity } from '#ui/Numbers.tsx'
import { PageTitle } from '#ui/PageTitle.tsx'
import { paths } from '#ui/paths.ts'
import { useMay, useToday } from '#ui/session.ts'
import { useList } from '#ui/use-list.ts'
import { shown, StateWord } from '#ui/Words.tsx'
import { issuedColumns } from '../licence-columns.tsx'
import { licencesQuery } from '../queries.ts'
import { HandBack } from './HandBack.tsx'
import { IssueProgress } from './IssueProgress.tsx'
import { failureOf, isRunning, stepOf } from './progress.ts'
import { useIssuing, type Issuing } from './use-issuing.ts'
import s from './Issue.module.css'

const defaults: ListDefaults = { tab: 'waiting', sort: 'number', order: 'asc', filters: ['q'], pageSize: 50 }
const filters: readonly Filter[] = [
  { name: 'q', field: { kind: 'text', label: '编号、合同号、商品或企业名称', max: 60 } },
]
const lookAgain = { running: 1_000, quiet: 30_000 }

export function ToIssuePage() {
  const list = useList(defaults)
  const navigate = useNavigate()
  const today = useToday()
  const may = useMay('licence.issue')
  const issuing = useIssuing()
  const [handingBack, setHandingBack] = useState<LicenceRow>()
  const [asking, setAsking] = useState<{ rows: readonly LicenceRow[]; clear: () => void }>()
  const { tab, page, pageSize, order, filters: held } = list.state
  const waitingTab = tab !== 'today'
  const common = { page, pageSize, q: held['q'] }

  const waiting = useQuery({
    ...licencesQuery({ list: 'to_issue', order, ...(waitingTab ? common : { page: 1, pageSize: 1 }) }),
    refetchInterval: ({ state }) =>
      state.data?.rows.some(isRunning) === true ? lookAgain.running : lookAgain.quiet,
  })
  const issued = useQuery(
    licencesQuery({
      list: 'issued',
      issuedOn: today,
      order,
      ...(waitingTab ? { page: 1, pageSize: 1 } : common),
    }),
  )
  const read = waitingTab ? waiting : issued
  return (
    <>
      <PageTitle title="待发证" />
      <IssueProgress issuing={issuing} />
      <DataTable
        key={waitingTab ? 'waiting' : 'today'}
        label={waitingTab ? '待发证' : '今日签发'}
        read={{ ...read, data: read.data && { rows: read.data.rows, total: read.data.total } }}
        rowKey={(row) => row.id}
        columns={waitingTab ? waitingColumns(may, issuing, setHandingBack) : issuedColumns}
        list={list}
        tabs={[
          { key: 'waiting', label: '待发证', total: waiting.data?.total },
          { key: 'today', label: '今日签发', total: issued.data?.total },
        ]}
        filters={filters}
        scope={read.data?.scope}
        onOpen={(row) => void navigate({ to: paths.authorityLicence(row.id) })}
        empty={
          waitingTab
            ? {
                words: '没有待发证的许可证。复审通过的申请表会出现在这里。',
                next: <Link to={paths.authorityLicences()}>查看已签发的许可证</Link>,
              }
            : { words: '今天还没有签发许可证' }
        }
        batch={
          waitingTab && may
            ? (rows, clear) => (
                <BatchButton
                  rows={rows}
                  busy={issuing.active}
                  onIssue={(ready) => setAsking({ rows: ready, clear })}
                />
              )
            : undefined
        }
      />
      {asking !== undefined && (
        <Modal
          open
          title="生成电子许可证"
          width={440}
          okText={`生成 ${asking.rows.length} 份电子许可证`}
          cancelText="暂不生成"
          onCancel={() => setAsking(undefined)}
          onOk={() => {
            issuing.start(asking.rows)
            asking.clear()
            setAsking(undefined)
          }}
        >
          <p>将依次生成并加盖本机构电子签章，签章后不能退回。</p>
        </Modal>
      )}
      {handingBack !== undefined && (
        <HandBack
          applicationId={handingBack.applicationId}
          licenceNo={handingBack.licenceNo}
          onClose={() => setHandingBack(undefined)}
        />
      )}
    </>
  )
}

/** Of the ticked rows those that do not run already. */
function BatchButton({
  rows,
  busy,
  onIssue,
}: {
  rows: readonly LicenceRow[]
  busy: boolean
  onIssue: (rows: readonly LicenceRow[]) => void
}) {
  const ready = rows.filter((row) => !isRunning(row))
  return (
    <span className={s['batch']}>
      <Button
        size="small"
        type="primary"
        disabled={ready.length === 0 || busy}
        onClick={() => onIssue(ready)}
      >
        生成电子许可证
      </Button>
      {busy && '上一批正在生成，请稍候'}
      {!busy && ready.length < rows.length && `其中 ${rows.length - ready.length} 份正在生成`}
    </span>
  )
}

function waitingColumns(
  may: boolean,
  issuing: Issuing,
  onHandBack: (row: LicenceRow) => void,
): readonly Column<LicenceRow>[] {
  const columns: readonly Column<LicenceRow>[] = [
    {
      key: 'number',
      title: '许可证号',
      width: 108,
      sorts: true,
      render: (row) => (
        <Link to={paths.authorityLicence(row.id)}>
          <PaperNo value={row.licenceNo} />
        </Link>
      ),
    },
    {
      key: 'application',
      title: '申请表号',
      width: 168,
      render: (row) => (
        <Link to={paths.review(row.applicationId)}>
          <PaperNo value={row.applicationNo} />
        </Link>
      ),
    },
    { key: 'exporter', title: '企业', width: 150, cut: true, render: (row) => row.exporterName },
    { key: 'goods', title: '商品', width: 116, cut: true, render: (row) => row.goodsName },
    {
      key: 'quantity',
      title: '数量',
      width: 126,
      align: 'right',
      render: (row) => <Quantity value={row.quantity} unit={row.goodsUnit} />,
    },
    {
      key: 'country',
      title: '进口国',
      width: 76,
      cut: true,
      render: (row) => shown(row.destinationName),
    },
    { key: 'step', title: '生成情况', width: 150, render: (row) => <Step row={row} /> },
  ]
  if (!may) return columns
  const actions: Column<LicenceRow> = {
    key: 'actions',
    title: '操作',
    width: 178,
    render: (row) => <RowActions row={row} issuing={issuing} onHandBack={onHandBack} />,
  }
  return [...columns, actions]
}

function Step({ row }: { row: LicenceRow }) {
  if (row.issueError !== null) return <span className={s['wrong']}>{failureOf(row)}</span>
  return isRunning(row) ? <StateWord tone="waiting">{stepOf(row)}</StateWord> : <>未生成</>
}

function RowActions({
  row,
  issuing,
  onHandBack,
}: {
  row: LicenceRow
  issuing: Issuing
  onHandBack: (row: LicenceRow) => void
}) {
  const item = issuing.items.find(({ id }) => id === row.id)
  const busy =
    isRunning(row) || item?.phase === 'waiting' || item?.phase === 'sending' || item?.phase === 'running'
  return (
    <span className={s['actions']}>
      <Button size="small" disabled={busy} onClick={() => issuing.start([row])}>
        {row.issueError === null ? '生成电子许可证' : '再试'}
      </Button>
      <Button size="small" type="link" disabled={busy} onClick={() => onHandBack(row)}>
        退回
      </Button>
    </span>
  )
}
