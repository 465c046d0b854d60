import assert from 'node:assert/strict'
import { test } from 'node:test'
import { usualChoices, type Facts } from '#domain/application/check-facts.ts'
import { contractSheetFields, emptyApplication, fields } from '#domain/application/form.ts'
import { withValue, type Content } from './content.ts'
import { judge, wordsByPath } from './judge.ts'
import { requiredInSheet, sectionOf, sectionStates } from './sections.ts'

const facts: Facts = {
  today: '2026-11-22',
  exporter: { code13: '1100DEM000014', uscc: '91110000DEM000014E', name: '演示' },
  goods: undefined,
  choices: usualChoices,
  code: (_, code) => ({ name: code, usable: true }),
  usdRate: (currency) => (currency === 'USD' ? '1' : ''),
  attachmentNeeds: [{ code: 'CONTRACT', name: '出口合同', required: true, because: '…' }],
  attachments: [],
  unprintable: () => [],
}
const empty: Content = { form: emptyApplication, contractSheet: null }
const filled = (values: Record<string, unknown>): Content =>
  Object.entries(values).reduce((so, [path, value]) => withValue(so, path, value), empty)

test('a malformed value is said once, in its own words, and stops no other rule', () => {
  const { issues, totals } = judge(
    filled({ 'lines.0.quantity': '1e5', 'lines.0.unitPrice': '2', contractAmount: '１２' }),
    facts,
  )
  const words = wordsByPath(issues)
  assert.match(words.get('lines.0.quantity') ?? '', /科学计数法/)
  assert.match(words.get('contractAmount') ?? '', /半角/)
  assert.equal(issues.filter(({ path }) => path === 'contractAmount').length, 1)
  assert.equal(words.get('contractSheet'), '请填写并保存申请表合同信息表')
  assert.equal(totals.totalAmount, '0')
})

test('an amount beyond its box is an issue of the lines; a blank row is none', () => {
  const big = judge(filled({ 'lines.0.quantity': '999999999', 'lines.0.unitPrice': '99999999' }), facts)
  assert.match(wordsByPath(big.issues).get('lines') ?? '', /上限/)
  const blank = judge(
    filled({ 'lines.0.quantity': '2', 'lines.0.unitPrice': '1.5', 'lines.1.quantity': '' }),
    facts,
  )
  assert.equal(wordsByPath(blank.issues).get('lines.0.specGrade'), undefined)
  assert.equal(blank.totals.totalAmountUsd, '3')
})

test('every path of the rules has its section, and sections read from top to bottom', () => {
  for (const [path, section] of [
    ['contractNo', 'basic'],
    ['lines.0.quantity', 'goods'],
    ['sandProofNo', 'goods'],
    ['producers.0.uscc', 'steel'],
    ['remark', 'other'],
    ['contractSheet.address', 'sheet'],
    ['contractSheet', 'sheet'],
    ['attachments.CONTRACT', 'attachments'],
    ['declarationAccepted', 'declaration'],
  ] as const) {
    assert.equal(sectionOf(path), section, path)
  }
  const states = sectionStates(judge(empty, facts).issues, false)
  assert.deepEqual(
    states.map(({ name }) => name),
    ['basic', 'goods', 'other', 'sheet', 'attachments', 'declaration'],
  )
  const basic = states.find(({ name }) => name === 'basic')?.issues.map(({ path }) => path) ?? []
  assert.ok(basic.indexOf('customsPort') < basic.indexOf('contractNo'))
  assert.equal(states.flatMap(({ issues }) => issues).length, judge(empty, facts).issues.length)
})

test('no field of the form is forgotten by the page', () => {
  const shown = new Set(Object.keys(fields).map(sectionOf))
  assert.equal(shown.has('sheet'), false)
  assert.equal(requiredInSheet('principalName', false), false)
  assert.equal(requiredInSheet('principalName', true), true)
  assert.equal(requiredInSheet('domesticWaybillNo', true), false)
  for (const name of Object.keys(contractSheetFields))
    assert.equal(typeof requiredInSheet(name, true), 'boolean')
})
