import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ApplicationDraft, ContractSheetDraft } from '#domain/application/form.ts'
import { copiedContent, forOtherGoods, newContent, usualTradeMode } from './start.ts'

const enterprise = {
  code13: '1100DEM000014',
  uscc: '91110000DEM000014E',
  name: '演示钢铁',
  info: { contactPhone: '010-55550101', address: '路 1 号' },
}
const preEntry = {
  quotaYear: '2026',
  hsCode: '7208271000',
  customsPort: '0200',
  tradeMode: usualTradeMode,
  destinationCountry: 'VNM',
}

test('a new application begins with the pre-entry, the enterprise and the person', () => {
  const content = newContent(preEntry, enterprise, { issuingAuthority: 'AA', personName: '钱思远' })
  const { form, contractSheet } = content
  assert.deepEqual(
    [form.hsCode, form.consignorCode, form.consignorUscc, form.consignorName, form.issuingAuthority],
    ['7208271000', enterprise.code13, enterprise.uscc, enterprise.name, 'AA'],
  )
  assert.deepEqual(
    [form.applicantName, form.applicantPhone, form.contractCurrency],
    ['钱思远', '010-55550101', 'USD'],
  )
  assert.equal(contractSheet?.address, '路 1 号')
  assert.equal(form.declarationAccepted, false)
  assert.equal(ApplicationDraft.safeParse(form).success, true)
  assert.equal(ContractSheetDraft.safeParse(contractSheet).success, true)
})

test('a copy must be declared anew', () => {
  const content = newContent(preEntry, enterprise, { issuingAuthority: 'AA', personName: '钱思远' })
  const declared = { ...content, form: { ...content.form, declarationAccepted: true, contractNo: 'HT' } }
  const copy = copiedContent(declared)
  assert.deepEqual([copy.form.declarationAccepted, copy.form.contractNo], [false, 'HT'])
  assert.equal(copy.contractSheet, declared.contractSheet)
})

test('other goods take along only what they ask for themselves', () => {
  const { form } = newContent(preEntry, enterprise, { issuingAuthority: 'AA', personName: '' })
  const steelForm = {
    ...form,
    oneBatch: false,
    lines: [{ specGrade: 'Q235', unitPrice: '1', quantity: '2' }],
    producers: [{ name: '钢厂', uscc: '' }],
  }
  const plain = {
    hsCode: '1006101100',
    steel: false,
    coke: false,
    naturalSand: false,
    ods: false,
    licenceType: 'quota',
    multiUse: true,
  } as const
  assert.deepEqual(forOtherGoods(steelForm, plain, { coke: false }), {
    hsCode: '1006101100',
    producers: [],
    productCertificates: [],
    sandProofNo: '',
    approvalNo: '',
  })
  const coke = forOtherGoods(
    steelForm,
    { ...plain, coke: true, licenceType: 'licence', multiUse: false },
    { coke: false },
  )
  assert.deepEqual([coke['quotaDocNo'], coke['oneBatch']], ['', true])
  assert.deepEqual(coke['lines'], [{ specGrade: '', unitPrice: '1', quantity: '2' }])
  const steel = forOtherGoods(steelForm, { ...plain, steel: true }, { coke: false })
  assert.equal('producers' in steel, false)
})
