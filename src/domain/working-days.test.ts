import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { addWorkingDays, calendarFrom, unannouncedYears } from './working-days.ts'

const plain = calendarFrom([])

test('weekends, public holidays and worked weekends of 2026', () => {
  for (const [day, working] of [
    ['2026-09-30', true],
    ['2026-10-01', false],
    ['2026-10-07', false],
    ['2026-10-08', true],
    ['2026-10-10', true], // a Saturday worked for the National Day holiday
    ['2026-10-11', false],
    ['2026-02-14', true], // a Saturday worked for the Spring Festival
    ['2026-02-20', false],
  ] as const) {
    assert.equal(plain.isWorking(day), working, day)
  }
})

test('a term of three working days does not count the day of receipt', () => {
  for (const [received, due] of [
    ['2026-03-04', '2026-03-09'], // Wednesday to Monday
    ['2026-03-06', '2026-03-11'], // Friday to Wednesday
    ['2026-03-07', '2026-03-11'], // received on a Saturday
    ['2026-09-30', '2026-10-10'], // over National Day: 8, 9 and the worked Saturday 10
    ['2026-02-13', '2026-02-25'], // over the Spring Festival with the worked Saturday 14
  ] as const) {
    assert.equal(addWorkingDays(received, 3, plain), due, received)
  }
  assert.equal(addWorkingDays('2026-03-07', 0, plain), '2026-03-07')
  assert.throws(() => addWorkingDays('2026-03-07', -1, plain), RangeError)
  assert.throws(() => addWorkingDays('2026-03-07', 1, { ...plain, isWorking: () => false }), RangeError)
})

test("an administrator's day comes first", () => {
  const calendar = calendarFrom([
    { day: '2026-03-09', working: false, name: '临时停办' },
    { day: '2026-03-08', working: true, name: '补班' },
  ])
  assert.equal(calendar.isWorking('2026-03-09'), false)
  assert.equal(addWorkingDays('2026-03-06', 1, calendar), '2026-03-08')
  assert.equal(addWorkingDays('2026-03-06', 2, calendar), '2026-03-10')
})

test('a year without an announcement says so', () => {
  assert.equal(plain.isAnnounced(2026), true)
  assert.equal(plain.isAnnounced(2027), false)
  assert.equal(plain.isAnnounced(2003), false)
  assert.deepEqual(unannouncedYears('2026-12-30', '2027-01-05', plain), [2027])
  const entered = calendarFrom([{ day: '2027-01-01', working: false, name: '元旦' }])
  assert.equal(entered.isAnnounced(2027), true)
  assert.deepEqual(unannouncedYears('2026-12-30', '2027-01-05', entered), [])
})

test("the machine's zone never matters", () => {
  const module = new URL('./working-days.ts', import.meta.url).href
  const code = `import { addWorkingDays, calendarFrom } from ${JSON.stringify(module)}
    console.log(addWorkingDays('2026-09-30', 3, calendarFrom([])))`
  for (const TZ of ['UTC', 'America/New_York', 'Pacific/Kiritimati']) {
    const run = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
      env: { ...process.env, TZ },
      encoding: 'utf8',
    })
    assert.equal(run.stdout.trim(), '2026-10-10', TZ + run.stderr)
  }
})
