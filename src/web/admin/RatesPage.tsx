import { useState } from 'react'
import { Button } from 'antd'
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { listRates, type Rate } from '#api/reference.ts'
import { isDay } from '#domain/day.ts'
import { call } from '#ui/call.ts'
import { DayText } from '#ui/Numbers.tsx'
import { Field } from '#ui/Field.tsx'
import { PageTitle, Section } from '#ui/PageTitle.tsx'
import { useToday } from '#ui/session.ts'
import { Empty, Failed, shown } from '#ui/Words.tsx'
import { NewRateDialog } from './NewRateDialog.tsx'
import { RateChanges } from './RateChanges.tsx'
import s from './Admin.module.css'

const onDay = { kind: 'day', label: '哪一天适用' } as const

/** 折算率: US dollars for one unit of each currency, from a day on. Nothing is overwritten; a new rate is added. */
export function RatesPage() {
  const client = useQueryClient()
  const today = useToday()
  const [day, setDay] = useState(today)
  const [adding, setAdding] = useState<string>()
  const [shownChanges, setShownChanges] = useState<Rate>()
  const asked = isDay(day) ? day : today
  const read = useQuery({
    queryKey: ['rates', asked],
    queryFn: ({ signal }) => call(listRates, { query: { day: asked }, signal }),
    placeholderData: keepPreviousData,
  })
  return (
    <>
      <PageTitle title="折算率" note="一个单位的币种折合多少美元">
        <Button type="primary" onClick={() => setAdding('')}>
          新增折算率
        </Button>
      </PageTitle>
      {read.error !== null && <Failed error={read.error} onRetry={() => void read.refetch()} />}
      <div className={s['filter']}>
        <Field field={onDay} path="rates.day" value={day} onChange={setDay} />
      </div>
      {read.data !== undefined && read.data.missing.length > 0 && (
        <Section title="没有折算率的币种" note="用这些币种的申请表不能盖章">
          <ul className={s['missing']}>
            {read.data.missing.map(({ currency, currencyName }) => (
              <li key={currency}>
                <span>
                  {currency} {currencyName}
                </span>
                <Button
                  size="small"
                  onClick={() => setAdding(currency)}
                  aria-label={`新增${currencyName}的折算率`}
                >
                  新增
                </Button>
              </li>
            ))}
          </ul>
        </Section>
      )}
      {read.data !== undefined && (
        <>
          <Section title={`${read.data.day} 适用的折算率`} note={`${read.data.rates.length} 个币种`}>
            <Rates rates={read.data.rates} label="适用的折算率" onChanges={setShownChanges} />
          </Section>
          <Section title="以后开始适用的折算率">
            <Rates rates={read.data.later} label="以后适用的折算率" onChanges={setShownChanges} />
          </Section>
        </>
      )}
      {adding !== undefined && (
        <NewRateDialog
          currency={adding}
          today={today}
          onLeave={() => setAdding(undefined)}
          onDone={() => {
            setAdding(undefined)
            void client.invalidateQueries({ queryKey: ['rates'] })
          }}
        />
      )}
      {shownChanges !== undefined && (
        <RateChanges rate={shownChanges} onLeave={() => setShownChanges(undefined)} />
      )}
    </>
  )
}

function Rates({
  rates,
  label,
  onChanges,
}: {
  rates: readonly Rate[]
  label: string
  onChanges: (rate: Rate) => void
}) {
  if (rates.length === 0) return <Empty words="没有" />
  return (
    <table className={s['table']} aria-label={label}>
      <thead>
        <tr>
          <th scope="col">币种</th>
          <th scope="col">名称</th>
          <th scope="col" className={s['right']}>
            折合美元
          </th>
          <th scope="col">自哪天起</th>
          <th scope="col">来源</th>
          <th scope="col">记录</th>
        </tr>
      </thead>
      <tbody>
        {rates.map((rate) => (
          <tr key={`${rate.currency} ${rate.validFrom}`}>
            <td className={s['code']}>{rate.currency}</td>
            <td>{rate.currencyName}</td>
            <td className={s['right']}>{rate.rate}</td>
            <td>
              <DayText day={rate.validFrom} />
            </td>
            <td>{shown(rate.source)}</td>
            <td>
              <Button
                size="small"
                onClick={() => onChanges(rate)}
                aria-label={`${rate.currencyName}的变更记录`}
              >
                变更记录
              </Button>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
