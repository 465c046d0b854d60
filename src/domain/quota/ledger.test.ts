import assert from 'node:assert/strict'
import { test } from 'node:test'
import { after, buckets, granted, kinds, noBalances, shortOf, type Bucket, type EntryKind } from './ledger.ts'
import { freeBucket, handBackRefusal, isClosed } from './year.ts'

const full = { available: '100', held: '100', committed: '100', settled: '100', lapsed: '100' }
const names = Object.keys(buckets) as Bucket[]

test('each kind makes its own moves and no other, and nothing is made or lost', () => {
  for (const kind of Object.keys(kinds) as EntryKind[]) {
    const allowed: readonly string[] = kinds[kind].moves
    for (const from of names) {
      for (const to of names) {
        const act = () => after(full, { kind, from, to, quantity: '0.0001' })
        if (!allowed.includes(`${from}>${to}`)) {
          assert.throws(act, RangeError, `${kind} ${from}>${to}`)
          continue
        }
        const expected = { ...full, [from]: '99.9999', [to]: '100.0001' }
        assert.deepEqual(
          act(),
          Object.fromEntries(Object.entries(expected).filter(([name]) => name !== 'pool')),
          kind,
        )
      }
    }
  }
})

test('a bucket never falls below zero, and what is short is said to the last digit', () => {
  const balances = { ...noBalances, available: '10.5000' }
  assert.equal(shortOf(balances, 'available', '10.5'), undefined)
  assert.equal(shortOf(balances, 'available', '10.5001'), '可用余量 10.5，需要 10.5001，尚缺 0.0001')
  assert.equal(shortOf(noBalances, 'pool', '999999999'), undefined)
  assert.throws(
    () => after(balances, { kind: 'hold', from: 'available', to: 'held', quantity: '11' }),
    /尚缺/,
  )
  for (const quantity of ['0', '-1', '0.0000']) {
    const act = () => after(balances, { kind: 'hold', from: 'available', to: 'held', quantity })
    assert.throws(act, RangeError, quantity)
  }
})

test('decimals add up exactly', () => {
  let balances = after(noBalances, { kind: 'grant', from: 'pool', to: 'available', quantity: '1' })
  for (let count = 0; count < 10; count++) {
    balances = after(balances, { kind: 'hold', from: 'available', to: 'held', quantity: '0.1' })
  }
  assert.deepEqual([balances.available, balances.held, granted(balances)], ['0', '1', '1'])
})

test('the year of an account ends with its last day', () => {
  for (const [year, today, closed] of [
    [2026, '2026-12-31', false],
    [2026, '2027-01-01', true],
    [2027, '2026-12-31', false],
  ] as const) {
    assert.equal(isClosed(year, today), closed, today)
    assert.equal(freeBucket(year, today), closed ? 'lapsed' : 'available')
  }
  assert.equal(handBackRefusal(2026, '2026-10-31'), undefined)
  assert.match(handBackRefusal(2026, '2026-11-01') ?? '', /2026-10-31/)
})
