import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { eKeyFile, makeTestPki } from '#test/pki.ts'
import { examine, type Ask } from './key-check.ts'

const NOW = new Date('2026-11-22T08:00:00Z')
const PIN = 'k8s2m4x9'
const good: Awaited<ReturnType<Ask>> = {
  now: NOW.toISOString(),
  issued: true,
  known: true,
  revokedAt: null,
  notAfter: '2027-11-22T08:00:00.000Z',
  boundToMe: true,
}
let file: string
before(async () => {
  const pki = await makeTestPki(NOW)
  file = await eKeyFile(await pki.operator(), pki, PIN)
})

const told = async (
  change: Partial<typeof good> = {},
  given: { text?: string; pin?: string; now?: Date } = {},
) => {
  const found = await examine(
    given.text ?? file,
    given.pin ?? PIN,
    async () => ({ ...good, ...change }),
    given.now ?? NOW,
  )
  return found.filter((one) => one.result !== 'right').map(({ what, result }) => `${what} ${result}`)
}

test('everything right', async () => {
  assert.deepEqual(await told(), [])
})

test('each thing that is wrong is told, and only that', async () => {
  assert.deepEqual(await told({}, { text: 'nothing' }), ['电子钥匙文件 wrong'])
  assert.deepEqual(await told({}, { pin: 'k8s2m4x8' }), ['PIN wrong'])
  assert.deepEqual(await told({}, { pin: '' }), ['PIN unknown'])
  assert.deepEqual(await told({ issued: false, known: false, boundToMe: null }), [
    '证书链 wrong',
    '注销状态 unknown',
    '账号绑定 unknown',
  ])
  assert.deepEqual(await told({ revokedAt: NOW.toISOString() }), ['注销状态 wrong'])
  assert.deepEqual(await told({ boundToMe: false }), ['账号绑定 mind'])
  assert.deepEqual(await told({ now: '2026-11-22T08:05:01.000Z' }), ['电脑时间 wrong'])
  const soon = new Date('2027-10-01T00:00:00Z')
  assert.deepEqual(await told({ now: soon.toISOString() }, { now: soon }), ['有效期 mind'])
  const late = new Date('2028-01-01T00:00:00Z')
  assert.deepEqual(await told({ now: late.toISOString() }, { now: late }), ['有效期 wrong'])
})

test('without the server what the file says itself is still told', async () => {
  const found = await examine(file, PIN, () => Promise.reject(new Error('offline')), NOW)
  assert.deepEqual(
    found.map(({ what, result }) => `${what} ${result}`),
    [
      '浏览器 right',
      '电子钥匙文件 right',
      'PIN right',
      '证书链 unknown',
      '注销状态 unknown',
      '账号绑定 unknown',
      '电脑时间 unknown',
      '有效期 right',
    ],
  )
})
