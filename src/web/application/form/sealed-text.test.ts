import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sealedForm, totalsOf } from '#domain/application/content.ts'
import { emptyApplication, emptyContractSheet, formVersion } from '#domain/application/form.ts'
import { canonicalSealContent } from '#domain/seal/content.ts'
import { sameContent, type Content } from './content.ts'
import { readSealedText } from './sealed-text.ts'

const content: Content = {
  form: {
    ...emptyApplication,
    contractNo: 'HT-1',
    tradeMode: '01',
    remark: '备注二行\n第二行',
    declarationAccepted: true,
    lines: [{ specGrade: 'Q235', unitPrice: '0.62', quantity: '100000' }],
    producers: [{ name: '钢厂', uscc: '91110000DEM000014E' }],
  },
  contractSheet: { ...emptyContractSheet, goodsUse: '建筑' },
}
const totals = totalsOf(content.form.lines, '1')
const filled = {
  exporterCode: '1100DEM000014',
  exporterUscc: '91110000DEM000014E',
  exporterName: '演示钢铁',
  goodsName: '热轧卷材',
  goodsCategory: 'C90450',
  goodsUnit: '千克',
  applyDate: '2026-11-22',
  totalQuantity: totals.totalQuantity,
  totalAmount: totals.totalAmount,
  totalAmountUsd: totals.totalAmountUsd,
}
const text = new TextDecoder().decode(
  canonicalSealContent({
    kind: 'application',
    id: 'id-1',
    applicationNo: '261100DEM000014600001',
    contentVersion: 4,
    formVersion,
    form: sealedForm(content.form, filled, totals.lines),
    contractSheet: { ...content.contractSheet },
    attachments: [{ type: 'CONTRACT', name: '合同.pdf', size: 9, sha256: 'ab'.repeat(32) }],
  }),
)
const nameOf = (list: string, code: string) =>
  list === 'licence_trade_mode' && code === '01' ? '一般贸易' : undefined

test('the text to seal is shown whole, with names for its codes, and gives back the content of the form', () => {
  const shown = readSealedText(text, nameOf)
  assert.equal(sameContent(shown.content, content), true)
  assert.deepEqual([shown.id, shown.applicationNo], ['id-1', '261100DEM000014600001'])
  const words = JSON.stringify(shown.sections)
  for (const part of [
    'HT-1',
    '一般贸易（01）',
    'Q235',
    '62,000.00',
    '钢厂',
    '建筑',
    '合同.pdf',
    'ab'.repeat(32),
    '演示钢铁',
  ]) {
    assert.ok(words.includes(part), part)
  }
})

test('another value in the text is another content', () => {
  const other = readSealedText(text.replace('"HT-1"', '"HT-2"'), nameOf)
  assert.equal(sameContent(other.content, content), false)
  const line = readSealedText(text.replace('"100000","specGrade"', '"900000","specGrade"'), nameOf)
  assert.equal(sameContent(line.content, content), false)
})

test('a text that can’t be shown is refused', () => {
  assert.throws(() => readSealedText('{}', nameOf))
  assert.throws(() => readSealedText(text.replace('"lines":[', '"lines":[7,'), nameOf))
})
