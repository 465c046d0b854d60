/**
 * Rows of the form, edited in place: Enter goes down and makes a new row, ↑↓ move in the column, cells pasted from a
 * spreadsheet fill it from the cursor on. There is always one row to type in.
 */
import { useState, type ClipboardEvent, type KeyboardEvent, type ReactNode } from 'react'
import { flushSync } from 'react-dom'
import { Button } from 'antd'
import { Cell } from '#ui/Field.tsx'
import { fieldId } from '#ui/field-id.ts'
import { blankRow, fieldAt, rowsOf, type Row } from './content.ts'
import { shownIssue } from './FormField.tsx'
import { isGrid, pasted } from './paste.ts'
import { useForm, usePart, useValue } from './store.ts'
import s from './RowTable.module.css'

export interface RowColumn {
  cell: string
  title: string
  width?: number
  required?: boolean
  /** Another way to type it, e.g. a choice of three. */
  input?: (props: { path: string; label: string; value: string; error: string | undefined }) => ReactNode
}

/** A column the system computes. */
export interface FilledColumn {
  title: string
  width?: number
  value: (index: number) => ReactNode
}

export interface RowTableProps {
  /** Field of rows in the form: lines, producers, productCertificates. */
  name: string
  label: string
  most: number
  columns: readonly RowColumn[]
  filled?: readonly FilledColumn[]
  /** What a row is called: 规格, 生产商. */
  word: string
  foot?: ReactNode
}

export function RowTable({ name, label, most, columns, filled = [], word, foot }: RowTableProps) {
  const store = useForm()
  const rows = rowsOf(useValue(name))
  const shown: readonly Row[] = rows.length === 0 ? [blankRow(name)] : rows
  const issue = usePart((it) => (it.tried() ? it.issueAt(name) : undefined))
  const [note, setNote] = useState<string>()
  const full = shown.length >= most
  const set = (next: readonly Row[]) => store.set(name, next)
  const focus = (row: number, cell: string) =>
    document.getElementById(fieldId(`${name}.${row}.${cell}`))?.focus()

  function add(cell = columns[0]?.cell ?? '') {
    if (full) return setNote(`最多 ${most} 行`)
    // The new row must be on the page before the cursor can go there.
    flushSync(() => set([...shown, blankRow(name)]))
    focus(shown.length, cell)
  }
  function remove(index: number) {
    setNote(undefined)
    flushSync(() => set(shown.filter((_, at) => at !== index)))
    focus(Math.max(0, index - 1), columns[0]?.cell ?? '')
  }
  function keys(event: KeyboardEvent<HTMLElement>, row: number, column: RowColumn) {
    if (event.nativeEvent.isComposing || !(event.target instanceof HTMLInputElement)) return
    if (event.key === 'Enter') {
      if (row < shown.length - 1) focus(row + 1, column.cell)
      else if (isFilled(shown[row]))
        add(column.cell === columns.at(-1)?.cell ? columns[0]?.cell : column.cell)
      else setNote(`填写第 ${row + 1} 行后再按回车增加一行`)
    } else if (event.key === 'ArrowDown' && row < shown.length - 1) focus(row + 1, column.cell)
    else if (event.key === 'ArrowUp' && row > 0) focus(row - 1, column.cell)
    else return
    event.preventDefault()
  }
  function paste(event: ClipboardEvent, row: number, column: number) {
    const text = event.clipboardData.getData('text')
    if (!isGrid(text)) return
    event.preventDefault()
    const kinds = columns.map(({ cell }) => ({
      name: cell,
      decimal: fieldAt(`${name}.0.${cell}`)?.kind === 'decimal',
    }))
    // 单价(USD) on the page is 单价 in a spreadsheet.
    const headings = [...columns, ...filled].map(({ title }) => title.replace(/\(.*/, ''))
    const done = pasted(rows, text, { row, column }, kinds, { most, blank: blankRow(name), headings })
    set(done.rows)
    setNote(done.left === 0 ? undefined : `粘贴的内容超出 ${most} 行，最后 ${done.left} 行没有填入`)
  }

  return (
    <div className={s['block']} id={fieldId(name)} tabIndex={-1} role="group" aria-label={label}>
      <table className={s['table']}>
        <thead>
          <tr>
            <th scope="col" className={s['no']}>
              序号
            </th>
            {columns.map((column) => (
              <th key={column.cell} scope="col" style={{ width: column.width }}>
                {column.title}
                {column.required === true && (
                  <span className={s['star']} aria-hidden="true">
                    *
                  </span>
                )}
              </th>
            ))}
            {filled.map((column) => (
              <th key={column.title} scope="col" style={{ width: column.width }} className={s['number']}>
                {column.title}
              </th>
            ))}
            <th scope="col" className={s['action']}>
              操作
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map((_, index) => (
            // Rows have no names of their own; their place is what the rules call them by.
            <tr key={String(index)}>
              <td className={s['no']}>{index + 1}</td>
              {columns.map((column, at) => (
                <td
                  key={column.cell}
                  onKeyDown={(event) => keys(event, index, column)}
                  onPaste={(event) => paste(event, index, at)}
                >
                  <RowCell name={name} index={index} column={column} />
                </td>
              ))}
              {filled.map((column) => (
                <td key={column.title} className={s['number']}>
                  {column.value(index)}
                </td>
              ))}
              <td className={s['action']}>
                <Button
                  type="link"
                  size="small"
                  danger
                  disabled={rows.length === 0}
                  aria-label={`删除第 ${index + 1} 行`}
                  onClick={() => remove(index)}
                >
                  删除
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
        {foot !== undefined && <tfoot>{foot}</tfoot>}
      </table>
      <div className={s['under']}>
        <Button size="small" disabled={full} onClick={() => add()}>
          增加一行{word}
        </Button>
        <span className={s['note']} role="status">
          {note ??
            (full && most < 10 ? `已有 ${most} 行，不能再增加` : '回车增加一行，可从 Excel 复制后直接粘贴')}
        </span>
      </div>
      {issue !== undefined && <p className={s['error']}>{issue}</p>}
    </div>
  )
}

const isFilled = (row: Row | undefined) =>
  row !== undefined && Object.values(row).some((value) => value.trim() !== '')

function RowCell({ name, index, column }: { name: string; index: number; column: RowColumn }) {
  const store = useForm()
  const path = `${name}.${index}.${column.cell}`
  const value = useValue(path)
  const text = typeof value === 'string' ? value : ''
  const [typing, setTyping] = useState(false)
  const error = usePart((it) => shownIssue(it.issueAt(path), text === '', it.tried(), typing))
  const field = fieldAt(path)
  const label = `第 ${index + 1} 行${column.title}`
  if (column.input !== undefined) return column.input({ path, label, value: text, error })
  if (field === undefined || field.kind === 'rows' || field.kind === 'yesNo') return null
  return (
    <Cell
      field={field}
      path={path}
      label={label}
      value={text}
      error={error}
      required={column.required}
      onLeave={() => setTyping(false)}
      onChange={(next) => {
        setTyping(true)
        store.set(path, next)
      }}
    />
  )
}
