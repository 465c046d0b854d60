/** Height of table rows, by the person's choice on this computer: 40 px, or 32 px for more rows at once. */
export type Density = 'normal' | 'compact'

const kept = 'xuke.density'

export function density(): Density {
  return read() === 'compact' ? 'compact' : 'normal'
}

export function chooseDensity(chosen: Density): void {
  try {
    localStorage.setItem(kept, chosen)
  } catch {
    // Without storage the choice lasts as long as the page.
  }
  document.documentElement.dataset['density'] = chosen
}

export const applyDensity = (): void => {
  document.documentElement.dataset['density'] = density()
}

function read(): string | null {
  try {
    return localStorage.getItem(kept)
  } catch {
    return null
  }
}
