import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CallFailed } from '#ui/call.ts'
import { createUploads, type SendFile } from './uploads.ts'

const file = (name: string, size = 10) => new File([new Uint8Array(size)], name)

/** A server whose answers the test gives one by one. */
function stage() {
  const waiting: {
    name: string
    id: string
    done: () => void
    fail: (error: unknown) => void
    progress: (sent: number) => void
  }[] = []
  let stored = 0
  const send: SendFile = ({ id }, sent, progress, signal) =>
    new Promise((done, fail) => {
      waiting.push({ name: sent.name, id, done, fail, progress })
      signal.addEventListener('abort', () => fail(new DOMException('stopped', 'AbortError')))
    })
  const uploads = createUploads(send, () => {
    stored += 1
  })
  const settle = () => new Promise((resolve) => setImmediate(resolve))
  return { uploads, waiting, settle, stored: () => stored }
}

test('three go at once, the others follow', async () => {
  const { uploads, waiting, settle, stored } = stage()
  uploads.add(
    'CONTRACT',
    [1, 2, 3, 4].map((each) => file(`${each}.pdf`)),
  )
  assert.deepEqual(
    uploads.list().map(({ state }) => state),
    ['sending', 'sending', 'sending', 'waiting'],
  )
  waiting[0]?.progress(5)
  waiting[1]?.progress(300)
  assert.deepEqual(
    uploads
      .list()
      .slice(0, 2)
      .map(({ sent, state }) => [sent, state]),
    [
      [5, 'sending'],
      [10, 'checking'],
    ],
  )
  waiting[0]?.done()
  await settle()
  assert.deepEqual(
    uploads
      .list()
      .map(({ name, state }) => [name, state])
      .at(-1),
    ['4.pdf', 'sending'],
  )
  assert.equal(stored(), 1)
})

test('what name and size tell is said without sending', () => {
  const { uploads, waiting } = stage()
  uploads.add('CONTRACT', [file('a.exe'), file('b.pdf', 0)])
  assert.deepEqual(
    uploads.list().map(({ state, mayRetry }) => [state, mayRetry]),
    [
      ['failed', false],
      ['failed', false],
    ],
  )
  assert.match(uploads.list()[0]?.words ?? '', /exe/)
  assert.equal(waiting.length, 0)
})

test('a broken connection may be tried again under the same id, a refusal stands', async () => {
  const { uploads, waiting, settle } = stage()
  uploads.add('CONTRACT', [file('a.pdf'), file('b.pdf')])
  waiting[0]?.fail(new CallFailed(0, { code: 'network', words: '连不上' }))
  waiting[1]?.fail(new CallFailed(422, { code: 'file', words: '文件内容不是 PDF' }))
  await settle()
  assert.deepEqual(
    uploads.list().map(({ words, mayRetry }) => [words, mayRetry]),
    [
      ['连不上', true],
      ['文件内容不是 PDF', false],
    ],
  )
  uploads.retry(uploads.list()[0]?.id ?? '')
  assert.equal(waiting[2]?.id, waiting[0]?.id)
})

test('a stopped file is gone', async () => {
  const { uploads, settle, stored } = stage()
  uploads.add('CONTRACT', [file('a.pdf')])
  uploads.remove(uploads.list()[0]?.id ?? '')
  await settle()
  assert.deepEqual([uploads.list().length, stored()], [0, 0])
})
