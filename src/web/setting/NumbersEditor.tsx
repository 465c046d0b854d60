import { Button } from 'antd'
import { mostCodes } from '#domain/setting/table.ts'
import { codeLists } from '#domain/reference/lists.ts'
import { Field } from '#ui/Field.tsx'
import { newId } from '#ui/request-id.ts'
import type { ByCode, NumberRows } from './numbers.ts'
import s from './Setting.module.css'

/** Numbers by code, a row each, and what holds for all others. Paths begin with `setting.`. */
export function NumbersEditor({
  setting,
  names,
  value,
  wrong,
  onChange,
}: {
  setting: ByCode
  /** Codes with their names, as far as the page knows them. */
  names: Readonly<Record<string, string>>
  value: NumberRows
  wrong: Readonly<Record<string, string>>
  onChange: (value: NumberRows) => void
}) {
  const { rows } = value
  const field = (label: string) =>
    ({ kind: 'decimal', label, required: true, integerDigits: 4, fractionDigits: 0 }) as const
  const put = (index: number, change: Partial<NumberRows['rows'][number]>) =>
    onChange({ ...value, rows: rows.map((row, i) => (i === index ? { ...row, ...change } : row)) })
  return (
    <div className={s['numbers']} role="group" aria-label="新值">
      {rows.map((row, index) => (
        <div key={row.key} className={s['numberRow']}>
          <Field
            field={{ kind: 'code', label: codeLists[setting.list], list: setting.list, required: true }}
            path={`setting.rows.${index}.code`}
            value={row.code}
            codeName={names[row.code]}
            error={wrong[`rows.${index}.code`]}
            onChange={(code) => put(index, { code })}
          />
          <Field
            field={field(`数值（${setting.unit}）`)}
            path={`setting.rows.${index}.number`}
            value={row.number}
            error={wrong[`rows.${index}.number`]}
            onChange={(number) => put(index, { number })}
          />
          <Button
            aria-label={`删除第 ${index + 1} 行`}
            onClick={() => onChange({ ...value, rows: rows.filter((_, i) => i !== index) })}
          >
            删除
          </Button>
        </div>
      ))}
      <div className={s['numberRow']}>
        {setting.usual.otherwise === null ? (
          <p className={s['soft']}>{setting.others}</p>
        ) : (
          <Field
            field={field(`${setting.others}（${setting.unit}）`)}
            path="setting.otherwise"
            value={value.otherwise}
            error={wrong['otherwise']}
            onChange={(otherwise) => onChange({ ...value, otherwise })}
          />
        )}
        <Button
          disabled={rows.length >= mostCodes}
          onClick={() => onChange({ ...value, rows: [...rows, { key: newId(), code: '', number: '' }] })}
        >
          加一行
        </Button>
      </div>
    </div>
  )
}
