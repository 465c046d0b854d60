/** The content a new application begins with, before anything else is typed. */
import type { Enterprise } from '#api/enterprise.ts'
import type { Commodity } from '#api/reference.ts'
import {
  copied,
  emptyApplication,
  emptyContractSheet,
  wholeContractSheet,
  type ApplicationForm,
} from '#domain/application/form.ts'
import type { Content } from './form/content.ts'

export type PreEntry = Pick<
  ApplicationForm,
  'quotaYear' | 'hsCode' | 'customsPort' | 'tradeMode' | 'destinationCountry'
>

/** Code of 一般贸易 in licence_trade_mode, the default of manual 004. */
export const usualTradeMode = '01'

/**
 * From the pre-entry (manual 004 预录入): consignor = exporter, the authority the goods and the enterprise lead to,
 * block 1 of the contract sheet from 申请企业信息, the person at the desk as applicant.
 */
export function newContent(
  preEntry: PreEntry,
  enterprise: Pick<Enterprise, 'code13' | 'uscc' | 'name' | 'info'>,
  more: { issuingAuthority: string; personName: string },
): Content {
  return {
    form: {
      ...emptyApplication,
      ...preEntry,
      consignorCode: enterprise.code13,
      consignorUscc: enterprise.uscc,
      consignorName: enterprise.name,
      issuingAuthority: more.issuingAuthority,
      applicantName: more.personName,
      applicantPhone: enterprise.info['contactPhone'] ?? '',
    },
    contractSheet: wholeContractSheet({ ...emptyContractSheet, ...enterprise.info }),
  }
}

/** A copy (manual 000 复制): the same content, to be declared anew; files, seal and numbers stay behind. */
export const copiedContent = ({ form, contractSheet }: Content): Content => ({
  form: copied(form),
  contractSheet,
})

type ChosenGoods = Pick<
  Commodity,
  'hsCode' | 'steel' | 'coke' | 'naturalSand' | 'ods' | 'licenceType' | 'multiUse'
>

/**
 * What changes in the form when other goods are chosen: what only the former ones ask for goes, so that nothing is
 * sealed that the form no longer asks. Keyed by the paths of the form.
 */
export function forOtherGoods(
  form: ApplicationForm,
  goods: ChosenGoods,
  before: { coke: boolean } | undefined,
): Readonly<Record<string, unknown>> {
  return {
    hsCode: goods.hsCode,
    ...(goods.steel ? {} : { producers: [], productCertificates: [] }),
    ...(goods.naturalSand ? {} : { sandProofNo: '' }),
    ...(goods.ods ? {} : { approvalNo: '' }),
    ...(goods.licenceType === 'licence' ? { quotaDocNo: '' } : {}),
    ...(goods.multiUse ? {} : { oneBatch: true }),
    // Coke takes one of three fixed specifications, other goods any text.
    ...(goods.coke === (before?.coke ?? goods.coke)
      ? {}
      : { lines: form.lines.map((line) => ({ ...line, specGrade: '' })) }),
  }
}
