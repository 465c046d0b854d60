/** What was applied for on one contract so far, against what the contract holds. */
import { add, compare, isPositive, type Decimal } from '#domain/decimal.ts'
import type { ApplicationDetail } from '#api/application.ts'

/** States in which an application takes a part of its contract. */
const counted: ReadonlySet<string> = new Set(['first_review', 'second_review', 'withdrawing', 'approved'])

export interface ContractTotal {
  count: number
  earlier: Decimal
  /** With this application. */
  together: Decimal
  contract: Decimal
  over: boolean
}

/**
 * Quantities of earlier applications of the same unit that are with the authority or approved, and this one's.
 * Undefined where there is nothing to add up.
 */
export function contractTotal(
  detail: Pick<ApplicationDetail, 'earlier' | 'filled'> & { form: { contractQuantity?: unknown } },
): ContractTotal | undefined {
  const contract = detail.form.contractQuantity
  const taking = detail.earlier.filter(
    ({ state, goodsUnit }) => counted.has(state) && goodsUnit === detail.filled.goodsUnit,
  )
  if (taking.length === 0 || typeof contract !== 'string' || contract === '' || !isPositive(contract)) {
    return undefined
  }
  const earlier = taking.reduce((so, { totalQuantity }) => add(so, totalQuantity), '0')
  const together = add(earlier, detail.filled.totalQuantity)
  return { count: taking.length, earlier, together, contract, over: compare(together, contract) > 0 }
}
