import { useEffect } from 'react'
import { typing } from '#ui/document/use-view-keys.ts'

/** Letters that do something while the cursor is in no input and no dialog is open. */
export function useLetters(letters: Readonly<Record<string, (() => void) | undefined>>): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.repeat) return
      if (event.target instanceof Element && event.target.closest(typing) !== null) return
      if (document.querySelector('[role=dialog]') !== null) return
      const run = letters[event.key.toLowerCase()]
      if (run === undefined) return
      event.preventDefault()
      run()
    }
    window.addEventListener('keydown', pressed)
    return () => window.removeEventListener('keydown', pressed)
  })
}
