/** Whole, correct content to start from; a test changes the one thing it is about. */
import type { Facts, Goods } from '#domain/application/check.ts'
import {
  emptyApplication,
  emptyContractSheet,
  type ApplicationForm,
  type ContractSheet,
} from '#domain/application/form.ts'

/** Numbers that pass their checks and belong to nobody: a made-up consignor and a made-up steel works. */
export const otherEnterprise = { code13: '1100717850555', uscc: '91110000717850555P', name: '另一发货企业' }
export const steelWorks = { name: '演示轧钢厂', uscc: '913302007588959361' }

export const steelGoods: Goods = {
  hsCode: '7208271000',
  goodsKey: 'steel',
  name: '厚度<1.5mm其他的热轧卷材',
  categoryCode: 'C90450',
  unitName: '千克',
  licenceType: 'licence',
  active: true,
  selectable: true,
  unselectableReason: null,
  multiUse: false,
  unitDecimals: 1,
  steel: true,
  coke: false,
  naturalSand: false,
  standardSand: false,
  ods: false,
  frozen: false,
}

export interface Exporter {
  code13: string
  uscc: string
  name: string
}

/** A complete steel application of this exporter for the year, ready to be sealed. */
export function steelForm(exporter: Exporter, year = 2026): ApplicationForm {
  return {
    ...emptyApplication,
    quotaYear: String(year),
    hsCode: steelGoods.hsCode,
    customsPort: '2225',
    tradeMode: '01',
    destinationCountry: 'KOR',
    consignorCode: exporter.code13,
    consignorUscc: exporter.uscc,
    consignorName: exporter.name,
    transportMode: '2',
    paymentMethod: '6',
    contractNo: 'XK2026-STEEL-01',
    importerNameZh: '釜山钢材贸易株式会社',
    importerNameEn: 'BUSAN STEEL TRADING CO., LTD.',
    contractQuantity: '500000',
    contractSignedOn: `${year}-01-05`,
    contractAmount: '300000',
    contractCurrency: 'USD',
    contractValidUntil: `${year}-12-31`,
    declarationAccepted: true,
    priceCurrency: 'USD',
    lines: [
      { specGrade: 'SPHC 1.2mm×1250mm', unitPrice: '0.58', quantity: '300000.5' },
      { specGrade: 'SPHC 1.4mm×1250mm', unitPrice: '0.5725', quantity: '150000' },
    ],
    producers: [{ ...steelWorks }],
    productCertificates: [{ number: '无编号' }],
    issuingAuthority: 'AA',
    applicantName: '张三',
    applicantPhone: '13800138000',
  }
}

export function steelSheet(): ContractSheet {
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

/** Facts under which the steel form has no open issue: codes all known, contract uploaded, a day in June. */
export function steelFacts(exporter: Exporter): Facts {
  return {
    today: '2026-06-15',
    exporter,
    goods: steelGoods,
    code: (_list, code) => ({ name: code, usable: true }),
    usdRate: (currency) => ({ USD: '1', EUR: '1.08', CNY: '0.14' })[currency] ?? '',
    attachmentNeeds: [
      { code: 'CONTRACT', name: '出口合同', required: true, because: '申领须提交' },
      { code: 'STEEL_QC', name: '产品质量检验合格证明', required: true, because: '钢铁产品' },
    ],
    attachments: [{ type: 'CONTRACT' }, { type: 'STEEL_QC' }],
    unprintable: () => [],
  }
}
