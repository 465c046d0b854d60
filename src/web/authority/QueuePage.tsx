/** 待初审, 待复审, 待撤销: what waits for a decision, the nearest due date first. */
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import type { ApplicationRow } from '#api/application.ts'
import { queues, type QueueName } from '#domain/application/actions.ts'
import { DataTable, type Column } from '#ui/DataTable.tsx'
import { classes } from '#ui/field-parts.ts'
import type { Filter } from '#ui/Filters.tsx'
import type { ListDefaults } from '#ui/list-state.ts'
import { PaperNo, Quantity } from '#ui/Numbers.tsx'
import { PageTitle } from '#ui/PageTitle.tsx'
import { nameOf, paths } from '#ui/paths.ts'
import { useList, type ListControl } from '#ui/use-list.ts'
import { shown } from '#ui/Words.tsx'
import { NotFoundPage } from '../NotFoundPage.tsx'
import { DueDay } from './DueDay.tsx'
import { queueQuery } from './queries.ts'
import { queueNames } from './queue-names.ts'
import s from './authority.module.css'

const defaults: ListDefaults = { filters: ['q', 'mine', 'overdue'], pageSize: 50 }
const filters: readonly Filter[] = [
  { name: 'q', field: { kind: 'text', label: '编号、合同号、商品或企业名称', max: 60 } },
]

const columns: readonly Column<ApplicationRow>[] = [
  {
    key: 'no',
    title: '申请表号',
    width: 180,
    render: (row) => (
      <Link to={paths.review(row.id)}>
        <PaperNo value={row.applicationNo ?? row.windowNo} />
      </Link>
    ),
  },
  { key: 'exporter', title: '企业', width: 196, cut: true, render: (row) => row.exporterName },
  { key: 'goods', title: '商品', width: 186, cut: true, render: (row) => row.goodsName },
  {
    key: 'quantity',
    title: '数量',
    width: 146,
    align: 'right',
    render: (row) => <Quantity value={row.totalQuantity} unit={row.goodsUnit} />,
  },
  {
    key: 'country',
    title: '进口国(地区)',
    width: 104,
    cut: true,
    render: (row) => shown(row.destinationName),
  },
  {
    key: 'due',
    title: '办理期限',
    width: 205,
    render: (row) => <DueDay dueOn={row.dueOn} overdue={row.overdue} />,
  },
  {
    key: 'claimed',
    title: '领取人',
    width: 90,
    render: (row) => (row.claimedBySelf ? <span className={s['self']}>我</span> : shown(row.claimedByName)),
  },
]

export function QueuePage() {
  const params: { queue?: string } = useParams({ strict: false })
  const queue = nameOf(queueNames, params.queue ?? '')
  return queue === undefined ? <NotFoundPage /> : <Queue queue={queue} />
}

function Queue({ queue }: { queue: QueueName }) {
  const own = useList(defaults)
  const navigate = useNavigate()
  const { page, pageSize, filters: held } = own.state
  const read = useQuery(
    queueQuery(queue, {
      page,
      pageSize,
      q: held['q'],
      mine: held['mine'] === 'yes' ? 'yes' : 'no',
      overdue: held['overdue'] === 'yes' ? 'yes' : 'no',
    }),
  )
  // A tab is another queue, at another address.
  const list: ListControl = {
    state: { ...own.state, tab: queue },
    change: (change) => {
      const to = queueNames.find((name) => name === change.tab)
      if (to === undefined) own.change(change)
      else void navigate({ to: paths.queue(to) })
    },
  }
  const counts = read.data?.counts ?? []
  return (
    <>
      <PageTitle title={queues[queue].label} />
      <DataTable
        label={queues[queue].label}
        read={read}
        rowKey={(row) => row.id}
        columns={columns}
        list={list}
        tabs={queueNames.map((name) => {
          const count = counts.find((one) => one.queue === name)
          const late = count?.overdue.count ?? 0
          return {
            key: name,
            label: queues[name].label,
            total: count?.total,
            late: late > 0 ? `超期 ${late}` : undefined,
          }
        })}
        filters={filters}
        scope={read.data?.scope}
        note={<Ticks list={list} />}
        late={(row) => row.overdue}
        onOpen={(row) => void navigate({ to: paths.review(row.id) })}
        empty={{
          words: `没有${queues[queue].label}的申请表`,
          next: <Others queue={queue} counts={counts} />,
        }}
      />
    </>
  )
}

function Ticks({ list }: { list: ListControl }) {
  const { state, change } = list
  const tick = (name: string, words: string) => (
    <label>
      <input
        type="checkbox"
        checked={state.filters[name] === 'yes'}
        onChange={(event) => {
          const { [name]: _, ...others } = state.filters
          change({ filters: event.target.checked ? { ...others, [name]: 'yes' } : others })
        }}
      />
      {words}
    </label>
  )
  return (
    <span className={classes(s['ticks'])}>
      {tick('mine', '只看我领取的')}
      {tick('overdue', '只看超期')}
    </span>
  )
}

/** Where else work waits, when this queue is done. */
function Others({
  queue,
  counts,
}: {
  queue: QueueName
  counts: readonly { queue: string; label: string; total: { count: number } }[]
}) {
  const waiting = queueNames.flatMap((name) => {
    const count = counts.find((one) => one.queue === name)?.total.count ?? 0
    return name === queue || count === 0 ? [] : [{ name, count }]
  })
  if (waiting.length === 0) return <Link to={paths.authority()}>回到首页</Link>
  return (
    <span className={s['ticks']}>
      {waiting.map(({ name, count }) => (
        <Link key={name} to={paths.queue(name)}>
          {queues[name].label} {count} 份
        </Link>
      ))}
    </span>
  )
}
