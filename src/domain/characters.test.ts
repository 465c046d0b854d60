import assert from 'node:assert/strict'
import { test } from 'node:test'
import { missingCharacters, withBoxes } from './characters.ts'

test('what Chinese forms are written in can be printed', () => {
  const texts = [
    '内蒙古自治区呼伦贝尔市北方钢铁（集团）股份有限公司',
    '厚度<1.5mm、宽≥600mm，℃ ㎡ ① Ⅳ — … “引号” ‘引号’ · × ÷ ± ° % ‰ ￥',
    // Of 通用规范汉字表 beyond the basic plane.
    '𬭚𬬭𫓹',
    'Çelik A.Ş. Wrocław Đồng Nai Škoda Ελλάδα Москва naïve',
    '#$[]\\"*_@<>{}~`^|/',
    'two\nlines',
  ]
  for (const text of texts) assert.deepEqual(missingCharacters(text), [], text)
})

test('what would be an empty box is named, each character once and in order', () => {
  assert.deepEqual(missingCharacters('𠮷野家 한국 𠮷'), ['𠮷', '한', '국'])
  assert.deepEqual(missingCharacters('العربية')[0], 'ا')
})

test('what nobody sees, and what is wider than its place, is missing too', () => {
  const invisible = [
    '\u200B',
    '\u200E',
    '\u202E',
    '\u00AD',
    '\uFEFF',
    '\uFE0F',
    '\u2028',
    '\t',
    '\0',
    '\uD800',
  ]
  for (const character of invisible) {
    assert.deepEqual(missingCharacters(`a${character}b`), [character], JSON.stringify(character))
  }
  assert.deepEqual(missingCharacters('⸺'), ['⸺'])
})

test('a box stands for each that is missing, and is printable itself', () => {
  assert.equal(withBoxes('合同 𠮷-한국.pdf'), '合同 □-□□.pdf')
  assert.deepEqual(missingCharacters(withBoxes('\uD800𠮷')), [])
  assert.equal(withBoxes('合同.pdf'), '合同.pdf')
})
