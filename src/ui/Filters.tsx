import { useState, type FormEvent } from 'react'
import { Button } from 'antd'
import type { CodeField, DayField, TextField } from '#domain/fields.ts'
import { Field } from './Field.tsx'
import { codeSource } from './code-source.ts'
import { useNamed, type Source } from './lookup-source.ts'
import type { ListControl } from './use-list.ts'
import s from './Filters.module.css'

/** One condition of a list: its name in the address and the field it is typed in. */
export interface Filter {
  name: string
  field: TextField | DayField | CodeField
  /** Of a code that is not from a code list, e.g. a commodity. */
  source?: Source
  /** Fixed answers instead of typing: value → words. */
  choices?: Readonly<Record<string, string>>
  /** Always holds something (its preset): can be changed, not taken off. */
  always?: boolean
}

/** Conditions shown before 更多条件. */
const shownAtOnce = 3

/** The filter line: up to three conditions, 更多条件 for the rest; Enter or 查询 applies them, 重置 empties them. */
export function Filters({ filters, list }: { filters: readonly Filter[]; list: ListControl }) {
  const applied = list.state.filters
  const appliedKey = JSON.stringify(applied)
  const [typed, setTyped] = useState({ key: appliedKey, values: applied })
  // Tags and the address change the conditions too: what was typed gives way to them.
  if (typed.key !== appliedKey) setTyped({ key: appliedKey, values: applied })
  const hidden = filters.slice(shownAtOnce)
  const [more, setMore] = useState(hidden.some(({ name }) => name in applied))

  const apply = (event: FormEvent) => {
    event.preventDefault()
    const given = Object.entries(typed.values).map(([name, value]): [string, string] => [name, value.trim()])
    list.change({ filters: Object.fromEntries(given.filter(([, value]) => value !== '')) })
  }
  return (
    <form role="search" aria-label="查询条件" className={s['line']} onSubmit={apply}>
      {(more ? filters : filters.slice(0, shownAtOnce)).map((filter) => (
        <div key={filter.name} className={s['filter']}>
          <FilterInput
            filter={filter}
            value={typed.values[filter.name] ?? ''}
            onChange={(value) =>
              setTyped(({ key, values }) => ({ key, values: { ...values, [filter.name]: value } }))
            }
          />
        </div>
      ))}
      <div className={s['buttons']}>
        <Button type="primary" htmlType="submit">
          查询
        </Button>
        <Button onClick={() => list.change({ filters: {} })}>重置</Button>
        {hidden.length > 0 && (
          <Button type="link" aria-expanded={more} onClick={() => setMore(!more)}>
            {more ? '收起条件' : '更多条件'}
          </Button>
        )}
      </div>
    </form>
  )
}

function FilterInput({
  filter,
  value,
  onChange,
}: {
  filter: Filter
  value: string
  onChange: (value: string) => void
}) {
  const { field, name, choices } = filter
  const path = `filter.${name}`
  if (choices === undefined) {
    return <Field field={field} path={path} value={value} onChange={onChange} source={filter.source} />
  }
  return (
    <label className={s['choice']}>
      {field.label}
      <select value={value} onChange={(event) => onChange(event.target.value)}>
        {filter.always !== true && <option value="">全部</option>}
        {Object.entries(choices).map(([key, words]) => (
          <option key={key} value={key}>
            {words}
          </option>
        ))}
      </select>
    </label>
  )
}

/** The conditions that hold now, each with a way to take it off. */
export function FilterTags({ filters, list }: { filters: readonly Filter[]; list: ListControl }) {
  const { state, change } = list
  const held = filters.filter(({ name, always }) => always !== true && state.filters[name] !== undefined)
  if (held.length === 0) return <span />
  return (
    <ul className={s['tags']} aria-label="当前条件">
      {held.map((filter) => {
        const { [filter.name]: value = '', ...others } = state.filters
        return (
          <li key={filter.name} className={s['tag']}>
            {filter.field.label}：
            <TagWords filter={filter} value={value} />
            <button
              type="button"
              aria-label={`去掉条件：${filter.field.label}`}
              onClick={() => change({ filters: others })}
            >
              ×
            </button>
          </li>
        )
      })}
    </ul>
  )
}

function TagWords({ filter, value }: { filter: Filter; value: string }) {
  if (filter.choices !== undefined) return filter.choices[value] ?? value
  if (filter.field.kind !== 'code') return value
  return <NamedCode source={filter.source ?? codeSource(filter.field.list)} code={value} />
}

/** A code with its name, as far as the list knows it. */
export function NamedCode({ source, code }: { source: Source; code: string }) {
  const named = useNamed(source, code, undefined)
  return named === undefined ? code : `${code} ${named.name}`
}
