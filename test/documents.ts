/** Documents to be printed, plain and as full as the forms allow; and what the printed page says. */
import { execFileSync, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { applicationDocument, type ApplicationDocument } from '#domain/application/document.ts'
import type { WordsSection } from '#domain/application/words.ts'
import type { LicenceDocument } from '#domain/licence/document.ts'

const line = {
  spec: 'SPHC 1.4×1250×C',
  unit: '千克',
  quantity: '1,250,000',
  unitPrice: '0.582',
  amount: '727,500.00',
  amountUsd: '727,500.00',
}

export const plainLicence = (changes: Partial<LicenceDocument> = {}): LicenceDocument => ({
  exporterName: '北方钢铁国际贸易有限公司',
  exporterCode: '1100717850555',
  consignorName: '天津远洋货运代理有限公司',
  consignorCode: '1200776367555',
  licenceNo: '26AA600001',
  expiryDate: '2026年12月31日',
  tradeMode: '一般贸易',
  contractNo: 'BGI-2026-EXP-00187',
  customsPort: '新港海关',
  destinationCountry: '韩国',
  paymentMethod: '信用证',
  transportMode: '海上运输',
  goodsName: '厚度<1.5mm其他的热轧卷材(经酸洗, 宽≥600mm)',
  hsCode: '7208271000',
  currency: 'USD',
  lines: [line, { ...line, spec: 'SPHD 1.2×1000×C', quantity: '860,000', amount: '519,870.00' }],
  totals: { quantity: '2,110,000', amount: '1,247,370.00', amountUsd: '1,247,369.99' },
  remark: '非一批一证',
  authorityName: '商务部配额许可证事务局',
  authorityCode: 'AA',
  issuedOn: '2026年11月22日',
  additionalInfo: '',
  verifyUrl: 'http://localhost:3000/verify?no=26AA600001&code=7K3M9QXD',
  checkCode: '7K3M-9QXD',
  createdAt: '2026-11-22T01:02:03.000Z',
  ...changes,
})

/** `length` letters of the words over and over, ended by a mark that only they have. */
export const filledTo = (length: number, words: string, mark: string): string =>
  [...words.repeat(Math.ceil(length / [...words].length))].slice(0, length - mark.length).join('') + mark

/** Every box at the greatest length its field takes. */
export const fullLicence = (): LicenceDocument =>
  plainLicence({
    exporterName: filledTo(100, '内蒙古自治区北方钢铁国际贸易集团股份有限公司', '甲末'),
    consignorName: filledTo(100, '天津远洋货运代理有限公司', '乙末'),
    contractNo: filledTo(50, 'BGI2026EXP00187', 'CEND'),
    customsPort: '中华人民共和国天津新港海关驻东疆港区办事处',
    destinationCountry: '大不列颠及北爱尔兰联合王国（英国）',
    // The longest name of the tariff.
    goodsName:
      '高温承压用合金钢无缝钢管（抗拉强度≥620MPa、屈服强度≥440MPa）（外径在127mm以上（含127mm），化学成分（wt%）中碳（C）的含量≥0.07且≤0.13、铬（Cr）的含量≥8.5且≤9.5、钼（Mo）的含量≥0.3且≤0.6、钨（W）的含量≥1.5且≤2.0、抗拉强度≥620Mpa、屈服强度≥440Mpa）',
    lines: ['一', '二', '三', '四'].map((row) => ({
      spec: filledTo(60, '规格等级很长的一行文字', `${row}末`),
      unit: '千克',
      quantity: '123,456,789.1234',
      unitPrice: '9,876,543.2100',
      amount: '999,999,999,999.99',
      amountUsd: '999,999,999,999.98',
    })),
    totals: {
      quantity: '493,827,156.4936',
      amount: '3,999,999,999,999.96',
      amountUsd: '3,999,999,999,999.92',
    },
    remark: filledTo(230, '本批货物分两次装运，', '丁末'),
    additionalInfo: filledTo(330, '附加信息说明，', '戊末'),
  })

const answer = (name: string, label: string, text: string) => ({ name, label, text })

const sections = (long: boolean): WordsSection[] => {
  const upTo = (length: number, words: string) => (long ? filledTo(length, words, '末') : words)
  return [
    {
      title: '基本数据',
      answers: [
        answer('exporterCode', '出口商代码', '1100717850555'),
        answer('exporterUscc', '出口商社会信用代码', '91110000717850555P'),
        answer('exporterName', '出口商名称', upTo(100, '北方钢铁国际贸易有限公司')),
        answer('applyDate', '申请日期', '2026-11-21'),
        answer('quotaYear', '年度', '2026'),
        answer('customsPort', '报关口岸', '新港海关（0202）'),
        answer('consignorCode', '发货人代码', '1200776367555'),
        answer('consignorUscc', '发货人社会信用代码', '91120116776367555Y'),
        answer('consignorName', '发货人名称', upTo(100, '天津远洋货运代理有限公司')),
        answer('tradeMode', '贸易方式', '一般贸易（01）'),
        answer('destinationCountry', '进口国(地区)', '韩国（133）'),
        answer('transportMode', '运输方式', '水路运输（2）'),
        answer('paymentMethod', '付款方式', '信用证（6）'),
        answer('contractNo', '合同号', upTo(50, 'BGI-2026-EXP-00187')),
        answer('importerNameZh', '进口商中文名称', upTo(100, '韩国现代制铁株式会社')),
        answer(
          'importerNameEn',
          '进口商英文名称',
          long ? `${'W'.repeat(195)}IMEND` : 'Hyundai Steel Co., Ltd.',
        ),
        answer('contractQuantity', '合同总数量', '2,200,000'),
        answer('contractSignedOn', '合同签订日期', '2026-11-01'),
        answer('contractAmount', '合同总金额', '1,300,000'),
        answer('contractCurrency', '结算币种', '美元（USD）'),
        answer('contractValidUntil', '合同有效日期', '2027-06-30'),
        answer('declarationAccepted', '承诺', '是'),
      ],
    },
    {
      title: '商品信息',
      answers: [
        answer('goodsName', '商品名称', '厚度<1.5mm其他的热轧卷材(经酸洗, 宽≥600mm)'),
        answer('goodsCategory', '商品大类码', 'C05000'),
        answer('goodsUnit', '商品单位', '千克'),
        answer('hsCode', '商品代码', '7208271000'),
        answer('priceCurrency', '单价币别', '美元（USD）'),
        answer('originCountry', '原产国(地区)', '中国（142）'),
        answer('sandProofNo', '证明书编号', '—'),
        answer('approvalNo', '批复单号', 'ODS-2026-77'),
        answer('totalQuantity', '合计数量', '2,110,000 千克'),
        answer('totalAmount', '总金额', '1,247,370.00'),
        answer('totalAmountUsd', '总值折美元', '1,247,369.99'),
      ],
      rows: [
        {
          headings: ['规格、等级', '单价', '数量', '总价', '总值折美元'],
          cells: [[upTo(60, 'SPHC 1.4×1250×C'), '0.5820', '1,250,000', '727,500.00', '727,499.99']],
        },
      ],
    },
    {
      title: '生产商与产品证明',
      answers: [],
      rows: [
        {
          headings: ['生产商名称', '统一社会信用代码'],
          cells: Array.from({ length: long ? 50 : 1 }, (_, i) => [
            upTo(100, `河北燕山钢铁有限公司${i + 1}`),
            '91130283755474128X',
          ]),
        },
        {
          headings: ['产品质量检验合格证明编号'],
          cells: Array.from({ length: long ? 50 : 1 }, (_, i) => [`QC-2026-${i + 1}`]),
        },
      ],
    },
    {
      title: '其他信息',
      answers: [
        answer('remark', '备注', upTo(200, '首批，分两次装运')),
        answer('oneBatch', '是否一批一证', '是'),
        answer('issuingAuthority', '发证机构', '商务部配额许可证事务局（AA）'),
        answer('applicantName', '申领人姓名', '李文静'),
        answer('applicantPhone', '申领人联系方式', '010-62345678'),
        answer('additionalInfo', '附加信息说明', upTo(330, '附加信息说明')),
      ],
    },
    {
      title: '对外成交合同/协议信息',
      answers: [
        answer('exporterSignatory', '出口商签署人', '陈海涛'),
        answer('paymentMethod', '付款方式', '电汇（2）'),
        answer('goodsDescription', '商品名称及规格描述', upTo(500, '热轧卷材')),
      ],
    },
    {
      title: '附件',
      answers: [],
      rows: [
        {
          headings: ['类型', '文件名', 'SHA-256'],
          cells: [['出口合同', upTo(200, '合同 BGI-2026-EXP-00187.pdf'), '3f2a91bc'.repeat(8)]],
        },
      ],
    },
  ]
}

export const plainApplication = (): ApplicationDocument => sampleApplication(false)
/** Every answer at the greatest length its field takes, 50 producers and certificates. */
export const fullApplication = (): ApplicationDocument => sampleApplication(true)

const sampleApplication = (long: boolean): ApplicationDocument =>
  applicationDocument({
    applicationNo: '261100717850555600001',
    windowNo: 'XK20260000000001',
    licenceNo: '26AA600001',
    state: '复审通过',
    sections: sections(long),
    seal: {
      enterpriseName: long ? filledTo(100, '北方钢铁国际贸易有限公司', '末') : '北方钢铁国际贸易有限公司',
      signer: '王晓明',
      signedAt: new Date('2026-11-21T06:03:22Z'),
      certificateSerial: '5f3a09c7d1e2b4a8',
      digest: 'a1b2c3d4'.repeat(8),
    },
    reviews: [
      { step: '初审通过', officer: '王芳', at: new Date('2026-11-21T07:00:00Z'), opinion: '材料齐全' },
      { step: '复审通过', officer: '赵强', at: new Date('2026-11-21T08:00:00Z'), opinion: '同意签发' },
    ],
    createdAt: new Date('2026-11-22T01:02:03Z'),
  })

// ---- what the page says

const written = (folder: string, pdf: Uint8Array): string => {
  const path = join(folder, 'page.pdf')
  writeFileSync(path, pdf)
  return path
}

/** The text in reading order without line ends and blanks, as poppler reads it. */
export const textOf = (folder: string, pdf: Uint8Array): string =>
  execFileSync('pdftotext', [written(folder, pdf), '-'], { encoding: 'utf8', stdio: 'pipe' }).replace(
    /\s/g,
    '',
  )

export type PlacedWord = {
  readonly page: number
  readonly text: string
  readonly left: number
  readonly right: number
  readonly middle: number
}

const MM = 25.4 / 72

/** Every word with its place on the page in millimetres; `middle` is the height of its middle. */
export function wordsOfPages(folder: string, pdf: Uint8Array): PlacedWord[] {
  const html = execFileSync('pdftotext', ['-bbox', written(folder, pdf), '-'], {
    encoding: 'utf8',
    stdio: 'pipe',
  })
  const entities: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }
  return html
    .split('<page ')
    .slice(1)
    .flatMap((page, index) =>
      [...page.matchAll(/xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">(.*?)<\/word>/g)].map(
        ([, left, top, right, bottom, text = '']) => ({
          page: index + 1,
          text: text.replace(/&(\w+);/g, (whole, name: string) => entities[name] ?? whole),
          left: Number(left) * MM,
          right: Number(right) * MM,
          middle: ((Number(top) + Number(bottom)) / 2) * MM,
        }),
      ),
    )
}

/** What a camera reads on the first page. */
export function qrOf(folder: string, pdf: Uint8Array): string {
  execFileSync(
    'pdftoppm',
    ['-r', '150', '-f', '1', '-l', '1', '-png', '-singlefile', written(folder, pdf), join(folder, 'page')],
    {
      stdio: 'pipe',
    },
  )
  return execFileSync('zbarimg', ['--quiet', '--raw', join(folder, 'page.png')], {
    encoding: 'utf8',
    stdio: 'pipe',
  }).trim()
}

/** What poppler says of the signature, trusting the certificates in the NSS database of `folder`. */
export function pdfsig(folder: string, pdf: Uint8Array): string {
  const outcome = spawnSync('pdfsig', ['-no-ocsp', '-nssdir', folder, written(folder, pdf)], {
    encoding: 'utf8',
  })
  return outcome.stdout
}
