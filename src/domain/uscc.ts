/**
 * The three codes an enterprise is known by, and their check characters:
 * the unified social credit code 统一社会信用代码 (GB 32100-2015, 18 characters),
 * the organisation code 组织机构代码 (GB 11714-1997, 9 characters) inside it,
 * and the import-export enterprise code 进出口企业代码 (13 characters: area and organisation code).
 */

const USCC_ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY'
const USCC_WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]
const ORGANISATION_WEIGHTS = [3, 7, 9, 10, 5, 8, 4, 2]

export type CodeStrictness = {
  /**
   * Leaves out the check characters; length and characters are still looked at. For tests and
   * demonstrations only: the codes printed in the manuals have wrong check characters.
   */
  readonly relaxed?: boolean
}

const weigh = (weights: readonly number[], valueAt: (index: number) => number) =>
  weights.reduce((total, weight, index) => total + weight * valueAt(index), 0)

function usccCheckCharacter(first17: string): string {
  const total = weigh(USCC_WEIGHTS, (index) => USCC_ALPHABET.indexOf(first17.charAt(index)))
  return USCC_ALPHABET.charAt((31 - (total % 31)) % 31)
}

function organisationCheckCharacter(first8: string): string {
  // GB 11714 counts 0-9 as themselves and A-Z as 10-35, which is base 36.
  const total = weigh(ORGANISATION_WEIGHTS, (index) => Number.parseInt(first8.charAt(index), 36))
  const check = 11 - (total % 11)
  if (check === 10) return 'X'
  return check === 11 ? '0' : String(check)
}

/** What is wrong with a unified social credit code, in words for the user; undefined when nothing is. */
export function usccProblem(code: string, { relaxed = false }: CodeStrictness = {}): string | undefined {
  if (code === '') return '请填写统一社会信用代码'
  if (code.length !== 18) return `统一社会信用代码应为 18 位，现为 ${code.length} 位`
  if (!/^[0-9A-Z]+$/.test(code)) return '统一社会信用代码只能由半角数字和大写字母组成'
  if (/[IOSVZ]/.test(code)) return '统一社会信用代码不使用字母 I、O、S、V、Z，请核对是否与数字混淆'
  if (!/^\d{6}$/.test(code.slice(2, 8))) return '统一社会信用代码第 3 至 8 位应为数字（行政区划）'
  if (relaxed) return undefined
  if (usccCheckCharacter(code.slice(0, 17)) !== code.charAt(17)) {
    return '统一社会信用代码的校验位不正确，请核对是否有误'
  }
  return undefined
}

/** Whether a unified social credit code is right in every respect, check character included. */
export const checkUscc = (code: string): boolean => usccProblem(code) === undefined

/** What is wrong with a nine-character organisation code (written without a hyphen), or undefined. */
export function organisationCodeProblem(
  code: string,
  { relaxed = false }: CodeStrictness = {},
): string | undefined {
  if (code === '') return '请填写组织机构代码'
  if (code.length !== 9) return `组织机构代码应为 9 位，现为 ${code.length} 位`
  if (!/^[0-9A-Z]{8}[0-9X]$/.test(code)) {
    return '组织机构代码应为 8 位数字或大写字母，加 1 位数字或字母 X'
  }
  if (relaxed || organisationCheckCharacter(code.slice(0, 8)) === code.charAt(8)) return undefined
  return '组织机构代码的校验位不正确，请核对是否有误'
}

/** What is wrong with a 13-character enterprise code, or undefined. The area digits are not looked up. */
export function code13Problem(code: string, { relaxed = false }: CodeStrictness = {}): string | undefined {
  if (code === '') return '请填写进出口企业代码'
  if (code.length !== 13) return `进出口企业代码应为 13 位，现为 ${code.length} 位`
  if (!/^\d{4}[0-9A-Z]{8}[0-9X]$/.test(code)) {
    return '进出口企业代码应为 4 位地区数字加 9 位组织机构代码'
  }
  return organisationCodeProblem(code.slice(4), { relaxed }) === undefined
    ? undefined
    : '进出口企业代码后 9 位（组织机构代码）的校验位不正确，请核对是否有误'
}

/** Whether both codes carry the same organisation code: positions 5-13 of one, 9-17 of the other. */
export const code13MatchesUscc = (code13: string, uscc: string): boolean =>
  code13.length === 13 && uscc.length === 18 && code13.slice(4) === uscc.slice(8, 17)
