import type { ReactNode } from 'react'
import { formatDecimal } from '#domain/decimal.ts'
import { classes } from '#ui/field-parts.ts'
import type { Checks, Mark } from './checks.ts'
import type { SheetSection, SheetTable } from './sheet.ts'
import s from './Review.module.css'

/** The enterprise's own data is the same on every application: folded until something is wrong in it. */
const folded = '申领企业信息'

/** The application in the order of the paper, each check's mark at its line. */
export function SheetView({ sheet, checks }: { sheet: readonly SheetSection[]; checks: Checks }) {
  return sheet.map((section) => {
    const wrong = section.lines.some(({ path }) => checks.places.some((place) => place.path === path))
    return (
      <Part key={section.title} title={section.title} open={section.title !== folded || wrong}>
        {section.path !== undefined && <Notes marks={checks.at(section.path)} path={section.path} />}
        <dl className={s['lines']}>
          {section.lines.map(({ path, label, text }) => (
            <Line key={path} path={path} label={label} text={text} marks={checks.at(path)} />
          ))}
        </dl>
        {section.tables.map((table) => (
          <Rows key={table.path} table={table} marks={checks.at(table.path)} />
        ))}
      </Part>
    )
  })
}

/** A part of the right side that can be folded. */
export function Part({
  title,
  note,
  open = true,
  children,
}: {
  title: string
  note?: ReactNode
  open?: boolean
  children: ReactNode
}) {
  return (
    <details open={open} className={s['part']} role="group" aria-label={title}>
      <summary>
        <h2>{title}</h2>
        {note !== undefined && <span className={s['soft']}>{note}</span>}
      </summary>
      {children}
    </details>
  )
}

/** Where a check has something to say, the line can be gone to. */
export const placeId = (path: string): string => `check-${path.replaceAll('.', '-')}`

function Line({
  path,
  label,
  text,
  marks,
}: {
  path: string
  label: string
  text: string
  marks: readonly Mark[]
}) {
  const wrong = marks.some(({ kind }) => kind !== 'agrees')
  return (
    <div id={placeId(path)} tabIndex={-1} className={classes(s['line'], wrong && s['wrongLine'])}>
      <dt>
        <Sign marks={marks} />
        {label}
      </dt>
      <dd>
        {text}
        <Notes marks={marks} />
      </dd>
    </div>
  )
}

/** The worst of the marks as a sign with its words. */
export function Sign({ marks }: { marks: readonly Mark[] }) {
  const kinds = new Set(marks.map(({ kind }) => kind))
  const kind = (['refused', 'differs', 'mind', 'agrees', 'there'] as const).find((each) => kinds.has(each))
  if (kind === undefined) return <span className={s['sign']} />
  const { sign, words } = signs[kind]
  return (
    <span className={classes(s['sign'], s[kind])} title={words}>
      <span aria-hidden="true">{sign}</span>
      <span className="visually-hidden">{words}：</span>
    </span>
  )
}

const signs = {
  refused: { sign: '×', words: '今日规则不符' },
  differs: { sign: '!', words: '与合同不符' },
  mind: { sign: 'i', words: '提示' },
  agrees: { sign: '✓', words: '与合同一致' },
  there: { sign: '✓', words: '已上传' },
} as const

/** The words of the marks; a difference with both values side by side. */
function Notes({ marks, path }: { marks: readonly Mark[]; path?: string }) {
  const told = marks.filter(tells)
  if (told.length === 0) return null
  return (
    <ul className={s['notes']} {...(path === undefined ? {} : { id: placeId(path), tabIndex: -1 })}>
      {told.map((mark, index) => (
        <li key={String(index)}>
          <Note mark={mark} />
        </li>
      ))}
    </ul>
  )
}

type Telling = Exclude<Mark, { kind: 'agrees' | 'there' }>
const tells = (mark: Mark): mark is Telling => mark.kind !== 'agrees' && mark.kind !== 'there'

function Note({ mark }: { mark: Telling }) {
  if (mark.kind === 'refused') return <span className={s['refused']}>今日规则：{mark.words}</span>
  if (mark.kind === 'mind') return <span className={s['mind']}>{mark.words}</span>
  const { form, contract, words } = mark.difference
  return (
    <>
      <span className={s['differs']}>{words}</span>
      <span className={s['pair']}>
        <span>
          <small>申请表</small>
          {grouped(form)}
        </span>
        <span>
          <small>合同</small>
          {grouped(contract)}
        </span>
      </span>
    </>
  )
}

/** `USD 450000.5` → `USD 450,000.5`; other texts as they are. */
export function grouped(value: string): string {
  const match = /^([A-Z]{3} )?(\d+(?:\.\d+)?)$/.exec(value)
  return match === null
    ? value || '—'
    : `${match[1] ?? ''}${formatDecimal(match[2] ?? '', { grouping: true })}`
}

/** Columns whose cells are numbers. */
const numbers = new Set(['单价', '数量', '总价', '总值折美元'])

function Rows({ table, marks }: { table: SheetTable; marks: readonly Mark[] }) {
  return (
    <>
      <table className={s['rows']}>
        <thead>
          <tr>
            {table.headings.map((heading) => (
              <th key={heading} scope="col" className={classes(numbers.has(heading) && s['number'])}>
                {heading}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.cells.map((cells, row) => (
            <tr key={String(row)}>
              {cells.map((cell, index) => {
                const number = numbers.has(table.headings[index] ?? '')
                return (
                  <td key={table.headings[index]} className={classes(number && s['number'])}>
                    {number ? grouped(cell) : cell}
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
      <Notes marks={marks} path={table.path} />
    </>
  )
}
