import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LicenceContent } from './content.ts'
import { licenceDocument, printedCode, printedDay, printedNumber } from './document.ts'

const content: LicenceContent = {
  exporterName: '北方钢铁国际贸易有限公司',
  exporterCode: '1100717850555',
  consignorName: '北方钢铁国际贸易有限公司',
  consignorCode: '1100717850555',
  tradeMode: '一般贸易',
  contractNo: 'BGI-2026',
  customsPort: '新港海关',
  destinationCountry: '韩国',
  paymentMethod: '信用证',
  transportMode: '海上运输',
  goodsName: '热轧卷材',
  hsCode: '7208271000',
  unit: '千克',
  currency: 'EUR',
  lines: [
    { spec: 'A', quantity: '1250000', unitPrice: '0.5825', amount: '728125', amountUsd: '800937.5' },
    { spec: '', quantity: '0.1', unitPrice: '3', amount: '0.3', amountUsd: '' },
  ],
  totalQuantity: '1250000.1000',
  totalAmount: '728125.3',
  totalAmountUsd: '',
  remark: '非一批一证',
  additionalInfo: '附加',
  authorityName: '商务部配额许可证事务局',
  importerName: '进口商',
  importerNameEn: 'Importer',
}
const issued = {
  licenceNo: '27AA600001',
  authorityCode: 'AA',
  issuedOn: '2026-12-10',
  expiryDate: '2027-07-01',
  validityRemark: '本证自 2027 年 1 月 1 日起生效',
  checkCode: '7K3M9QXD',
  verifyUrl: 'http://localhost:3000/verify?no=27AA600001',
  createdAt: new Date('2026-12-10T01:02:03Z'),
}

test('days, numbers and codes stand on the page as the paper form writes them', () => {
  assert.equal(printedDay('2026-01-09'), '2026年1月9日')
  assert.equal(printedNumber('1234567.5', 2), '1,234,567.50')
  assert.equal(printedNumber('0.5825', 2), '0.5825')
  assert.equal(printedNumber('1250000.0000', 0), '1,250,000')
  assert.equal(printedNumber('', 2), '')
  assert.equal(printedCode('7K3M9QXD'), '7K3M-9QXD')
})

test('content and issue become the page', () => {
  const document = licenceDocument(content, issued)
  assert.deepEqual(document.lines, [
    {
      spec: 'A',
      unit: '千克',
      quantity: '1,250,000',
      unitPrice: '0.5825',
      amount: '728,125.00',
      amountUsd: '800,937.50',
    },
    { spec: '', unit: '千克', quantity: '0.1', unitPrice: '3.00', amount: '0.30', amountUsd: '' },
  ])
  assert.deepEqual(document.totals, { quantity: '1,250,000.1', amount: '728,125.30', amountUsd: '' })
  assert.equal(document.issuedOn, '2026年12月10日')
  assert.equal(document.expiryDate, '2027年7月1日')
  assert.equal(document.checkCode, '7K3M-9QXD')
  assert.equal(document.createdAt, '2026-12-10T01:02:03.000Z')
})

test('box 19 begins with when the licence starts, if that is later than its issue', () => {
  assert.equal(licenceDocument(content, issued).remark, '本证自 2027 年 1 月 1 日起生效；非一批一证')
  assert.equal(licenceDocument(content, { ...issued, validityRemark: '' }).remark, '非一批一证')
})
