/** What a password must be (manual 001, 首次登录改密): 10 to 20 characters, upper and lower case, a digit, not a common one. */
import { isCommonPassword } from './guessable.ts'

/** How long a one-time password that is sent to somebody opens the account. */
export const firstPasswordLifeMs = 3 * 24 * 60 * 60_000
export const firstPasswordLifeWords = '3 天'

/** What is wrong with a new password, in words for the user, or undefined. `known`: login name and the like. */
export function passwordProblem(password: string, known: readonly string[] = []): string | undefined {
  const length = [...password].length
  if (length < 10 || length > 20) return `密码应为 10 至 20 位，现为 ${length} 位`
  if (/[\s~]/.test(password)) return '密码不能含空格和“~”'
  // oxlint-disable-next-line no-control-regex -- finding them is its purpose
  if (/[\u0000-\u001F\u007F]|\p{Cs}/u.test(password)) return '密码含有不能输入的字符'
  if (!/[A-Z]/.test(password)) return '密码须含大写字母'
  if (!/[a-z]/.test(password)) return '密码须含小写字母'
  if (!/[0-9]/.test(password)) return '密码须含数字'
  return isCommonPassword(password, known)
    ? '这个密码太常见，容易被猜中；请不要用常用词、连续按键、年份或登录名'
    : undefined
}
