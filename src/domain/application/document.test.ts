import assert from 'node:assert/strict'
import { test } from 'node:test'
import { applicationDocument, type ApplicationFacts } from './document.ts'
import { sheetBlocks } from './words.ts'

const facts: ApplicationFacts = {
  applicationNo: '261100717850555600001',
  windowNo: 'XK20260000000001',
  licenceNo: null,
  state: '待初审',
  sections: [
    {
      title: '基本数据',
      answers: [
        { name: 'exporterName', label: '出口商名称', text: '北方钢铁' },
        { name: 'paymentMethod', label: '付款方式', text: '信用证（6）' },
      ],
    },
    {
      title: '商品信息',
      answers: [
        { name: 'approvalNo', label: '批复单号', text: 'ODS-1' },
        { name: 'sandProofNo', label: '证明书编号', text: '—' },
      ],
      rows: [{ headings: ['规格、等级'], cells: [['A']] }],
    },
    {
      title: '生产商与产品证明',
      answers: [],
      rows: [
        { headings: ['生产商名称'], cells: [['燕山']] },
        { headings: ['证明编号'], cells: [] },
      ],
    },
    {
      title: sheetBlocks[1].title,
      answers: [{ name: 'paymentMethod', label: '付款方式', text: '电汇（2）' }],
    },
    {
      title: '附件',
      answers: [],
      rows: [{ headings: ['类型', '文件名', 'SHA-256'], cells: [['合同', '계약 a.pdf', 'ab12'.repeat(16)]] }],
    },
  ],
  seal: {
    enterpriseName: '北方钢铁',
    signer: '王晓明',
    signedAt: new Date('2026-12-31T16:00:05Z'),
    certificateSerial: '5f3a',
    digest: 'ab12'.repeat(16),
  },
  reviews: [{ step: '初审', officer: '王芳', at: new Date('2026-12-31T17:00:00Z'), opinion: '' }],
  createdAt: new Date('2027-01-01T01:00:00Z'),
}

test('each answer finds its box; the contract sheet never overwrites the form', () => {
  const document = applicationDocument(facts)
  assert.deepEqual(document.face, { exporterName: '北方钢铁', paymentMethod: '信用证（6）' })
  assert.deepEqual(document.contractSheet, [
    { title: sheetBlocks[1].title, fields: [{ label: '付款方式', words: '电汇（2）' }] },
  ])
})

test('answers that only some goods ask for are listed where there is one', () => {
  assert.deepEqual(applicationDocument(facts).more, [{ label: '批复单号', words: 'ODS-1' }])
})

test('tables without rows are left out, digests stand in groups', () => {
  const document = applicationDocument(facts)
  assert.deepEqual(document.tables, [{ headings: ['生产商名称'], cells: [['燕山']] }])
  assert.deepEqual(document.attachments?.cells[0]?.[2], Array(16).fill('AB12').join(' '))
  const bare = applicationDocument({ ...facts, sections: [] })
  assert.deepEqual([bare.lines, bare.tables, bare.attachments, bare.contractSheet], [null, [], null, []])
})

test('a file may be called what the fonts can not print: a box stands for it, the digest beside it', () => {
  assert.equal(applicationDocument(facts).attachments?.cells[0]?.[1], '□□ a.pdf')
})

test('instants are told in China time', () => {
  const document = applicationDocument(facts)
  assert.equal(document.seal?.signedAt, '2027-01-01 00:00:05')
  assert.equal(document.reviews[0]?.at, '2027-01-01 01:00:00')
  assert.equal(document.printedAt, '2027-01-01 09:00:00')
  assert.equal(applicationDocument({ ...facts, seal: null }).seal, null)
})
