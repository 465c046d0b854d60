import { useState } from 'react'
import { App } from 'antd'
import { addRate, NewRate, rateLimits } from '#api/reference.ts'
import { call } from '#ui/call.ts'
import { Field } from '#ui/Field.tsx'
import { goToField } from '#ui/field-id.ts'
import { FormDialog } from '#ui/FormDialog.tsx'
import s from './Admin.module.css'

const fields = {
  currency: { kind: 'code', label: '币种', list: 'currency', required: true },
  validFrom: { kind: 'day', label: '自哪天起适用', required: true },
  rate: { kind: 'decimal', label: '折合美元', required: true, hint: '一个单位折合多少美元', ...rateLimits },
  source: { kind: 'text', label: '来源', max: 100, required: true },
} as const
type Name = keyof typeof fields
const names = ['currency', 'validFrom', 'rate', 'source'] as const satisfies readonly Name[]
const path = (name: string) => `newRate.${name}`

/** A new rate from a day on; what stood before stays in the record. */
export function NewRateDialog({
  currency,
  today,
  onDone,
  onLeave,
}: {
  currency: string
  today: string
  onDone: () => void
  onLeave: () => void
}) {
  const { message } = App.useApp()
  const [values, setValues] = useState<Record<Name, string>>({
    currency,
    validFrom: today,
    rate: '',
    source: '',
  })
  const [wrong, setWrong] = useState<Readonly<Record<string, string>>>({})

  const submit = async () => {
    const parsed = NewRate.safeParse(values)
    const empty = names.filter((name) => values[name].trim() === '')
    const malformed = parsed.success
      ? []
      : parsed.error.issues.map((it) => [String(it.path[0]), it.message] as const)
    const found = Object.fromEntries([
      ...malformed,
      ...empty.map(
        (name) => [name, `请${name === 'currency' ? '选择' : '填写'}${fields[name].label}`] as const,
      ),
    ])
    setWrong(found)
    const first = names.find((name) => name in found)
    if (!parsed.success || first !== undefined) {
      if (first !== undefined) goToField(path(first))
      return false
    }
    await call(addRate, { body: parsed.data })
    void message.success('折算率已登记')
    onDone()
  }
  return (
    <FormDialog
      title="新增折算率"
      submitWords="登记折算率"
      leaveWords="暂不登记"
      onSubmit={submit}
      onLeave={onLeave}
    >
      <div className={s['fields']}>
        {names.map((name) => (
          <Field
            key={name}
            field={fields[name]}
            path={path(name)}
            value={values[name]}
            error={wrong[name]}
            unit={name === 'rate' ? '美元' : undefined}
            onChange={(value) => {
              setValues((before) => ({ ...before, [name]: value }))
              setWrong((before) =>
                Object.fromEntries(Object.entries(before).filter(([each]) => each !== name)),
              )
            }}
          />
        ))}
      </div>
    </FormDialog>
  )
}
