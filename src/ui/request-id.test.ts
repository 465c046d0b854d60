import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { CallFailed } from './call.ts'
import { attempts, newId } from './request-id.ts'

const failure = (status: number) => new CallFailed(status, { code: 'x', words: '…' })

function counting() {
  let made = 0
  const sent: string[] = []
  const tries = attempts(() => `id-${++made}`)
  const send = (content: unknown, outcome?: CallFailed) =>
    tries
      .run(content, async (id) => {
        sent.push(id)
        if (outcome !== undefined) throw outcome
        return id
      })
      .catch(() => undefined)
  return { send, sent }
}

test('a try that got no answer is repeated under its own id', async () => {
  const { send, sent } = counting()
  await send({ action: 'submit', version: 3 }, failure(0))
  await send({ action: 'submit', version: 3 }, failure(500))
  await send({ action: 'submit', version: 3 })
  assert.deepEqual(sent, ['id-1', 'id-1', 'id-1'])
})

test('after an answer, or for other content, the id is a new one', async () => {
  const { send, sent } = counting()
  await send({ action: 'submit', version: 3 })
  await send({ action: 'submit', version: 3 }, failure(409))
  await send({ action: 'submit', version: 3 }, failure(0))
  await send({ action: 'submit', version: 4 })
  assert.deepEqual(sent, ['id-1', 'id-2', 'id-3', 'id-4'])
})

test('ids are UUIDs and differ', () => {
  const ids = Array.from({ length: 50 }, () => newId())
  assert.equal(new Set(ids).size, 50)
  for (const id of ids) assert.ok(z.uuidv4().safeParse(id).success, id)
})
