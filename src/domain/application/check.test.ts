import assert from 'node:assert/strict'
import { test } from 'node:test'
import { check, warnings } from './check.ts'
import type { CheckInput, Facts, Goods } from './check-facts.ts'
import { otherEnterprise, steelFacts, steelForm, steelGoods, steelSheet } from '#test/forms.ts'

const exporter = { code13: '1100717850555', uscc: '91110000717850555P', name: '演示钢铁集团有限公司' }
const other = { ...otherEnterprise, code13: '3302758895936', uscc: '913302007588959361' }

interface Case {
  name: string
  change?: (input: CheckInput) => void
  facts?: Partial<Facts>
  goods?: Partial<Goods>
  /** Rule and path of every open issue; [] = it may be sealed. */
  expect: [rule: string, path: string][]
}

const form = (change: (form: CheckInput['form']) => void) => (input: CheckInput) => change(input.form)
const sheet = (change: (sheet: NonNullable<CheckInput['contractSheet']>) => void) => (input: CheckInput) => {
  assert.ok(input.contractSheet)
  change(input.contractSheet)
}
const plain: Partial<Goods> = { steel: false, goodsKey: 'citric_acid' }

const cases: Case[] = [
  { name: 'a complete form', expect: [] },
  {
    name: 'no importer',
    change: form((it) => (it.importerNameZh = ' ')),
    expect: [['required', 'importerNameZh']],
  },
  {
    name: 'declaration not ticked',
    change: form((it) => (it.declarationAccepted = false)),
    expect: [['A13', 'declarationAccepted']],
  },

  // 年度
  { name: 'last year', change: form((it) => (it.quotaYear = '2025')), expect: [['C4', 'quotaYear']] },
  { name: 'next year in June', change: form((it) => (it.quotaYear = '2027')), expect: [['C4', 'quotaYear']] },
  {
    name: 'next year on 9 December',
    change: form((it) => (it.quotaYear = '2027')),
    facts: { today: '2026-12-09' },
    expect: [['C4', 'quotaYear']],
  },
  {
    name: 'next year on 10 December',
    change: form((it) => (it.quotaYear = '2027')),
    facts: { today: '2026-12-10' },
    expect: [],
  },
  {
    name: 'the old year on 1 January',
    facts: { today: '2027-01-01' },
    expect: [
      ['C4', 'quotaYear'],
      ['A5', 'contractValidUntil'],
    ],
  },

  // goods and codes
  { name: 'unknown goods', facts: { goods: undefined }, expect: [['G', 'hsCode']] },
  { name: 'goods off the list', goods: { active: false }, expect: [['G', 'hsCode']] },
  {
    name: 'vehicles',
    goods: { selectable: false, unselectableReason: '车辆另行办理' },
    expect: [['G', 'hsCode']],
  },
  {
    name: 'an unknown code',
    facts: { code: (list) => (list === 'country' ? undefined : { name: list, usable: true }) },
    expect: [
      ['code', 'destinationCountry'],
      ['code', 'originCountry'],
    ],
  },
  {
    name: 'an inactive code on the contract sheet',
    facts: { code: (list, code) => ({ name: code, usable: list !== 'freight_term' }) },
    change: sheet((it) => (it.freightTerms = '1')),
    expect: [['code', 'contractSheet.freightTerms']],
  },

  // parties
  {
    name: 'consignor code and USCC of different enterprises',
    change: form((it) => (it.consignorUscc = other.uscc)),
    expect: [
      ['part 7', 'consignorUscc'],
      ['A2', 'consignorUscc'],
    ],
  },
  {
    name: 'another consignor without an agency agreement',
    goods: plain,
    change: form((it) => Object.assign(it, { consignorCode: other.code13, consignorUscc: other.uscc })),
    expect: [
      'principalName',
      'agentName',
      'agencyContractNo',
      'agencySignedOn',
      'agencyValidUntil',
      'shipperName',
      'shipperContact',
      'shipperAddress',
      'shipperPhone',
      'domesticTransportMode',
    ].map((name) => ['A1', `contractSheet.${name}`]),
  },
  {
    name: 'quota goods: consignor is not the exporter, no document number',
    goods: { ...plain, goodsKey: 'wheat', licenceType: 'quota' },
    change: (input) => {
      Object.assign(input.form, { consignorCode: other.code13, consignorUscc: other.uscc })
      const agency = Object.fromEntries(
        [
          'principalName',
          'agentName',
          'agencyContractNo',
          'shipperName',
          'shipperContact',
          'shipperAddress',
        ].map((name) => [name, '甲']),
      )
      assert.ok(input.contractSheet)
      Object.assign(input.contractSheet, agency, {
        agencySignedOn: '2026-01-01',
        agencyValidUntil: '2026-12-31',
        shipperPhone: '010-12345678',
        domesticTransportMode: '4',
      })
    },
    expect: [
      ['A2', 'consignorCode'],
      ['G1', 'quotaDocNo'],
    ],
  },
  {
    name: 'live cattle to Korea are licence goods',
    goods: { ...plain, goodsKey: 'live_cattle_hkmo', licenceType: 'quota' },
    expect: [],
  },
  {
    name: 'live cattle to Hong Kong are quota goods',
    goods: { ...plain, goodsKey: 'live_cattle_hkmo', licenceType: 'quota' },
    change: form((it) => (it.destinationCountry = 'HKG')),
    expect: [['G1', 'quotaDocNo']],
  },

  // lines
  { name: 'no line', change: form((it) => (it.lines = [])), expect: [['A4', 'lines']] },
  {
    name: 'one line may lack its specification',
    change: form((it) => (it.lines = [{ specGrade: '', unitPrice: '1', quantity: '1' }])),
    expect: [],
  },
  {
    name: 'two lines may not',
    change: form((it) => (it.lines = it.lines.map((line) => ({ ...line, specGrade: '' })))),
    expect: [
      ['A4', 'lines.0.specGrade'],
      ['A4', 'lines.1.specGrade'],
    ],
  },
  {
    name: 'price and quantity missing or zero',
    change: form(
      (it) =>
        (it.lines = [
          { specGrade: 'a', unitPrice: '', quantity: '0' },
          { specGrade: 'b', unitPrice: '0.00', quantity: '' },
        ]),
    ),
    expect: [
      ['A4', 'lines.0.unitPrice'],
      ['A4', 'lines.0.quantity'],
      ['A4', 'lines.1.unitPrice'],
      ['A4', 'lines.1.quantity'],
    ],
  },
  {
    name: 'half a head of cattle',
    goods: { ...plain, unitDecimals: 0, unitName: '头' },
    expect: [['A4', 'lines.0.quantity']],
  },
  {
    name: 'coke with a specification of its own',
    goods: { ...plain, coke: true },
    facts: { code: (list, code) => (list === 'coke_spec' ? undefined : { name: code, usable: true }) },
    expect: [
      ['O2', 'lines.0.specGrade'],
      ['O2', 'lines.1.specGrade'],
    ],
  },
  {
    name: 'coke without a specification, one line',
    goods: { ...plain, coke: true },
    change: form((it) => (it.lines = [{ specGrade: '', unitPrice: '1', quantity: '1' }])),
    expect: [['A4', 'lines.0.specGrade']],
  },

  // contract
  {
    name: 'contract quantity below the total',
    change: form((it) => (it.contractQuantity = '450000.4')),
    expect: [['A5', 'contractQuantity']],
  },
  {
    name: 'contract quantity equal',
    change: form((it) => (it.contractQuantity = '450000.5000')),
    expect: [],
  },
  {
    name: 'contract amount below the total',
    change: form((it) => (it.contractAmount = '259875.28')),
    expect: [['A5', 'contractAmount']],
  },
  { name: 'contract amount equal', change: form((it) => (it.contractAmount = '259875.29')), expect: [] },
  {
    name: 'contract in euro, below the total in dollars',
    change: form((it) => Object.assign(it, { contractCurrency: 'EUR', contractAmount: '240000' })),
    expect: [['A5', 'contractAmount']],
  },
  {
    name: 'contract in euro, enough in dollars',
    change: form((it) => Object.assign(it, { contractCurrency: 'EUR', contractAmount: '241000' })),
    expect: [],
  },
  {
    name: 'a currency without a rate',
    change: form((it) => (it.contractCurrency = 'XXX')),
    expect: [['A5', 'contractCurrency']],
  },
  {
    name: 'signed tomorrow',
    change: form((it) => (it.contractSignedOn = '2026-06-16')),
    expect: [['A5', 'contractSignedOn']],
  },
  {
    name: 'contract run out yesterday',
    change: form((it) => (it.contractValidUntil = '2026-06-14')),
    expect: [['A5', 'contractValidUntil']],
  },
  {
    name: 'contract runs out today',
    change: form((it) => (it.contractValidUntil = '2026-06-15')),
    expect: [],
  },
  {
    name: 'days of the contract reversed',
    change: form((it) =>
      Object.assign(it, { contractSignedOn: '2026-06-15', contractValidUntil: '2026-06-14' }),
    ),
    expect: [
      ['A5', 'contractValidUntil'],
      ['A5', 'contractValidUntil'],
    ],
  },

  // special goods
  {
    name: 'natural sand to Korea without a certificate number',
    goods: { ...plain, naturalSand: true },
    expect: [
      ['G11', 'sandProofNo'],
      ['G11', 'destinationCountry'],
    ],
  },
  {
    name: 'natural sand to Macao',
    goods: { ...plain, naturalSand: true },
    change: form((it) => Object.assign(it, { destinationCountry: 'MAC', sandProofNo: '无' })),
    expect: [],
  },
  {
    name: 'standard sand to Korea',
    goods: { ...plain, naturalSand: true, standardSand: true },
    change: form((it) => (it.sandProofNo = '无')),
    expect: [],
  },
  { name: 'ODS without approval number', goods: { ...plain, ods: true }, expect: [['O1', 'approvalNo']] },
  {
    name: 'frozen meat by rail',
    goods: { ...plain, frozen: true },
    change: form((it) => (it.transportMode = '3')),
    expect: [['O5', 'transportMode']],
  },
  {
    name: 'frozen meat by road to Hong Kong',
    goods: { ...plain, frozen: true },
    change: form((it) => Object.assign(it, { transportMode: '4', destinationCountry: 'HKG' })),
    expect: [],
  },
  {
    name: 'steel without producer and certificate',
    change: form((it) => Object.assign(it, { producers: [], productCertificates: [] })),
    expect: [
      ['ST3', 'producers'],
      ['ST3', 'productCertificates'],
    ],
  },
  {
    name: 'steel with empty rows',
    change: form((it) =>
      Object.assign(it, { producers: [{ name: ' ', uscc: '' }], productCertificates: [{ number: '' }] }),
    ),
    expect: [
      ['ST3', 'producers.0.name'],
      ['ST3', 'producers.0.uscc'],
      ['ST3', 'productCertificates.0.number'],
    ],
  },
  {
    name: 'several batches of steel',
    change: form((it) => (it.oneBatch = false)),
    expect: [['C9', 'oneBatch']],
  },
  {
    name: 'several batches of rice',
    goods: { ...plain, multiUse: true },
    change: form((it) => (it.oneBatch = false)),
    expect: [],
  },

  // sheet, files, letters
  {
    name: 'no contract sheet',
    change: (input) => (input.contractSheet = null),
    expect: [['A6', 'contractSheet']],
  },
  {
    name: 'sheet not complete',
    change: sheet((it) => (it.exporterSignatory = '')),
    expect: [['required', 'contractSheet.exporterSignatory']],
  },
  {
    name: 'arrival before departure',
    change: sheet((it) => Object.assign(it, { departureOn: '2026-07-02', arrivalOn: '2026-07-01' })),
    expect: [['date', 'contractSheet.arrivalOn']],
  },
  {
    name: 'contract file missing',
    facts: { attachments: [{ type: 'STEEL_QC' }] },
    expect: [['A1', 'attachments.CONTRACT']],
  },
  {
    name: 'a letter that no font has',
    facts: { unprintable: (text) => (text.includes('𠮷') ? ['𠮷'] : []) },
    change: form((it) => {
      it.importerNameZh = '𠮷野'
      it.lines = it.lines.map((line) => ({ ...line, specGrade: '𠮷' }))
    }),
    expect: [
      ['font', 'importerNameZh'],
      ['font', 'lines.0.specGrade'],
      ['font', 'lines.1.specGrade'],
    ],
  },
]

for (const one of cases) {
  test(`check: ${one.name}`, () => {
    const input: CheckInput = { form: steelForm(exporter), contractSheet: steelSheet() }
    one.change?.(input)
    const goods: Goods = { ...steelGoods, ...one.goods }
    const facts: Facts = { ...steelFacts(exporter), goods, ...one.facts }
    const issues = check(input, facts)
    assert.deepEqual(
      issues.map((issue) => [issue.rule, issue.path]),
      one.expect,
      issues.map((issue) => issue.words).join('\n'),
    )
    for (const issue of issues) assert.match(issue.words, /\p{Script=Han}/u)
  })
}

test('a contract number beyond box 6 is only a warning', () => {
  const input = steelForm(exporter)
  assert.deepEqual(warnings({ ...input, contractNo: 'A'.repeat(17) }), [])
  assert.deepEqual(
    warnings({ ...input, contractNo: 'A'.repeat(18) }).map((issue) => issue.path),
    ['contractNo'],
  )
})
