/** What is sent by SMS to an authorised phone. A number may be a stranger's: no name and no user name in it. */
import { dayOf } from '../day.ts'
import { makingDays } from './actions.ts'

const from = '【出口许可证系统】'

export const readyText = (enterpriseName: string): string =>
  `${from}${enterpriseName}已授权本手机号码安装手机证书。请在手机上登录 APP，用本号码和短信验证码登录后点击“制作证书”，` +
  `${makingDays} 天内有效。与您无关的，请忽略本短信。`

export const issuedText = (enterpriseName: string, notAfter: Date): string =>
  `${from}${enterpriseName}的手机证书已在本号码的手机上制作，有效期至 ${dayOf(notAfter)}。非本人操作，请立即在电脑端注销。`

export const revokedText = (reason: string): string =>
  `${from}本号码的手机证书已注销，不能再用。原因：${reason}。`
