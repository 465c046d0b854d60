/** The content that smoke and bench send: a complete steel application, and a small PDF to attach. */
import {
  emptyApplication,
  emptyContractSheet,
  type ApplicationForm,
  type ContractSheet,
} from '#domain/application/form.ts'
import { organisationCodeProblem, usccProblem } from '#domain/uscc.ts'

export interface Exporter {
  code13: string
  uscc: string
  name: string
}

/** A complete form for the year, `today` inside the contract's days; two lines, 450,000.5 kg. */
export function sampleForm(exporter: Exporter, today: string): ApplicationForm {
  return {
    ...emptyApplication,
    quotaYear: today.slice(0, 4),
    hsCode: '7208271000',
    customsPort: '2225',
    tradeMode: '01',
    destinationCountry: 'KOR',
    consignorCode: exporter.code13,
    consignorUscc: exporter.uscc,
    consignorName: exporter.name,
    transportMode: '2',
    paymentMethod: '6',
    contractNo: 'XK-STEEL-2601',
    importerNameZh: '釜山钢材贸易株式会社',
    importerNameEn: 'BUSAN STEEL TRADING CO., LTD.',
    contractQuantity: '500000',
    contractSignedOn: today,
    contractAmount: '300000',
    contractValidUntil: `${today.slice(0, 4)}-12-31`,
    declarationAccepted: true,
    lines: [
      { specGrade: 'SPHC 1.2mm×1250mm', unitPrice: '0.58', quantity: '200000' },
      { specGrade: 'SPHC 1.2mm×1500mm', unitPrice: '0.59', quantity: '100000.5' },
      { specGrade: 'SPHC 1.4mm×1250mm', unitPrice: '0.5725', quantity: '100000' },
      { specGrade: 'SPHC 1.4mm×1500mm', unitPrice: '0.575', quantity: '50000' },
    ],
    producers: [{ name: '演示轧钢厂', uscc: '913302007588959361' }],
    productCertificates: [{ number: 'ZJ-2026-0815' }],
    issuingAuthority: 'AA',
    applicantName: '钱思远',
    applicantPhone: '13800138000',
  }
}

/** Numbers of a made-up company in Beijing with right check characters, from eight digits or capitals (no I, O, S, V, Z). */
export function sampleNumbers(stem: string): { uscc: string; code13: string } {
  const checked = (checks: string, code: (check: string) => string, problem: typeof usccProblem) => {
    const found = [...checks].map(code).find((one) => problem(one) === undefined)
    if (found === undefined) throw new Error(`no code from ${stem}`)
    return found
  }
  const organisation = checked('0123456789X', (check) => stem + check, organisationCodeProblem)
  const uscc = checked(
    '0123456789ABCDEFGHJKLMNPQRTUWXY',
    (check) => `91110000${organisation}${check}`,
    usccProblem,
  )
  return { uscc, code13: `1100${organisation}` }
}

/** What the form says instead for tungsten, which the demonstration puts under quota; a quantity that the grant has many times. */
export const sampleQuotaGoods = (today: string): Partial<ApplicationForm> => ({
  hsCode: '8101940000',
  quotaDocNo: `演示W01-${today.slice(0, 4)}`,
  contractNo: 'XK-TUNGSTEN-2601',
  contractQuantity: '500',
  contractAmount: '19250',
  lines: [{ specGrade: 'W-1 99.95%', unitPrice: '38.5', quantity: '120.5' }],
})

export function sampleSheet(): ContractSheet {
  return {
    ...emptyContractSheet,
    foundedOn: '2001-05-18',
    registeredCapitalWan: '50000',
    address: '北京市朝阳区演示路 1 号',
    contactName: '李四',
    contactPhone: '010-12345678',
    contactMobile: '13900139000',
    exporterSignatory: '王五',
    paymentMethod: '6',
    goodsDescription: '热轧卷材，厚度小于 1.5 毫米，经酸洗',
  }
}

/** A one-page PDF that says `words` (ASCII), padded by a comment to at least `bytes`. */
export function samplePdf(words: string, bytes = 0): Buffer {
  const text = `BT /F1 18 Tf 60 760 Td (${words.replace(/[()\\]/g, '')}) Tj ET`
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${text.length} >>\nstream\n${text}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ]
  let pdf = `%PDF-1.4\n%${'x'.repeat(Math.max(0, bytes - 700))}\n`
  const offsets = objects.map((object, index) => {
    const offset = pdf.length
    pdf += `${index + 1} 0 obj\n${object}\nendobj\n`
    return offset
  })
  const start = pdf.length
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  pdf += `xref\n0 6\n0000000000 65535 f \n${table}trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`
  return Buffer.from(pdf, 'latin1')
}
