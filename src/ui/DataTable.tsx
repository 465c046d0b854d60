/**
 * A list page's table: tabs by state with counts, one filter line, what is filtered as removable tags, data scope at
 * the top right (manual 000), number of rows, sorting in the headings, paging, batch bar when rows are ticked. What it
 * shows stands in the address. ↑↓ move from row to row, Enter opens.
 */
import { useState, type KeyboardEvent, type ReactNode } from 'react'
import { Pagination, Table, type TableProps } from 'antd'
import { classes } from './field-parts.ts'
import { Filters, FilterTags, type Filter } from './Filters.tsx'
import { pagedRows, pageSizes, totalWords } from './list-state.ts'
import { StateTabs, type StateTab } from './StateTabs.tsx'
import type { ListControl } from './use-list.ts'
import { useSlow } from './use-slow.ts'
import { Empty, Failed } from './Words.tsx'
import s from './DataTable.module.css'

export interface Column<Row> {
  key: string
  title: string
  render: (row: Row) => ReactNode
  width?: number
  /** Numbers stand right. */
  align?: 'left' | 'right' | 'center'
  /** The heading sorts, both ways; its key stands in the address as `sort`. */
  sorts?: boolean
  /** Stays at the right edge when the table is wider than the page, e.g. what may be done with a row. */
  pinned?: boolean
  /** Cut with … where the text is longer than the column; the whole text in its title. */
  cut?: boolean
}

/** What a query of @tanstack/react-query gives; use `placeholderData: keepPreviousData` for quiet paging. */
export interface Read<Data> {
  data: Data | undefined
  error: Error | null
  isPending: boolean
  isFetching: boolean
  isPlaceholderData: boolean
  refetch: () => unknown
}

export type Total = number | { count: number; more: boolean }

export interface DataTableProps<Row> {
  /** Name of the table, for people who hear it. */
  label: string
  read: Read<{ rows: readonly Row[]; total: Total }>
  rowKey: (row: Row) => string
  /** What a row is called where it is ticked, e.g. its number. */
  rowLabel?: ((row: Row) => string) | undefined
  columns: readonly Column<Row>[]
  list: ListControl
  /** Called on Enter and double click. */
  onOpen?: ((row: Row) => void) | undefined
  tabs?: readonly StateTab[] | undefined
  filters?: readonly Filter[] | undefined
  /** Data scope: 本人, 本公司, 本机构 … */
  scope?: string | undefined
  /** What else stands at the top right. */
  note?: ReactNode
  /** One sentence why nothing is here, and the next step. Filtered lists say so by themselves. */
  empty: { words: ReactNode; next?: ReactNode }
  /** Buttons for ticked rows; its presence makes rows tickable. */
  batch?: ((rows: readonly Row[], clear: () => void) => ReactNode) | undefined
  /** Rows that are late are marked at their edge. */
  late?: ((row: Row) => boolean) | undefined
}

export function DataTable<Row extends object>(props: DataTableProps<Row>) {
  const { label, read, list, columns, tabs, filters = [], scope, batch } = props
  const { state, change } = list
  const [ticked, setTicked] = useState<readonly Row[]>([])
  const slow = useSlow(read.isPending)
  const slowAgain = useSlow(read.isPlaceholderData || (read.isFetching && read.error !== null))
  const data = read.data

  const clear = () => setTicked([])
  const turn: typeof change = (next) => {
    clear()
    change(next)
  }
  return (
    <div className={s['list']}>
      {tabs !== undefined && <StateTabs tabs={tabs} tab={state.tab} onTab={(tab) => turn({ tab })} />}
      {filters.length > 0 && <Filters filters={filters} list={{ state, change: turn }} />}
      <div className={s['head']}>
        <FilterTags filters={filters} list={{ state, change: turn }} />
        <p className={s['facts']}>
          <span role="status">{data === undefined ? '' : `共 ${totalWords(data.total)} 条`}</span>
          {props.note}
          {scope !== undefined && scope !== '' && <span className={s['scope']}>数据范围：{scope}</span>}
        </p>
      </div>
      {batch !== undefined && ticked.length > 0 && (
        <div className={s['batch']} role="group" aria-label="对勾选的行">
          <span>已勾选 {ticked.length} 条</span>
          {batch(ticked, clear)}
          <button type="button" className={s['plain']} onClick={clear}>
            全部不选
          </button>
        </div>
      )}
      {read.error !== null && <Failed error={read.error} onRetry={() => void read.refetch()} />}
      {data === undefined &&
        read.error === null &&
        (slow ? <Bones columns={columns} label={label} /> : <div className={s['still']} />)}
      {data !== undefined && data.rows.length === 0 && (
        <Empty
          words={
            Object.keys(state.filters).length > 0
              ? '没有符合条件的记录，可去掉一些条件再查'
              : props.empty.words
          }
          next={props.empty.next}
        />
      )}
      {data !== undefined && data.rows.length > 0 && (
        <Rows {...props} rows={data.rows} ticked={ticked} onTicked={setTicked} dim={slowAgain} turn={turn} />
      )}
      {data !== undefined && pagedRows(data.total) > pageSizes[0] && (
        <Pagination
          className={classes(s['pages'])}
          align="end"
          current={state.page}
          pageSize={state.pageSize}
          total={pagedRows(data.total)}
          pageSizeOptions={[...pageSizes]}
          showSizeChanger
          showQuickJumper
          onChange={(page, pageSize) => turn(pageSize === state.pageSize ? { page } : { pageSize })}
        />
      )}
    </div>
  )
}

function Rows<Row extends object>({
  rows,
  ticked,
  onTicked,
  dim,
  turn,
  ...props
}: DataTableProps<Row> & {
  rows: readonly Row[]
  ticked: readonly Row[]
  onTicked: (rows: readonly Row[]) => void
  dim: boolean
  turn: ListControl['change']
}) {
  const [cursor, setCursor] = useState(0)
  const { state } = props.list
  const keys = (event: KeyboardEvent<HTMLElement>, row: Row) => {
    // Keys of a button or box inside the row are its own.
    if (event.target !== event.currentTarget) return
    const element = event.currentTarget
    const next = event.key === 'ArrowDown' ? element.nextElementSibling : element.previousElementSibling
    if (event.key === 'Enter') props.onOpen?.(row)
    else if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && next instanceof HTMLElement)
      next.focus()
    else return
    event.preventDefault()
  }
  const selection: TableProps<Row>['rowSelection'] =
    props.batch === undefined
      ? undefined
      : {
          selectedRowKeys: ticked.map(props.rowKey),
          onChange: (_, chosen) => onTicked(chosen),
          columnWidth: 40,
          getCheckboxProps: (row) => ({ 'aria-label': `勾选 ${props.rowLabel?.(row) ?? props.rowKey(row)}` }),
        }
  return (
    <Table<Row>
      className={classes(s['table'], dim && s['dim'])}
      aria-label={props.label}
      dataSource={[...rows]}
      rowKey={props.rowKey}
      pagination={false}
      showSorterTooltip={false}
      scroll={{ x: widthOf(props.columns) }}
      {...(selection === undefined ? {} : { rowSelection: selection })}
      columns={props.columns.map((column) => ({
        key: column.key,
        title: column.title,
        render: (_, row) => column.render(row),
        align: column.align ?? 'left',
        ellipsis: column.cut === true,
        ...(column.width === undefined ? {} : { width: column.width }),
        ...(column.pinned === true ? { fixed: 'right' as const } : {}),
        ...(column.sorts === true
          ? {
              sorter: true,
              sortDirections: ['ascend', 'descend', 'ascend'] as const,
              sortOrder:
                state.sort === column.key
                  ? state.order === 'asc'
                    ? ('ascend' as const)
                    : ('descend' as const)
                  : null,
            }
          : {}),
      }))}
      onChange={(_, __, sorter) => {
        const one = Array.isArray(sorter) ? sorter[0] : sorter
        const key = one?.columnKey
        if (typeof key === 'string') turn({ sort: key, order: one?.order === 'ascend' ? 'asc' : 'desc' })
      }}
      rowClassName={(row) => (props.late?.(row) === true ? (s['late'] ?? '') : '')}
      onRow={(row, index) => ({
        tabIndex: index === cursor ? 0 : -1,
        onFocus: () => setCursor(index ?? 0),
        onKeyDown: (event) => keys(event, row),
        onDoubleClick: () => props.onOpen?.(row),
      })}
    />
  )
}

/** Below this the table scrolls sideways instead of squeezing its columns. */
const widthOf = (columns: readonly { width?: number }[]): number =>
  columns.reduce((total, { width = 120 }) => total + width, 0)

/** The shape of the table while it is waited for. */
function Bones<Row>({ columns, label }: { columns: readonly Column<Row>[]; label: string }) {
  return (
    <table className={s['bones']} aria-busy="true" aria-label={`${label}，正在读取`}>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column.key} scope="col" style={{ width: column.width, textAlign: column.align }}>
              {column.title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody aria-hidden="true">
        {Array.from({ length: 8 }, (_, row) => (
          <tr key={row}>
            {columns.map((column) => (
              <td key={column.key}>
                <span style={{ width: `${55 + ((row * 7 + column.key.length * 11) % 35)}%` }} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
