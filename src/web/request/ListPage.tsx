/** 申请表管理 and 申请表查询 of each group (manual 000). */
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import type { Group, RequestRow } from '#api/request.ts'
import { dayOf } from '#domain/day.ts'
import { states, type State } from '#domain/request/states.ts'
import { DataTable, type Column } from '#ui/DataTable.tsx'
import type { Filter } from '#ui/Filters.tsx'
import type { ListDefaults } from '#ui/list-state.ts'
import { DayText, PaperNo, Quantity } from '#ui/Numbers.tsx'
import { PageTitle } from '#ui/PageTitle.tsx'
import { nameOf, paths } from '#ui/paths.ts'
import { useMay } from '#ui/session.ts'
import { useList } from '#ui/use-list.ts'
import { shown, StateWord } from '#ui/Words.tsx'
import { NotFoundPage } from '../NotFoundPage.tsx'
import { requestsQuery } from './queries.ts'
import { RowActions } from './RowActions.tsx'
import { groups, requestTone, titles } from './words.ts'

const lists = ['manage', 'all'] as const
type List = (typeof lists)[number]

export function RequestListPage() {
  const params: { group?: string; list?: string } = useParams({ strict: false })
  const group = nameOf(groups, params.group ?? '')
  const list = nameOf(lists, params.list ?? '')
  if (group === undefined || list === undefined) return <NotFoundPage />
  return <Requests key={`${group} ${list}`} group={group} list={list} />
}

type Col = Column<RequestRow>
const number: Col = {
  key: 'number',
  title: '许可证号',
  width: 118,
  sorts: true,
  render: (row) => (
    <Link to={paths.licence(row.licenceId)}>
      <PaperNo value={row.licenceNo} />
    </Link>
  ),
}
const kind: Col = { key: 'kind', title: '申请种类', width: 88, render: (row) => row.kindLabel }
const goods: Col = { key: 'goods', title: '商品名称', width: 170, cut: true, render: (row) => row.goodsName }
const quantity: Col = {
  key: 'quantity',
  title: '许可证数量',
  width: 128,
  align: 'right',
  render: (row) => <Quantity value={row.quantity} unit={row.goodsUnit} />,
}
const writtenOff: Col = {
  key: 'writtenOff',
  title: '核销数量',
  width: 128,
  align: 'right',
  render: (row) => <Quantity value={row.writeOffQuantity} unit={row.goodsUnit} />,
}
const days: readonly Col[] = [
  { key: 'issued', title: '发证日期', width: 100, render: (row) => <DayText day={row.issuedOn} /> },
  { key: 'expiry', title: '有效截止日期', width: 110, render: (row) => <DayText day={row.expiryDate} /> },
  {
    key: 'submitted',
    title: '上报日期',
    width: 100,
    render: (row) => <DayText day={row.submittedAt === null ? null : dayOf(new Date(row.submittedAt))} />,
  },
]
const state: Col = {
  key: 'state',
  title: '状态',
  width: 106,
  render: (row) => <StateWord tone={requestTone(row.state)}>{row.stateLabel}</StateWord>,
}
const newNo: Col = { key: 'new', title: '新证号', width: 106, render: (row) => shown(row.newLicenceNo) }
const actions: Col = {
  key: 'actions',
  title: '操作',
  width: 168,
  pinned: true,
  render: (row) => <RowActions row={row} />,
}

const columnsOf = (group: Group): readonly Col[] => [
  number,
  ...(group === 'amendment' ? [kind] : []),
  goods,
  quantity,
  ...(group === 'write_off' ? [writtenOff] : []),
  ...days,
  state,
  ...(group === 'amendment' ? [newNo] : []),
  actions,
]

const licenceNo: Filter = { name: 'q', field: { kind: 'text', label: '证号', max: 20 } }
const day = (name: string, label: string): Filter => ({ name, field: { kind: 'day', label } })
const queried: readonly Filter[] = [
  licenceNo,
  day('submittedFrom', '上报日期自'),
  day('submittedTo', '上报日期至'),
  day('issuedFrom', '发证日期自'),
  day('issuedTo', '发证日期至'),
]
const defaults: Record<List, ListDefaults> = {
  manage: { sort: 'number', order: 'desc', filters: ['q'] },
  all: { sort: 'number', order: 'desc', filters: queried.map((one) => one.name) },
}
const stateNames = Object.keys(states).filter((name): name is State => Object.hasOwn(states, name))

function Requests({ group, list: name }: { group: Group; list: List }) {
  const navigate = useNavigate()
  const list = useList(defaults[name])
  const mayEnter = useMay(`${group}.save`)
  const { tab, order, page, pageSize, filters: held } = list.state
  const asked = stateNames.find((one) => one === tab)
  const read = useQuery(
    requestsQuery({
      kind: group,
      list: name,
      order,
      page,
      pageSize,
      q: held['q'],
      submittedFrom: held['submittedFrom'],
      submittedTo: held['submittedTo'],
      issuedFrom: held['issuedFrom'],
      issuedTo: held['issuedTo'],
      ...(asked === undefined ? {} : { state: asked }),
    }),
  )
  const title = titles[group][name]
  const counts = read.data?.counts ?? []
  return (
    <>
      <PageTitle title={title} />
      <DataTable
        label={title}
        read={{ ...read, data: read.data && { rows: read.data.rows, total: read.data.total } }}
        rowKey={(row) => row.id}
        columns={columnsOf(group)}
        list={list}
        tabs={[
          { key: '', label: '全部' },
          ...counts
            .filter((one) => one.state !== 'second_review' || group === 'amendment')
            .filter((one) => one.state !== 'awaiting_customs' || group !== 'write_off')
            .map((one) => ({ key: one.state, label: one.label, total: one.total })),
        ]}
        filters={name === 'manage' ? [licenceNo] : queried}
        scope={read.data?.scope}
        onOpen={(row) => void navigate({ to: paths.request(row.id) })}
        empty={{
          words:
            name === 'manage' ? `没有待上报或退回的${titles[group].word}` : `还没有${titles[group].word}`,
          next: mayEnter ? <Link to={paths.requestEntry(group)}>录入{titles[group].entry}</Link> : undefined,
        }}
      />
    </>
  )
}
