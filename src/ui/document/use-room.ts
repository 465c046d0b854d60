import { useEffect, useState, type RefObject } from 'react'
import type { Size } from './zoom.ts'

/** Space around the sheet, both sides together. */
const margin = 24

/** The room a pane has for a sheet; undefined before it was measured or while the pane is not shown. */
export function useRoom(pane: RefObject<HTMLElement | null>): Size | undefined {
  const [room, setRoom] = useState<Size>()
  useEffect(() => {
    const element = pane.current
    if (element === null) return
    // The border box does not change when scroll bars come and go, so that fitting never swings to and fro.
    const measure = () => {
      const { offsetWidth, offsetHeight } = element
      const bar = scrollBarWidth()
      if (offsetWidth === 0 || offsetHeight === 0) return
      setRoom({
        width: Math.max(40, offsetWidth - margin - bar),
        height: Math.max(40, offsetHeight - margin - bar),
      })
    }
    measure()
    const watch = new ResizeObserver(measure)
    watch.observe(element)
    return () => watch.disconnect()
  }, [pane])
  return room
}

let barWidth: number | undefined
function scrollBarWidth(): number {
  if (barWidth !== undefined) return barWidth
  const probe = document.createElement('div')
  probe.style.cssText = 'position:absolute;visibility:hidden;overflow:scroll;width:50px;height:50px'
  document.body.append(probe)
  barWidth = probe.offsetWidth - probe.clientWidth
  probe.remove()
  return barWidth
}
