import { useState } from 'react'
import { Button } from 'antd'
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { getCalendar, listCalendarChanges } from '#api/reference.ts'
import { yearOf } from '#domain/day.ts'
import { call } from '#ui/call.ts'
import { classes } from '#ui/field-parts.ts'
import { Instant } from '#ui/Numbers.tsx'
import { PageTitle, Section } from '#ui/PageTitle.tsx'
import { useToday } from '#ui/session.ts'
import { Empty, Failed, Notice, shown } from '#ui/Words.tsx'
import { CalendarDayDialog } from './CalendarDayDialog.tsx'
import { monthsOf, placesBefore, wordsOfDay, type YearDay } from './year-days.ts'
import s from './Admin.module.css'

const weekdays = ['一', '二', '三', '四', '五', '六', '日']

/** 工作日历: the days on which the authorities work; the time limit of a review counts by them. */
export function CalendarPage() {
  const client = useQueryClient()
  const navigate = useNavigate()
  const thisYear = yearOf(useToday())
  const search: { year?: unknown } = useSearch({ strict: false })
  const year =
    typeof search.year === 'string' && /^20\d\d$/.test(search.year) ? Number(search.year) : thisYear
  const [chosen, setChosen] = useState<YearDay>()
  const read = useQuery({
    queryKey: ['calendar', year],
    queryFn: ({ signal }) => call(getCalendar, { params: { year }, signal }),
    placeholderData: keepPreviousData,
  })
  const turn = (to: number) => void navigate({ to: '.', search: { year: String(to) } })
  const again = () => {
    setChosen(undefined)
    void client.invalidateQueries({ queryKey: ['calendar'] })
  }
  return (
    <>
      <PageTitle title="工作日历" note="点一天可以设定上班或休息">
        <Button onClick={() => turn(year - 1)}>{year - 1} 年</Button>
        <Button type="primary" aria-current="true">
          {year} 年
        </Button>
        <Button onClick={() => turn(year + 1)}>{year + 1} 年</Button>
      </PageTitle>
      {read.error !== null && <Failed error={read.error} onRetry={() => void read.refetch()} />}
      {read.data?.announced === false && (
        <Notice kind="warning">
          {year} 年的放假安排还没有公布，这里按周一至周五上班计算。公布后请在此逐日设定。
        </Notice>
      )}
      <p className={s['legend']} aria-hidden="true">
        <span className={s['rest']}>1</span> 休息 <span className={s['moved']}>1</span> 周末上班{' '}
        <span className={s['set']}>1</span> 管理员设定
      </p>
      {read.data !== undefined && (
        <div className={s['year']}>
          {monthsOf(read.data.year, read.data.days).map((days, index) => (
            <Month
              key={index}
              words={`${read.data.year} 年 ${index + 1} 月`}
              days={days}
              onChoose={setChosen}
            />
          ))}
        </div>
      )}
      <Changes year={year} />
      {chosen !== undefined && (
        <CalendarDayDialog
          day={chosen}
          onDone={again}
          onRefresh={again}
          onLeave={() => setChosen(undefined)}
        />
      )}
    </>
  )
}

function Month({
  words,
  days,
  onChoose,
}: {
  words: string
  days: readonly YearDay[]
  onChoose: (day: YearDay) => void
}) {
  const first = days[0]
  return (
    <section className={s['month']} aria-label={words}>
      <h2>{words.replace(/^\d+ 年 /, '')}</h2>
      <div className={s['days']}>
        {weekdays.map((name) => (
          <span key={name} className={s['weekday']} aria-hidden="true">
            {name}
          </span>
        ))}
        {days.map((day) => (
          <button
            key={day.day}
            type="button"
            aria-label={wordsOfDay(day)}
            title={day.name === '' ? undefined : day.name}
            style={day === first ? { gridColumnStart: placesBefore(day.day) + 1 } : undefined}
            className={classes(
              s['day'],
              !day.working && s['rest'],
              day.working && day.name !== '' && s['moved'],
              day.set && s['set'],
            )}
            onClick={() => onChoose(day)}
          >
            {Number(day.day.slice(8))}
          </button>
        ))}
      </div>
    </section>
  )
}

function Changes({ year }: { year: number }) {
  const read = useQuery({
    queryKey: ['calendar', year, 'changes'],
    queryFn: ({ signal }) => call(listCalendarChanges, { params: { year }, signal }),
  })
  const changes = read.data?.changes ?? []
  return (
    <Section title="变更记录" note={`${year} 年`}>
      {read.error !== null && <Failed error={read.error} onRetry={() => void read.refetch()} />}
      {read.data !== undefined && changes.length === 0 && <Empty words="这一年没有改动过" />}
      {changes.length > 0 && (
        <table className={s['table']} aria-label="变更记录">
          <thead>
            <tr>
              <th scope="col">日期</th>
              <th scope="col">设定</th>
              <th scope="col">名称</th>
              <th scope="col">谁设定</th>
              <th scope="col">何时</th>
            </tr>
          </thead>
          <tbody>
            {changes.map((change) => (
              <tr key={`${change.day} ${change.changedAt}`}>
                <td>{change.day}</td>
                <td>{change.working === null ? '恢复公布的日历' : change.working ? '上班' : '休息'}</td>
                <td>{shown(change.name)}</td>
                <td>{shown(change.changedBy)}</td>
                <td>
                  <Instant at={change.changedAt} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  )
}
