/**
 * How many digits after the point a quantity may have, by its unit code (计量单位). One, the smallest step the
 * licence prints; things that are counted are whole. An administrator may set other digits.
 */
export type QuantityDigits = {
  readonly otherwise: number | null
  /** By unit code; 001 台, 003 辆, 008 只, 009 头. */
  readonly byCode: Readonly<Record<string, number>>
}

export const usualQuantityDigits = {
  otherwise: 1,
  byCode: { '001': 0, '003': 0, '008': 0, '009': 0 },
} as const satisfies QuantityDigits

export const quantityDigitsOf = (unitCode: string, digits: QuantityDigits = usualQuantityDigits): number =>
  digits.byCode[unitCode] ?? digits.otherwise ?? usualQuantityDigits.otherwise
