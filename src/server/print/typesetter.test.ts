/** The pages themselves: what poppler reads on them, where it stands, and what a camera sees. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import {
  filledTo,
  fullApplication,
  fullLicence,
  plainApplication,
  plainLicence,
  qrOf,
  textOf,
  wordsOfPages,
} from '#test/documents.ts'
import { proofDocument } from '#domain/request/proof.ts'
import { createTypesetter, Unprintable } from './typesetter.ts'

const folder = mkdtempSync(join(tmpdir(), 'typesetter-'))
after(() => rmSync(folder, { recursive: true }))
const typesetter = createTypesetter()

const pagesOf = (pdf: Buffer) => new Set(wordsOfPages(folder, pdf).map((word) => word.page)).size
const blankless = (text: string) => text.replace(/\s/g, '')

test('a licence says its number, parties, goods, days and authority, once', () => {
  const document = plainLicence()
  const text = textOf(folder, typesetter.licence(document))
  const { exporterName, consignorName, licenceNo, contractNo, goodsName, hsCode, authorityName } = document
  for (const words of [
    exporterName,
    consignorName,
    licenceNo,
    contractNo,
    goodsName,
    hsCode,
    authorityName,
  ]) {
    assert.equal(text.split(blankless(words)).length, 2, words)
  }
  for (const words of ['2026年12月31日', '2026年11月22日', '1,247,369.99', '7K3M-9QXD', '（以下空白）']) {
    assert.ok(text.includes(words), words)
  }
  // The seal is a picture: its letters don't mix with the text.
  assert.ok(!text.includes('专用章'))
  assert.equal(pagesOf(typesetter.licence(document)), 1)
})

test('the QR code leads to the address of the check', () => {
  const document = plainLicence()
  assert.equal(qrOf(folder, typesetter.licence(document)), document.verifyUrl)
  const far = `https://licence.example.gov.cn/public/service/verify?no=26AA600001&code=7K3M9QXD&${'x'.repeat(80)}`
  assert.equal(qrOf(folder, typesetter.licence(plainLicence({ verifyUrl: far }))), far)
})

test('the same document gives the same bytes, another instant does not', () => {
  const bytes = typesetter.licence(plainLicence())
  typesetter.licence(fullLicence())
  assert.ok(typesetter.licence(plainLicence()).equals(bytes))
  assert.ok(!typesetter.licence(plainLicence({ createdAt: '2026-11-22T01:02:04.000Z' })).equals(bytes))
})

test('signs of the markup language are letters like others', () => {
  const names = {
    exporterName: '#strong[x] $a^2$ \\n "q" *b* _c_ @ref <lab> `code` ~ // /* {{}} = - + ',
    consignorName: "it's 'q' -- --- ... \\u{41} #{1+1} \\",
    contractNo: '#[$A$]@<B>',
    remark: '= heading\n- item\n/ term: x',
  }
  const text = textOf(folder, typesetter.licence(plainLicence(names)))
  for (const words of Object.values(names)) assert.ok(text.includes(blankless(words)), words)
})

test('letters of the western font stand in their words', () => {
  const consignorName = 'Wrocław Stal Sp. z o.o., Çelik A.Ş., Đồng Nai'
  assert.ok(
    textOf(folder, typesetter.licence(plainLicence({ consignorName }))).includes(blankless(consignorName)),
  )
})

// Boxes in millimetres: left, top, right, bottom.
const boxes = {
  '1': [12, 30, 105, 52],
  '2': [12, 52, 105, 74],
  '3': [105, 30, 198, 52],
  '6': [12, 87, 105, 100],
  '7': [12, 100, 105, 113],
  '8': [105, 74, 198, 87],
  '11': [12, 113, 198, 131],
  '12': [12, 142, 67, 186],
  '14': [80, 142, 108, 196],
  '15': [108, 142, 135, 186],
  '16': [135, 142, 167, 196],
  '17': [167, 142, 198, 196],
  '19': [12, 196, 105, 258],
} as const

function assertInside(pdf: Buffer, marks: Record<string, keyof typeof boxes>) {
  const words = wordsOfPages(folder, pdf).filter((word) => word.page === 1)
  for (const [mark, box] of Object.entries(marks)) {
    const [left, top, right, bottom] = boxes[box]
    const found = words.filter((word) => word.text.includes(mark))
    assert.ok(found.length > 0, `${mark} is not on the page`)
    for (const word of found) {
      const place = `${word.text} at ${word.left.toFixed(1)}–${word.right.toFixed(1)}, ${word.middle.toFixed(1)}`
      // Half a letter at 80 % reaches 1.3 mm above and below its middle.
      const inside =
        word.left > left && word.right < right && word.middle > top + 1.3 && word.middle < bottom - 1.3
      assert.ok(inside, `${place} leaves box ${box}`)
    }
  }
}

test('the longest texts the forms take stay in their boxes, shrunk', () => {
  const pdf = typesetter.licence(fullLicence())
  assertInside(pdf, {
    甲末: '1',
    乙末: '2',
    '26AA600001': '3',
    CEND: '6',
    东疆: '7',
    爱尔兰: '8',
    高温承压用: '11',
    '440Mpa）': '11',
    一末: '12',
    四末: '12',
    '123,456,789.1234': '14',
    '493,827,156.4936': '14',
    '9,876,543.2100': '15',
    '999,999,999,999.99': '16',
    '3,999,999,999,999.96': '16',
    '999,999,999,999.98': '17',
    丁末: '19',
  })
  assert.equal(pagesOf(pdf), 2)
  const text = textOf(folder, pdf)
  assert.ok(text.includes('附：出口许可证附加信息表'))
  assert.ok(text.includes(fullLicence().additionalInfo))
  assert.ok(!text.includes('见附加信息表'))
})

test('what does not fit at 80 % goes to the annex whole, and its box says so', () => {
  const contractNo = filledTo(140, 'CONTRACT', 'CEND')
  const spec = filledTo(200, '规格等级', '末')
  const base = plainLicence()
  const amount = '999,999,999,999,999,999.99'
  const pdf = typesetter.licence({
    ...base,
    contractNo,
    lines: base.lines.map((line, i) => (i === 0 ? { ...line, spec, amount } : line)),
  })
  const text = textOf(folder, pdf)
  for (const words of [contractNo, spec, amount]) assert.ok(text.includes(words), words)
  const pointers = wordsOfPages(folder, pdf).filter((word) => word.text.includes('见附加信息表'))
  assert.equal(pointers.length, 3)
  assert.ok(
    text.includes('6.合同号') && text.includes('12.规格、等级（第1行）') && text.includes('16.总值（第1行）'),
  )
  assert.equal(pagesOf(pdf), 2)
})

test('more lines than the form has stand on the annex, over as many pages as they take', () => {
  const [line] = plainLicence().lines
  assert.ok(line)
  const lines = Array.from({ length: 60 }, (_, i) => ({ ...line, spec: `型号第${i + 1}号` }))
  const pdf = typesetter.licence(plainLicence({ lines }))
  const text = textOf(folder, pdf)
  assert.ok(text.includes('共60行，见附加信息表'))
  for (const { spec } of lines) assert.ok(text.includes(spec), spec)
  assert.equal(pagesOf(pdf), 3)
  assert.ok(text.includes('第3页，共3页'))
})

test('nothing leaves the page', () => {
  for (const pdf of [
    typesetter.licence(fullLicence()),
    typesetter.licence(plainLicence({ additionalInfo: 'W'.repeat(330), remark: 'M'.repeat(230) })),
    typesetter.application(fullApplication()),
  ]) {
    for (const word of wordsOfPages(folder, pdf)) {
      // The blank half of a punctuation mark at the end of a line is cut, which poppler does not know.
      const right = word.right - (/[，。；：、）]$/.test(word.text) ? 1.9 : 0)
      assert.ok(word.left >= 11.9 && right <= 198.1, `page ${word.page}: ${word.text} to ${word.right}`)
      assert.ok(word.middle > 8 && word.middle < 289, `page ${word.page}: ${word.text}`)
    }
  }
})

test('an application says what was filled in, who sealed it and what was decided', () => {
  const pdf = typesetter.application(plainApplication())
  const text = textOf(folder, pdf)
  for (const words of [
    '261100717850555600001',
    '北方钢铁国际贸易有限公司',
    '天津远洋货运代理有限公司',
    '韩国现代制铁株式会社',

    'HyundaiSteelCo.,Ltd.',
    '河北燕山钢铁有限公司1',
    'QC-2026-1',
    '批复单号',
    'ODS-2026-77',
    '陈海涛',
    '电汇（2）',

    '合同BGI-2026-EXP-00187.pdf',
    '王晓明',
    '2026-11-2114:03:22',
    '5f3a09c7d1e2b4a8',
    'A1B2C3D4',
    '同意签发',
    '第1页，共2页',
    '第2页，共2页',
  ]) {
    assert.ok(text.includes(words), words)
  }
  assert.ok(!text.includes('证明书编号'), 'an answer that was not asked for')
  assert.ok(!text.includes('尚未盖章'))
  assert.ok(
    textOf(folder, typesetter.application({ ...plainApplication(), seal: null })).includes('尚未盖章'),
  )
})

test('every page of an application names it and its number of pages', () => {
  const words = wordsOfPages(folder, typesetter.application(fullApplication()))
  const pages = Math.max(...words.map((word) => word.page))
  assert.ok(pages > 4)
  for (let page = 1; page <= pages; page += 1) {
    const line = words.filter((word) => word.page === page && word.middle < 14).map((word) => word.text)
    assert.match(line.join(''), new RegExp(`申请表号261100717850555600001第${page}页，共${pages}页`))
  }
})

test('a character that no font has is refused by its name', () => {
  assert.throws(
    () => typesetter.licence(plainLicence({ exporterName: '𠮷野钢铁한' })),
    (error) => error instanceof Unprintable && /“𠮷한”不能印/.test(error.message),
  )
  assert.throws(() => typesetter.application({ ...plainApplication(), state: '한' }), Unprintable)
})

test('a proof says what was decided, about which licence, and what was changed', () => {
  const instant = new Date('2026-11-22T01:02:03.000Z')
  const proof = proofDocument({
    kind: 'amendment',
    licenceNo: '26AA000012',
    exporterName: '演示钢铁集团有限公司',
    exporterCode: '1100DEM000014',
    goodsName: '热轧卷材',
    hsCode: '7208271000',
    unit: '千克',
    quantity: '450000.5',
    usedQuantity: '50000.5',
    writeOffQuantity: null,
    newLicenceNo: '26AA000013',
    reason: '#let x = 客户改港',
    changes: [{ label: '报关口岸', before: '北京关区', after: '天津关区' }],
    steps: [{ step: '复审通过', who: '赵六', at: instant, words: '同意' }],
    authorityName: '商务部配额许可证事务局',
    authorityCode: 'AA',
    decidedAt: instant,
    createdAt: instant,
  })
  const text = textOf(folder, typesetter.proof(proof))
  for (const words of [
    '出口许可证更改证明',
    '新证号26AA000013',
    '450,000.5千克',
    '北京关区',
    '天津关区',
    '赵六',
    '#letx=客户改港',
  ]) {
    assert.ok(text.includes(words), words)
  }
  assert.throws(() => typesetter.proof({ ...proof, statement: '𠮷' }), Unprintable)
})
