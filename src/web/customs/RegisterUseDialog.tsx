/** 人工登记: a use that the network did not bring, entered from the paper declaration with the reason. */
import { useState } from 'react'
import { App } from 'antd'
import { figure } from '#domain/decimal.ts'
import { manualUse } from '#domain/licence/actions.ts'
import { Field } from '#ui/Field.tsx'
import { goToField } from '#ui/field-id.ts'
import { FormDialog } from '#ui/FormDialog.tsx'
import { attempts } from '#ui/request-id.ts'
import { Notice } from '#ui/Words.tsx'
import { registerUse, useCustomsStale } from './queries.ts'
import s from './Customs.module.css'

const fields = {
  declarationNo: { kind: 'text', label: '报关单号', max: 18, required: true, hint: '18 位' },
  itemNo: { kind: 'text', label: '项号', max: 3, required: true },
  declaredOn: { kind: 'day', label: '申报日期', required: true },
  customsCode: { kind: 'code', label: '申报海关', list: 'customs_port', required: true },
  quantity: { kind: 'decimal', label: '数量', required: true, integerDigits: 9, fractionDigits: 4 },
  opinion: { kind: 'text', label: '登记原因', max: 500, required: true, multiline: true },
} as const
type Name = keyof typeof fields
const names = Object.keys(fields).filter((name): name is Name => name in fields)
const path = (name: string) => `use.${name}`

export function RegisterUseDialog({
  licence,
  today,
  onLeave,
}: {
  licence: {
    id: string
    version: number
    licenceNo: string
    unit: string
    customsPort: string
    leftQuantity: string
  }
  today: string
  onLeave: () => void
}) {
  const { message } = App.useApp()
  const stale = useCustomsStale()
  const [tries] = useState(() => attempts())
  const [values, setValues] = useState<Record<Name, string>>({
    declarationNo: '',
    itemNo: '1',
    declaredOn: today,
    customsCode: licence.customsPort,
    quantity: '',
    opinion: '',
  })
  const [final, setFinal] = useState(false)
  const [wrong, setWrong] = useState<Readonly<Record<string, string>>>({})

  const submit = async () => {
    const input = {
      ...values,
      declarationNo: values.declarationNo.trim().toUpperCase(),
      final,
    }
    const found = problemsOf(input)
    setWrong(found)
    const first = names.find((name) => name in found)
    if (first !== undefined) {
      goToField(path(first))
      return false
    }
    const body = { version: licence.version, input: { ...manualUse.parse(input) } }
    await tries.run(body, (requestId) => registerUse(licence.id, { ...body, requestId }))
    void message.success('使用已登记')
    stale()
    onLeave()
  }
  return (
    <FormDialog
      title={`人工登记使用 ${licence.licenceNo}`}
      submitWords="登记这次使用"
      leaveWords="暂不登记"
      width={640}
      onSubmit={submit}
      onLeave={onLeave}
      onRefresh={() => {
        stale()
        onLeave()
      }}
    >
      <Notice>
        网络故障、凭纸质报关单办理时使用。登记后从许可证中扣减，不能修改；海关报文到达后自动核对。
      </Notice>
      <div className={s['fields']}>
        {names.map((name) => (
          <div key={name} className={name === 'opinion' ? s['wide'] : ''}>
            <Field
              field={fields[name]}
              path={path(name)}
              value={values[name]}
              error={wrong[name]}
              unit={name === 'quantity' ? licence.unit : undefined}
              hint={name === 'quantity' ? `剩余 ${figure(licence.leftQuantity)} ${licence.unit}` : undefined}
              onChange={(value) => {
                setValues((before) => ({ ...before, [name]: value }))
                setWrong((before) =>
                  Object.fromEntries(Object.entries(before).filter(([each]) => each !== name)),
                )
              }}
            />
          </div>
        ))}
        <label className={s['wide']}>
          <input type="checkbox" checked={final} onChange={(event) => setFinal(event.target.checked)} />{' '}
          最后一次使用（此后许可证清关，不再使用）
        </label>
      </div>
    </FormDialog>
  )
}

function problemsOf(input: Record<Name, string> & { final: boolean }): Record<string, string> {
  const empty = names.filter((name) => input[name].trim() === '')
  const found: Record<string, string> = {}
  const issues = manualUseIssues(input)
  for (const { path: at, message } of issues) found[String(at[0])] ??= message
  for (const name of empty) found[name] = `请填写${fields[name].label}`
  return found
}

function manualUseIssues(input: unknown) {
  const parsed = manualUse.safeParse(input)
  return parsed.success ? [] : parsed.error.issues
}
