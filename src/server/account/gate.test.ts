import assert from 'node:assert/strict'
import { setImmediate as turn } from 'node:timers/promises'
import { test } from 'node:test'
import { gate } from './gate.ts'

/** Pieces of work that stay until they are let go. */
function pieces() {
  const begun: string[] = []
  const ends = new Map<string, (failed: boolean) => void>()
  const piece = (name: string) => () => {
    begun.push(name)
    return new Promise<string>((resolve, reject) => {
      ends.set(name, (failed) => (failed ? reject(new Error(name)) : resolve(name)))
    })
  }
  const end = async (name: string, failed = false) => {
    ends.get(name)?.(failed)
    for (let turns = 0; turns < 3; turns++) await turn()
  }
  return { begun, piece, end }
}

test('no more than so many at once, the others in the order in which they came; a failure makes room too', async () => {
  const { begun, piece, end } = pieces()
  const through = gate(2)
  const results = Promise.allSettled(['a', 'b', 'c', 'd', 'e'].map((name) => through(piece(name))))
  await turn()
  assert.deepEqual(begun, ['a', 'b'])
  await end('b')
  assert.deepEqual(begun, ['a', 'b', 'c'])
  await end('a', true)
  assert.deepEqual(begun, ['a', 'b', 'c', 'd'])
  await end('c')
  await end('d')
  await end('e')
  assert.deepEqual(
    (await results).map((one) => (one.status === 'fulfilled' ? one.value : 'failed')),
    ['failed', 'b', 'c', 'd', 'e'],
  )
})

test('a place that was handed over is not given away twice, and is free again at the end', async () => {
  const { begun, piece, end } = pieces()
  const through = gate(1)
  const [a, b] = [through(piece('a')), through(piece('b'))]
  await end('a')
  const c = through(piece('c'))
  assert.deepEqual(begun, ['a', 'b'])
  await end('b')
  await end('c')
  assert.deepEqual(await Promise.all([a, b, c]), ['a', 'b', 'c'])
  const d = through(piece('d'))
  assert.equal(begun.at(-1), 'd')
  await end('d')
  await d
})
