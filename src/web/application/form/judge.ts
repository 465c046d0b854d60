/**
 * What the rules say of the content as it stands on the page: the same rules the server asks (domain/application),
 * with malformed values set aside first, since the rules take well-formed ones.
 */
import { check, warnings } from '#domain/application/check.ts'
import type { Facts } from '#domain/application/check-facts.ts'
import { tooLarge, totalsOf, type Totals } from '#domain/application/content.ts'
import type { Issue } from '#domain/fields.ts'
import { malformedIn, withoutBlankRows, withValue, type Content } from './content.ts'

export interface Judged {
  /** Everything that keeps the application from being sealed. */
  issues: readonly Issue[]
  warnings: readonly Issue[]
  totals: Totals
}

export function judge(content: Content, facts: Facts): Judged {
  const trimmed = withoutBlankRows(content)
  const bad = malformedIn(trimmed)
  const clean = bad.reduce((so, { path }) => withValue(so, path, ''), trimmed)
  const totals = totalsOf(clean.form.lines, facts.usdRate(clean.form.priceCurrency))
  const large = tooLarge(totals)
  const badPaths = new Set(bad.map(({ path }) => path))
  return {
    issues: [
      ...bad,
      ...(large === undefined ? [] : [{ path: 'lines', words: large, rule: 'malformed' }]),
      ...check(clean, facts).filter(({ path }) => !badPaths.has(path)),
    ],
    warnings: warnings(clean.form, { ...facts, goodsKey: facts.goods?.goodsKey }),
    totals,
  }
}

/** The first words at each path. */
export function wordsByPath(issues: readonly Issue[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const { path, words } of issues) if (!found.has(path)) found.set(path, words)
  return found
}
