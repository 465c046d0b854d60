import type { EnterpriseChange } from '#api/enterprise.ts'
import { Instant } from '#ui/Numbers.tsx'
import { shown } from '#ui/Words.tsx'
import s from './EnterprisePage.module.css'

/** 变更记录 of an enterprise's data: when, by whom, what from what to what; the newest first. */
export function ChangeTable({ changes }: { changes: readonly EnterpriseChange[] }) {
  if (changes.length === 0) return <p className={s['none']}>还没有变更过</p>
  return (
    <table className={s['changes']} aria-label="变更记录">
      <thead>
        <tr>
          {['时间和修改人', '项目', '原内容', '新内容'].map((head) => (
            <th key={head} scope="col">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      {changes.map((change) => (
        <tbody key={change.id}>
          {change.fields.map(({ label, from, to }, index) => (
            <tr key={label}>
              {index === 0 && (
                <td rowSpan={change.fields.length}>
                  <Instant at={change.at} short />
                  <br />
                  {change.who}
                  {change.side !== change.who && `（${change.side}）`}
                </td>
              )}
              <td>{label}</td>
              <td>{shown(from)}</td>
              <td>{shown(to)}</td>
            </tr>
          ))}
        </tbody>
      ))}
    </table>
  )
}
