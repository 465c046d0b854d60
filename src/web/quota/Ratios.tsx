import { useState } from 'react'
import { App, Button } from 'antd'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { addSwapRatio } from '#api/swap.ts'
import { isDay } from '#domain/day.ts'
import { isSwapGoods, swapGoods, type SwapGoods } from '#domain/swap/actions.ts'
import { call } from '#ui/call.ts'
import { Field } from '#ui/Field.tsx'
import { FormDialog } from '#ui/FormDialog.tsx'
import { DayText } from '#ui/Numbers.tsx'
import { Section } from '#ui/PageTitle.tsx'
import { useMay, useToday } from '#ui/session.ts'
import { Empty, Failed, shown, StateWord } from '#ui/Words.tsx'
import { Choice } from './Choice.tsx'
import { ratiosQuery } from './queries.ts'
import s from './Quota.module.css'

/** 调换比例: what one unit of a metal is worth in another; nothing is overwritten. */
export function Ratios() {
  const may = useMay('quota.ratio')
  const client = useQueryClient()
  const [adding, setAdding] = useState(false)
  const read = useQuery(ratiosQuery)
  const rows = read.data?.rows ?? []
  return (
    <Section
      title="调换比例"
      note="调出 1 个单位可调入的数量"
      action={may ? <Button onClick={() => setAdding(true)}>新增比例</Button> : undefined}
    >
      {read.error !== null && <Failed error={read.error} onRetry={() => void read.refetch()} />}
      {read.data !== undefined && rows.length === 0 && <Empty words="还没有公布调换比例" />}
      {rows.length > 0 && (
        <table className={s['table']} aria-label="调换比例">
          <thead>
            <tr>
              <th scope="col">调出</th>
              <th scope="col">调入</th>
              <th scope="col" className={s['right']}>
                比例
              </th>
              <th scope="col">自哪天起</th>
              <th scope="col">状态</th>
              <th scope="col">依据</th>
              <th scope="col">登记人</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.id}>
                <td>{row.fromName}</td>
                <td>{row.toName}</td>
                <td className={s['right']}>1 : {row.ratio}</td>
                <td>
                  <DayText day={row.validFrom} />
                </td>
                <td>
                  <StateWord tone={row.holds ? 'good' : 'plain'}>{row.holds ? '适用' : '不适用'}</StateWord>
                </td>
                <td>{row.source}</td>
                <td>{shown(row.changedBy)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {adding && (
        <NewRatio
          onLeave={() => setAdding(false)}
          onDone={() => {
            setAdding(false)
            void client.invalidateQueries({ queryKey: ['quota', 'ratios'] })
          }}
        />
      )}
    </Section>
  )
}

const names: Readonly<Record<SwapGoods, string>> = { tungsten: '钨', antimony: '锑', molybdenum: '钼' }
const goods = swapGoods.map((value) => ({ value, words: names[value] }))
const ratioField = {
  kind: 'decimal',
  label: '比例',
  required: true,
  integerDigits: 4,
  fractionDigits: 6,
  hint: '调出 1 个单位可调入的数量',
} as const
const dayField = { kind: 'day', label: '自哪天起适用', required: true } as const
const sourceField = { kind: 'text', label: '依据', max: 200, required: true } as const
type Wrong = Partial<Record<'from' | 'to' | 'ratio' | 'day' | 'source', string>>

function NewRatio({ onDone, onLeave }: { onDone: () => void; onLeave: () => void }) {
  const { message } = App.useApp()
  const today = useToday()
  const [from, setFrom] = useState<SwapGoods | ''>('')
  const [to, setTo] = useState<SwapGoods | ''>('')
  const [ratio, setRatio] = useState('')
  const [day, setDay] = useState(today)
  const [source, setSource] = useState('')
  const [wrong, setWrong] = useState<Wrong>({})
  async function submit() {
    const found: Wrong = {
      ...(isSwapGoods(from) ? {} : { from: '请选择调出产品' }),
      ...(isSwapGoods(to) ? (to === from ? { to: '不能与调出产品相同' } : {}) : { to: '请选择调入产品' }),
      ...(/^\d{1,4}(\.\d{1,6})?$/.test(ratio) ? {} : { ratio: '请填写大于 0 的比例，小数最多 6 位' }),
      ...(isDay(day) ? {} : { day: '请填写日期' }),
      ...(source.trim() === '' ? { source: '请填写依据' } : {}),
    }
    setWrong(found)
    if (Object.keys(found).length > 0 || from === '' || to === '') return false
    await call(addSwapRatio, { body: { from, to, ratio, validFrom: day, source: source.trim() } })
    void message.success('调换比例已登记')
    onDone()
    return undefined
  }
  return (
    <FormDialog
      title="新增调换比例"
      submitWords="登记比例"
      leaveWords="暂不登记"
      onSubmit={submit}
      onLeave={onLeave}
    >
      <div className={s['fields']}>
        <div className={s['pairs']}>
          <Choice
            label="调出"
            path="ratio.from"
            value={from}
            choices={goods}
            error={wrong.from}
            onChange={setFrom}
          />
          <Choice label="调入" path="ratio.to" value={to} choices={goods} error={wrong.to} onChange={setTo} />
        </div>
        <Field field={ratioField} path="ratio.ratio" value={ratio} error={wrong.ratio} onChange={setRatio} />
        <Field field={dayField} path="ratio.day" value={day} error={wrong.day} onChange={setDay} />
        <Field
          field={sourceField}
          path="ratio.source"
          value={source}
          error={wrong.source}
          onChange={setSource}
        />
      </div>
    </FormDialog>
  )
}
