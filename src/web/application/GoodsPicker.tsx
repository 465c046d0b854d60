import { useRef, useState, type KeyboardEvent } from 'react'
import { Button, Modal, Pagination } from 'antd'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { listCommodities, type Commodity } from '#api/reference.ts'
import { licenceTypeLabels } from '#domain/commodity/goods.ts'
import { call } from '#ui/call.ts'
import { classes } from '#ui/field-parts.ts'
import { TextInput } from '#ui/TextInput.tsx'
import { useSlow } from '#ui/use-slow.ts'
import { Empty, Failed } from '#ui/Words.tsx'
import { useSettled } from './use-settled.ts'
import f from '#ui/Field.module.css'
import s from './GoodsPicker.module.css'

const pageSize = 20
const noFilter = { hsCode: '', categoryCode: '', name: '' }

/**
 * 商品代码列表 (manual 004 商品信息): narrowed by code, category and name, one row is chosen. Goods that can't be chosen
 * stand grey with their reason.
 */
export function GoodsPicker({
  year,
  chosen,
  onChoose,
  onClose,
}: {
  year: number
  chosen: string
  onChoose: (commodity: Commodity) => void
  onClose: () => void
}) {
  const [filter, setFilter] = useState(noFilter)
  const [page, setPage] = useState(1)
  const [picked, setPicked] = useState<Commodity>()
  const rows = useRef<HTMLTableSectionElement>(null)
  const asked = useSettled(JSON.stringify(filter), 200)
  const query = { year, page, pageSize, ...trimmed(JSON.parse(asked)) }
  const read = useQuery({
    queryKey: ['commodities', query],
    queryFn: ({ signal }) => call(listCommodities, { query, signal }),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  })
  const slow = useSlow(read.isPending)
  const set = (name: keyof typeof noFilter) => (value: string) => {
    setFilter({ ...filter, [name]: value })
    setPage(1)
  }
  const toRows = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowDown' && event.key !== 'Enter') return
    event.preventDefault()
    rows.current?.querySelector<HTMLInputElement>('input:not(:disabled)')?.focus()
  }
  const current = picked?.hsCode ?? chosen
  return (
    <Modal
      open
      title="选择商品"
      width={1000}
      onCancel={onClose}
      mask={{ closable: false }}
      afterOpenChange={(open) => open && document.getElementById(boxId('商品代码'))?.focus()}
      footer={[
        <Button key="leave" onClick={onClose}>
          不选择
        </Button>,
        <Button
          key="choose"
          type="primary"
          disabled={picked === undefined}
          onClick={() => picked && onChoose(picked)}
        >
          {picked === undefined ? '确定' : `确定：${picked.hsCode}`}
        </Button>,
      ]}
    >
      <div className={s['filters']} role="search" aria-label="商品查询条件" onKeyDown={toRows}>
        <FilterBox label="商品代码" value={filter.hsCode} onChange={set('hsCode')} placeholder="前几位数字" />
        <FilterBox
          label="商品大类码"
          value={filter.categoryCode}
          onChange={set('categoryCode')}
          placeholder="前几位"
        />
        <FilterBox
          label="商品名称"
          value={filter.name}
          onChange={set('name')}
          placeholder="汉字或拼音"
          wide
        />
        <Button onClick={() => setFilter(noFilter)}>重置</Button>
      </div>
      {read.error !== null && <Failed error={read.error} onRetry={() => void read.refetch()} />}
      {slow && <p className={s['soft']}>正在读取目录…</p>}
      {read.data !== undefined && (
        <>
          <p className={s['soft']} role="status">
            {year} 年度，共 {read.data.total} 种商品
            {read.data.carriedForward !== '' && ` · ${read.data.carriedForward}`}
          </p>
          {read.data.rows.length === 0 ? (
            <Empty words="目录中没有符合条件的商品，可减少条件再查" />
          ) : (
            <div className={s['scroll']}>
              <table className={s['table']}>
                <thead>
                  <tr>
                    {[
                      '',
                      '序号',
                      '年度',
                      '出口商品代码',
                      '商品大类码',
                      '商品名称',
                      '计量单位',
                      '商品目录',
                    ].map((title) => (
                      <th key={title} scope="col">
                        {title === '' ? <span className="visually-hidden">选择</span> : title}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody ref={rows}>
                  {read.data.rows.map((row, index) => (
                    <tr
                      key={row.hsCode}
                      className={classes(!row.selectable && s['grey'], row.hsCode === current && s['picked'])}
                      onClick={() => row.selectable && setPicked(row)}
                      onDoubleClick={() => row.selectable && onChoose(row)}
                    >
                      <td>
                        <input
                          type="radio"
                          name="commodity"
                          aria-label={`${row.hsCode} ${row.name}`}
                          aria-describedby={row.selectable ? undefined : `because-${row.hsCode}`}
                          checked={row.hsCode === current}
                          disabled={!row.selectable}
                          onChange={() => setPicked(row)}
                          onKeyDown={(event) => {
                            if (event.key !== 'Enter') return
                            event.preventDefault()
                            onChoose(row)
                          }}
                        />
                      </td>
                      <td>{(page - 1) * pageSize + index + 1}</td>
                      <td>{row.year}</td>
                      <td className={s['code']}>{row.hsCode}</td>
                      <td className={s['code']}>{row.categoryCode}</td>
                      <td>
                        {row.name}
                        {!row.selectable && (
                          <small id={`because-${row.hsCode}`}>
                            不能选择：{row.because ?? '该商品暂不能在本页申请'}
                          </small>
                        )}
                      </td>
                      <td>{row.unitName}</td>
                      <td>{licenceTypeLabels[row.licenceType]}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )}
          {read.data.total > pageSize && (
            <Pagination
              className={s['pages'] ?? ''}
              align="end"
              size="small"
              current={page}
              pageSize={pageSize}
              total={read.data.total}
              showSizeChanger={false}
              onChange={setPage}
            />
          )}
        </>
      )}
    </Modal>
  )
}

const trimmed = (filter: typeof noFilter) => ({
  hsCode: filter.hsCode.trim().slice(0, 10),
  categoryCode: filter.categoryCode.trim().toUpperCase().slice(0, 6),
  name: filter.name.trim().slice(0, 100),
})

const boxId = (label: string) => `picker-${label}`

function FilterBox({
  label,
  value,
  onChange,
  placeholder,
  wide = false,
}: {
  label: string
  value: string
  onChange: (value: string) => void
  placeholder: string
  wide?: boolean
}) {
  const id = boxId(label)
  return (
    <div className={classes(f['field'], wide && s['wide'])}>
      <label className={f['head']} htmlFor={id}>
        {label}
      </label>
      <TextInput id={id} value={value} onChange={onChange} placeholder={placeholder} />
    </div>
  )
}
