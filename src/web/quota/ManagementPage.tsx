import { useState } from 'react'
import { App, Button } from 'antd'
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { addGoodsManagement } from '#api/quota.ts'
import { isLicenceType, licenceTypeLabels, type LicenceType } from '#domain/commodity/goods.ts'
import { call } from '#ui/call.ts'
import { Field } from '#ui/Field.tsx'
import { FormDialog } from '#ui/FormDialog.tsx'
import { Instant } from '#ui/Numbers.tsx'
import { PageTitle, Section } from '#ui/PageTitle.tsx'
import { useToday } from '#ui/session.ts'
import { Empty, Failed, Notice, shown, StateWord } from '#ui/Words.tsx'
import { Choice, YearChoice } from './Choice.tsx'
import { categoriesQuery, managementQuery } from './queries.ts'
import s from './Quota.module.css'

/** 管理方式: how a category is managed in a year where that differs from the catalogue. Nothing is overwritten. */
export function ManagementPage() {
  const today = useToday()
  const client = useQueryClient()
  const [year, setYear] = useState(Number(today.slice(0, 4)))
  const [adding, setAdding] = useState(false)
  const read = useQuery({ ...managementQuery(year), placeholderData: keepPreviousData })
  const rows = read.data?.rows ?? []
  return (
    <>
      <PageTitle title="管理方式" note="只列与目录不同的；没有列出的按目录管理">
        <Button type="primary" onClick={() => setAdding(true)}>
          设定管理方式
        </Button>
      </PageTitle>
      <div className={s['filter']}>
        <YearChoice today={today} value={year} onChange={setYear} />
      </div>
      <Section title={`${year} 年度`}>
        {read.error !== null && <Failed error={read.error} onRetry={() => void read.refetch()} />}
        {read.data !== undefined && rows.length === 0 && <Empty words="各大类均按目录管理" />}
        {rows.length > 0 && (
          <table className={s['table']} aria-label={`${year} 年度管理方式`}>
            <thead>
              <tr>
                <th scope="col">商品大类</th>
                <th scope="col">管理方式</th>
                <th scope="col">状态</th>
                <th scope="col">依据</th>
                <th scope="col">设定人</th>
                <th scope="col">设定时间</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.id}>
                  <td>
                    {row.categoryCode} {row.goodsName}
                  </td>
                  <td>{row.label}</td>
                  <td>
                    <StateWord tone={row.replaced ? 'plain' : 'good'}>
                      {row.replaced ? '已被后来的设定代替' : '适用'}
                    </StateWord>
                  </td>
                  <td>{row.source}</td>
                  <td>{shown(row.changedBy)}</td>
                  <td>
                    <Instant at={row.changedAt} short />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Section>
      {adding && (
        <NewManagement
          year={year}
          onLeave={() => setAdding(false)}
          onDone={() => {
            setAdding(false)
            void client.invalidateQueries({ queryKey: ['quota'] })
          }}
        />
      )}
    </>
  )
}

const sourceField = { kind: 'text', label: '依据', max: 200, required: true, hint: '公告或文件' } as const
const types = (['quota', 'bidding', 'licence'] as const satisfies readonly LicenceType[]).map((value) => ({
  value,
  words: licenceTypeLabels[value],
}))
type Wrong = Partial<Record<'category' | 'type' | 'source', string>>

function NewManagement({ year, onDone, onLeave }: { year: number; onDone: () => void; onLeave: () => void }) {
  const { message } = App.useApp()
  const categories = useQuery(categoriesQuery(year))
  const [category, setCategory] = useState('')
  const [type, setType] = useState<LicenceType | ''>('')
  const [source, setSource] = useState('')
  const [wrong, setWrong] = useState<Wrong>({})
  const chosen = categories.data?.rows.find((row) => row.categoryCode === category)
  async function submit() {
    const found: Wrong = {
      ...(category === '' ? { category: '请选择商品大类' } : {}),
      ...(isLicenceType(type) ? {} : { type: '请选择管理方式' }),
      ...(source.trim() === '' ? { source: '请填写依据' } : {}),
    }
    setWrong(found)
    if (Object.keys(found).length > 0 || type === '') return false
    const body = { year, categoryCode: category, licenceType: type, source: source.trim() }
    await call(addGoodsManagement, { body })
    void message.success('管理方式已设定')
    onDone()
    return undefined
  }
  return (
    <FormDialog
      title={`设定 ${year} 年度管理方式`}
      submitWords="设定管理方式"
      leaveWords="暂不设定"
      onSubmit={submit}
      onLeave={onLeave}
    >
      <div className={s['fields']}>
        {categories.error !== null && <Failed error={categories.error} />}
        <Choice
          label="商品大类"
          path="management.category"
          value={category}
          error={wrong.category}
          choices={(categories.data?.rows ?? []).map((row) => ({
            value: row.categoryCode,
            words: `${row.categoryCode} ${row.goodsName}（${licenceTypeLabels[row.licenceType]}）`,
          }))}
          onChange={setCategory}
        />
        <Choice
          label="管理方式"
          path="management.type"
          value={type}
          error={wrong.type}
          choices={types.filter(({ value }) => value !== chosen?.licenceType)}
          onChange={setType}
        />
        <Field
          field={sourceField}
          path="management.source"
          value={source}
          error={wrong.source}
          onChange={setSource}
        />
        <Notice kind="warning">
          已盖章、还没有上报的申请表须重新盖章；已上报而没有占用配额的不能通过复审。
        </Notice>
      </div>
    </FormDialog>
  )
}
