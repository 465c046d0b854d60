/**
 * Rules for a few goods that rest on old or incomplete sources. Each table says how well it is known; what is not
 * known to hold today is a hint to applicant and reviewer and stops nothing, until an administrator puts it in force.
 */

/** Rules of 2007 that a notice of today would have to bring back; none has been found, so usually none is in force. */
export type OldRule = 'O3' | 'O4'

/**
 * Goods that are on the list of dual-use items too (两用物项和技术进出口许可证管理目录): they need no export licence, only
 * the dual-use licence. Headings stand for what the examples of 2023 name in words; the list is not verified.
 */
export interface DualUse {
  /** First digits of the commodity code. */
  heading: string
  name: string
  /** The heading holds other goods as well: what decides, in words. Absent: all of it is dual-use. */
  decidedBy?: string
  verified: boolean
}
export const dualUse: readonly DualUse[] = [
  { heading: '811212', name: '铍', verified: false },
  { heading: '8109', name: '锆', verified: false },
  { heading: '810110', name: '钨粉', decidedBy: '粒度小于 500 微米的', verified: false },
  { heading: '28053015', name: '铈及其合金', decidedBy: '粒度小于 500 微米的', verified: false },
]
export const dualUseOf = (hsCode: string): DualUse | undefined =>
  hsCode === '' ? undefined : dualUse.find((one) => hsCode.startsWith(one.heading))

/** Live animals for Hong Kong and Macao by land: licensed by the authorities in Guangzhou and Shenzhen alone (2007). */
export const landAnimals = {
  goods: ['live_cattle_hkmo', 'live_pigs_hkmo', 'live_chickens_hk'],
  destinations: ['HKG', 'MAC'],
  /** 铁路, 公路. */
  transport: ['3', '4'],
  /** 广州市, 深圳市, and the special offices there. */
  authorities: ['43', '36', 'AE', 'AF'],
  verified: false,
} as const

/**
 * Sawn timber from imported logs: the remark names it, and it leaves through ports of the enterprise's own province
 * (2007). Which ports is not known one by one: the province's customs districts stand for them.
 */
export const importedLogs = { goods: 'sawn_timber', remark: '进口原木加工锯材', verified: false } as const

/** First two digits of the customs districts of a province, for provinces where logs come in. */
export const logDistricts: Readonly<Record<string, readonly string[]>> = {
  内蒙古自治区: ['06', '07'],
  辽宁省: ['08', '09'],
  吉林省: ['15'],
  黑龙江省: ['19'],
  江苏省: ['23'],
  山东省: ['42', '43'],
  新疆维吾尔自治区: ['94'],
}
