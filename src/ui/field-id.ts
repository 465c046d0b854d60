/** Where a field stands on the page, by the path the rules name it with (`lines.0.quantity`). */
export const fieldId = (path: string): string => `field-${path.replaceAll('.', '-')}`

/** Brings a field into view and puts the cursor there; false when the page has no such field. */
export function goToField(path: string): boolean {
  const found = [path, ...parents(path)]
    .map((each) => document.getElementById(fieldId(each)))
    .find((it) => it !== null)
  if (found === undefined) return false
  found.scrollIntoView({ block: 'center' })
  found.focus({ preventScroll: true })
  return true
}

/** `lines.0.quantity` → `lines.0`, `lines`: a rule may name a cell the page shows as a block. */
function parents(path: string): string[] {
  const parts = path.split('.')
  return parts.slice(1).map((_, index) => parts.slice(0, parts.length - 1 - index).join('.'))
}
