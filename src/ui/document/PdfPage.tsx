import { useEffect, useRef, useState, type RefObject } from 'react'
import type { PDFDocumentProxy, PDFPageProxy, RenderTask } from 'pdfjs-dist'
import { renderer } from './pdf.ts'
import type { Size, Turn } from './zoom.ts'
import s from './document.module.css'

/** One inch has 72 points in a PDF and 96 pixels on a screen. */
export const pixelsPerPoint = 96 / 72
/** Larger canvases fail on some computers; the page is then drawn coarser. */
const mostPixels = 16_000_000
/** So far before it comes into view a page is drawn. */
const ahead = '500px 0px'

/** A page of a PDF: drawn when it comes near, wiped when it has gone far, so that long files stay light. */
export function PdfPage({
  doc,
  number,
  scale,
  size,
  turn,
  pane,
  onSize,
}: {
  doc: PDFDocumentProxy
  number: number
  scale: number
  /** In pixels at 100 %, as turned. */
  size: Size
  turn: Turn
  pane: RefObject<HTMLDivElement | null>
  /** Told the size as the file has it, not turned. */
  onSize: (number: number, size: Size) => void
}) {
  const box = useRef<HTMLLIElement>(null)
  const near = useNear(box, pane)
  const [failed, setFailed] = useState(false)

  useEffect(() => {
    const place = box.current
    if (!near || place === null) return
    const drawing = new AbortController()
    draw(doc, { number, scale, turn, place, onSize, signal: drawing.signal })
      .then(() => setFailed(false))
      .catch(() => {
        if (!drawing.signal.aborted) setFailed(true)
      })
    return () => drawing.abort()
  }, [near, doc, number, scale, turn, onSize])

  // Drawn by hand, so wiped by hand.
  useEffect(() => {
    if (!near) box.current?.querySelectorAll('[data-drawn]').forEach((part) => part.remove())
  }, [near])

  return (
    <li
      ref={box}
      className={s['page']}
      data-page={number}
      aria-label={`第 ${number} 页`}
      style={{ width: size.width * scale, height: size.height * scale }}
    >
      {failed && <p className={s['pageFailed']}>第 {number} 页不能显示，请下载文件查看</p>}
    </li>
  )
}

function useNear(box: RefObject<Element | null>, pane: RefObject<Element | null>): boolean {
  const [near, setNear] = useState(false)
  useEffect(() => {
    if (box.current === null) return
    const watch = new IntersectionObserver((seen) => setNear(seen.at(-1)?.isIntersecting === true), {
      root: pane.current,
      rootMargin: ahead,
    })
    watch.observe(box.current)
    return () => watch.disconnect()
  }, [box, pane])
  return near
}

interface Drawing {
  number: number
  scale: number
  turn: Turn
  place: HTMLElement
  onSize: (number: number, size: Size) => void
  signal: AbortSignal
}

/** Draws a page and lays its text over it, to be selected, searched and read aloud; then replaces what stood there. */
async function draw(doc: PDFDocumentProxy, { number, scale, turn, place, onSize, signal }: Drawing) {
  const page = await doc.getPage(number)
  if (signal.aborted) return
  const plain = page.getViewport({ scale: pixelsPerPoint })
  onSize(number, { width: plain.width, height: plain.height })
  const viewport = page.getViewport({
    scale: scale * pixelsPerPoint,
    rotation: (page.rotate + turn) % 360,
  })
  const canvas = await drawn(page, viewport, signal)
  if (signal.aborted) return
  place.querySelectorAll('[data-drawn]').forEach((part) => part.remove())
  place.append(canvas)
  const text = document.createElement('div')
  text.className = s['text'] ?? ''
  text.dataset['drawn'] = 'text'
  text.style.setProperty('--total-scale-factor', String(viewport.scale))
  const { TextLayer } = await renderer()
  const layer = new TextLayer({ textContentSource: page.streamTextContent(), container: text, viewport })
  signal.addEventListener('abort', () => layer.cancel())
  await layer.render()
  if (!signal.aborted) place.append(text)
}

async function drawn(
  page: PDFPageProxy,
  viewport: ReturnType<PDFPageProxy['getViewport']>,
  signal: AbortSignal,
): Promise<HTMLCanvasElement> {
  const { width, height } = viewport
  const wanted = window.devicePixelRatio || 1
  const sharp = Math.min(wanted, Math.sqrt(mostPixels / (width * height)))
  const canvas = document.createElement('canvas')
  canvas.dataset['drawn'] = 'picture'
  canvas.width = Math.max(1, Math.round(width * sharp))
  canvas.height = Math.max(1, Math.round(height * sharp))
  const task: RenderTask = page.render({ canvas, viewport, transform: [sharp, 0, 0, sharp, 0, 0] })
  signal.addEventListener('abort', () => task.cancel())
  await task.promise
  return canvas
}
