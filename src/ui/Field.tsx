/**
 * One field of a form, by its kind in the field table: label above, input, then what is wrong (tied to the input),
 * what to mind, and the hint. Required ground is yellow, back-filled ground grey (manual 004 关于界面).
 */
import { useState, type ReactElement } from 'react'
import {
  malformed,
  type CodeField,
  type DayField,
  type DecimalField,
  type TextField,
  type YesNoField,
} from '#domain/fields.ts'
import { codeSource } from './code-source.ts'
import { DayInput } from './DayInput.tsx'
import { DecimalInput } from './DecimalInput.tsx'
import { classes, type InputProps } from './field-parts.ts'
import { fieldId } from './field-id.ts'
import { Lookup } from './Lookup.tsx'
import type { Source } from './lookup-source.ts'
import type { Choice } from './narrow.ts'
import { TextInput } from './TextInput.tsx'
import { YesNo } from './YesNo.tsx'
import s from './Field.module.css'

/** Every kind but rows: a table of rows is laid out by its page, cell by cell, with `Cell`. */
export type ScalarField = TextField | DecimalField | DayField | CodeField | YesNoField

interface Common {
  /** Path the rules name the field with; also where links of the error summary lead. */
  path: string
  /** Overrides the table's `required`, where the goods decide. */
  required?: boolean | undefined
  /** Grey and not typed: filled in by the system, or the form is read-only. */
  filled?: boolean | undefined
  disabled?: boolean | undefined
  /** Words of what is wrong; without them the field says itself what is malformed, once it was left. */
  error?: string | undefined
  /** Words that stop nothing. */
  warning?: string | undefined
  /** Replaces the table's hint. */
  hint?: string | undefined
  /** Shown after a decimal. */
  unit?: string | undefined
  /** Told when the cursor leaves the field. */
  onLeave?: (() => void) | undefined
  /** Of a code: its name where the page knows it, another source of rows, and the row that was chosen. */
  codeName?: string | undefined
  source?: Source | undefined
  onChoose?: ((choice: Choice | undefined) => void) | undefined
}

export interface TextFieldProps extends Common {
  field: Exclude<ScalarField, YesNoField>
  value: string
  onChange?: ((value: string) => void) | undefined
}
export interface YesNoFieldProps extends Common {
  field: YesNoField
  value: boolean
  onChange?: ((value: boolean) => void) | undefined
}
export type FieldProps = TextFieldProps | YesNoFieldProps

const isYesNo = (props: FieldProps): props is YesNoFieldProps => props.field.kind === 'yesNo'

export function Field(props: TextFieldProps): ReactElement
export function Field(props: YesNoFieldProps): ReactElement
export function Field(props: FieldProps): ReactElement {
  return isYesNo(props) ? <YesNoField {...props} /> : <TypedField {...props} />
}

function YesNoField(props: YesNoFieldProps) {
  const id = fieldId(props.path)
  const label = props.field.label
  return (
    <div className={classes(s['field'], props.error !== undefined && s['wrong'])}>
      <Head label={label} hint={props.hint ?? props.field.hint} />
      <YesNo
        id={id}
        label={label}
        value={props.value}
        onChange={props.onChange}
        disabled={props.disabled === true || props.filled === true}
        describedBy={describedBy(id, props.error, props.warning)}
      />
      <Messages id={id} error={props.error} warning={props.warning} />
    </div>
  )
}

function TypedField(props: TextFieldProps) {
  const { field, value, path } = props
  const [left, setLeft] = useState(false)
  const [problem, setProblem] = useState<string>()
  const id = fieldId(path)
  const filled = props.filled ?? field.filled ?? false
  const required = (props.required ?? field.required ?? false) && !filled
  const error = problem ?? props.error ?? (left && !filled ? malformed(field, value) : undefined)
  const input: InputProps = {
    id,
    value,
    filled,
    required,
    disabled: props.disabled,
    wrong: error !== undefined,
    describedBy: describedBy(id, error, props.warning),
    onChange: (typed) => {
      setLeft(false)
      props.onChange?.(typed)
    },
    onLeave: () => {
      setLeft(true)
      props.onLeave?.()
    },
  }
  return (
    <div
      className={classes(
        s['field'],
        required && s['required'],
        filled && s['filled'],
        error !== undefined && s['wrong'],
      )}
    >
      <Head
        label={field.label}
        htmlFor={id}
        required={required}
        hint={props.hint ?? (filled ? undefined : field.hint)}
      >
        {field.kind === 'text' && !filled && <Count value={value} max={field.max} />}
      </Head>
      <InputOf {...props} input={input} onProblem={setProblem} />
      <Messages id={id} error={error} warning={props.warning} />
    </div>
  )
}

/** The input of one kind: the only place that knows which kind is typed how. */
function InputOf({
  field,
  input,
  unit,
  codeName,
  source,
  onChoose,
  onProblem,
}: TextFieldProps & { input: InputProps; onProblem: (words: string | undefined) => void }) {
  switch (field.kind) {
    case 'text':
      return <TextInput {...input} multiline={field.multiline} />
    case 'decimal':
      return <DecimalInput {...input} unit={unit} />
    case 'day':
      return <DayInput {...input} />
    case 'code':
      return (
        <Lookup
          {...input}
          source={source ?? codeSource(field.list)}
          name={codeName}
          onChoose={onChoose}
          onProblem={onProblem}
        />
      )
  }
}

/** An input without a visible label, for a table cell: the same kinds, named by `label`. */
export function Cell(props: TextFieldProps & { label: string }) {
  const [left, setLeft] = useState(false)
  const [problem, setProblem] = useState<string>()
  const { field, value, path } = props
  const id = fieldId(path)
  const error = problem ?? props.error ?? (left ? malformed(field, value) : undefined)
  const input: InputProps = {
    id,
    value,
    label: props.label,
    filled: props.filled,
    required: props.required,
    disabled: props.disabled,
    wrong: error !== undefined,
    describedBy: describedBy(id, error, props.warning),
    onChange: (typed) => {
      setLeft(false)
      props.onChange?.(typed)
    },
    onLeave: () => {
      setLeft(true)
      props.onLeave?.()
    },
  }
  return (
    <div
      className={classes(
        props.required === true && s['required'],
        props.filled === true && s['filled'],
        error !== undefined && s['wrong'],
      )}
    >
      <InputOf {...props} input={input} onProblem={setProblem} />
      <Messages id={id} error={error} warning={props.warning} />
    </div>
  )
}

function Head({
  label,
  htmlFor,
  required = false,
  hint,
  children,
}: {
  label: string
  htmlFor?: string
  required?: boolean
  hint?: string | undefined
  children?: React.ReactNode
}) {
  return (
    <div className={s['head']}>
      <label className={s['label']} htmlFor={htmlFor}>
        {label}
        {required && (
          <span className={s['star']} aria-hidden="true">
            *
          </span>
        )}
      </label>
      {hint !== undefined && (
        <span id={htmlFor === undefined ? undefined : `${htmlFor}-hint`} className={s['hint']}>
          {hint}
        </span>
      )}
      {children}
    </div>
  )
}

/** Letters used of those allowed, once four fifths are. */
function Count({ value, max }: { value: string; max: number }) {
  const used = [...value].length
  if (used < max * 0.8 || max < 15) return null
  return (
    <span className={classes(s['count'], used > max && s['over'])} aria-live="polite">
      {used} / {max} 字
    </span>
  )
}

const describedBy = (id: string, error: string | undefined, warning: string | undefined) =>
  [error !== undefined && `${id}-error`, warning !== undefined && `${id}-warning`, `${id}-hint`]
    .filter(Boolean)
    .join(' ')

function Messages({
  id,
  error,
  warning,
}: {
  id: string
  error: string | undefined
  warning: string | undefined
}) {
  return (
    <div className={s['messages']}>
      {error !== undefined && (
        <span id={`${id}-error`} className={s['error']}>
          {error}
        </span>
      )}
      {warning !== undefined && (
        <span id={`${id}-warning`} className={s['warning']}>
          {warning}
        </span>
      )}
    </div>
  )
}
