import { useEffect, useState } from 'react'
import type { PDFDocumentProxy } from 'pdfjs-dist'
import { mayOpenAgain, openPdf, pdfProblem } from './pdf.ts'
import { pageSize } from './PdfPages.tsx'
import type { Size } from './zoom.ts'

export type PdfState =
  /** `share`: how much has been read, 0 to 1; undefined while that is not known. */
  | { kind: 'opening'; share: number | undefined }
  | { kind: 'open'; doc: PDFDocumentProxy; first: Size }
  | { kind: 'failed'; words: string }

const opening: PdfState = { kind: 'opening', share: undefined }

/** Opens a PDF while its view is there. `url` undefined: the file is none. `again` opens it anew. */
export function usePdf(url: string | undefined): { state: PdfState; again: () => void } {
  const [attempt, setAttempt] = useState(0)
  const [state, setState] = useState<PdfState>(opening)
  useEffect(() => {
    if (url === undefined) return
    let left = false
    const tell = (next: PdfState) => {
      if (!left) setState(next)
    }
    // Reading goes on after the first page is there: that changes nothing any more.
    const progress = (share: number | undefined) =>
      setState((before) => (left || before.kind !== 'opening' ? before : { kind: 'opening', share }))
    const file = openPdf(url, (read, all) => progress(all > 0 ? Math.min(1, read / all) : undefined))
    const open = async () => {
      const doc = await file.done
      tell({ kind: 'open', doc, first: await pageSize(doc, 1) })
    }
    open().catch(async (error: unknown) => {
      const again = !left && (await mayOpenAgain(error).catch(() => false))
      if (again && !left) setAttempt((count) => count + 1)
      else tell({ kind: 'failed', words: await pdfProblem(url, error) })
    })
    return () => {
      left = true
      file.close()
      setState(opening)
    }
  }, [url, attempt])
  return { state, again: () => setAttempt((count) => count + 1) }
}
