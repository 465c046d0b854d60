import assert from 'node:assert/strict'
import { test } from 'node:test'
import { IdParams } from '#api/endpoint.ts'
import { idsFrom, newApplicationId } from './new-id.ts'

test('ids are UUIDs of version 7 that sort by their time', () => {
  const [a, b] = [newApplicationId(1_795_000_000_000), newApplicationId(1_795_000_000_001)]
  assert.ok(a < b)
  assert.match(a, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  assert.equal(IdParams.safeParse({ id: a }).success, true)
  assert.notEqual(newApplicationId(1_795_000_000_000), a)
})

test('ids of copies follow from the first, over the end of the last group', () => {
  const first = '01a2027d-f844-7be4-b7e7-708874ffffff'
  assert.deepEqual(idsFrom(first, 3), [
    first,
    '01a2027d-f844-7be4-b7e7-708874000000',
    '01a2027d-f844-7be4-b7e7-708874000001',
  ])
  for (const id of idsFrom(newApplicationId(1), 20)) assert.equal(IdParams.safeParse({ id }).success, true)
})
