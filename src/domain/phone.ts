/** What is wrong with a mobile number of mainland China (11 digits), in words for the user, or undefined. */
export function mobileProblem(text: string): string | undefined {
  if (text === '') return '请填写手机号码'
  return /^1[3-9]\d{9}$/.test(text) ? undefined : '手机号码应为 11 位数字，以 13 至 19 开头'
}

/**
 * What is wrong with a telephone or fax number, mobile or fixed, or undefined. Digits, with an optional
 * country code, hyphens, brackets round the area code and an extension: 010-12345678-801, +86 10 1234 5678.
 */
export function phoneProblem(text: string): string | undefined {
  if (text === '') return '请填写联系电话'
  if (!/^\+?[\d() -]+$/.test(text)) return '联系电话只能由半角数字、横线、括号和空格组成，例如 010-12345678'
  const digits = text.replace(/\D/g, '').length
  return digits >= 7 && digits <= 20 ? undefined : '联系电话应有 7 至 20 位数字'
}

/** What is wrong with a postal code of China (6 digits), or undefined. */
export const postcodeProblem = (text: string): string | undefined =>
  /^\d{6}$/.test(text) ? undefined : '邮政编码应为 6 位数字'

/** What is wrong with an e-mail address, or undefined. Only what is surely wrong is refused. */
export function emailProblem(text: string): string | undefined {
  if (text === '') return '请填写电子邮箱'
  return text.length <= 254 && /^[^\s@,;<>"]+@[^\s@,;<>".]+(\.[^\s@,;<>".]+)+$/.test(text)
    ? undefined
    : '电子邮箱的格式不正确，例如 name@example.cn'
}
