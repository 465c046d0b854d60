import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex, toHex } from './bytes.ts'
import {
  DerError,
  encode,
  fieldsOf,
  integer,
  oid,
  octetString,
  printableString,
  readBigInteger,
  readBitStringBytes,
  readBoolean,
  readElement,
  readFlags,
  readMembers,
  readOid,
  readSmallInteger,
  readSortedMembers,
  readText,
  readTime,
  sequence,
  setOf,
  TAG,
  time,
  unsignedInteger,
} from './der.ts'

const element = (hex: string) => {
  const bytes = fromHex(hex)
  return readElement(bytes, bytes[0] ?? 0)
}
const refuses = (name: string, read: () => unknown) => assert.throws(read, DerError, name)

test('lengths are written in as few bytes as possible, and read back', () => {
  for (const [length, head] of [
    [0, '0400'],
    [127, '047f'],
    [128, '048180'],
    [255, '0481ff'],
    [256, '04820100'],
    [65_535, '0482ffff'],
    [65_536, '0483010000'],
  ] as const) {
    const written = octetString(new Uint8Array(length))
    assert.equal(toHex(written.subarray(0, head.length / 2)), head)
    assert.equal(readElement(written, TAG.octetString).value.length, length)
  }
})

test('elements that DER would not write so are refused', () => {
  const cases = {
    nothing: '',
    'a tag alone': '04',
    'indefinite length': '30800000',
    'length of one byte in two': '04810100',
    'length 127 in two': `04817f${'00'.repeat(127)}`,
    'length 255 in three': `048200ff${'00'.repeat(255)}`,
    'length in four bytes': '048400000001ff',
    'reserved length byte': '04ff00',
    'cut off in the length': '0482ff',
    'cut off in the value': '04020a',
    'bytes after the end': '04010a00',
    'tag in several bytes': '1f810100',
  }
  for (const [name, hex] of Object.entries(cases)) refuses(name, () => readElement(fromHex(hex), 4))
  refuses('another tag', () => readElement(fromHex('0500'), TAG.octetString))
  refuses('a member cut off', () => readMembers(element('30030402ff')))
})

test('integers', () => {
  for (const [value, hex] of [
    [0, '020100'],
    [127, '02017f'],
    [128, '02020080'],
    [600_000, '02030927c0'],
    [2n ** 64n, '0209010000000000000000'],
  ] as const) {
    assert.equal(toHex(integer(value)), hex)
    assert.equal(readBigInteger(element(hex)), BigInt(value))
  }
  assert.equal(toHex(unsignedInteger(fromHex('00000080'))), '02020080')
  assert.equal(toHex(unsignedInteger(fromHex('0000'))), '020100')
  assert.equal(readSmallInteger(element('02071fffffffffffff')), Number.MAX_SAFE_INTEGER)
  refuses('too large', () => readSmallInteger(element('020720000000000000')))
  for (const hex of ['0200', '020180', '0202007f', '02020000', '0301ff']) {
    refuses(hex, () => readBigInteger(element(hex)))
  }
  assert.throws(() => integer(-1), RangeError)
  assert.throws(() => integer(1.5), RangeError)
})

test('object identifiers', () => {
  for (const [dotted, hex] of [
    ['1.2.840.10045.4.3.2', '06082a8648ce3d040302'],
    ['2.5.4.97', '0603550461'],
    ['0.39', '060127'],
    ['2.999.1', '0603883701'],
    ['2.25.184952452972164756919736415315477589232', '0614698296a4c5fdf2f6e2a6c3a3bc9cdbc495bbd970'],
  ] as const) {
    assert.equal(toHex(oid(dotted)), hex)
    assert.equal(readOid(element(hex)), dotted)
  }
  for (const hex of ['0600', '06022a80', '06032a8001', '0601ff', '04012a'])
    refuses(hex, () => readOid(element(hex)))
  for (const wrong of ['', '1', '1.40', '3.1', '1.02', '1..2', '1.2.', 'a.b']) {
    assert.throws(() => oid(wrong), RangeError, wrong)
  }
})

test('times: UTCTime to 2049, GeneralizedTime after, to the second and in UTC', () => {
  const hexOf = (tag: string, text: string) => tag + Buffer.from(text, 'latin1').toString('hex')
  for (const [iso, hex] of [
    ['1950-01-01T00:00:00.000Z', hexOf('170d', '500101000000Z')],
    ['2026-12-31T15:59:59.000Z', hexOf('170d', '261231155959Z')],
    ['2049-12-31T23:59:59.000Z', hexOf('170d', '491231235959Z')],
    ['2050-01-01T00:00:00.000Z', hexOf('180f', '20500101000000Z')],
    ['9999-12-31T23:59:59.000Z', hexOf('180f', '99991231235959Z')],
  ] as const) {
    assert.equal(toHex(time(new Date(iso))), hex)
    assert.equal(readTime(element(hex)).toISOString(), iso)
  }
  assert.equal(toHex(time(new Date('2026-01-01T00:00:00.999Z'))), hexOf('170d', '260101000000Z'))
  for (const [tag, text] of [
    ['170b', '2601010000Z'],
    ['1711', '260101000000+0800'],
    ['170d', '260230000000Z'],
    ['170d', '261301000000Z'],
    ['170d', '260101240000Z'],
    ['170d', '260101000060Z'],
    ['170c', '260101000000'],
    ['180f', '20260101000000Z'],
    ['1811', '20500101000000.5Z'],
    ['040d', '260101000000Z'],
  ] as const) {
    refuses(text, () => readTime(element(hexOf(tag, text))))
  }
  for (const iso of ['1949-12-31T23:59:59Z', '+010000-01-01T00:00:00Z']) {
    assert.throws(() => time(new Date(iso)), RangeError)
  }
})

test('booleans, bit strings, flags', () => {
  assert.equal(readBoolean(element('0101ff')), true)
  assert.equal(readBoolean(element('010100')), false)
  for (const hex of ['010101', '0100', '0102ffff']) refuses(hex, () => readBoolean(element(hex)))

  assert.deepEqual(readBitStringBytes(element('030200ff')), fromHex('ff'))
  for (const hex of ['0300', '030201fe', '0402ff00']) refuses(hex, () => readBitStringBytes(element(hex)))

  assert.deepEqual([...readFlags(element('030206c0'))], [0, 1])
  assert.deepEqual([...readFlags(element('03020106'))], [5, 6])
  assert.deepEqual([...readFlags(element('0303070080'))], [8])
  assert.deepEqual([...readFlags(element('030100'))], [])
  for (const hex of ['0300', '030205c0', '030206c1', '03020600', '030101', '030208ff']) {
    refuses(hex, () => readFlags(element(hex)))
  }
})

test('text', () => {
  assert.equal(readText(element('0c03e992a2')), '钢')
  assert.equal(readText(element('130141')), 'A')
  assert.equal(readText(element('160140')), '@')
  for (const hex of ['0c01ff', '0c03eda081', '130140', '1602c3a9', '1e029296', '040141']) {
    refuses(hex, () => readText(element(hex)))
  }
  assert.equal(toHex(printableString('1100717850555')), `130d${Buffer.from('1100717850555').toString('hex')}`)
  assert.throws(() => printableString('钢'), RangeError)
  assert.throws(() => printableString('a@b'), RangeError)
})

test('sets are written in order, and read only so', () => {
  const [a, b, longer] = [integer(1), integer(2), octetString(fromHex('0102'))]
  assert.deepEqual(setOf(longer, b, a), encode(TAG.set, a, b, longer))
  assert.equal(readSortedMembers(readElement(setOf(b, a), TAG.set)).length, 2)
  refuses('out of order', () => readSortedMembers(readElement(encode(TAG.set, b, a), TAG.set)))
  refuses('the same twice', () => readSortedMembers(readElement(encode(TAG.set, a, a), TAG.set)))
})

test('members of a sequence are taken in their order and to the last', () => {
  const fields = fieldsOf(readElement(sequence(integer(1), oid('2.5.4.3')), TAG.sequence))
  assert.equal(fields.maybe(TAG.boolean), undefined)
  assert.equal(readSmallInteger(fields.take(TAG.integer)), 1)
  refuses('another tag', () => fields.take(TAG.integer))
  refuses('left over', () => fields.end())
  fields.take(TAG.oid)
  fields.end()
  refuses('the end', () => fields.take(TAG.oid))
})
