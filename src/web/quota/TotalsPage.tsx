import { useState } from 'react'
import { App, Button } from 'antd'
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { setQuotaTotal, type QuotaTotalRow } from '#api/quota.ts'
import { licenceTypeLabels } from '#domain/commodity/goods.ts'
import { quantityLimits, quantityProblem } from '#domain/quota/grant.ts'
import { call } from '#ui/call.ts'
import { Field } from '#ui/Field.tsx'
import { FormDialog } from '#ui/FormDialog.tsx'
import { Quantity } from '#ui/Numbers.tsx'
import { PageTitle, Section } from '#ui/PageTitle.tsx'
import { useMay, useToday } from '#ui/session.ts'
import { Empty, Failed, Notice } from '#ui/Words.tsx'
import { YearChoice } from './Choice.tsx'
import { totalsQuery } from './queries.ts'
import s from './Quota.module.css'

/** Columns of quantities, in their order. */
const quantities = [
  'quantity',
  'granted',
  'unallotted',
  'swapped',
  'available',
  'held',
  'committed',
  'settled',
  'lapsed',
] as const

/** 配额总量: by category, the total of the year and what has become of it. */
export function TotalsPage() {
  const today = useToday()
  const may = useMay('quota.total')
  const client = useQueryClient()
  const [year, setYear] = useState(Number(today.slice(0, 4)))
  const [changing, setChanging] = useState<QuotaTotalRow>()
  const read = useQuery({ ...totalsQuery(year), placeholderData: keepPreviousData })
  const rows = read.data?.rows ?? []
  const renew = () => void client.invalidateQueries({ queryKey: ['quota', 'totals'] })
  return (
    <>
      <PageTitle title="配额总量" note="下达和中标合计不超过总量；调换另计" />
      <Section title={`${year} 年度`}>
        <div className={s['filter']}>
          <YearChoice today={today} value={year} onChange={setYear} />
        </div>
        {read.error !== null && <Failed error={read.error} onRetry={() => void read.refetch()} />}
        {read.data !== undefined && rows.length === 0 && (
          <Empty words={`${year} 年度没有按配额或招标管理的商品`} />
        )}
        {rows.length > 0 && (
          <div className={s['scroll']}>
            <table className={s['table']} aria-label={`${year} 年度配额总量`}>
              <thead>
                <tr>
                  <th scope="col">商品大类</th>
                  <th scope="col">管理方式</th>
                  <th scope="col">单位</th>
                  {['总量', '已下达', '未下达', '调换净额', '未使用', '占用', '已核扣', '已核销', '失效'].map(
                    (title) => (
                      <th key={title} scope="col" className={s['right']}>
                        {title}
                      </th>
                    ),
                  )}
                  {may && <th scope="col">操作</th>}
                </tr>
              </thead>
              <tbody>
                {rows.map((row) => (
                  <tr key={row.categoryCode}>
                    <td className={s['cut']} title={row.goodsName}>
                      {row.categoryCode} {row.goodsName}
                    </td>
                    <td>{licenceTypeLabels[row.licenceType]}</td>
                    <td>{row.unit}</td>
                    {quantities.map((name) => (
                      <td key={name} className={s['right']}>
                        <Quantity value={row[name]} />
                      </td>
                    ))}
                    {may && (
                      <td>
                        <Button
                          size="small"
                          aria-label={`设定${row.goodsName}的总量`}
                          onClick={() => setChanging(row)}
                        >
                          {row.quantity === null ? '设定' : '修改'}
                        </Button>
                      </td>
                    )}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Section>
      {changing !== undefined && (
        <TotalDialog
          row={changing}
          onLeave={() => setChanging(undefined)}
          onRefresh={() => {
            setChanging(undefined)
            renew()
          }}
          onDone={() => {
            setChanging(undefined)
            renew()
          }}
        />
      )}
    </>
  )
}

const quantityField = { kind: 'decimal', label: '配额总量', required: true, ...quantityLimits } as const

function TotalDialog({
  row,
  onDone,
  onLeave,
  onRefresh,
}: {
  row: QuotaTotalRow
  onDone: () => void
  onLeave: () => void
  onRefresh: () => void
}) {
  const { message } = App.useApp()
  const [quantity, setQuantity] = useState(row.quantity ?? '')
  const [wrong, setWrong] = useState<string>()
  async function submit() {
    const problem = quantityProblem(quantity)
    setWrong(problem)
    if (problem !== undefined) return false
    await call(setQuotaTotal, {
      params: { year: row.year, categoryCode: row.categoryCode },
      body: { version: row.version, quantity },
    })
    void message.success('配额总量已设定')
    onDone()
    return undefined
  }
  return (
    <FormDialog
      title={`${row.year} 年度${row.goodsName}配额总量`}
      submitWords="设定总量"
      leaveWords="暂不设定"
      onSubmit={submit}
      onLeave={onLeave}
      onRefresh={onRefresh}
    >
      <div className={s['fields']}>
        <Notice kind="info">
          已下达 {row.granted} {row.unit}，总量不能低于它。
        </Notice>
        <Field
          field={quantityField}
          path="total.quantity"
          value={quantity}
          unit={row.unit}
          error={wrong}
          onChange={(value) => {
            setQuantity(value)
            setWrong(undefined)
          }}
        />
      </div>
    </FormDialog>
  )
}
