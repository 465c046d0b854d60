import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { attachmentTypeNames, attachmentTypes, type AttachmentFacts } from './attachment-rules.ts'

const plain: AttachmentFacts = {
  goodsKey: 'citric_acid',
  licenceType: 'licence',
  tradeMode: '01',
  exporterIsConsignor: true,
  firstApplication: false,
}
const required = (more: Partial<AttachmentFacts>) =>
  attachmentTypes({ ...plain, ...more })
    .filter((type) => type.required)
    .map(({ code }) => code)
const offered = (more: Partial<AttachmentFacts>) =>
  attachmentTypes({ ...plain, ...more })
    .filter((type) => !type.required)
    .map(({ code }) => code)

test('each condition asks for its paper', () => {
  for (const [more, codes] of [
    [{}, ['CONTRACT']],
    [{ exporterIsConsignor: false }, ['CONTRACT', 'AGENCY']],
    [{ firstApplication: true }, ['CONTRACT', 'LICENCE_BUSINESS']],
    [{ licenceType: 'quota', goodsKey: 'rice' }, ['CONTRACT', 'QUOTA_CERT']],
    [{ licenceType: 'quota', goodsKey: 'rice', tradeMode: '02' }, ['CONTRACT', 'QUOTA_CERT']],
    [{ licenceType: 'bidding', goodsKey: 'licorice' }, ['CONTRACT', 'BID_CERT']],
    [
      { licenceType: 'bidding', goodsKey: 'licorice', tradeMode: '02' },
      ['CONTRACT', 'BID_CERT', 'PROC_IMPORT_DECL'],
    ],
    [
      { licenceType: 'bidding', goodsKey: 'licorice', tradeMode: '03' },
      ['CONTRACT', 'BID_CERT', 'PROC_IMPORT_DECL'],
    ],
    [{ licenceType: 'bidding', goodsKey: 'licorice', tradeMode: '04' }, ['CONTRACT', 'BID_CERT']],
    [{ goodsKey: 'steel' }, ['CONTRACT', 'STEEL_QC']],
    [{ goodsKey: 'steel', originCountry: 'JPN', tradeMode: '09' }, ['CONTRACT', 'STEEL_QC']],
    [{ goodsKey: 'ods' }, ['CONTRACT', 'ODS_APPROVAL']],
    [{ goodsKey: 'motorcycles' }, ['CONTRACT', 'BRAND_AUTH']],
    [{ goodsKey: 'vehicles', vehicleForm: 'new' }, ['CONTRACT', 'BRAND_AUTH', 'CCC']],
    [{ goodsKey: 'vehicles', vehicleForm: 'new', exporterIsMaker: true }, ['CONTRACT', 'CCC']],
    [
      { goodsKey: 'vehicles', vehicleForm: 'new_modified', exporterIsMaker: true },
      ['CONTRACT', 'CCC', 'MOD_PROOF'],
    ],
    [
      {
        goodsKey: 'vehicles',
        vehicleForm: 'new',
        exporterIsMaker: true,
        tradeMode: '09',
        originCountry: 'DEU',
      },
      ['CONTRACT', 'CCC', 'BID_DOC', 'IMPORT_DECL'],
    ],
    [
      { goodsKey: 'vehicles', vehicleForm: 'new', exporterIsMaker: true, originCountry: 'CHN' },
      ['CONTRACT', 'CCC'],
    ],
    [{ goodsKey: 'vehicles', vehicleForm: 'used' }, ['CONTRACT', 'REG_CERT', 'INSPECTION']],
    [
      { goodsKey: 'used_car', marketHasAccessStandard: true },
      ['CONTRACT', 'REG_CERT', 'INSPECTION', 'MARKET_DECL'],
    ],
  ] as const satisfies readonly (readonly [Partial<AttachmentFacts>, readonly string[]])[]) {
    assert.deepEqual(required(more), codes, JSON.stringify(more))
  }
})

test('the after-sales confirmation: 180 days inclusive, from 2026 on', () => {
  for (const [quotaYear, daysSinceRegistration, asked] of [
    [2026, 0, true],
    [2026, 180, true],
    [2026, 181, false],
    [2025, 10, false],
  ] as const) {
    const codes = required({ goodsKey: 'used_car', quotaYear, daysSinceRegistration })
    assert.equal(codes.includes('AFTERSALES'), asked, `${quotaYear} ${daysSinceRegistration}`)
  }
  assert.equal(required({ goodsKey: 'used_car', quotaYear: 2026 }).includes('AFTERSALES'), false)
})

test('papers that may be added, and papers of other goods that are not offered', () => {
  assert.deepEqual(offered({}), ['APP_FORM', 'APPROVAL', 'LICENCE_BUSINESS'])
  assert.deepEqual(offered({ firstApplication: true }), ['APP_FORM', 'APPROVAL'])
  assert.deepEqual(offered({ goodsKey: 'used_car' }), [
    'APP_FORM',
    'APPROVAL',
    'LICENCE_BUSINESS',
    'MARKET_DECL',
  ])
})

test('each says why, which files it takes and how large', () => {
  for (const type of attachmentTypes({ ...plain, goodsKey: 'steel', firstApplication: true })) {
    assert.notEqual(type.because, '')
    assert.ok(type.extensions.includes('pdf'))
    assert.equal(type.maxBytes, 10_485_760)
  }
})

test('the rules and attachment_types.csv name the same papers', () => {
  const file = new URL('../../../db/reference/attachment_types.csv', import.meta.url)
  const rows = readFileSync(file, 'utf8').trim().split('\n').slice(1)
  const names = Object.fromEntries(rows.map((row) => row.split(',').slice(0, 2)))
  assert.deepEqual(names, attachmentTypeNames)
})
