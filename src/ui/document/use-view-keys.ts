import { useEffect, type RefObject } from 'react'

export interface ViewKeys {
  larger: () => void
  smaller: () => void
  fit: () => void
  previous: () => void
  next: () => void
}

/** Where keys write or choose something, they are not ours. */
export const typing = 'input, textarea, select, [contenteditable=true], [role=dialog]'
/** Part of a screen that is passed over with PageUp and PageDown. */
const screen = 0.9

/**
 * Keys of a shown file, wherever the cursor is but in an input: + − size, 0 fit, [ ] page, PageUp PageDown and Home
 * End move through it, unless the cursor is in a part that moves itself (`data-scrolls`).
 */
export function useViewKeys(active: boolean, pane: RefObject<HTMLElement | null>, keys: ViewKeys): void {
  useEffect(() => {
    if (!active) return
    const pressed = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return
      const target = event.target instanceof Element ? event.target : null
      if (target?.closest(typing) !== null && target !== null) return
      const run = actionOf(event.key, keys) ?? (own(target) ? undefined : moveOf(event.key, pane.current))
      if (run === undefined) return
      event.preventDefault()
      run()
    }
    window.addEventListener('keydown', pressed)
    return () => window.removeEventListener('keydown', pressed)
  })
}

const own = (target: Element | null) => target !== null && target.closest('[data-scrolls]') !== null

function actionOf(key: string, keys: ViewKeys): (() => void) | undefined {
  switch (key) {
    case '+':
    case '=':
      return keys.larger
    case '-':
    case '_':
      return keys.smaller
    case '0':
      return keys.fit
    case '[':
      return keys.previous
    case ']':
      return keys.next
    default:
      return undefined
  }
}

function moveOf(key: string, pane: HTMLElement | null): (() => void) | undefined {
  if (pane === null) return undefined
  switch (key) {
    case 'PageDown':
      return () => pane.scrollBy(0, pane.clientHeight * screen)
    case 'PageUp':
      return () => pane.scrollBy(0, -pane.clientHeight * screen)
    case 'Home':
      return () => pane.scrollTo(0, 0)
    case 'End':
      return () => pane.scrollTo(0, pane.scrollHeight)
    default:
      return undefined
  }
}
