import { useCallback, useState, type RefObject } from 'react'
import type { PDFDocumentProxy } from 'pdfjs-dist'
import { pixelsPerPoint, PdfPage } from './PdfPage.tsx'
import { scaleOf, turnedSize, type Size, type Turn, type Zoom } from './zoom.ts'
import s from './document.module.css'

/**
 * The pages of a PDF below each other. Only those near the visible part are drawn. Sizes of pages not seen yet are
 * taken to be as the first one's.
 */
export function PdfPages({
  doc,
  first,
  zoom,
  turn,
  room,
  pane,
}: {
  doc: PDFDocumentProxy
  /** Size of the first page in pixels at 100 %. */
  first: Size
  zoom: Zoom
  turn: Turn
  room: Size
  pane: RefObject<HTMLDivElement | null>
}) {
  const [sizes, setSizes] = useState<ReadonlyMap<number, Size>>(() => new Map([[1, first]]))
  const onSize = useCallback((number: number, size: Size) => {
    setSizes((known) => {
      const before = known.get(number)
      return before?.width === size.width && before.height === size.height
        ? known
        : new Map([...known, [number, size]])
    })
  }, [])
  return (
    <ol className={s['pages']} aria-label={`共 ${doc.numPages} 页`}>
      {Array.from({ length: doc.numPages }, (_, index) => {
        const size = turnedSize(sizes.get(index + 1) ?? first, turn)
        return (
          <PdfPage
            key={index}
            doc={doc}
            number={index + 1}
            scale={scaleOf(zoom, size, room)}
            size={size}
            turn={turn}
            pane={pane}
            onSize={onSize}
          />
        )
      })}
    </ol>
  )
}

/** Size in pixels at 100 % of a page as its file turns it. */
export async function pageSize(doc: PDFDocumentProxy, number: number): Promise<Size> {
  const page = await doc.getPage(number)
  const { width, height } = page.getViewport({ scale: pixelsPerPoint })
  return { width, height }
}
