import { useState } from 'react'
import { Button } from 'antd'
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { downloadStatement, type QuotaEntryRow } from '#api/quota.ts'
import { isDay } from '#domain/day.ts'
import { urlOf } from '#ui/call.ts'
import { Field } from '#ui/Field.tsx'
import { Pair } from '#ui/FormView.tsx'
import { Instant, Quantity } from '#ui/Numbers.tsx'
import { PageTitle, Section } from '#ui/PageTitle.tsx'
import { paths } from '#ui/paths.ts'
import { useSlow } from '#ui/use-slow.ts'
import { Empty, Failed, Notice, shown } from '#ui/Words.tsx'
import { PageBones } from '../application/Bones.tsx'
import { NotRead } from '../application/NotRead.tsx'
import { HandBackDialog } from './HandBackDialog.tsx'
import { accountQuery, statementQuery, useDesk } from './queries.ts'
import s from './Quota.module.css'

/** One account: what it is for, its balances, and its statement like a bank's. */
export function AccountPage() {
  const { id = '' }: { id?: string } = useParams({ strict: false })
  const desk = useDesk()
  const client = useQueryClient()
  const read = useQuery(accountQuery(id))
  const slow = useSlow(read.isPending)
  const [handing, setHanding] = useState(false)
  if (read.data === undefined) {
    return (
      <>
        <PageTitle title="配额明细账" />
        {read.error !== null && (
          <NotRead
            error={read.error}
            onRetry={() => void read.refetch()}
            next={<Link to={desk.accounts}>打开配额查询</Link>}
          />
        )}
        {slow && <PageBones label="正在读取配额账户" side={320} />}
      </>
    )
  }
  const account = read.data
  const renew = () => void client.invalidateQueries({ queryKey: ['quota'] })
  return (
    <>
      <PageTitle title="配额明细账" number={account.docNo} note={`${account.year} 年度`}>
        {account.handBack.offered && (
          <Button disabled={account.handBack.because !== null} onClick={() => setHanding(true)}>
            交还配额
          </Button>
        )}
      </PageTitle>
      {account.handBack.offered && account.handBack.because !== null && (
        <Notice kind="info">不能交还配额：{account.handBack.because}</Notice>
      )}
      <dl className={s['facts']}>
        <Pair label="企业">{account.enterpriseName}</Pair>
        <Pair label="商品大类">
          {account.categoryCode} {account.goodsName}
        </Pair>
        <Pair label="贸易方式">{account.tradeModeName}</Pair>
        <Pair label="进口国（地区）">{account.countryName}</Pair>
      </dl>
      <dl className={s['figures']}>
        <Figure label="下达" value={account.balances.granted} unit={account.unit} />
        <Figure label="未使用（可用）" value={account.balances.available} unit={account.unit} />
        <Figure label="占用（审核中）" value={account.balances.held} unit={account.unit} />
        <Figure label="已核扣（许可证）" value={account.balances.committed} unit={account.unit} />
        <Figure label="已核销" value={account.balances.settled} unit={account.unit} />
        <Figure label="失效" value={account.balances.lapsed} unit={account.unit} />
      </dl>
      <Statement id={id} unit={account.unit} />
      {handing && (
        <HandBackDialog
          account={account}
          onLeave={() => setHanding(false)}
          onRefresh={renew}
          onDone={() => {
            setHanding(false)
            renew()
          }}
        />
      )}
    </>
  )
}

function Figure({ label, value, unit }: { label: string; value: string; unit: string }) {
  return (
    <div className={s['figure']}>
      <dt>{label}</dt>
      <dd>
        <Quantity value={value} /> <small>{unit}</small>
      </dd>
    </div>
  )
}

const fromDay = { kind: 'day', label: '自' } as const
const toDay = { kind: 'day', label: '至' } as const

function Statement({ id, unit }: { id: string; unit: string }) {
  const [from, setFrom] = useState('')
  const [to, setTo] = useState('')
  const days = { ...(isDay(from) ? { from } : {}), ...(isDay(to) ? { to } : {}) }
  const read = useInfiniteQuery(statementQuery(id, days))
  const rows = read.data?.pages.flatMap((page) => page.rows) ?? []
  return (
    <Section title="明细" note={`数量单位：${unit}；新的在前`}>
      <div className={s['filter']}>
        <Field field={fromDay} path="statement.from" value={from} onChange={setFrom} />
        <Field field={toDay} path="statement.to" value={to} onChange={setTo} />
        <Button href={urlOf(downloadStatement, { params: { id }, query: days })} download>
          导出 Excel
        </Button>
      </div>
      {read.error !== null && <Failed error={read.error} onRetry={() => void read.refetch()} />}
      {read.data !== undefined && rows.length === 0 && <Empty words="这段时间没有发生额" />}
      {rows.length > 0 && <Entries rows={rows} />}
      {read.hasNextPage && (
        <div className={s['more']}>
          <Button loading={read.isFetchingNextPage} onClick={() => void read.fetchNextPage()}>
            更早的明细
          </Button>
        </div>
      )}
    </Section>
  )
}

function Entries({ rows }: { rows: readonly QuotaEntryRow[] }) {
  return (
    <div className={s['scroll']}>
      <table className={s['table']} aria-label="配额明细">
        <thead>
          <tr>
            <th scope="col">序号</th>
            <th scope="col">时间</th>
            <th scope="col">类型</th>
            <th scope="col">去向</th>
            <th scope="col" className={s['right']}>
              数量
            </th>
            <th scope="col" className={s['right']}>
              可用
            </th>
            <th scope="col" className={s['right']}>
              占用
            </th>
            <th scope="col" className={s['right']}>
              已核扣
            </th>
            <th scope="col" className={s['right']}>
              已核销
            </th>
            <th scope="col">关联</th>
            <th scope="col">经手人</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.seq}>
              <td>{row.seq}</td>
              <td>
                <Instant at={row.at} short />
              </td>
              <td className={s['nowrap']} title={row.note === '' ? undefined : row.note}>
                {row.kindLabel}
              </td>
              <td className={s['nowrap']}>
                {row.fromLabel} → {row.toLabel}
              </td>
              <td className={s['right']}>
                <Quantity value={row.quantity} />
              </td>
              <td className={s['right']}>
                <Quantity value={row.available} />
              </td>
              <td className={s['right']}>
                <Quantity value={row.held} />
              </td>
              <td className={s['right']}>
                <Quantity value={row.committed} />
              </td>
              <td className={s['right']}>
                <Quantity value={row.settled} />
              </td>
              <td>
                <Refs row={row} />
              </td>
              <td>{shown(row.who)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

type Ref = QuotaEntryRow['refs'][number]

/** What an entry came from: each has its page, a link where this person reaches it. */
function Refs({ row }: { row: QuotaEntryRow }) {
  const desk = useDesk()
  if (row.refs.length === 0) return shown(row.note)
  const addresses: Record<Ref['thing'], (ref: Ref) => string> = {
    application: (ref) => desk.application(ref.id),
    licence: (ref) => desk.licence(ref.id),
    uses: (ref) => desk.uses(ref.licenceNo),
    customs: (ref) => desk.customs(ref.licenceNo),
    request: (ref) => desk.request(ref.id),
    swap: (ref) => desk.swap(ref.id),
    batch: (ref) => paths.quotaGrants(ref.id),
  }
  return (
    <span className={s['refs']}>
      {row.refs.map((ref) =>
        ref.open ? (
          <Link key={ref.thing} to={addresses[ref.thing](ref)}>
            {ref.label}
          </Link>
        ) : (
          <span key={ref.thing}>{ref.label}</span>
        ),
      )}
      {row.note !== '' && <span className={s['soft']}>{row.note}</span>}
    </span>
  )
}
