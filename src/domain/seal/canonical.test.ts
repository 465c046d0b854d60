import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canonicalBytes, CanonicalFormError, canonicalText } from './canonical.ts'

const nested = (depth: number): unknown => (depth === 0 ? null : [nested(depth - 1)])

const written: readonly (readonly [string, unknown, string])[] = [
  ['null', null, 'null'],
  ['booleans', [true, false], '[true,false]'],
  ['integers', [0, -1, Number.MAX_SAFE_INTEGER], '[0,-1,9007199254740991]'],
  ['text as JSON', 'a"\\\n\u0000\u2028/', '"a\\"\\\\\\n\\u0000\u2028/"'],
  ['Chinese and rare letters unescaped', '钢𠮷', '"钢𠮷"'],
  ['empty things', [{}, [], ''], '[{},[],""]'],
  ['keys sorted', { b: 1, a: 2, B: 3 }, '{"B":3,"a":2,"b":1}'],
  // U+FF5E is after U+1F600 by code unit (D83D…), before it by code point.
  ['keys by UTF-16 code units', { '\uff5e': 1, '\u{1f600}': 2 }, '{"\u{1f600}":2,"\uff5e":1}'],
  ['keys that look like numbers', { 10: 1, 9: 2 }, '{"10":1,"9":2}'],
  ['order of arrays kept', ['b', 'a'], '["b","a"]'],
  ['objects without prototype', Object.assign(Object.create(null), { a: 1 }), '{"a":1}'],
  ['key __proto__', JSON.parse('{"__proto__":1}'), '{"__proto__":1}'],
  ['nesting as deep as allowed', nested(32), `${'['.repeat(32)}null${']'.repeat(32)}`],
]

for (const [name, value, text] of written) {
  test(`writes ${name}`, () => {
    assert.equal(canonicalText(value), text)
    assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(value)))
  })
}

const hole: unknown[] = [1]
hole[2] = 3

const refused: readonly (readonly [string, unknown, string])[] = [
  ['undefined', undefined, ''],
  ['a member that is undefined', { form: { a: undefined } }, 'form.a'],
  ['a hole in an array', { lines: hole }, 'lines[1]'],
  ['a fraction', { price: 1.5 }, 'price'],
  ['NaN', NaN, ''],
  ['infinity', -Infinity, ''],
  ['an integer beyond 2^53', 2 ** 53, ''],
  ['-0', [-0], '[0]'],
  ['bigint', 1n, ''],
  ['a symbol', Symbol('a'), ''],
  ['a function', { toJSON: () => 1 }, 'toJSON'],
  ['a date', { at: new Date(0) }, 'at'],
  ['a map', new Map(), ''],
  ['bytes', new Uint8Array(1), ''],
  ['a key that is a symbol', { [Symbol('a')]: 1 }, ''],
  ['a lone high surrogate', { form: { name: 'a\ud842' } }, 'form.name'],
  ['a lone low surrogate', '\udfb7', ''],
  ['a lone surrogate in a key', { '\ud842': 1 }, '\ud842'],
  ['nesting too deep', nested(33), '[0]'.repeat(33)],
]

for (const [name, value, path] of refused) {
  test(`refuses ${name}, saying where`, () => {
    assert.throws(
      () => canonicalText(value),
      (error) => error instanceof CanonicalFormError && error.path === path,
    )
  })
}

test('refuses a circle', () => {
  const circle: Record<string, unknown> = {}
  circle.self = circle
  assert.throws(() => canonicalText(circle), CanonicalFormError)
})

test('bytes are the text in UTF-8, without a byte order mark', () => {
  assert.deepEqual(canonicalBytes({ 名: '𠮷' }), new Uint8Array(Buffer.from('{"名":"𠮷"}', 'utf8')))
})
