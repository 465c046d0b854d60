import { Decimal as BigDecimal } from 'decimal.js'

/**
 * A quantity or an amount of money: a string such as '1234.5' or '-3', never a float.
 * Canonical form: no plus sign, no exponent, no needless zeros ('0', not '-0' or '0.00').
 * Values read from `numeric` columns ('12.5000') are decimals too, only not canonical: compare with
 * `compare`, not with `===`.
 */
export type Decimal = string

// The defaults of decimal.js (20 digits, exponents from 1e21) are too small for numeric(18,8) products.
const Big = BigDecimal.clone({
  defaults: true,
  precision: 100,
  rounding: BigDecimal.ROUND_HALF_UP,
  toExpNeg: -9e15,
  toExpPos: 9e15,
})

const STORED = /^-?\d+(\.\d+)?$/

function big(value: Decimal) {
  if (!STORED.test(value)) throw new TypeError(`not a decimal: ${JSON.stringify(value)}`)
  return new Big(value)
}

// toFixed() writes no exponent and no negative zero.
const text = (value: BigDecimal): Decimal => value.toFixed()

export type DecimalLimits = {
  /** Most digits before the point. */
  readonly integerDigits: number
  /** Most digits after the point, as written: '1.50' has two. */
  readonly fractionDigits: number
  /** Whether a minus sign is taken; without it a negative number is refused. */
  readonly negative?: boolean
}

export type ParsedDecimal =
  | { readonly ok: true; readonly value: Decimal }
  | { readonly ok: false; readonly words: string }

const refused = (words: string): ParsedDecimal => ({ ok: false, words })

/**
 * Reads a number as a person types it. Taken: ASCII digits, at most one point with digits on both sides,
 * and a leading minus where allowed. Refused, each with words of its own: nothing at all, full-width
 * digits, blanks, grouping commas, exponents ('1e5'), plus signs, '-0', needless leading zeros, more
 * digits than the limits. The value comes back in canonical form ('1.50' becomes '1.5').
 */
export function parseDecimal(input: string, limits: DecimalLimits): ParsedDecimal {
  if (input === '') return refused('请填写数字')
  if (/[０-９．－＋，]/.test(input)) return refused('请用半角数字填写，不能用全角字符')
  if (/\s/.test(input)) return refused('数字中不能有空格')
  if (input.includes(',')) return refused('数字中不能有逗号，例如请填 1234.5')
  if (/^[-+]?[\d.]+e[-+]?\d+$/i.test(input)) return refused('不能用科学计数法，请直接填写数字')
  if (input.startsWith('+')) return refused('数字前不能有加号')
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(input)
  if (!match) return refused('不是有效的数字，例如请填 1234.5')
  const [, sign = '', whole = '', fraction = ''] = match
  if (sign === '-' && /^0+$/.test(whole + fraction)) return refused('不能填写负零，请填 0')
  if (sign === '-' && !limits.negative) return refused('不能填写负数')
  if (whole.length > 1 && whole.startsWith('0')) return refused('整数部分前面不能有多余的 0')
  if (whole.length > limits.integerDigits) return refused(`整数部分最多 ${limits.integerDigits} 位`)
  if (fraction.length > limits.fractionDigits) {
    return refused(limits.fractionDigits === 0 ? '只能填写整数' : `小数最多 ${limits.fractionDigits} 位`)
  }
  return { ok: true, value: text(big(input)) }
}

/** The canonical form of a decimal read from elsewhere: '12.5000' gives '12.5', '-0.0' gives '0'. */
export const canonicalDecimal = (value: Decimal): Decimal => text(big(value))

export const add = (a: Decimal, b: Decimal): Decimal => text(big(a).plus(big(b)))
export const subtract = (a: Decimal, b: Decimal): Decimal => text(big(a).minus(big(b)))
export const multiply = (a: Decimal, b: Decimal): Decimal => text(big(a).times(big(b)))

/** a / b, rounded half up to `places` digits after the point. Throws RangeError when b is zero. */
export function divide(a: Decimal, b: Decimal, places: number): Decimal {
  const divisor = big(b)
  if (divisor.isZero()) throw new RangeError('division by zero')
  return text(big(a).dividedBy(divisor).toDecimalPlaces(places, Big.ROUND_HALF_UP))
}

/** Rounds half up, away from zero: 0.005 to two places is 0.01, -0.005 is -0.01. */
export const round = (value: Decimal, places: number): Decimal =>
  text(big(value).toDecimalPlaces(places, Big.ROUND_HALF_UP))

/** -1, 0 or 1; '0.0000' and '0' are equal. */
export const compare = (a: Decimal, b: Decimal): -1 | 0 | 1 => {
  const left = big(a)
  const right = big(b)
  if (left.lt(right)) return -1
  return left.gt(right) ? 1 : 0
}

export const isZero = (value: Decimal): boolean => big(value).isZero()

/** Above zero; zero itself is not. */
export const isPositive = (value: Decimal): boolean => big(value).gt(0)

/** The sum of all; '0' for none. */
export const sum = (values: Iterable<Decimal>): Decimal => {
  let total = new Big(0)
  for (const value of values) total = total.plus(big(value))
  return text(total)
}

/** Digits after the point that matter: 2 for '1.25', 1 for '1.50', 0 for '5.0000'. */
export const fractionDigitsOf = (value: Decimal): number => big(value).decimalPlaces()

export type DecimalFormat = {
  /** Thousands separated by commas: '1,234,567.5'. */
  readonly grouping?: boolean
  /** Exactly so many digits after the point, rounded half up; without it as many as matter. */
  readonly places?: number
}

/** A quantity in a sentence: '1234567.5000' gives '1,234,567.5'. */
export const figure = (value: Decimal): string => formatDecimal(value, { grouping: true })

/** A decimal for people: '1234567.5000' gives '1234567.5', with grouping '1,234,567.5'. */
export function formatDecimal(value: Decimal, { grouping = false, places }: DecimalFormat = {}): string {
  const canonical = places === undefined ? canonicalDecimal(value) : round(value, places)
  const shown = places === undefined ? canonical : big(canonical).toFixed(places)
  if (!grouping) return shown
  const [whole = '', fraction] = shown.split('.')
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  return fraction === undefined ? grouped : `${grouped}.${fraction}`
}
