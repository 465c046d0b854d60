import { useState } from 'react'
import { Button } from 'antd'
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import type { ApplicationRow } from '#api/application.ts'
import { mostTried, quotaWhatIf } from '#api/quota.ts'
import { lists, type State } from '#domain/application/actions.ts'
import { yearOf } from '#domain/day.ts'
import { call } from '#ui/call.ts'
import { DataTable, type Column } from '#ui/DataTable.tsx'
import type { Filter } from '#ui/Filters.tsx'
import type { ListDefaults } from '#ui/list-state.ts'
import { DayText, PaperNo, Quantity } from '#ui/Numbers.tsx'
import { PageTitle } from '#ui/PageTitle.tsx'
import { paths } from '#ui/paths.ts'
import { useToday } from '#ui/session.ts'
import { useList } from '#ui/use-list.ts'
import { Failed, shown, StateWord } from '#ui/Words.tsx'
import { applicationsQuery } from '../application/queries.ts'
import { toneOf } from '../application/tone.ts'
import { Plan } from './Plan.tsx'
import s from './Quota.module.css'

const defaults: ListDefaults = { sort: 'number', order: 'desc', filters: ['q', 'quotaYear', 'hsCode'] }

const numberOf = (row: ApplicationRow) => row.applicationNo ?? row.windowNo

/** 配额试算: papers ticked in the order in which they would be submitted, and where the quota runs out. */
export function WhatIfPage() {
  const [chosen, setChosen] = useState<readonly ApplicationRow[]>([])
  const tried = useMutation({
    mutationFn: (rows: readonly ApplicationRow[]) =>
      call(quotaWhatIf, { body: { ids: rows.map(({ id }) => id) } }),
  })
  const choose = (rows: readonly ApplicationRow[]) => {
    setChosen(rows)
    // What was worked out is about other papers now.
    tried.reset()
  }
  const turn = (row: ApplicationRow) =>
    choose(
      chosen.some(({ id }) => id === row.id) ? chosen.filter(({ id }) => id !== row.id) : [...chosen, row],
    )
  return (
    <>
      <PageTitle title="配额试算" note="不占用配额，只看一起上报时够不够">
        <Button
          type="primary"
          disabled={chosen.length === 0}
          loading={tried.isPending}
          onClick={() => tried.mutate(chosen)}
        >
          试算{chosen.length > 0 ? ` ${chosen.length} 份` : ''}
        </Button>
      </PageTitle>
      {tried.error !== null && <Failed error={tried.error} onRetry={() => tried.mutate(chosen)} />}
      {chosen.length > 0 && <Plan chosen={chosen} result={tried.data} onChosen={choose} />}
      <Waiting chosen={chosen} onTurn={turn} />
    </>
  )
}

function columnsOf(
  chosen: readonly ApplicationRow[],
  onTurn: (row: ApplicationRow) => void,
): readonly Column<ApplicationRow>[] {
  return [
    {
      key: 'place',
      title: '先后',
      width: 60,
      render: (row) => {
        const place = chosen.findIndex(({ id }) => id === row.id)
        return (
          <label className={s['buttons']}>
            <input
              type="checkbox"
              aria-label={`试算 ${numberOf(row)}`}
              checked={place >= 0}
              disabled={place < 0 && chosen.length >= mostTried}
              onChange={() => onTurn(row)}
            />
            {place >= 0 ? place + 1 : ''}
          </label>
        )
      },
    },
    {
      key: 'number',
      title: '申请表号',
      width: 164,
      sorts: true,
      render: (row) => (
        <Link to={paths.application(row.id)} title={`申请编号 ${row.windowNo}`}>
          <PaperNo value={numberOf(row)} />
        </Link>
      ),
    },
    {
      key: 'state',
      title: '状态',
      width: 92,
      render: (row) => <StateWord tone={toneOf(row.state)}>{row.stateLabel}</StateWord>,
    },
    { key: 'hsCode', title: '商品代码', width: 96, render: (row) => <PaperNo value={row.hsCode} /> },
    { key: 'goodsName', title: '商品名称', width: 190, cut: true, render: (row) => shown(row.goodsName) },
    { key: 'contract', title: '合同号', width: 150, cut: true, render: (row) => shown(row.contractNo) },
    {
      key: 'quantity',
      title: '数量',
      width: 140,
      align: 'right',
      render: (row) => <Quantity value={row.totalQuantity} unit={row.goodsUnit} />,
    },
    { key: 'applyDate', title: '申请日期', width: 100, render: (row) => <DayText day={row.applyDate} /> },
  ]
}

/** Everything that could still be submitted, page by page and searched; ticks hold from page to page. */
function Waiting({
  chosen,
  onTurn,
}: {
  chosen: readonly ApplicationRow[]
  onTurn: (row: ApplicationRow) => void
}) {
  const navigate = useNavigate()
  const year = yearOf(useToday())
  const list = useList(defaults)
  const { tab, order, page, pageSize, filters: held } = list.state
  const states: readonly State[] = lists.to_submit.states
  const state = states.find((one) => one === tab)
  const read = useQuery({
    ...applicationsQuery({
      list: 'to_submit',
      order,
      page,
      pageSize,
      ...held,
      ...(state === undefined ? {} : { state }),
    }),
    placeholderData: keepPreviousData,
  })
  const years = [year + 1, year, year - 1].map(String)
  const filters: readonly Filter[] = [
    { name: 'q', field: { kind: 'text', label: '编号、合同号或商品名称', max: 60 } },
    {
      name: 'quotaYear',
      field: { kind: 'text', label: '年度', max: 4 },
      choices: Object.fromEntries(years.map((one) => [one, one])),
    },
    { name: 'hsCode', field: { kind: 'text', label: '商品代码（前几位）', max: 10 } },
  ]
  return (
    <DataTable
      label="还没有上报的申请表"
      read={{ ...read, data: read.data && { rows: read.data.rows, total: read.data.total } }}
      rowKey={(row) => row.id}
      columns={columnsOf(chosen, onTurn)}
      list={list}
      filters={filters}
      tabs={[
        { key: '', label: '全部' },
        ...(read.data?.counts ?? []).map((one) => ({ key: one.state, label: one.label, total: one.total })),
      ]}
      scope={read.data?.scope}
      note={
        chosen.length >= mostTried
          ? `一次最多试算 ${mostTried} 份`
          : '按上报的先后勾选，翻页、查询不影响已勾选的'
      }
      onOpen={(row) => void navigate({ to: paths.application(row.id) })}
      empty={{
        words: '没有还未上报的申请表',
        next: <Link to={paths.newApplication()}>录入申请</Link>,
      }}
    />
  )
}
