import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { quotaBalance } from '#api/quota.ts'
import { compare, formatDecimal, isPositive, subtract } from '#domain/decimal.ts'
import { call } from '#ui/call.ts'
import { paths } from '#ui/paths.ts'
import { classes } from '#ui/field-parts.ts'
import { Notice } from '#ui/Words.tsx'
import s from './Quota.module.css'

interface Asked {
  year: string
  hsCode: string
  tradeMode: string
  country: string
  docNo: string
}

const number = (value: string) => formatDecimal(value, { grouping: true })

const balanceQuery = (asked: Asked) => ({
  queryKey: ['quota', 'balance', asked],
  queryFn: ({ signal }: { signal: AbortSignal }) =>
    call(quotaBalance, { query: { ...asked, year: Number(asked.year) }, signal }),
  // As fresh as it matters: another of the enterprise may submit meanwhile.
  refetchInterval: 30_000,
})

/** One line for the checklist: what is left after this application, or how much is short. */
export function QuotaLeft({ asked, quantity, unit }: { asked: Asked; quantity: string; unit: string }) {
  const { data } = useQuery({ ...balanceQuery(asked), enabled: isAskable(asked) })
  if (data === undefined || !data.needed) return null
  const { account } = data
  const needed = quantity === '' ? '0' : quantity
  const short = account !== null && compare(needed, account.balances.available) > 0
  return (
    <p className={classes(s['left'], (short || account === null) && s['bad'])}>
      <strong>配额余量</strong>
      <span>
        {account === null
          ? '没有对应的配额账户'
          : short
            ? `尚缺 ${number(subtract(needed, account.balances.available))} ${unit}`
            : `${number(account.balances.available)} ${unit}`}
      </span>
    </p>
  )
}

const isAskable = (asked: Asked) => /^20\d{2}$/.test(asked.year) && /^\d{10}$/.test(asked.hsCode)

/** 配额余量 beside the quantity of a form: what is left on the account and whether it is enough. */
export function QuotaLine({ asked, quantity, unit }: { asked: Asked; quantity: string; unit: string }) {
  const { data } = useQuery({ ...balanceQuery(asked), enabled: isAskable(asked) })
  if (data === undefined || !data.needed) return null
  if (data.account !== null) {
    const { id, balances } = data.account
    const short = compare(quantity === '' ? '0' : quantity, balances.available) > 0
    return (
      <Notice kind={short ? 'warning' : 'info'} action={<Link to={paths.quotaAccount(id)}>明细账</Link>}>
        配额余量：{data.account.docNo} 可用 {number(balances.available)} {unit}（下达{' '}
        {number(balances.granted)}，占用 {number(balances.held)}）
        {isPositive(quantity === '' ? '0' : quantity) &&
          (short
            ? `；本申请表需要 ${number(quantity)}，尚缺 ${number(subtract(quantity, balances.available))} ${unit}，不能上报`
            : `；上报后剩余 ${number(subtract(balances.available, quantity))} ${unit}`)}
        。
      </Notice>
    )
  }
  if (data.refusal !== null) return <Notice kind="warning">{data.refusal}</Notice>
  return (
    <Notice kind="info">
      本企业 {asked.year} 年度可用的配额文号：
      {data.docNos.map(({ docNo, available }) => `${docNo}（可用 ${number(available)} ${unit}）`).join('、')}
    </Notice>
  )
}
