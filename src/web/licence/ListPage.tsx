import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { downloadLicence, type LicenceRow } from '#api/licence.ts'
import { states, type State } from '#domain/licence/actions.ts'
import { urlOf } from '#ui/call.ts'
import { DataTable, type Column } from '#ui/DataTable.tsx'
import type { Filter } from '#ui/Filters.tsx'
import type { ListDefaults } from '#ui/list-state.ts'
import { CopyButton, DayText, PaperNo, Quantity } from '#ui/Numbers.tsx'
import { PageTitle } from '#ui/PageTitle.tsx'
import { paths } from '#ui/paths.ts'
import { useMay } from '#ui/session.ts'
import { useList } from '#ui/use-list.ts'
import { StateWord } from '#ui/Words.tsx'
import { licenceTone } from '../application/tone.ts'
import { licencesQuery } from './queries.ts'
import s from './Licence.module.css'

const defaults: ListDefaults = { sort: 'number', order: 'desc', filters: ['q', 'state'] }

const stateNames = Object.keys(states).filter((name): name is State => name in states)
const issued = Object.fromEntries(
  stateNames.flatMap((name) => (name === 'pending' ? [] : [[name, states[name]]])),
)

const filters: readonly Filter[] = [
  { name: 'q', field: { kind: 'text', label: '许可证号、申请表号或合同号', max: 60 } },
  { name: 'state', field: { kind: 'text', label: '状态', max: 20 }, choices: issued },
]

const columns: readonly Column<LicenceRow>[] = [
  {
    key: 'number',
    title: '许可证号',
    width: 160,
    sorts: true,
    render: (row) => (
      <span className={s['number']}>
        <Link to={paths.licence(row.id)}>
          <PaperNo value={row.licenceNo} />
        </Link>
        <CopyButton text={row.licenceNo} what="许可证号" />
      </span>
    ),
  },
  { key: 'goods', title: '商品名称', width: 190, cut: true, render: (row) => row.goodsName },
  {
    key: 'quantity',
    title: '数量',
    width: 130,
    align: 'right',
    render: (row) => <Quantity value={row.quantity} unit={row.goodsUnit} />,
  },
  { key: 'destination', title: '进口国(地区)', width: 108, cut: true, render: (row) => row.destinationName },
  { key: 'issued', title: '发证日期', width: 96, render: (row) => <DayText day={row.issuedOn} /> },
  { key: 'expiry', title: '有效截止日期', width: 104, render: (row) => <DayText day={row.expiryDate} /> },
  {
    key: 'state',
    title: '状态',
    width: 88,
    render: (row) => <StateWord tone={licenceTone(row.state)}>{row.stateLabel}</StateWord>,
  },
  { key: 'customs', title: '海关状态', width: 94, render: (row) => row.customsState },
]

const actions: Column<LicenceRow> = {
  key: 'actions',
  title: '操作',
  width: 166,
  pinned: true,
  render: (row) => (
    <span className={s['rowActions']}>
      <Link to={paths.licence(row.id)} aria-label={`查看 ${row.licenceNo}`}>
        查看
      </Link>
      {row.documentReady && (
        <a
          href={urlOf(downloadLicence, { params: { id: row.id } })}
          download
          aria-label={`下载电子许可证 ${row.licenceNo}`}
        >
          下载电子许可证
        </a>
      )}
    </span>
  ),
}

/** 查看电子许可证 (manual 000): the enterprise's licences that have been issued. */
export function LicenceListPage() {
  const navigate = useNavigate()
  const list = useList(defaults)
  const mayDownload = useMay('licence.download')
  const { order, page, pageSize, filters: held } = list.state
  const state = stateNames.find((name) => name === held['state'])
  const read = useQuery({
    ...licencesQuery({
      list: 'issued',
      order,
      page,
      pageSize,
      ...(held['q'] === undefined ? {} : { q: held['q'] }),
      ...(state === undefined ? {} : { state }),
    }),
    placeholderData: keepPreviousData,
  })
  return (
    <>
      <PageTitle title="查看电子许可证" />
      <DataTable
        label="电子许可证"
        read={{ ...read, data: read.data && { rows: read.data.rows, total: read.data.total } }}
        rowKey={(row) => row.id}
        columns={mayDownload ? [...columns, actions] : columns}
        list={list}
        filters={filters}
        scope={read.data?.scope}
        onOpen={(row) => void navigate({ to: paths.licence(row.id) })}
        empty={{
          words: '还没有电子许可证。申请表复审通过、发证机构生成电子许可证后在这里查看和下载。',
          next: <Link to={paths.applications('under_review')}>查看待审申请</Link>,
        }}
      />
    </>
  )
}
