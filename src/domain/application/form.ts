/**
 * The export-licence application: fields of the form (manual 004 pages 许可证申请, 000 录入申请表) and of its
 * contract sheet (申请表合同信息表, four blocks). Conditions that hang on the goods or on other people's data
 * stand in check.ts; what the system computes (totals, names, numbers) is in content.ts.
 */
import { code13Problem, usccProblem } from '../uscc.ts'
import { emailProblem, mobileProblem, phoneProblem, postcodeProblem } from '../phone.ts'
import {
  draftSchema,
  emptyForm,
  type CodeField,
  type DayField,
  type FieldTable,
  type FormOf,
} from '../fields.ts'

/** Version of the stored form; a change of meaning adds one and an upgrade function in upgrade.ts. */
export const formVersion = 1

const text = (label: string, max: number, more: object = {}) => ({
  kind: 'text' as const,
  label,
  max,
  ...more,
})
const code = (label: string, list: string, required = true): CodeField => ({
  kind: 'code',
  label,
  list,
  required,
})
const day = (label: string, required = true): DayField => ({ kind: 'day', label, required })
const decimal = (label: string, integerDigits: number, fractionDigits: number, required = true) => ({
  kind: 'decimal' as const,
  label,
  integerDigits,
  fractionDigits,
  required,
})
const yesNo = (label: string, initial: boolean) => ({ kind: 'yesNo' as const, label, initial })

const year = (value: string) => (/^20\d\d$/.test(value) ? undefined : '年度应为四位数字，例如 2026')
const noChinese = (value: string) =>
  /\p{Script=Han}/u.test(value) ? '进口商英文名称不能含汉字，请填写外文名称' : undefined

/** Digits a quantity may have before the point: box 14 of the licence takes nine. */
const quantityDigits = 9

/** Chosen before the form opens (预录入, manuals 000 and 004); all of them stay visible on the form. */
export const preEntryFields = {
  quotaYear: text('年度', 4, { required: true, problem: year }),
  hsCode: code('商品代码', 'commodity'),
  customsPort: code('报关口岸', 'customs_port'),
  tradeMode: code('贸易方式', 'licence_trade_mode'),
  destinationCountry: code('进口国(地区)', 'country'),
} as const

export const fields = {
  ...preEntryFields,
  consignorCode: text('发货人代码', 13, { required: true, problem: code13Problem }),
  consignorUscc: text('发货人社会信用代码', 18, { required: true, problem: usccProblem }),
  consignorName: text('发货人名称', 100, { required: true }),
  transportMode: code('运输方式', 'transport_mode'),
  paymentMethod: code('付款方式', 'payment_method'),
  contractNo: text('合同号', 50, { required: true }),
  importerNameZh: text('进口商中文名称', 100, { required: true, hint: '请如实、完整、准确填写' }),
  importerNameEn: text('进口商英文名称', 200, {
    required: true,
    hint: '请如实、完整、准确填写',
    problem: noChinese,
  }),
  contractQuantity: decimal('合同总数量', 11, 4),
  contractSignedOn: day('合同签订日期'),
  contractAmount: decimal('合同总金额', 15, 2),
  contractCurrency: code('结算币种', 'currency'),
  contractValidUntil: day('合同有效日期'),
  declarationAccepted: yesNo('承诺', false),

  priceCurrency: code('单价币别', 'currency'),
  originCountry: code('原产国(地区)', 'country'),
  sandProofNo: text('证明书编号', 50),
  approvalNo: text('批复单号', 50),
  quotaDocNo: text('配额文号', 50),
  lines: {
    kind: 'rows' as const,
    label: '规格型号信息',
    max: 4,
    fields: {
      specGrade: text('规格、等级', 60),
      unitPrice: decimal('单价', 8, 4, false),
      quantity: decimal('数量', quantityDigits, 4, false),
    },
  },
  producers: {
    kind: 'rows' as const,
    label: '生产商',
    max: 50,
    fields: {
      name: text('生产商名称', 100),
      uscc: text('生产商统一社会信用代码', 18, { problem: usccProblem }),
    },
  },
  productCertificates: {
    kind: 'rows' as const,
    label: '产品证明编号',
    max: 50,
    fields: { number: text('产品质量检验合格证明编号', 60) },
  },

  remark: text('备注', 200, { multiline: true }),
  oneBatch: yesNo('是否一批一证', true),
  issuingAuthority: code('发证机构', 'authority'),
  applicantName: text('申领人姓名', 30, { required: true }),
  applicantPhone: text('申领人联系方式', 20, { required: true, problem: phoneProblem }),
  additionalInfo: text('附加信息说明', 330, { multiline: true, hint: '最多录入 330 个字，印在附加信息表上' }),
} as const

export type ApplicationForm = FormOf<typeof fields>
export type Line = ApplicationForm['lines'][number]

/** Block 1 of the contract sheet, which is also the enterprise data page (申请企业信息). */
export const enterpriseInfoFields = {
  foundedOn: day('企业成立日期'),
  registeredCapitalWan: decimal('注册资本(万元)', 12, 4),
  address: text('企业地址', 200, { required: true }),
  contactName: text('企业联系人', 30, { required: true }),
  contactPhone: text('企业联系电话', 20, { required: true, problem: phoneProblem }),
  contactMobile: text('企业联系人手机', 11, { required: true, problem: mobileProblem }),
  contactEmail: text('企业联系人邮箱', 100, { problem: emailProblem }),
  fax: text('传真', 20, { problem: phoneProblem }),
  postcode: text('邮编', 6, { problem: postcodeProblem }),
  ftoRecordNo: text('对外贸易经营者备案登记号', 50),
  fieApprovalNo: text('外商投资企业批准证书号', 50),
  businessLicenceNo: text('营业执照注册号', 50),
} as const
export type EnterpriseInfo = FormOf<typeof enterpriseInfoFields>

export const contractSheetFields = {
  ...enterpriseInfoFields,
  exporterSignatory: text('出口商签署人', 30, { required: true }),
  paymentMethod: code('付款方式', 'payment_method'),
  goodsDescription: text('商品名称及规格描述', 500, { required: true, multiline: true }),
  principalName: text('委托人名称', 100),
  agentName: text('代理人名称', 100),
  agencyContractNo: text('代理合同/协议号', 50),
  agencySignedOn: day('代理合同签订日期', false),
  agencyValidUntil: day('合同/协议有效日期', false),
  shipperName: text('发货企业名称', 100),
  shipperContact: text('发货企业联系人', 30),
  shipperAddress: text('发货企业地址', 200),
  shipperPhone: text('发货企业联系电话', 20, { problem: phoneProblem }),
  domesticTransportMode: code('国内运输方式', 'transport_mode', false),
  domesticWaybillNo: text('国内运单号码', 50),
  departureOn: day('启运日期', false),
  arrivalOn: day('预计到港日期', false),
  producerName: text('商品生产企业名称', 100),
  producerAddress: text('商品生产企业地址', 200),
  producerPhone: text('商品生产企业电话', 20, { problem: phoneProblem }),
  producerFax: text('商品生产企业传真', 20, { problem: phoneProblem }),
  freightTerms: code('运费计价方式', 'freight_term', false),
  freightTotalCny: decimal('运费合计(元)', 12, 2, false),
  goodsUse: text('商品详细用途', 200, { multiline: true }),
} as const
export type ContractSheet = FormOf<typeof contractSheetFields>

/** Fields of block 3; all required when exporter and consignor differ, except the waybill (not known yet). */
export const agencyFields = [
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
] as const satisfies readonly (keyof ContractSheet)[]

export const applicationTable: FieldTable = fields
export const contractSheetTable: FieldTable = contractSheetFields
export const enterpriseInfoTable: FieldTable = enterpriseInfoFields

export const ApplicationDraft = draftSchema(applicationTable)
export const ContractSheetDraft = draftSchema(contractSheetTable)
export const EnterpriseInfoDraft = draftSchema(enterpriseInfoTable)

/** Whatever is stored or sent becomes a whole form: absent fields empty, unknown ones gone. */
function whole<T extends Record<string, unknown>>(empty: T, given: Record<string, unknown>): T {
  return Object.assign(
    {},
    empty,
    Object.fromEntries(Object.entries(given).filter(([name, value]) => name in empty && value !== undefined)),
  )
}

export const emptyApplication: ApplicationForm = {
  ...blank(fields),
  originCountry: 'CHN',
  priceCurrency: 'USD',
  contractCurrency: 'USD',
}
export const emptyContractSheet: ContractSheet = blank(contractSheetFields)
export const emptyEnterpriseInfo: EnterpriseInfo = blank(enterpriseInfoFields)

function blank<T extends Record<string, { kind: string }>>(table: T & FieldTable): FormOf<T> {
  return emptyForm(table) as FormOf<T>
}

/** A parsed draft as a whole form; defaults (USD, 中国) fill what was never sent. */
export const wholeForm = (draft: Record<string, unknown>): ApplicationForm => whole(emptyApplication, draft)
export const wholeContractSheet = (draft: Record<string, unknown>): ContractSheet =>
  whole(emptyContractSheet, draft)
export const wholeEnterpriseInfo = (draft: Record<string, unknown>): EnterpriseInfo =>
  whole(emptyEnterpriseInfo, draft)

/** A copy starts with the same content; dates of the contract stay, the declaration must be made anew. */
export const copied = (form: ApplicationForm): ApplicationForm => ({ ...form, declarationAccepted: false })
