import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { states, type State } from '#domain/licence/actions.ts'
import { DataTable } from '#ui/DataTable.tsx'
import type { Filter } from '#ui/Filters.tsx'
import type { ListDefaults } from '#ui/list-state.ts'
import { PageTitle } from '#ui/PageTitle.tsx'
import { paths } from '#ui/paths.ts'
import { useList } from '#ui/use-list.ts'
import { issuedColumns } from './licence-columns.tsx'
import { licencesQuery } from './queries.ts'

const defaults: ListDefaults = { sort: 'number', order: 'desc', filters: ['q', 'issuedOn'], pageSize: 50 }
const filters: readonly Filter[] = [
  { name: 'q', field: { kind: 'text', label: '编号、合同号、商品或企业名称', max: 60 } },
  { name: 'issuedOn', field: { kind: 'day', label: '发证日期' } },
]
const stateNames = Object.keys(states).filter((name): name is State => Object.hasOwn(states, name))

/** 许可证: all of the authority's (or, for auditors, of all), by state. */
export function AuthorityLicencesPage() {
  const list = useList(defaults)
  const navigate = useNavigate()
  const { tab, order, page, pageSize, filters: held } = list.state
  const state = stateNames.find((name) => name === tab)
  const read = useQuery(
    licencesQuery({
      list: 'all',
      order,
      page,
      pageSize,
      q: held['q'],
      issuedOn: held['issuedOn'],
      ...(state === undefined ? {} : { state }),
    }),
  )
  const counts = read.data?.counts ?? []
  // States nothing is in take no room, but the one being looked at.
  const tabs = counts.filter((one) => one.total.count > 0 || one.state === state)
  return (
    <>
      <PageTitle title="许可证" />
      <DataTable
        label="许可证"
        read={{ ...read, data: read.data && { rows: read.data.rows, total: read.data.total } }}
        rowKey={(row) => row.id}
        columns={issuedColumns}
        list={list}
        tabs={[
          { key: '', label: '全部' },
          ...tabs.map(({ state: key, label, total }) => ({ key, label, total })),
        ]}
        filters={filters}
        scope={read.data?.scope}
        onOpen={(row) => void navigate({ to: paths.authorityLicence(row.id) })}
        empty={{ words: '还没有许可证。申请表复审通过后取得许可证号，在这里可以查到。' }}
      />
    </>
  )
}
