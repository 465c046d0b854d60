import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import {
  addDays,
  addMonths,
  compareDays,
  dayOf,
  daysBetween,
  endOfYear,
  formatInstant,
  isDay,
  startOfDay,
  weekdayOf,
  yearOf,
} from './day.ts'

test('days that exist, and texts that are none', () => {
  for (const day of ['2026-01-01', '2024-02-29', '1900-01-01', '9999-12-31'])
    assert.equal(isDay(day), true, day)
  for (const text of [
    '2026-02-29',
    '2026-02-30',
    '2026-13-01',
    '2026-00-10',
    '2026-1-1',
    '20260101',
    '0206-01-01',
    '2026-01-01T00:00',
    ' 2026-01-01',
    '２０２６-01-01',
    '',
  ]) {
    assert.equal(isDay(text), false, text)
  }
})

test('the day in China turns at 16:00 UTC', () => {
  assert.equal(dayOf(new Date('2026-12-31T15:59:59.999Z')), '2026-12-31')
  assert.equal(dayOf(new Date('2026-12-31T16:00:00Z')), '2027-01-01')
  assert.equal(startOfDay('2027-01-01').toISOString(), '2026-12-31T16:00:00.000Z')
  assert.equal(formatInstant(new Date('2026-12-31T15:59:00Z')), '2026-12-31 23:59:00')
})

test("the machine's zone never matters", () => {
  const module = new URL('./day.ts', import.meta.url).href
  const code = `import { dayOf, addMonths, formatInstant } from ${JSON.stringify(module)}
    const last = new Date('2026-12-31T15:59:59Z')
    console.log(dayOf(last), formatInstant(last), addMonths('2026-08-31', 6))`
  for (const TZ of ['UTC', 'Asia/Shanghai', 'America/New_York', 'Pacific/Kiritimati']) {
    const run = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
      env: { ...process.env, TZ },
      encoding: 'utf8',
    })
    assert.equal(run.stdout.trim(), '2026-12-31 2026-12-31 23:59:59 2027-02-28', TZ + run.stderr)
  }
})

test('months end where the shorter month ends', () => {
  for (const [from, months, to] of [
    ['2026-03-15', 6, '2026-09-15'],
    ['2026-08-31', 6, '2027-02-28'],
    ['2027-08-31', 6, '2028-02-29'],
    ['2026-12-31', 1, '2027-01-31'],
    ['2026-01-31', -2, '2025-11-30'],
    ['2026-01-15', -1, '2025-12-15'],
  ] as const) {
    assert.equal(addMonths(from, months), to, from)
  }
})

test('counting and comparing', () => {
  assert.equal(addDays('2026-12-31', 1), '2027-01-01')
  assert.equal(addDays('2026-03-01', -1), '2026-02-28')
  assert.equal(daysBetween('2026-01-01', '2026-06-30'), 180)
  assert.equal(daysBetween('2026-01-02', '2026-01-01'), -1)
  assert.ok(compareDays('2026-01-01', '2026-01-02') < 0)
  assert.equal(compareDays('2026-01-01', '2026-01-01'), 0)
  assert.equal(yearOf('2026-12-31'), 2026)
  assert.equal(endOfYear('2026-02-03'), '2026-12-31')
  assert.equal(weekdayOf('2026-10-10'), 6)
  assert.throws(() => addDays('2026-02-30', 1), RangeError)
})
