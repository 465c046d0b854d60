/** 逐日核对: our uses of a day against customs' list; each night for the day before, and for any day on demand. */
import { useState } from 'react'
import { App, Button } from 'antd'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReconciliationRow } from '#api/customs.ts'
import { addDays, isDay } from '#domain/day.ts'
import { DataTable, type Column } from '#ui/DataTable.tsx'
import { Field } from '#ui/Field.tsx'
import type { ListDefaults } from '#ui/list-state.ts'
import { DayText, Instant } from '#ui/Numbers.tsx'
import { PageTitle } from '#ui/PageTitle.tsx'
import { paths } from '#ui/paths.ts'
import { useMay, useToday } from '#ui/session.ts'
import { useList } from '#ui/use-list.ts'
import { Failed, shown, StateWord } from '#ui/Words.tsx'
import { compare, reconciliationsQuery, useCustomsStale } from './queries.ts'
import s from './Customs.module.css'

const defaults: ListDefaults = { filters: [], pageSize: 50 }
const dayField = { kind: 'day', label: '申报日期' } as const
const stateWords = { running: '核对中', done: '已核对', failed: '未完成' } as const
const tones = { running: 'waiting', done: 'good', failed: 'bad' } as const

const columns: readonly Column<ReconciliationRow>[] = [
  { key: 'day', title: '申报日期', width: 110, render: (row) => <DayText day={row.day} /> },
  {
    key: 'state',
    title: '结果',
    width: 100,
    render: (row) => <StateWord tone={tones[row.state]}>{stateWords[row.state]}</StateWord>,
  },
  { key: 'ours', title: '本系统项数', width: 110, align: 'right', render: (row) => row.ours },
  { key: 'theirs', title: '海关项数', width: 110, align: 'right', render: (row) => row.theirs },
  {
    key: 'differences',
    title: '差异',
    width: 90,
    align: 'right',
    render: (row) =>
      row.differences === 0 ? (
        '0'
      ) : (
        <Link to={paths.differences()} search={{ day: row.day }}>
          {row.differences} 项
        </Link>
      ),
  },
  {
    key: 'at',
    title: '核对时间',
    width: 170,
    render: (row) => <Instant at={row.finishedAt ?? row.startedAt} />,
  },
  {
    key: 'error',
    title: '原因',
    width: 300,
    render: (row) => <span className={s['reason']}>{shown(row.error)}</span>,
  },
]

export function ReconciliationsPage() {
  const list = useList(defaults)
  const { page, pageSize } = list.state
  const read = useQuery(reconciliationsQuery({ page, pageSize }))
  const mayRun = useMay('difference.close')
  return (
    <>
      <PageTitle title="逐日核对" note="每天夜里核对前一天；也可以随时核对某一天" />
      {mayRun && <Run />}
      <DataTable
        label="逐日核对"
        read={read}
        rowKey={(row) => row.day}
        columns={columns}
        list={list}
        empty={{ words: '还没有核对过。每天夜里自动核对前一天的使用记录。' }}
      />
    </>
  )
}

function Run() {
  const { message } = App.useApp()
  const stale = useCustomsStale()
  const today = useToday()
  const [day, setDay] = useState(() => addDays(today, -1))
  const [busy, setBusy] = useState(false)
  const [failed, setFailed] = useState<unknown>()
  const wrong = !isDay(day) ? '请填写日期' : day > today ? '只能核对今天及以前' : undefined
  const run = async () => {
    setBusy(true)
    setFailed(undefined)
    try {
      await compare(day)
      void message.success(`已开始核对 ${day}，结果稍后列在下表`)
      stale()
    } catch (error) {
      setFailed(error)
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      <div className={s['run']}>
        <Field field={dayField} path="reconciliation.day" value={day} error={wrong} onChange={setDay} />
        <Button type="primary" loading={busy} disabled={wrong !== undefined} onClick={() => void run()}>
          核对这一天
        </Button>
      </div>
      {failed !== undefined && <Failed error={failed} onRetry={() => void run()} />}
    </>
  )
}
