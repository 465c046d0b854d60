import type { ReactNode } from 'react'
import {
  applicantFields,
  contactFields,
  genders,
  identityTypes,
  keyFields,
  type KeyFields,
} from '#domain/certificate/form.ts'
import type { Issue } from '#domain/fields.ts'
import { Field } from '#ui/Field.tsx'
import { Pair } from '#ui/FormView.tsx'
import { Section } from '#ui/PageTitle.tsx'
import { shown } from '#ui/Words.tsx'
import { Choice } from '../quota/Choice.tsx'
import s from './Key.module.css'

type FieldName = keyof typeof keyFields
const namesOf = (table: object) => Object.keys(table).filter((name): name is FieldName => name in keyFields)
const lists: Partial<Record<FieldName, Readonly<Record<string, string>>>> = {
  gender: genders,
  identityType: identityTypes,
}

/** 用户基本信息、用户联系方式 (manual 003), typed or shown. `fixed`: what is known better than by typing, only shown. */
export function PersonSections({
  form,
  editable,
  fixed = [],
  issues,
  onChange,
  children,
}: {
  form: KeyFields
  editable: boolean
  fixed?: readonly FieldName[]
  issues: readonly Issue[]
  onChange: (values: Partial<KeyFields>) => void
  /** What stands before the fields of the person. */
  children?: ReactNode
}) {
  const error = (path: string) =>
    issues.find((issue) => issue.path === path && issue.rule !== 'required')?.words
  const one = (name: FieldName, typed: boolean) => {
    const list = lists[name]
    if (!typed) {
      return (
        <Pair key={name} label={keyFields[name].label}>
          {shown(list === undefined ? form[name] : (list[form[name]] ?? form[name]))}
        </Pair>
      )
    }
    if (list === undefined) {
      return (
        <Field
          key={name}
          field={keyFields[name]}
          path={name}
          value={form[name]}
          error={error(name)}
          onChange={(value) => onChange({ [name]: value })}
        />
      )
    }
    return (
      <Choice
        key={name}
        label={keyFields[name].label}
        path={name}
        value={form[name]}
        choices={Object.entries(list).map(([value, words]) => ({ value, words }))}
        onChange={(value) => onChange({ [name]: value })}
      />
    )
  }
  const part = (title: string, table: object, typed: (name: FieldName) => boolean, before?: ReactNode) => {
    const names = namesOf(table)
    const read = names.filter((name) => !typed(name))
    const written = names.filter(typed)
    return (
      <Section title={title}>
        {before}
        {read.length > 0 && <dl className={s['grid']}>{read.map((name) => one(name, false))}</dl>}
        {written.length > 0 && <div className={s['grid']}>{written.map((name) => one(name, true))}</div>}
      </Section>
    )
  }
  return (
    <>
      {part('用户基本信息', applicantFields, (name) => editable && !fixed.includes(name), children)}
      {part('用户联系方式', contactFields, () => editable)}
    </>
  )
}
