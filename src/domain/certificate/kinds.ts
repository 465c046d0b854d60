/** What certificates there are (manual 003: 机电、非机电、二手车), where their keys live, and why one is revoked. */

/** Words of the manual; the type decides which user name is asked for, not what the key may do. */
export const certificateTypes = {
  general: '非机电类许可证',
  electromechanical: '机电类许可证',
  used_car: '二手车出口',
} as const
export type CertificateType = keyof typeof certificateTypes
export const isCertificateType = (name: string): name is CertificateType =>
  Object.hasOwn(certificateTypes, name)

export const keyDevices = { file: '电子钥匙文件', token: 'USB 电子钥匙', phone: '手机' } as const
export type KeyDevice = keyof typeof keyDevices
export const isKeyDevice = (name: string): name is KeyDevice => Object.hasOwn(keyDevices, name)

/** Why a certificate is revoked: the codes of the revocation list (RFC 5280 5.3.1) in words. */
export const revocationCodes = {
  keyCompromise: '遗失、被盗或 PIN 泄露',
  affiliationChanged: '持有人离职或换岗',
  superseded: '已换发新的电子钥匙',
  cessationOfOperation: '不再使用',
  privilegeWithdrawn: '发证机构注销',
} as const
export type RevocationCode = keyof typeof revocationCodes
