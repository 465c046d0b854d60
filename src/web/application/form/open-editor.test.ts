import assert from 'node:assert/strict'
import { test } from 'node:test'
import { usualChoices } from '#domain/application/check-facts.ts'
import { emptyApplication } from '#domain/application/form.ts'
import type { Content } from './content.ts'
import type { Known } from './facts.ts'
import type { Store } from '../../keep.ts'
import { keeperOf } from './keep.ts'
import { openEditor } from './open-editor.ts'

function memory(): Store {
  const values = new Map<string, string>()
  return {
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
    removeItem: (key) => void values.delete(key),
    key: (index) => [...values.keys()][index] ?? null,
    get length() {
      return values.size
    },
  }
}

const known: Known = {
  today: '2026-11-22',
  exporter: { code13: '', uscc: '', name: '' },
  goods: undefined,
  choices: usualChoices,
  lists: new Map(),
  usdRates: {},
  firstApplication: false,
  files: [],
}
const withNo = (contractNo: string): Content => ({
  form: { ...emptyApplication, contractNo },
  contractSheet: null,
})

const open = (storage: Store, version: number, start: Content, keepAs = 'a') =>
  openEditor({
    storage,
    accountId: 'person',
    keepAs,
    version,
    start,
    known,
    sender: (onRefused) => async () => {
      onRefused([{ path: 'contractNo', words: '不行', rule: 'malformed' }])
      return { version: version + 1, savedAt: '' }
    },
    newest: async () => ({ version, content: start, editable: true }),
  })

test('text typed over the same version is taken up where it was left', () => {
  const storage = memory()
  keeperOf(storage, 'person', 'a').write({ version: 3, at: '2026-11-22T00:00:00Z', content: withNo('mine') })
  const { store, session, restored, conflicting } = open(storage, 3, withNo('server'))
  assert.equal(store.content().form.contractNo, 'mine')
  assert.equal(restored?.content, store.content())
  assert.equal(conflicting, undefined)
  assert.equal(session.state().kind, 'waiting')
})

test('text typed over an older version waits beside what the server holds, however often it is opened', () => {
  const storage = memory()
  keeperOf(storage, 'person', 'a').write({ version: 2, at: '2026-11-22T00:00:00Z', content: withNo('mine') })
  for (const time of [1, 2]) {
    const { store, restored, conflicting } = open(storage, 3, withNo('server'))
    assert.equal(store.content().form.contractNo, 'server', String(time))
    assert.equal(restored, undefined)
    assert.equal(conflicting?.content.form.contractNo, 'mine')
  }
  const typing = open(storage, 3, withNo('server'))
  typing.store.set('remark', 'typed meanwhile')
  assert.equal(open(storage, 3, withNo('server')).conflicting?.content.form.contractNo, 'mine')
  typing.aside.drop()
  assert.equal(open(storage, 3, withNo('server')).conflicting, undefined)
})

test('text that is on the server already is no text left', () => {
  const storage = memory()
  keeperOf(storage, 'person', 'a').write({ version: 2, at: '2026-11-22T00:00:00Z', content: withNo('same') })
  const { restored, conflicting } = open(storage, 3, withNo('same'))
  assert.deepEqual([restored, conflicting], [undefined, undefined])
})

test('an application that is not saved yet keeps its text and is not sent by itself', async () => {
  const storage = memory()
  const { store, session, saved } = open(storage, 0, withNo('copy'), 'copy-of-x')
  assert.equal(saved, undefined)
  store.set('contractNo', 'changed')
  assert.equal(session.state().kind, 'waiting')
  assert.equal(open(storage, 0, withNo('copy'), 'copy-of-x').store.content().form.contractNo, 'changed')
})

test('what the server finds wrong stands at the field until it is typed in again', async () => {
  const { store, session } = open(memory(), 3, withNo('server'))
  store.set('contractNo', 'x')
  await session.flush()
  assert.equal(store.issueAt('contractNo'), '不行')
  store.set('contractNo', 'y')
  assert.equal(store.issueAt('contractNo'), undefined)
})
