import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react'

/** Which page is looked at, and going to another. */
export function usePaging(pane: RefObject<HTMLDivElement | null>, pages: number) {
  const [page, setPage] = useState(1)
  useEffect(() => {
    const element = pane.current
    if (element === null || pages <= 1) return
    let asked = 0
    const look = () => {
      asked = 0
      const { top, height } = element.getBoundingClientRect()
      const line = top + height / 3
      const sheets = [...element.querySelectorAll<HTMLElement>('[data-page]')]
      const at = sheets.findLast((sheet) => sheet.getBoundingClientRect().top <= line) ?? sheets[0]
      setPage(Number(at?.dataset['page'] ?? 1))
    }
    const scrolled = () => {
      asked ||= requestAnimationFrame(look)
    }
    element.addEventListener('scroll', scrolled, { passive: true })
    return () => {
      element.removeEventListener('scroll', scrolled)
      cancelAnimationFrame(asked)
    }
  }, [pane, pages])
  const goTo = useCallback(
    (wanted: number) => {
      const number = Math.min(pages, Math.max(1, wanted))
      const element = pane.current
      const sheet = element?.querySelector<HTMLElement>(`[data-page="${number}"]`)
      if (element === null || sheet === null || sheet === undefined) return
      element.scrollBy(0, sheet.getBoundingClientRect().top - element.getBoundingClientRect().top - 8)
    },
    [pane, pages],
  )
  return { page: Math.min(page, pages), goTo }
}

/** After the size changed the same part is looked at as before. */
export function useKeptPlace(pane: RefObject<HTMLDivElement | null>, layout: string): () => void {
  const share = useRef<number>(undefined)
  useLayoutEffect(() => {
    const element = pane.current
    if (share.current !== undefined)
      element?.scrollTo(element.scrollLeft, share.current * element.scrollHeight)
    share.current = undefined
  }, [pane, layout])
  return () => {
    const element = pane.current
    if (element !== null && element.scrollHeight > 0) share.current = element.scrollTop / element.scrollHeight
  }
}
