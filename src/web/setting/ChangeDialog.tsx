import { useState } from 'react'
import { changeSetting, type SettingRow } from '#api/setting.ts'
import { isDay } from '#domain/day.ts'
import { schemaOf, settings, type Setting } from '#domain/setting/table.ts'
import { call } from '#ui/call.ts'
import { Field } from '#ui/Field.tsx'
import { goToField } from '#ui/field-id.ts'
import { FormDialog } from '#ui/FormDialog.tsx'
import { attempts } from '#ui/request-id.ts'
import { useToday } from '#ui/session.ts'
import { Notice } from '#ui/Words.tsx'
import { NumbersEditor } from './NumbersEditor.tsx'
import { problemsOfRows, rowsOf, valueOfRows, type NumberRows } from './numbers.ts'
import s from './Setting.module.css'

const dayField = {
  kind: 'day',
  label: '自哪天起适用',
  required: true,
  hint: '今天或以后；今天起适用的立即生效',
} as const
const reasonField = { kind: 'text', label: '修改原因', max: 200, required: true, multiline: true } as const

/** What is typed, as the kind of the setting has it. */
type Typed = { whole: string; yes: boolean; numbers: NumberRows }

const typedOf = (value: SettingRow['value']): Typed => ({
  whole: '',
  yes: value === true,
  numbers: rowsOf(typeof value === 'object' ? value : { otherwise: null, byCode: {} }),
})

function valueOf(setting: Setting, typed: Typed): unknown {
  if (setting.kind === 'yesNo') return typed.yes
  if (setting.kind === 'byCode') return valueOfRows(typed.numbers, setting)
  return /^\d{1,9}$/.test(typed.whole) ? Number(typed.whole) : Number.NaN
}

/** Another value from a day on, with the reason. */
export function ChangeDialog({
  row,
  onDone,
  onLeave,
  onRefresh,
}: {
  row: SettingRow
  onDone: () => void
  onLeave: () => void
  onRefresh: () => void
}) {
  const setting: Setting = settings[row.name]
  const today = useToday()
  const [sending] = useState(() => attempts())
  const [typed, setTyped] = useState(() => typedOf(row.value))
  const [validFrom, setValidFrom] = useState(today)
  const [reason, setReason] = useState('')
  const [wrong, setWrong] = useState<Readonly<Record<string, string>>>({})
  const clear = (path: string) =>
    setWrong((before) => Object.fromEntries(Object.entries(before).filter(([each]) => each !== path)))
  const type = (change: Partial<Typed>) => {
    setTyped((before) => ({ ...before, ...change }))
    setWrong(({ validFrom: day, reason: why }) => ({
      ...(day === undefined ? {} : { validFrom: day }),
      ...(why === undefined ? {} : { reason: why }),
    }))
  }

  async function submit() {
    const value = valueOf(setting, typed)
    const found = problems(setting, typed, { value, validFrom, reason })
    setWrong(found)
    const [first] = Object.keys(found)
    if (first !== undefined) {
      goToField(`setting.${first}`)
      return false
    }
    const body = { version: row.version, value, validFrom, reason: reason.trim() }
    const send = (requestId: string) =>
      call(changeSetting, { params: { name: row.name }, body: { ...body, requestId } })
    await sending.run(body, send)
    onDone()
    return undefined
  }
  return (
    <FormDialog
      title={`修改：${setting.label}`}
      width={560}
      submitWords="修改设置"
      leaveWords="暂不修改"
      onSubmit={submit}
      onLeave={onLeave}
      onRefresh={onRefresh}
    >
      <div className={s['fields']}>
        <Notice kind="info">
          {setting.meaning}。今天适用：{row.words}。
          {row.later.map((one) => `自 ${one.validFrom} 起另定为：${one.words}，到那天仍按该次修改。`)}
        </Notice>
        <Input setting={setting} row={row} typed={typed} wrong={wrong} onType={type} />
        <Field
          field={dayField}
          path="setting.validFrom"
          value={validFrom}
          error={wrong['validFrom']}
          onChange={(day) => {
            setValidFrom(day)
            clear('validFrom')
          }}
        />
        <Field
          field={reasonField}
          path="setting.reason"
          value={reason}
          error={wrong['reason']}
          onChange={(text) => {
            setReason(text)
            clear('reason')
          }}
        />
      </div>
    </FormDialog>
  )
}

/** Words of what is wrong, by field, in the order of the form. */
function problems(
  setting: Setting,
  typed: Typed,
  { value, validFrom, reason }: { value: unknown; validFrom: string; reason: string },
): Record<string, string> {
  const parsed = schemaOf(setting).safeParse(value)
  const words = parsed.success ? undefined : parsed.error.issues[0]?.message
  return {
    ...(setting.kind === 'byCode'
      ? problemsOfRows(typed.numbers, setting)
      : words === undefined
        ? {}
        : { value: words }),
    ...(isDay(validFrom) ? {} : { validFrom: '请填写日期' }),
    ...(reason.trim() === '' ? { reason: '请填写修改原因' } : {}),
  }
}

function Input({
  setting,
  row,
  typed,
  wrong,
  onType,
}: {
  setting: Setting
  row: SettingRow
  typed: Typed
  wrong: Readonly<Record<string, string>>
  onType: (change: Partial<Typed>) => void
}) {
  if (setting.kind === 'whole') {
    const field = {
      kind: 'decimal',
      label: '新值',
      required: true,
      integerDigits: 4,
      fractionDigits: 0,
      hint: `${setting.min} 至 ${setting.max}`,
    } as const
    return (
      <Field
        field={field}
        path="setting.value"
        value={typed.whole}
        unit={setting.unit}
        error={wrong['value']}
        onChange={(whole) => onType({ whole })}
      />
    )
  }
  if (setting.kind === 'yesNo') {
    const choice = (words: string, own: boolean) => (
      <label className={s['choice']}>
        <input
          type="radio"
          name="setting"
          checked={typed.yes === own}
          onChange={() => onType({ yes: own })}
        />
        {words}
      </label>
    )
    return (
      <div role="radiogroup" aria-label="新值" className={s['choices']}>
        {choice(setting.yes, true)}
        {choice(setting.no, false)}
      </div>
    )
  }
  return (
    <NumbersEditor
      setting={setting}
      names={row.names}
      value={typed.numbers}
      wrong={wrong}
      onChange={(numbers) => onType({ numbers })}
    />
  )
}
