import assert from 'node:assert/strict'
import { test } from 'node:test'
import { monthsOf, placesBefore, wordsOfDay } from './year-days.ts'

const special = [
  { day: '2026-10-01', working: false, name: '国庆节', set: false, change: 0 },
  { day: '2026-10-10', working: true, name: '调休上班', set: true, change: 7 },
]
const day = (text: string) =>
  monthsOf(2026, special)
    .flat()
    .find((it) => it.day === text)

test('a year has all its days, month by month', () => {
  const months = monthsOf(2028, [])
  assert.deepEqual(
    months.map((days) => days.length),
    [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31],
  )
  assert.equal(months[11]?.at(-1)?.day, '2028-12-31')
})

test('announced and set days win over the week', () => {
  assert.equal(day('2026-10-01')?.working, false)
  assert.deepEqual(day('2026-10-10'), special[1])
  assert.equal(day('2026-10-11')?.working, false)
  assert.equal(day('2026-10-12')?.working, true)
})

test('weeks begin on Monday', () => {
  assert.equal(placesBefore('2026-06-01'), 0)
  assert.equal(placesBefore('2026-02-01'), 6)
})

test('a day is said in words', () => {
  const rest = day('2026-10-01')
  const set = day('2026-10-10')
  assert.ok(rest && set)
  assert.equal(wordsOfDay(rest), '2026-10-01 休息 国庆节')
  assert.equal(wordsOfDay(set), '2026-10-10 上班 调休上班 （管理员设定）')
})
