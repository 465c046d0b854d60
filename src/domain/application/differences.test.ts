import assert from 'node:assert/strict'
import { test } from 'node:test'
import { agreementsOf, differencesOf } from './differences.ts'
import { emptyApplication, emptyContractSheet, type ApplicationForm, type ContractSheet } from './form.ts'

const exporterName = '演示钢铁（集团）有限公司'
const form: ApplicationForm = {
  ...emptyApplication,
  hsCode: '7208271000',
  consignorName: exporterName,
  paymentMethod: '6',
  contractQuantity: '1000.0',
  contractAmount: '580.00',
  contractSignedOn: '2026-01-10',
  contractValidUntil: '2026-06-30',
}
const sheet: ContractSheet = {
  ...emptyContractSheet,
  paymentMethod: '6',
  goodsDescription: '热轧卷材 SPHC',
  shipperName: '演示钢铁(集团)有限公司',
  departureOn: '2026-06-30',
}
const input = (change: Partial<ApplicationForm> = {}, other: Partial<ContractSheet> = {}) => ({
  form: { ...form, ...change },
  sheet: { ...sheet, ...other },
  exporterName,
  goodsName: '经酸洗的热轧卷材',
  totalQuantity: '1000',
  totalAmount: '580',
  nameOf: (_: string, code: string) => `名称${code}`,
})
const everything = [
  'paymentMethod',
  'hsCode',
  'contractQuantity',
  'contractAmount',
  'contractValidUntil',
  'consignorName',
]

test('what agrees is no difference: numbers by value, names without blanks and kind of brackets', () => {
  assert.deepEqual(differencesOf(input()), [])
  assert.deepEqual(agreementsOf(input()), everything)
})

test('what is not there was not compared', () => {
  const bare = input({}, { departureOn: '', shipperName: '', paymentMethod: '' })
  assert.deepEqual(agreementsOf(bare), ['hsCode', 'contractQuantity', 'contractAmount'])
  assert.deepEqual(differencesOf({ ...bare, sheet: null }), [])
  assert.deepEqual(agreementsOf({ ...bare, sheet: null }), [])
})

const agent = { consignorName: '委托方公司' }
for (const [name, change, other, path, own, contract] of [
  ['payment method', {}, { paymentMethod: '1' }, 'paymentMethod', '名称6', '名称1'],
  ['goods', {}, { goodsDescription: '冷冻牛肉' }, 'hsCode', '经酸洗的热轧卷材', '冷冻牛肉'],
  ['quantity', { contractQuantity: '1000.0001' }, {}, 'contractQuantity', '1000', '1000.0001'],
  ['amount', { contractAmount: '580.01' }, {}, 'contractAmount', 'USD 580', 'USD 580.01'],
  ['currency', { contractCurrency: 'EUR' }, {}, 'contractAmount', 'USD 580', 'EUR 580.00'],
  [
    'departure',
    {},
    { departureOn: '2026-07-01' },
    'contractValidUntil',
    '2026-01-10 至 2026-06-30',
    '2026-07-01',
  ],
  ['shipper', {}, { shipperName: '别的公司' }, 'consignorName', exporterName, '别的公司'],
  ['principal', agent, { principalName: '第三家公司' }, 'consignorName', '委托方公司', '第三家公司'],
  ['agent', agent, { agentName: '第三家公司' }, 'exporterName', exporterName, '第三家公司'],
] as const) {
  test(`${name}: both values stand side by side, and the field agrees no more`, () => {
    const [found, ...more] = differencesOf(input(change, other))
    assert.deepEqual(more, [])
    assert.deepEqual([found?.path, found?.form, found?.contract], [path, own, contract])
    assert.ok(found?.words)
    assert.ok(!agreementsOf(input(change, other)).includes(path))
  })
}

test('the commodity’s own code in the contract is enough', () => {
  assert.deepEqual(differencesOf(input({}, { goodsDescription: 'HS 7208271000' })), [])
})
