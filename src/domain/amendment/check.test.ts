/** Rules across the form of 更改、延期、遗失, as a table: what is typed, and the words. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { steelGoods } from '#test/forms.ts'
import type { Kind } from '../request/states.ts'
import { asksQuota } from './changes.ts'
import { check, newQuantity, shrunk, type AmendmentFacts } from './check.ts'
import { AmendmentDraft, emptyAmendment, wholeAmendment, type AmendmentForm } from './form.ts'

const facts: AmendmentFacts = {
  today: '2026-06-15',
  lossNotice: true,
  unit: '千克',
  unused: '1000.0000',
  lines: [{ specGrade: 'SPHC', unitPrice: '0.5800' }],
  old: {
    customsPort: '天津海关',
    transportMode: '海上运输',
    paymentMethod: '汇付',
    importerNameZh: '甲公司',
    importerNameEn: 'A',
    contractNo: 'XK-1',
    destinationCountry: '日本',
    tradeMode: '一般贸易',
    quotaDocNo: '配 1 号',
  },
  codes: { destinationCountry: 'JPN', transportMode: '2' },
  goods: steelGoods,
  managed: false,
  exporterIsConsignor: true,
  usdRate: '1',
  code: (list, code) => (code === '9999' ? undefined : { name: `${list} ${code}`, usable: code !== '8888' }),
  word: (name, value) => (name === 'contractNo' ? value : `${name} ${value}`),
  unprintable: (text) => (text.includes('𠮷') ? ['𠮷'] : []),
}

const line = (quantity: string, more: object = {}) => ({
  specGrade: 'SPHC',
  unitPrice: '0.58',
  quantity,
  ...more,
})
const whole: AmendmentForm = { ...emptyAmendment, lines: [line('1000')] }
const loss = { ...whole, notice: { newspaper: '国际商报', publishedOn: '2026-06-10' } }

const words = (kind: Kind, form: Partial<AmendmentForm>, change: Partial<AmendmentFacts> = {}) =>
  check(kind, { ...whole, ...form }, { ...facts, ...change }).map((one) => `${one.path}: ${one.words}`)

const fine: [string, Kind, Partial<AmendmentForm>, Partial<AmendmentFacts>?][] = [
  ['an extension with all that is unused', 'extension', {}],
  ['the unused part in two rows', 'extension', { lines: [line('400'), line('600', { specGrade: 'SPCC' })] }],
  ['a loss with its notice', 'loss', loss],
  ['one change', 'amendment', { changes: { customsPort: '0100' } }],
  ['another price alone', 'amendment', { lines: [line('1000', { unitPrice: '0.6' })] }],
  ['another specification alone', 'amendment', { lines: [line('1000', { specGrade: 'SPCC' })] }],
  ['more, on purpose', 'amendment', { changeQuantity: true, lines: [line('1200.5')] }],
  ['less, on purpose', 'amendment', { changeQuantity: true, lines: [line('0.1')] }],
  ['under quota with the old document', 'amendment', { changes: { tradeMode: '11' } }, { managed: true }],
]
for (const [name, kind, form, change] of fine) {
  test(`nothing is open: ${name}`, () => assert.deepEqual(words(kind, form, change), []))
}

const sand = { ...steelGoods, naturalSand: true, steel: false }
const frozen = { ...steelGoods, frozen: true, steel: false }
const wrong: [string, Kind, Partial<AmendmentForm>, RegExp, Partial<AmendmentFacts>?][] = [
  ['nothing changes', 'amendment', {}, /^changes: 没有更改内容/],
  [
    'the same price written otherwise',
    'amendment',
    { lines: [line('1000', { unitPrice: '0.580' })] },
    /没有更改内容/,
  ],
  ['an extension changes the port', 'extension', { changes: { customsPort: '0100' } }, /不能更改报关口岸/],
  ['a loss changes the quantity', 'loss', { ...loss, changeQuantity: true, lines: [line('9')] }, /不能更改/],
  ['an empty code', 'amendment', { changes: { customsPort: '' } }, /请选择新的报关口岸/],
  ['an empty text', 'amendment', { changes: { contractNo: ' ' } }, /请填写新的合同号/],
  ['an unknown code', 'amendment', { changes: { customsPort: '9999' } }, /不在代码表中/],
  ['a code out of use', 'amendment', { changes: { customsPort: '8888' } }, /已停用/],
  ['the same as before', 'amendment', { changes: { contractNo: 'XK-1' } }, /合同号与原证相同/],
  ['no rows', 'extension', { lines: [] }, /请填写新证的规格型号信息/],
  [
    'no specification in two rows',
    'extension',
    { lines: [line('500', { specGrade: '' }), line('500')] },
    /第 1 行请填写规格/,
  ],
  ['no price', 'extension', { lines: [line('1000', { unitPrice: '' })] }, /单价未填写/],
  ['no quantity', 'extension', { lines: [line('')] }, /数量未填写/],
  ['a quantity of zero', 'amendment', { changeQuantity: true, lines: [line('0')] }, /数量必须大于 0/],
  ['too many digits', 'amendment', { changeQuantity: true, lines: [line('999.99')] }, /最多 1 位小数/],
  [
    'more than is unused',
    'extension',
    { lines: [line('1000.1')] },
    /合计 1,000.1 千克，应等于原证未使用的 1,000 千克/,
  ],
  ['less than is unused', 'extension', { lines: [line('999')] }, /应等于原证未使用的/],
  ['changed on purpose to the same', 'amendment', { changeQuantity: true }, /请不要选择“更改数量”/],
  ['no rate', 'extension', {}, /没有该币种的折算率/, { usdRate: '' }],
  [
    'an amount beyond its box',
    'amendment',
    { changeQuantity: true, lines: [line('999999999', { unitPrice: '99999999' })] },
    /上限/,
  ],
  [
    'under quota without a document',
    'amendment',
    { changes: { destinationCountry: 'HKG' } },
    /请填写配额文号/,
    { managed: true, old: { ...facts.old, quotaDocNo: '' } },
  ],
  [
    'under quota for another consignor',
    'amendment',
    { changes: { destinationCountry: 'HKG' } },
    /发货人必须与出口商一致/,
    { managed: true, exporterIsConsignor: false },
  ],
  [
    'sand to a country that gets none',
    'amendment',
    { changes: { destinationCountry: 'KOR' } },
    /^changes.destinationCountry: 天然砂/,
    { goods: sand },
  ],
  [
    'frozen goods by road',
    'amendment',
    { changes: { transportMode: '4' } },
    /^changes.transportMode: 冷冻/,
    { goods: frozen },
  ],
  [
    'a loss without a newspaper',
    'loss',
    { notice: { newspaper: '', publishedOn: '2026-06-10' } },
    /请填写刊登遗失声明/,
  ],
  [
    'a loss without a day',
    'loss',
    { notice: { newspaper: '国际商报', publishedOn: '' } },
    /请填写遗失声明的刊登日期/,
  ],
  [
    'a loss published tomorrow',
    'loss',
    { notice: { newspaper: '国际商报', publishedOn: '2026-06-16' } },
    /不能晚于今天/,
  ],
  ['a character that is not printed', 'amendment', { changes: { contractNo: '𠮷' } }, /“𠮷”不能印/],
  [
    'the same in a specification',
    'amendment',
    { lines: [line('1000', { specGrade: '𠮷' })] },
    /规格、等级中的“𠮷”/,
  ],
]
for (const [name, kind, form, pattern, change] of wrong) {
  test(`said in words: ${name}`, () => {
    const found = words(kind, form, change)
    assert.ok(
      found.some((one) => pattern.test(one)),
      found.join('\n'),
    )
  })
}

test('which changes ask the quota anew', () => {
  assert.equal(
    asksQuota({ customsPort: '1', transportMode: '1', paymentMethod: '1', contractNo: '1' }),
    false,
  )
  for (const name of ['destinationCountry', 'tradeMode', 'quotaDocNo'] as const) {
    assert.equal(asksQuota({ [name]: 'X' }), true, name)
  }
})

test('uses since the submission: what still fits, and what does not', () => {
  const of = (form: Partial<AmendmentForm>, unusedNow: string) =>
    shrunk({ form: { ...whole, ...form }, unusedThen: '1000.0000', unusedNow, unit: '千克' })
  assert.equal(of({}, '1000'), undefined)
  assert.match(of({}, '999.9') ?? '', /由 1,000 变为 999.9 千克/)
  const less = { changeQuantity: true, lines: [line('500')] }
  assert.equal(of(less, '500'), undefined)
  assert.match(of(less, '499.9') ?? '', /不再相符/)
})

test('a stored form becomes whole again, whatever is there', () => {
  assert.deepEqual(wholeAmendment({}), emptyAmendment)
  assert.deepEqual(wholeAmendment(null), emptyAmendment)
  const form = { ...loss, changes: { customsPort: '0100' } }
  assert.deepEqual(wholeAmendment(JSON.parse(JSON.stringify(form))), form)
  assert.deepEqual(wholeAmendment({ changes: { unknown: 'x', tradeMode: 1 } }).changes, {})
  assert.equal(newQuantity({ ...whole, lines: [line('0.1'), line('0.2'), line('')] }), '0.3')
})

test('malformed drafts are refused: unknown fields, five rows, words for numbers', () => {
  const parses = (change: object) => AmendmentDraft.safeParse({ ...whole, ...change }).success
  assert.equal(parses({}), true)
  assert.equal(parses({ surplus: 1 }), false)
  assert.equal(parses({ changes: { quantity: '1' } }), false)
  assert.equal(parses({ lines: Array.from({ length: 5 }, () => line('1')) }), false)
  for (const bad of ['-1', '1e3', '1.00001', '1234567890'])
    assert.equal(parses({ lines: [line(bad)] }), false, bad)
})
