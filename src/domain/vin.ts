/** Vehicle identification numbers 车架号 (GB 16735, ISO 3779): 17 characters without I, O and Q. */

const VALUES: Readonly<Record<string, number>> = {
  ...Object.fromEntries([...'0123456789'].map((digit) => [digit, Number(digit)])),
  ...Object.fromEntries([...'ABCDEFGH'].map((letter, index) => [letter, index + 1])),
  ...Object.fromEntries([...'JKLMN'].map((letter, index) => [letter, index + 1])),
  P: 7,
  R: 9,
  ...Object.fromEntries([...'STUVWXYZ'].map((letter, index) => [letter, index + 2])),
}
const WEIGHTS = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2]

/** What makes the text no vehicle identification number at all, in words for the user, or undefined. */
export function vinProblem(vin: string): string | undefined {
  if (vin === '') return '请填写车架号'
  if (vin.length !== 17) return `车架号应为 17 位，现为 ${vin.length} 位`
  if (!/^[0-9A-Z]+$/.test(vin)) return '车架号只能由半角数字和大写字母组成'
  if (/[IOQ]/.test(vin)) return '车架号不使用字母 I、O、Q，请核对是否与数字混淆'
  return undefined
}

/**
 * Words of doubt about a well-formed number whose check digit (position 9) does not fit. Vehicles made for
 * some foreign markets carry none, so this warns and does not refuse.
 */
export function vinWarning(vin: string): string | undefined {
  if (vinProblem(vin) !== undefined) return undefined
  const total = WEIGHTS.reduce((sum, weight, index) => sum + weight * (VALUES[vin.charAt(index)] ?? 0), 0)
  const remainder = total % 11
  const check = remainder === 10 ? 'X' : String(remainder)
  return vin.charAt(8) === check ? undefined : '车架号第 9 位校验位不符，请与行驶证核对；确认无误可继续'
}
