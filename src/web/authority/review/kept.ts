/**
 * What a reviewer has begun on an application, kept while this browser tab lives: a typed opinion survives a reload
 * and a look at something else; and whether the claim was taken by opening alone.
 */
export interface Kept {
  opinion: string
  /** Claimed by opening it: given back when the reviewer moves on without having typed anything. */
  byOpening: boolean
}

const nothing: Kept = { opinion: '', byOpening: false }
const keyOf = (id: string) => `xuke.review.${id}`

export function readKept(id: string): Kept {
  try {
    const found: unknown = JSON.parse(sessionStorage.getItem(keyOf(id)) ?? '{}')
    if (typeof found !== 'object' || found === null) return nothing
    const opinion = 'opinion' in found && typeof found.opinion === 'string' ? found.opinion : ''
    return { opinion, byOpening: 'byOpening' in found && found.byOpening === true }
  } catch {
    return nothing
  }
}

export function keep(id: string, change: Partial<Kept>): void {
  try {
    sessionStorage.setItem(keyOf(id), JSON.stringify({ ...readKept(id), ...change }))
  } catch {
    // Without storage it lasts as long as the page.
  }
}

export function dropKept(id: string): void {
  try {
    sessionStorage.removeItem(keyOf(id))
  } catch {
    // Nothing was kept then.
  }
}
