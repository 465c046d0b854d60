import { useEffect } from 'react'

/** Ctrl+S (⌘S) saves the form of the page, wherever the cursor is. */
export function useSaveKey(save: () => void): void {
  useEffect(() => {
    const keys = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 's') return
      event.preventDefault()
      save()
    }
    window.addEventListener('keydown', keys)
    return () => window.removeEventListener('keydown', keys)
  })
}
