/** One-time codes: how long they are, how long they hold, how often they may be tried, and what is said. */

export const codeDigits = 6
export const codeLifeMs = 5 * 60_000
export const codeTries = 5
/** A recipient gets another one after so long. */
export const codePauseMs = 60_000

/** What a code is asked for; one for another purpose is no code at all. The words stand in the letter. */
export const codePurposes = {
  register: '注册账号',
  contact: '确认联系方式',
  recover: '找回密码',
  old_account: '启用原系统账号',
  key_office: '办理电子钥匙',
  phone: '登录手机端',
} as const
export type CodePurpose = keyof typeof codePurposes

export const isCode = (text: string): boolean => /^\d{6}$/.test(text)

/** How a try ended, and the words for it. A right code is used up. */
export const codeAnswers = {
  right: '',
  wrong: '验证码不正确，请核对后重新输入',
  expired: '验证码已过期或已使用，请重新获取',
  exhausted: '验证码已输错 5 次，不能再用，请重新获取',
} as const
export type CodeAnswer = keyof typeof codeAnswers

/** The letter with a code. */
export const codeText = (purpose: CodePurpose, code: string): string =>
  `【出口许可证系统】您正在${codePurposes[purpose]}，验证码 ${code}，5 分钟内有效。请勿告诉他人；如非本人操作，请忽略。`
export const codeSubject = '出口许可证系统验证码'
