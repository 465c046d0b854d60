import assert from 'node:assert/strict'
import { test } from 'node:test'
import { emptyApplication } from '#domain/application/form.ts'
import { dropOld, type Store } from '../../keep.ts'
import { keeperOf } from './keep.ts'

function memory(): Store & { values: Map<string, string> } {
  const values = new Map<string, string>()
  return {
    values,
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
    removeItem: (key) => void values.delete(key),
    key: (index) => [...values.keys()][index] ?? null,
    get length() {
      return values.size
    },
  }
}
const content = { form: { ...emptyApplication, contractNo: 'HT' }, contractSheet: null }

test('kept text belongs to one person and one application', () => {
  const store = memory()
  assert.equal(keeperOf(store, 'a', '1').write({ version: 3, at: '2026-11-22T00:00:00Z', content }), true)
  assert.equal(keeperOf(store, 'a', '1').read()?.content.form.contractNo, 'HT')
  assert.equal(keeperOf(store, 'b', '1').read(), undefined)
  assert.equal(keeperOf(store, 'a', '2').read(), undefined)
  keeperOf(store, 'a', '1').drop()
  assert.equal(keeperOf(store, 'a', '1').read(), undefined)
})

test('what is not readable counts as nothing, a full or shut storage says so', () => {
  const store = memory()
  const keeper = keeperOf(store, 'a', '1')
  keeper.write({ version: 1, at: '', content })
  for (const text of ['{', '[]', '{"version":-1}', '{"version":1,"at":"","form":5,"contractSheet":null}']) {
    for (const key of store.values.keys()) store.values.set(key, text)
    assert.equal(keeper.read(), undefined, text)
  }
  const full = { ...memory(), setItem: () => assert.fail('full') }
  assert.equal(keeperOf(full, 'a', '1').write({ version: 1, at: '', content }), false)
  assert.equal(keeperOf(undefined, 'a', '1').write({ version: 1, at: '', content }), false)
})

test('a form of an older page keeps what is still known', () => {
  const store = memory()
  const keeper = keeperOf(store, 'a', '1')
  keeper.write({ version: 1, at: '', content })
  const [key = ''] = store.values.keys()
  store.values.set(
    key,
    JSON.stringify({ version: 1, at: '', form: { contractNo: 'X', gone: 1 }, contractSheet: null }),
  )
  assert.deepEqual(keeper.read()?.content.form, { ...emptyApplication, contractNo: 'X' })
})

test('text nobody came back for goes after 60 days, other things stay', () => {
  const store = memory()
  keeperOf(store, 'a', 'old').write({ version: 1, at: '2026-09-01T00:00:00Z', content })
  keeperOf(store, 'a', 'new').write({ version: 1, at: '2026-11-20T00:00:00Z', content })
  store.setItem('density', 'compact')
  dropOld(store, Date.parse('2026-11-22T00:00:00Z'))
  assert.equal(keeperOf(store, 'a', 'old').read(), undefined)
  assert.notEqual(keeperOf(store, 'a', 'new').read(), undefined)
  assert.equal(store.getItem('density'), 'compact')
})
