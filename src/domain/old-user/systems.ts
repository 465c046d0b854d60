/**
 * The separate systems that were there before the platform (manual 001 存量用户登录-用户情况分类), each by the code of the
 * service that has taken its place, and the name with which its users come to the platform.
 */
import type { ServiceCode } from '../hall/catalogue.ts'

interface OldSystem {
  /** As the manual calls it. */
  name: string
  /** Its users keep their old name; of the others the 13-character code stands before it. */
  ownName?: true
  /** Its password may stay unless it is weak (manual 001: 若原密码是弱密码，则弹出修改密码界面). */
  keepsPassword?: true
}

export const oldSystems = {
  import_licence: { name: '进口' },
  export_licence: { name: '出口' },
  automatic_import_general: { name: '非机电自动进口' },
  farm_quota: { name: '农产品' },
  fertiliser_quota: { name: '化肥' },
  textile_origin: { name: '纺织品产地证' },
  dual_use: { name: '两用物项', ownName: true },
  automatic_import_electromechanical: { name: '机电产品进口单证', ownName: true, keepsPassword: true },
} as const satisfies Partial<Record<ServiceCode, OldSystem>>

export type OldSystemCode = keyof typeof oldSystems
export const isOldSystem = (code: string): code is OldSystemCode => Object.hasOwn(oldSystems, code)
export const oldSystemCodes = Object.keys(oldSystems).filter(isOldSystem)
export const oldSystemOf = (code: OldSystemCode): OldSystem => oldSystems[code]
export const oldSystemName = (code: string): string => (isOldSystem(code) ? oldSystems[code].name : code)

/** The user name on the platform: 13 位企业代码-原用户名, or the old name itself (manual 001 背景说明-登录变化). */
export const platformName = (system: OldSystemCode, code13: string, oldName: string): string =>
  oldSystemOf(system).ownName === true ? oldName : `${code13}-${oldName}`

/** Sign-ins by the old entrance before it closes (manual 001: 超过10次后原登录口将自动关闭). */
export const entranceLimit = 10

/** Where an old user stands. */
export const oldUserStates = {
  waiting: '未登录过',
  begun: '首次登录未完成',
  taken: '已启用',
} as const
export type OldUserState = keyof typeof oldUserStates
