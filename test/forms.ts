/** Whole, correct content to start from; a test changes the one thing it is about. */
import { usualChoices, type Facts, type Goods } from '#domain/application/check-facts.ts'
import type { ApplicationForm } from '#domain/application/form.ts'
import { sampleForm, sampleSheet, type Exporter } from '../scripts/sample.ts'

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
  licenceDays: null,
  steel: true,
  coke: false,
  naturalSand: false,
  standardSand: false,
  ods: false,
  frozen: false,
}

/** A complete steel application of this exporter for the year, ready to be sealed: two lines, 259,875.29 dollars. */
export function steelForm(exporter: Exporter, year = 2026): ApplicationForm {
  return {
    ...sampleForm(exporter, `${year}-01-05`),
    contractNo: 'XK2026-STEEL-01',
    lines: [
      { specGrade: 'SPHC 1.2mm×1250mm', unitPrice: '0.58', quantity: '300000.5' },
      { specGrade: 'SPHC 1.4mm×1250mm', unitPrice: '0.5725', quantity: '150000' },
    ],
    producers: [{ ...steelWorks }],
    productCertificates: [{ number: '无编号' }],
  }
}

export const steelSheet = sampleSheet

/** Facts under which the steel form has no open issue: codes all known, contract uploaded, a day in June. */
export function steelFacts(exporter: Exporter): Facts {
  return {
    today: '2026-06-15',
    exporter,
    goods: steelGoods,
    choices: usualChoices,
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
