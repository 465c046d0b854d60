import { useState } from 'react'
import { App } from 'antd'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { requestSwap } from '#api/swap.ts'
import { compare, formatDecimal } from '#domain/decimal.ts'
import { quantityLimits, quantityProblem } from '#domain/quota/grant.ts'
import { isSwapGoods, swapped, type SwapGoods } from '#domain/swap/actions.ts'
import { call } from '#ui/call.ts'
import { Field } from '#ui/Field.tsx'
import { FormDialog } from '#ui/FormDialog.tsx'
import { attempts, type Attempts } from '#ui/request-id.ts'
import { useToday } from '#ui/session.ts'
import { Failed, Notice } from '#ui/Words.tsx'
import { Choice } from './Choice.tsx'
import { accountsQuery, ratiosQuery } from './queries.ts'
import s from './Quota.module.css'

const quantityField = { kind: 'decimal', label: '调出数量', required: true, ...quantityLimits } as const
const reasonField = { kind: 'text', label: '调换原因', max: 200, required: true, multiline: true } as const
type Wrong = Partial<Record<'account' | 'goods' | 'quantity' | 'reason', string>>

/** 申请调换: from which account, into what, how much; the ratio and what arrives are shown at once. */
export function NewSwapDialog({ onDone, onLeave }: { onDone: (id: string) => void; onLeave: () => void }) {
  const { message } = App.useApp()
  const client = useQueryClient()
  const year = Number(useToday().slice(0, 4))
  const [tries] = useState<Attempts>(() => attempts())
  const [from, setFrom] = useState('')
  const [goods, setGoods] = useState<SwapGoods | ''>('')
  const [quantity, setQuantity] = useState('')
  const [reason, setReason] = useState('')
  const [wrong, setWrong] = useState<Wrong>({})
  const accounts = useQuery(accountsQuery({ year, swappable: '1', page: 1, pageSize: 100 }))
  const ratios = useQuery(ratiosQuery)
  const rows = accounts.data?.rows ?? []
  const account = rows.find(({ id }) => id === from)
  const key = account?.goodsKey ?? ''
  const offered = (ratios.data?.rows ?? []).filter((row) => row.holds && row.from === key)
  const ratio = offered.find((row) => row.to === goods)?.ratio
  const valid = quantityProblem(quantity) === undefined
  const result = ratio !== undefined && valid ? swapped(quantity, ratio) : undefined

  async function submit() {
    const problem = quantityProblem(quantity)
    const short =
      account !== undefined && problem === undefined && compare(quantity, account.balances.available) > 0
        ? `超过可用余量 ${account.balances.available} ${account.unit}`
        : undefined
    const found: Wrong = {
      ...(account === undefined ? { account: '请选择调出的配额' } : {}),
      ...(goods === '' ? { goods: '请选择调入的产品' } : {}),
      ...((problem ?? short) === undefined ? {} : { quantity: problem ?? short }),
      ...(reason.trim() === '' ? { reason: '请填写调换原因' } : {}),
    } as Wrong
    setWrong(found)
    if (Object.keys(found).length > 0 || account === undefined || goods === '') return false
    if (ratio === undefined) {
      setWrong({ goods: '还没有公布这两种产品的调换比例' })
      return false
    }
    const body = { fromAccountId: account.id, toGoods: goods, quantity, ratio, reason: reason.trim() }
    const made = await tries
      .run(body, (id) => call(requestSwap, { body: { ...body, id } }))
      .catch((error: unknown) => {
        // Another ratio or balance by now: the dialog shows it, and the next try goes by it.
        void client.invalidateQueries({ queryKey: ['quota'] })
        throw error
      })
    void message.success('调换申请已提交，数量已占用，等待审批')
    onDone(made.id)
    return undefined
  }
  return (
    <FormDialog
      title="申请配额调换"
      submitWords="提交申请"
      leaveWords="暂不申请"
      width={560}
      onSubmit={submit}
      onLeave={onLeave}
    >
      <div className={s['fields']}>
        {accounts.error !== null && <Failed error={accounts.error} onRetry={() => void accounts.refetch()} />}
        {accounts.data !== undefined && rows.length === 0 && (
          <Notice kind="info">本企业 {year} 年度没有钨、锑、钼的配额，不能申请调换。</Notice>
        )}
        <Choice
          label="调出的配额"
          path="swap.from"
          value={from}
          error={wrong.account}
          choices={rows.map((row) => ({
            value: row.id,
            words: `${row.goodsName} ${row.docNo}，可用 ${formatDecimal(row.balances.available, { grouping: true })} ${row.unit}`,
          }))}
          onChange={(id) => {
            setFrom(id)
            setGoods('')
            setWrong({})
          }}
        />
        <Choice
          label="调入的产品"
          path="swap.goods"
          value={goods}
          error={wrong.goods}
          none={account === undefined ? '请先选择调出的配额' : '请选择'}
          choices={offered.map((row) => ({ value: row.to, words: `${row.toName}（1 : ${row.ratio}）` }))}
          onChange={(value) => {
            setGoods(isSwapGoods(value) ? value : '')
            setWrong({})
          }}
        />
        <Field
          field={quantityField}
          path="swap.quantity"
          value={quantity}
          unit={account?.unit}
          error={wrong.quantity}
          onChange={(value) => {
            setQuantity(value)
            setWrong({})
          }}
        />
        {result !== undefined && (
          <Notice kind="info">
            按 1 : {ratio} 调入 {formatDecimal(result, { grouping: true })} {account?.unit}
            ，批准后记入同一配额文号。
          </Notice>
        )}
        <Field
          field={reasonField}
          path="swap.reason"
          value={reason}
          error={wrong.reason}
          onChange={(value) => {
            setReason(value)
            setWrong({})
          }}
        />
      </div>
    </FormDialog>
  )
}
