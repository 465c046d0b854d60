/** Identity cards of China (GB 11643): 18 characters, a birthday in them, the last one a check character. */
import { isDay } from '../day.ts'

const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
const checks = '10X98765432'

/** What is wrong with an identity number, in words for the user, or undefined. */
export function idNumberProblem(text: string): string | undefined {
  if (!/^\d{17}[\dX]$/.test(text)) return '身份证号码应为 18 位：17 位数字和 1 位数字或大写 X'
  const birthday = `${text.slice(6, 10)}-${text.slice(10, 12)}-${text.slice(12, 14)}`
  if (!isDay(birthday)) return '身份证号码中的出生日期不存在，请核对'
  const sum = weights.reduce((total, weight, index) => total + weight * Number(text[index]), 0)
  return text[17] === checks[sum % 11] ? undefined : '身份证号码的校验位不正确，请核对'
}

/** As others see it: the first four and the last two characters. */
export const maskedNumber = (text: string): string =>
  text.length <= 6
    ? '*'.repeat(text.length)
    : `${text.slice(0, 4)}${'*'.repeat(text.length - 6)}${text.slice(-2)}`
