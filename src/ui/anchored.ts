/** Places a list or calendar under (or, without room, above) its input, over everything, also out of a dialog. */
import { useLayoutEffect, useState, type CSSProperties, type RefObject } from 'react'

const gap = 2

// Until it is placed: not `visibility: hidden`, for what is hidden takes no cursor.
const outOfSight: CSSProperties = { position: 'fixed', top: 0, left: -9999 }

/** Style of a panel of about `height` px, kept beside `anchor` while `open`. */
export function useAnchored(
  open: boolean,
  anchor: RefObject<HTMLElement | null>,
  { height, minWidth = 0 }: { height: number; minWidth?: number },
): CSSProperties {
  const [style, setStyle] = useState<CSSProperties>(outOfSight)
  useLayoutEffect(() => {
    if (!open) return
    const place = () => {
      const box = anchor.current?.getBoundingClientRect()
      if (box !== undefined) setStyle(beside(box, height, minWidth))
    }
    place()
    window.addEventListener('scroll', place, true)
    window.addEventListener('resize', place)
    return () => {
      window.removeEventListener('scroll', place, true)
      window.removeEventListener('resize', place)
    }
  }, [open, anchor, height, minWidth])
  return style
}

function beside(box: DOMRect, height: number, minWidth: number): CSSProperties {
  const below = window.innerHeight - box.bottom - gap - 4
  const above = box.top - gap - 4
  const upward = below < Math.min(height, 200) && above > below
  const width = Math.max(box.width, minWidth)
  const left = Math.max(4, Math.min(box.left, window.innerWidth - width - 4))
  return {
    position: 'fixed',
    left,
    minWidth: width,
    maxWidth: Math.max(width, window.innerWidth - left - 4),
    maxHeight: Math.min(height, upward ? above : below),
    zIndex: 1200,
    ...(upward ? { bottom: window.innerHeight - box.top + gap } : { top: box.bottom + gap }),
  }
}
