import { useState } from 'react'
import { App } from 'antd'
import { useQuery } from '@tanstack/react-query'
import { grantQuota } from '#api/quota.ts'
import { batchKinds, columns, quantityLimits, rowProblems, type BatchKind } from '#domain/quota/grant.ts'
import { call, CallFailed } from '#ui/call.ts'
import { Field } from '#ui/Field.tsx'
import { FormDialog } from '#ui/FormDialog.tsx'
import { attempts, type Attempts } from '#ui/request-id.ts'
import { useToday } from '#ui/session.ts'
import { Failed, Notice } from '#ui/Words.tsx'
import { Choice, YearChoice } from './Choice.tsx'
import { categoriesQuery } from './queries.ts'
import s from './Quota.module.css'

const fields = {
  enterpriseCode: { kind: 'text', label: columns.enterpriseCode, max: 13, required: true },
  docNo: { kind: 'text', label: columns.docNo, max: 60, required: true },
  quantity: { kind: 'decimal', label: columns.quantity, required: true, ...quantityLimits },
  tradeMode: { kind: 'code', label: '贸易方式（不限则留空）', list: 'licence_trade_mode' },
  country: { kind: 'code', label: '进口国（不限则留空）', list: 'country' },
} as const
type Name = keyof typeof fields
const managedBy = { grant: 'quota', award: 'bidding' } as const
const kinds = (Object.keys(batchKinds) as BatchKind[]).map((value) => ({ value, words: batchKinds[value] }))

/** One grant or award by hand; the same rules judge it as a row of a table. */
export function GrantDialog({ onDone, onLeave }: { onDone: () => void; onLeave: () => void }) {
  const { message } = App.useApp()
  const today = useToday()
  const [tries] = useState<Attempts>(() => attempts())
  const [kind, setKind] = useState<BatchKind>('grant')
  const [year, setYear] = useState(Number(today.slice(0, 4)))
  const [categoryCode, setCategory] = useState('')
  const [values, setValues] = useState<Record<Name, string>>({
    enterpriseCode: '',
    docNo: '',
    quantity: '',
    tradeMode: '',
    country: '',
  })
  const [problems, setProblems] = useState<readonly string[]>([])
  const categories = useQuery(categoriesQuery(year))
  const offered = (categories.data?.rows ?? []).filter((row) => row.licenceType === managedBy[kind])
  const unit = offered.find((row) => row.categoryCode === categoryCode)?.unit ?? ''
  const field = (name: Name) => (
    <Field
      field={fields[name]}
      path={`grant.${name}`}
      value={values[name]}
      unit={name === 'quantity' ? unit : undefined}
      onChange={(value) => {
        setValues((before) => ({ ...before, [name]: value }))
        setProblems([])
      }}
    />
  )
  async function submit() {
    const row = { line: 1, year: String(year), categoryCode, unit, ...values }
    const found = rowProblems(row).map((words) => words.replace('、计量单位', ''))
    setProblems(found)
    if (found.length > 0) return false
    try {
      await tries.run({ kind, row }, (id) => call(grantQuota, { body: { id, kind, rows: [row] } }))
    } catch (error) {
      const issues = error instanceof CallFailed ? (error.failure.issues ?? []) : []
      if (issues.length === 0) throw error
      // Told as of a table; here there is one row.
      setProblems(issues.map(({ words }) => words.replace(/^第 1 行：/, '')))
      return false
    }
    void message.success(`已登记${batchKinds[kind]}：${values.quantity} ${unit}`)
    onDone()
    return undefined
  }
  return (
    <FormDialog
      title="单笔下达"
      submitWords={kind === 'grant' ? '下达配额' : '登记中标'}
      leaveWords="暂不下达"
      width={620}
      onSubmit={submit}
      onLeave={onLeave}
    >
      <div className={s['fields']}>
        <div className={s['pairs']}>
          <Choice
            label="类别"
            path="grant.kind"
            none={null}
            value={kind}
            choices={kinds}
            onChange={(value) => {
              if (value !== '') setKind(value)
              setCategory('')
            }}
          />
          <YearChoice
            today={today}
            value={year}
            onChange={(value) => {
              setYear(value)
              setCategory('')
            }}
          />
        </div>
        {categories.error !== null && <Failed error={categories.error} />}
        <Choice
          label="商品大类"
          path="grant.category"
          value={categoryCode}
          choices={offered.map((row) => ({
            value: row.categoryCode,
            words: `${row.categoryCode} ${row.goodsName}`,
          }))}
          onChange={setCategory}
        />
        <div className={s['pairs']}>
          {field('enterpriseCode')}
          {field('docNo')}
          {field('tradeMode')}
          {field('country')}
          {field('quantity')}
        </div>
        {problems.length > 0 && <Notice kind="error">{problems.join('；')}</Notice>}
      </div>
    </FormDialog>
  )
}
