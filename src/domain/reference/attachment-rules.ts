/**
 * Which papers an application takes, and which it must have: one named rule per type of attachment. Names are
 * those of attachment_types.csv (a test compares them).
 */
import type { LicenceType } from '../commodity/goods.ts'

/** What the rules ask about an application. The last group matters to vehicles and used cars only. */
export type AttachmentFacts = {
  readonly goodsKey: string
  readonly licenceType: LicenceType
  /** Code of licence_trade_mode; '' while not chosen. */
  readonly tradeMode: string
  readonly exporterIsConsignor: boolean
  /** The enterprise has never submitted an application. */
  readonly firstApplication?: boolean

  readonly vehicleForm?: 'new_modified' | 'new' | 'used'
  readonly exporterIsMaker?: boolean
  /** Country of origin, alpha-3. */
  readonly originCountry?: string
  readonly quotaYear?: number
  /** Days from first registration to the application. */
  readonly daysSinceRegistration?: number
  readonly marketHasAccessStandard?: boolean
}

export type AttachmentType = {
  readonly code: string
  readonly name: string
  readonly required: boolean
  /** Why it is asked for, or what it may show, in words for the user. */
  readonly because: string
  /** File name endings that are taken, without the dot. */
  readonly extensions: readonly string[]
  readonly maxBytes: number
}

/** Modes of licence_trade_mode that are processing trade: 进料加工, 来料加工. */
const processingTrade = ['02', '03']
/** 工程承包 */
const contractedProject = '09'
/** 商贸函〔2025〕648号: up to and including this many days after first registration. */
const freshCarDays = 180

const isNewVehicle = (facts: AttachmentFacts) =>
  facts.goodsKey === 'vehicles' && (facts.vehicleForm === 'new' || facts.vehicleForm === 'new_modified')
const isUsedCar = (facts: AttachmentFacts) =>
  facts.goodsKey === 'used_car' || (facts.goodsKey === 'vehicles' && facts.vehicleForm === 'used')
const isNotUsedVehicle = (facts: AttachmentFacts) =>
  (facts.goodsKey === 'vehicles' || facts.goodsKey === 'motorcycles') && !isUsedCar(facts)

type Asked = 'required' | 'offered' | 'no'
type AttachmentRule = {
  readonly name: string
  readonly because: string
  readonly asked: (facts: AttachmentFacts) => Asked
}

const requiredWhen = (condition: boolean): Asked => (condition ? 'required' : 'no')

const rules: Readonly<Record<string, AttachmentRule>> = {
  // 出口许可证签发工作规范 第五条: the application is sealed electronically, so the paper is never required.
  APP_FORM: {
    name: '出口许可证申请表(盖章)',
    because: '已加盖电子签章的申请表代替，不必上传',
    asked: () => 'offered',
  },
  // 同上
  CONTRACT: { name: '出口合同', because: '申领出口许可证须提交出口合同', asked: () => 'required' },
  // 同上; quota, bidding and ODS goods have approval papers of their own below.
  APPROVAL: {
    name: '出口批准文件',
    because: '货物另有主管部门批准文件的，请上传',
    asked: () => 'offered',
  },
  // 同上
  AGENCY: {
    name: '委托代理协议',
    because: '出口商与发货人不一致，须提交委托代理协议',
    asked: (facts) => requiredWhen(!facts.exporterIsConsignor),
  },
  LICENCE_BUSINESS: {
    name: '营业执照、备案登记',
    because: '首次申请须提交营业执照和备案登记材料',
    asked: (facts) => (facts.firstApplication === true ? 'required' : 'offered'),
  },
  // 出口许可证管理货物目录 (2026)
  QUOTA_CERT: {
    name: '配额证明文件',
    because: '配额管理的货物须提交配额证明文件',
    asked: (facts) => requiredWhen(facts.licenceType === 'quota'),
  },
  BID_CERT: {
    name: '配额招标中标证明文件',
    because: '配额招标的货物须提交中标证明文件',
    asked: (facts) => requiredWhen(facts.licenceType === 'bidding'),
  },
  PROC_IMPORT_DECL: {
    name: '海关加工贸易进口报关单',
    because: '以加工贸易方式出口配额招标货物，须提交加工贸易进口报关单',
    asked: (facts) =>
      requiredWhen(facts.licenceType === 'bidding' && processingTrade.includes(facts.tradeMode)),
  },
  // 消耗臭氧层物质管理条例 第二十二条
  ODS_APPROVAL: {
    name: '消耗臭氧层物质进出口审批单',
    because: '消耗臭氧层物质一事一批，须提交有效期内（90 日内且不跨年）的审批单',
    asked: (facts) => requiredWhen(facts.goodsKey === 'ods'),
  },
  // 商务部、海关总署公告 2025 年第 79 号
  STEEL_QC: {
    name: '产品质量检验合格证明',
    because: '钢铁产品须提交生产商出具的产品质量检验合格证明',
    asked: (facts) => requiredWhen(facts.goodsKey === 'steel'),
  },
  // 商产发〔2012〕318号
  BRAND_AUTH: {
    name: '生产企业出口授权',
    because: '非生产企业出口列名企业的车辆，须提交生产企业的出口授权',
    asked: (facts) => requiredWhen(isNotUsedVehicle(facts) && facts.exporterIsMaker !== true),
  },
  // 商贸函〔2025〕648号
  CCC: {
    name: '强制性产品认证',
    because: '新车须有有效的强制性产品认证',
    asked: (facts) => requiredWhen(isNewVehicle(facts)),
  },
  MOD_PROOF: {
    name: '改装真实性证明材料',
    because: '改装车须提交改装真实性证明材料',
    asked: (facts) => requiredWhen(facts.goodsKey === 'vehicles' && facts.vehicleForm === 'new_modified'),
  },
  // 出口许可证管理货物目录 (2017)
  BID_DOC: {
    name: '中标文件、对外承包工程证明',
    because: '以工程承包方式出口的车辆须提交中标文件',
    asked: (facts) => requiredWhen(isNotUsedVehicle(facts) && facts.tradeMode === contractedProject),
  },
  IMPORT_DECL: {
    name: '进口海关单据',
    because: '非中国原产的车辆须提交进口海关单据',
    asked: (facts) =>
      requiredWhen(isNotUsedVehicle(facts) && !['', 'CHN'].includes(facts.originCountry ?? '')),
  },
  // 商务部等五部门公告 2024 年第 6 号, 商贸发[2024]25号
  REG_CERT: {
    name: '机动车登记证书',
    because: '二手车须提交注明转让待出口的机动车登记证书，所有人须为申请人',
    asked: (facts) => requiredWhen(isUsedCar(facts)),
  },
  INSPECTION: {
    name: '产品检测报告',
    because: '二手车须提交第三方机构的检测报告（WM/T 8-2022 或 WM/T 9-2022）',
    asked: (facts) => requiredWhen(isUsedCar(facts)),
  },
  MARKET_DECL: {
    name: '目标国准入声明',
    because: '目标市场有准入标准的，须声明符合该标准',
    asked: (facts) => {
      if (!isUsedCar(facts)) return 'no'
      return facts.marketHasAccessStandard === true ? 'required' : 'offered'
    },
  },
  // 商贸函〔2025〕648号, from 2026 on
  AFTERSALES: {
    name: '售后维修服务确认书',
    because: `申请日距首次注册登记不超过 ${freshCarDays} 日，须提交生产企业盖章的售后维修服务确认书`,
    asked: (facts) =>
      requiredWhen(
        isUsedCar(facts) &&
          (facts.quotaYear ?? 0) >= 2026 &&
          facts.daysSinceRegistration !== undefined &&
          facts.daysSinceRegistration <= freshCarDays,
      ),
  },
}

export const attachmentExtensions = ['pdf', 'jpg', 'jpeg', 'png', 'doc', 'docx', 'xls', 'xlsx'] as const
export const attachmentMaxBytes = 10 * 1024 * 1024

/** The types an application takes, required ones first, in the order of the list. */
export function attachmentTypes(facts: AttachmentFacts): AttachmentType[] {
  const taken = Object.entries(rules).flatMap(([code, { name, because, asked }]) => {
    const answer = asked(facts)
    if (answer === 'no') return []
    const required = answer === 'required'
    return [{ code, name, required, because, extensions: attachmentExtensions, maxBytes: attachmentMaxBytes }]
  })
  return taken.toSorted((a, b) => Number(b.required) - Number(a.required))
}

/** Every type there is, with its name, whether an application takes it or not. */
export const attachmentTypeNames: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(rules).map(([code, { name }]) => [code, name]),
)
