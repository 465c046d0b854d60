/** What we have and what customs told, field by field; what differs is marked. */
import { classes } from '#ui/field-parts.ts'
import s from './Customs.module.css'

const labels: readonly [string, string][] = [
  ['declarationNo', '报关单号'],
  ['itemNo', '项号'],
  ['declaredOn', '申报日期'],
  ['customsCode', '申报海关'],
  ['declarantCode', '申报单位'],
  ['hsCode', '商品代码'],
  ['quantity', '数量'],
  ['final', '最后一次'],
  ['messageNo', '所答报文'],
  ['outcome', '海关决定'],
  ['reason', '海关所述原因'],
  ['messageId', '海关报文编号'],
]
const outcomes: Record<string, string> = { accepted: '接受', rejected: '不接受' }

type Side = Record<string, unknown> | null

function words(side: Side, name: string): string {
  const value = side?.[name]
  if (value === undefined || value === null || value === '') return '—'
  if (typeof value === 'boolean') return value ? '是' : '否'
  if (name === 'outcome') return outcomes[String(value)] ?? String(value)
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

export function Sides({ ours, theirs }: { ours: Side; theirs: Side }) {
  const rows = labels.filter(([name]) => ours?.[name] !== undefined || theirs?.[name] !== undefined)
  if (rows.length === 0) return null
  const differs = (name: string) =>
    ours?.[name] !== undefined && theirs?.[name] !== undefined && words(ours, name) !== words(theirs, name)
  return (
    <table className={s['sides']} aria-label="两边的内容">
      <thead>
        <tr>
          <th scope="col">栏目</th>
          <th scope="col">本系统</th>
          <th scope="col">海关</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([name, label]) => (
          <tr key={name} className={classes(differs(name) && s['differs'])}>
            <th scope="row">{label}</th>
            <td>{words(ours, name)}</td>
            <td>{words(theirs, name)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
