import { useState } from 'react'
import { Button } from 'antd'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import type { ApplicationRow } from '#api/application.ts'
import { application, lists, type ListName, type State } from '#domain/application/actions.ts'
import { applicationTable } from '#domain/application/form.ts'
import { yearOf } from '#domain/day.ts'
import { DataTable } from '#ui/DataTable.tsx'
import type { Filter } from '#ui/Filters.tsx'
import type { ListDefaults } from '#ui/list-state.ts'
import { PageTitle } from '#ui/PageTitle.tsx'
import { nameOf, paths } from '#ui/paths.ts'
import { useMay, useToday } from '#ui/session.ts'
import type { StateTab } from '#ui/StateTabs.tsx'
import { useList } from '#ui/use-list.ts'
import { Empty } from '#ui/Words.tsx'
import { BatchDialog, type BatchAction } from './Batch.tsx'
import { columnsOf } from './columns.tsx'
import { applicationsQuery } from './queries.ts'
import s from './List.module.css'

const listNames = Object.keys(lists).filter((name): name is ListName => name in lists)

/** One of the lists of manual 000 around the application. */
export function ListPage() {
  const { list: slug = '' }: { list?: string } = useParams({ strict: false })
  const name = nameOf(listNames, slug)
  if (name === undefined) {
    return (
      <>
        <PageTitle title="没有这个列表" />
        <Empty
          words="没有这个列表，请从左侧菜单选择。"
          next={<Link to={paths.applications('to_submit')}>打开上报申请</Link>}
        />
      </>
    )
  }
  return <ApplicationList key={name} name={name} />
}

const filterNames = [
  'q',
  'quotaYear',
  'hsCode',
  'tradeMode',
  'destinationCountry',
  'customsPort',
  'from',
  'to',
] as const

/** The tab a list opens with: 暂存 where drafts wait, all states where the list has several. */
const defaultsOf: Readonly<Record<ListName, ListDefaults>> = {
  to_submit: { tab: 'draft', sort: 'number', order: 'desc', filters: filterNames },
  under_review: { sort: 'number', order: 'desc', filters: filterNames },
  rejected: { sort: 'number', order: 'desc', filters: filterNames },
  to_print: { sort: 'number', order: 'desc', filters: filterNames },
  printed: { sort: 'number', order: 'desc', filters: filterNames },
}

const emptyWords: Readonly<Record<ListName | State, string>> = {
  ...application.states,
  draft: '没有暂存的申请表。录入的申请表盖章以前都在这里。',
  ready: '没有待上报的申请表。申请表“保存并盖章”后在这里上报。',
  returned: '没有初审退回的申请表。',
  withdrawn: '没有已撤销的申请表。',
  first_review: '没有待初审的申请表。',
  second_review: '没有待复审的申请表。',
  withdrawing: '没有待撤销的申请表。',
  to_submit: '没有可上报的申请表。',
  under_review: '没有待审的申请表。上报的申请表在审核期间都在这里。',
  rejected: '没有复审未通过的申请表。',
  to_print: '没有待打印的申请表。复审通过、还没有打印的申请表在这里。',
  printed: '没有已打印的申请表。',
}

/** Where to go from an empty list. */
const nextStep: Readonly<Record<ListName, { to: string; words: string } | undefined>> = {
  to_submit: { to: paths.newApplication(), words: '录入申请' },
  under_review: { to: paths.applications('to_submit'), words: '打开上报申请' },
  rejected: undefined,
  to_print: { to: paths.applications('under_review'), words: '打开待审申请' },
  printed: { to: paths.applications('to_print'), words: '打开打印申请表' },
}

function ApplicationList({ name }: { name: ListName }) {
  const navigate = useNavigate()
  const mayCreate = useMay('application.create')
  const list = useList(defaultsOf[name])
  const [batch, setBatch] = useState<{
    action: BatchAction
    rows: readonly ApplicationRow[]
    clear: () => void
  }>()
  const { tab, order, page, pageSize, filters } = list.state
  const states: readonly State[] = lists[name].states
  const state = states.find((it) => it === tab)
  const read = useQuery({
    ...applicationsQuery({
      list: name,
      order,
      page,
      pageSize,
      ...filters,
      ...(state === undefined ? {} : { state }),
    }),
    placeholderData: keepPreviousData,
  })
  const data = read.data
  return (
    <>
      <PageTitle title={lists[name].label}>
        {mayCreate && name === 'to_submit' && (
          <Button type="primary" onClick={() => void navigate({ to: paths.newApplication() })}>
            录入申请
          </Button>
        )}
      </PageTitle>
      <DataTable
        label={lists[name].label}
        read={{ ...read, data: data && { rows: data.rows, total: data.total } }}
        rowKey={(row) => row.id}
        rowLabel={(row) => row.applicationNo ?? row.windowNo}
        columns={columnsOf[name]}
        list={list}
        onOpen={(row) => void navigate({ to: paths.application(row.id) })}
        tabs={tabsOf(name, data?.counts)}
        filters={useFilters()}
        scope={data?.scope}
        empty={{
          words: emptyWords[state ?? name],
          next:
            nextStep[name] === undefined || (name === 'to_submit' && !mayCreate) ? undefined : (
              <Link to={nextStep[name].to}>{nextStep[name].words}</Link>
            ),
        }}
        late={(row) => row.overdue}
        batch={
          mayCreate && name !== 'under_review' && name !== 'rejected'
            ? (rows, clear) => (
                <BatchButtons rows={rows} onBatch={(action) => setBatch({ action, rows, clear })} />
              )
            : undefined
        }
      />
      {batch !== undefined && (
        <BatchDialog
          action={batch.action}
          rows={batch.rows}
          onClose={() => {
            batch.clear()
            setBatch(undefined)
          }}
        />
      )}
    </>
  )
}

const batchActions = ['submit', 'print', 'delete'] as const satisfies readonly BatchAction[]

/** A batch is offered when at least one ticked row allows it; the others then say why they do not. */
function BatchButtons({
  rows,
  onBatch,
}: {
  rows: readonly ApplicationRow[]
  onBatch: (action: BatchAction) => void
}) {
  return (
    <span className={s['batch']}>
      {batchActions
        .filter((action) => rows.some((row) => row.actions.includes(action)))
        .map((action) => (
          <Button key={action} size="small" danger={action === 'delete'} onClick={() => onBatch(action)}>
            批量{application.actions[action].label}
          </Button>
        ))}
    </span>
  )
}

type Counts = readonly { state: State; label: string; total: { count: number; more: boolean } }[]

function tabsOf(name: ListName, counts: Counts | undefined): StateTab[] | undefined {
  const states: readonly State[] = lists[name].states
  if (states.length < 2) return undefined
  const tabs = states.map((key) => ({
    key,
    label: application.states[key],
    total: counts?.find((it) => it.state === key)?.total,
  }))
  return name === 'to_submit' ? tabs : [{ key: '', label: '全部' }, ...tabs]
}

const text = (label: string, max: number) => ({ kind: 'text', label, max }) as const
const day = (label: string) => ({ kind: 'day', label }) as const
const code = (name: string) => {
  const field = applicationTable[name]
  if (field?.kind !== 'code') throw new Error(`${name} is no coded field`)
  return { kind: 'code', label: field.label, list: field.list } as const
}

function useFilters(): readonly Filter[] {
  const year = yearOf(useToday())
  const years = [year + 1, year, year - 1, year - 2].map(String)
  return [
    { name: 'q', field: text('编号、合同号或商品名称', 60) },
    { name: 'quotaYear', field: text('年度', 4), choices: Object.fromEntries(years.map((it) => [it, it])) },
    { name: 'hsCode', field: text('商品代码（前几位）', 10) },
    { name: 'tradeMode', field: code('tradeMode') },
    { name: 'destinationCountry', field: code('destinationCountry') },
    { name: 'customsPort', field: code('customsPort') },
    { name: 'from', field: day('申请日期 从') },
    { name: 'to', field: day('申请日期 至') },
  ]
}
