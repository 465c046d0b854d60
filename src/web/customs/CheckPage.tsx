/** 报关前核对: would this declaration line match the licence? All reasons at once; nothing is recorded. */
import { useState, type FormEvent } from 'react'
import { Button } from 'antd'
import { useSearch } from '@tanstack/react-router'
import { checkDeclaration } from '#api/customs.ts'
import type { z } from 'zod'
import { CallFailed } from '#ui/call.ts'
import { Field } from '#ui/Field.tsx'
import { goToField } from '#ui/field-id.ts'
import { Pair } from '#ui/FormView.tsx'
import { Quantity } from '#ui/Numbers.tsx'
import { PageTitle, Section } from '#ui/PageTitle.tsx'
import { useMe, useToday } from '#ui/session.ts'
import { Failed, Notice } from '#ui/Words.tsx'
import { check } from './queries.ts'
import s from './Customs.module.css'

const fields = {
  licenceNo: { kind: 'text', label: '许可证号', max: 10, required: true, hint: '10 位' },
  declaredOn: { kind: 'day', label: '申报日期', required: true },
  customsCode: { kind: 'code', label: '申报海关', list: 'customs_port', required: true },
  declarantCode: {
    kind: 'text',
    label: '申报单位代码',
    max: 13,
    required: true,
    hint: '出口商或发货人的 13 位企业代码',
  },
  hsCode: { kind: 'text', label: '商品代码', max: 10, required: true, hint: '10 位' },
  quantity: {
    kind: 'decimal',
    label: '申报数量',
    required: true,
    integerDigits: 9,
    fractionDigits: 4,
    hint: '按许可证的计量单位',
  },
} as const
type Name = keyof typeof fields
type Answer = z.output<(typeof checkDeclaration)['reply']>
const names = Object.keys(fields).filter((name): name is Name => name in fields)
const path = (name: string) => `check.${name}`

export function CheckPage() {
  const me = useMe()
  const today = useToday()
  const search: { licenceNo?: unknown } = useSearch({ strict: false })
  const [values, setValues] = useState<Record<Name, string>>({
    licenceNo: typeof search.licenceNo === 'string' ? search.licenceNo : '',
    declaredOn: today,
    customsCode: '',
    declarantCode: me.enterprise?.code13 ?? '',
    hsCode: '',
    quantity: '',
  })
  const [final, setFinal] = useState(false)
  const [wrong, setWrong] = useState<Readonly<Record<string, string>>>({})
  const [busy, setBusy] = useState(false)
  const [failed, setFailed] = useState<unknown>()
  const [answer, setAnswer] = useState<Answer>()

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setAnswer(undefined)
    setFailed(undefined)
    const parsed = checkDeclaration.body.safeParse({ ...values, final })
    const found: Record<string, string> = {}
    if (!parsed.success) for (const it of parsed.error.issues) found[String(it.path[0])] ??= it.message
    for (const name of names) if (values[name].trim() === '') found[name] = `请填写${fields[name].label}`
    setWrong(found)
    const first = names.find((name) => name in found)
    if (first !== undefined) return void goToField(path(first))
    if (!parsed.success) return
    setBusy(true)
    try {
      setAnswer(await check(parsed.data))
    } catch (error) {
      if (error instanceof CallFailed && error.status === 404) {
        setWrong({ licenceNo: '没有找到这份许可证，或不属于本企业' })
        goToField(path('licenceNo'))
      } else setFailed(error)
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      <PageTitle
        title="报关前核对"
        note="按海关比对的规则，先看这一项报关单能否使用许可证；不登记，也不占用"
      />
      <div className={s['check']}>
        <form noValidate onSubmit={(event) => void submit(event)} aria-label="报关前核对">
          <div className={s['fields']}>
            {names.map((name) => (
              <Field
                key={name}
                field={fields[name]}
                path={path(name)}
                value={values[name]}
                error={wrong[name]}
                onChange={(value) => {
                  setAnswer(undefined)
                  setValues((before) => ({ ...before, [name]: value }))
                  setWrong((before) =>
                    Object.fromEntries(Object.entries(before).filter(([each]) => each !== name)),
                  )
                }}
              />
            ))}
            <label className={s['wide']}>
              <input
                type="checkbox"
                checked={final}
                onChange={(event) => {
                  setAnswer(undefined)
                  setFinal(event.target.checked)
                }}
              />{' '}
              这是最后一次使用（大宗散装货物的溢装只能在最后一次）
            </label>
          </div>
          <div className={s['buttons']}>
            <Button type="primary" htmlType="submit" loading={busy}>
              核对
            </Button>
          </div>
        </form>
        <div aria-live="polite">
          {failed !== undefined && <Failed error={failed} />}
          {answer !== undefined && <Found answer={answer} />}
        </div>
      </div>
    </>
  )
}

function Found({ answer }: { answer: Answer }) {
  return (
    <Section title="核对结果">
      <div className={s['stack']}>
        {answer.matches ? (
          <Notice kind="success">与许可证相符，可以申报。</Notice>
        ) : (
          <Notice kind="error">
            与许可证不符，共 {answer.reasons.length} 处：
            <ul className={s['reasons']}>
              {answer.reasons.map(({ code, words }) => (
                <li key={code}>{words}</li>
              ))}
            </ul>
          </Notice>
        )}
        <dl className={s['fields']}>
          <Pair label="剩余数量">
            <Quantity value={answer.leftQuantity} unit={answer.unit} />
          </Pair>
          <Pair label="这次最多可报">
            <Quantity value={answer.most} unit={answer.unit} />
          </Pair>
          <Pair label="还可使用">{answer.usesLeft} 次</Pair>
        </dl>
      </div>
    </Section>
  )
}
