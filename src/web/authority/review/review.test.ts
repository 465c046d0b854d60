import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ApplicationDetail } from '#api/application.ts'
import { emptyApplication, emptyContractSheet } from '#domain/application/form.ts'
import { checksOf, type Checked } from './checks.ts'
import { contractTotal } from './contract-total.ts'
import { printedForm, tabsOf } from './files.ts'
import { sheetOf } from './sheet.ts'

const filled: ApplicationDetail['filled'] = {
  exporterCode: '1100DEM000014',
  exporterUscc: '91110000DEM000014E',
  exporterName: '演示钢铁集团有限公司',
  goodsName: '热轧卷材',
  goodsCategory: 'C90450',
  goodsUnit: '千克',
  applyDate: '2026-11-22',
  totalQuantity: '450000.5',
  totalAmount: '260000',
  totalAmountUsd: '260000',
  lines: [
    { specGrade: 'SPHC', unitPrice: '0.58', quantity: '450000.5', amount: '260000', amountUsd: '260000' },
  ],
  expiryDate: '',
}
const read = {
  form: {
    ...emptyApplication,
    paymentMethod: '6',
    contractQuantity: '500000',
    producers: [{ name: '演示轧钢厂', uscc: '913302007588959361' }],
  },
  contractSheet: { ...emptyContractSheet, address: '路 1 号' },
  filled,
  names: { paymentMethod: '信用证' },
}
const nothing: Checked = { differences: [], agreements: [], issues: [], warnings: [] }
const sheet = sheetOf(read)

test('the sheet reads in the order of the paper, each line by the path the rules use', () => {
  assert.deepEqual(
    sheet.map(({ title }) => title),
    [
      '基本数据',
      '商品信息',
      '生产商与产品证明',
      '其他信息',
      '申领企业信息',
      '对外成交合同/协议信息',
      '国内贸易(代理)合同/协议信息',
      '其他相关信息',
    ],
  )
  const line = (path: string) => sheet.flatMap(({ lines }) => lines).find((each) => each.path === path)
  assert.equal(line('paymentMethod')?.text, '信用证（6）')
  assert.equal(line('contractSheet.address')?.text, '路 1 号')
  assert.equal(line('contractNo')?.text, '—')
  assert.deepEqual(
    sheet.flatMap(({ tables }) => tables).map(({ path, cells }) => [path, cells.length]),
    [
      ['lines', 1],
      ['producers', 1],
    ],
  )
  assert.equal(
    sheetOf({ ...read, contractSheet: null }).some(({ title }) => title === '申领企业信息'),
    false,
  )
})

test('a mark stands at its line, or at the table or section that holds its cell', () => {
  const issue = (path: string) => ({ path, words: `${path} 不符`, rule: 'x' })
  const checks = checksOf(
    {
      ...nothing,
      agreements: ['paymentMethod'],
      differences: [
        { what: '数量', path: 'contractQuantity', form: '450000.5', contract: '500000', words: '不同' },
      ],
      issues: [
        'lines.0.quantity',
        'contractSheet.fax',
        'contractSheet',
        'attachments.CONTRACT',
        'nowhere',
      ].map(issue),
      warnings: [{ path: 'contractNo', words: '过长', rule: 'x' }],
    },
    sheet,
  )
  const kinds = (path: string) => checks.at(path).map(({ kind }) => kind)
  assert.deepEqual(kinds('paymentMethod'), ['agrees'])
  assert.deepEqual(kinds('contractQuantity'), ['differs'])
  assert.deepEqual(kinds('lines'), ['refused'])
  assert.deepEqual(kinds('contractSheet.fax'), ['refused'])
  assert.deepEqual(kinds('contractSheet'), ['refused'])
  assert.deepEqual(kinds('attachments'), ['refused'])
  assert.deepEqual(kinds('contractNo'), ['mind'])
  assert.deepEqual(
    checks.stray.map(({ path }) => path),
    ['nowhere'],
  )
  assert.deepEqual([checks.agrees, checks.differs, checks.refused, checks.mind], [1, 1, 5, 1])
  assert.deepEqual(
    checks.places.map(({ path }) => path),
    ['contractNo', 'contractQuantity', 'lines', 'contractSheet', 'contractSheet.fax', 'attachments'],
  )
})

const earlier = (
  state: 'approved' | 'returned' | 'first_review',
  totalQuantity: string,
  goodsUnit = '千克',
) => ({
  id: '00000000-0000-4000-8000-000000000001',
  applicationNo: '1',
  state,
  stateLabel: '',
  goodsName: '',
  totalQuantity,
  goodsUnit,
  licenceNo: null,
  submittedAt: null,
})

test('what was taken of a contract counts applications that are alive and of the same unit', () => {
  const of = (...rows: ReturnType<typeof earlier>[]) => contractTotal({ ...read, earlier: rows })
  assert.deepEqual(
    of(earlier('approved', '40000'), earlier('first_review', '9999.5'), earlier('returned', '1')),
    {
      count: 2,
      earlier: '49999.5',
      together: '500000',
      contract: '500000',
      over: false,
    },
  )
  assert.equal(of(earlier('approved', '50000'))?.over, true)
  assert.equal(of(earlier('returned', '1'), earlier('approved', '1', '台')), undefined)
})

test('tabs: the contract first, then what the goods ask for, then the rest; several of a kind numbered', () => {
  const file = (number: number, type: string) => ({
    id: `00000000-0000-4000-8000-00000000000${number}`,
    type,
    name: `${number}.pdf`,
    size: 1,
    sha256: '',
    mediaType: 'application/pdf',
    createdAt: '',
  })
  const need = { name: '', required: true, because: '', extensions: [], maxBytes: 1 }
  const tabs = tabsOf(
    {
      id: 'a',
      applicationNo: null,
      attachments: [file(1, 'AGENCY'), file(2, 'STEEL_QC'), file(3, 'CONTRACT'), file(4, 'STEEL_QC')],
      attachmentNeeds: [{ ...need, code: 'STEEL_QC' }],
    },
    (type) => type,
  )
  assert.deepEqual(
    tabs.map(({ label, name }) => [label, name]),
    [
      ['CONTRACT', '3.pdf'],
      ['STEEL_QC 1', '2.pdf'],
      ['STEEL_QC 2', '4.pdf'],
      ['AGENCY', '1.pdf'],
    ],
  )
  assert.equal(
    tabs[0]?.showUrl,
    '/api/applications/a/attachments/00000000-0000-4000-8000-000000000003?show=1',
  )
  assert.equal(printedForm({ id: 'a', applicationNo: '26' }).name, '申请表26.pdf')
})
