/**
 * PDF files for the pages' own view. The renderer (pdf.js) is loaded when the first file is opened and runs without
 * eval and without WebAssembly; character maps and standard fonts come from this server (vite.config.ts). Scripts
 * inside a PDF are never run.
 */
import type { PDFDocumentProxy, PDFWorker } from 'pdfjs-dist'
import { whoAmI } from '#api/account.ts'
import { Failure } from '#api/endpoint.ts'
import { call } from '../call.ts'

type Renderer = typeof import('pdfjs-dist')

let loading: Promise<Renderer> | undefined

/** pdf.js in the build for browsers that are some years old: office computers are. */
export function renderer(): Promise<Renderer> {
  loading ??= load().catch((error: unknown) => {
    loading = undefined
    throw error
  })
  return loading
}

async function load(): Promise<Renderer> {
  const [pdf, worker] = await Promise.all([
    import('pdfjs-dist/legacy/build/pdf.mjs'),
    import('pdfjs-dist/legacy/build/pdf.worker.min.mjs?url'),
  ])
  pdf.GlobalWorkerOptions.workerSrc = worker.default
  return pdf
}

/** One thread reads all files of the page: a new one for each would cost a second on an office computer. */
let thread: PDFWorker | undefined
function workerOf(pdf: Renderer): PDFWorker {
  if (thread === undefined || thread.destroyed) thread = new pdf.PDFWorker()
  return thread
}

export interface Opening {
  done: Promise<PDFDocumentProxy>
  /** Stops reading and frees what was read. */
  close: () => void
}

/** Opens a PDF of this server; large ones are read as far as they are looked at. `onProgress`: bytes read, of all. */
export function openPdf(url: string, onProgress: (read: number, all: number) => void): Opening {
  let closed = false
  let close = () => {}
  async function open(): Promise<PDFDocumentProxy> {
    const pdf = await renderer()
    const files = `/assets/pdfjs-${pdf.version}/`
    const task = pdf.getDocument({
      url,
      worker: workerOf(pdf),
      isEvalSupported: false,
      useWasm: false,
      enableXfa: false,
      cMapUrl: `${files}cmaps/`,
      standardFontDataUrl: `${files}standard_fonts/`,
      wasmUrl: `${files}wasm/`,
    })
    task.onProgress = ({ loaded, total }: { loaded: number; total: number }) => onProgress(loaded, total)
    close = () => void task.destroy()
    if (closed) close()
    return task.promise
  }
  return {
    done: open(),
    close: () => {
      closed = true
      close()
    },
  }
}

const wordsByName: Readonly<Record<string, string>> = {
  PasswordException: '这个 PDF 有打开密码，不能在页面内显示，请用没有密码的文件',
  InvalidPDFException: '这个 PDF 文件已损坏，不能显示，可下载后用其他软件打开',
}

const statusOf = (error: unknown): unknown =>
  error instanceof Error && 'status' in error ? error.status : undefined

/** Words of why the PDF at this address could not be shown; a refusal of the server in its own words. */
export async function pdfProblem(url: string, error: unknown): Promise<string> {
  const named = error instanceof Error ? wordsByName[error.name] : undefined
  return named ?? (await refusalWords(url, error)) ?? '文件没有取到，请检查网络后重试。若仍不行，可下载后查看'
}

/** pdf.js tells only the status: the words are asked for once more. */
async function refusalWords(url: string, error: unknown): Promise<string | undefined> {
  if (typeof statusOf(error) !== 'number' || statusOf(error) === 0) return undefined
  try {
    const response = await fetch(url)
    return response.ok ? undefined : Failure.parse(await response.json()).words
  } catch {
    return undefined
  }
}

/** When the session is gone the file is refused too: asks to sign in again; true when it may be opened anew. */
export async function mayOpenAgain(error: unknown): Promise<boolean> {
  if (statusOf(error) !== 401) return false
  await call(whoAmI, {})
  return true
}
