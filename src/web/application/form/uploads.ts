/**
 * Files on their way: a few at once, each with its progress and a way to stop it. A file keeps the id it got here, so
 * that sending it again after a broken connection stores it once. Nothing here knows React.
 */
import { uploadAttachments } from '#api/attachment.ts'
import { fileProblem } from '#domain/file/kinds.ts'
import { CallFailed, csrfHeader, sendSignedIn, unreachable, urlOf, wordsOf } from '#ui/call.ts'
import { newId, unanswered } from '#ui/request-id.ts'

export interface Upload {
  id: string
  /** Code of the attachment type. */
  type: string
  name: string
  size: number
  /** `checking`: all bytes are there, the server looks at them. */
  state: 'waiting' | 'sending' | 'checking' | 'failed'
  /** Bytes sent. */
  sent: number
  words?: string
  /** Sending it again may help: the connection broke. */
  mayRetry: boolean
}

export interface Uploads {
  list: () => readonly Upload[]
  add: (type: string, files: readonly File[]) => void
  retry: (id: string) => void
  /** Stops a file, or takes a failed one off the list. */
  remove: (id: string) => void
  subscribe: (listener: () => void) => () => void
}

/** Sends one file; rejects with CallFailed or, when stopped, AbortError. */
export type SendFile = (
  upload: Pick<Upload, 'id' | 'type'>,
  file: File,
  progress: (sent: number) => void,
  signal: AbortSignal,
) => Promise<void>

const atOnce = 3

/** `onStored` is told when files have arrived and none is on its way any more, or every few of them. */
export function createUploads(send: SendFile, onStored: () => void): Uploads {
  let uploads: readonly Upload[] = []
  const files = new Map<string, File>()
  const stops = new Map<string, AbortController>()
  const listeners = new Set<() => void>()

  function to(next: readonly Upload[]) {
    uploads = next
    for (const listener of listeners) listener()
  }
  const change = (id: string, values: Partial<Upload>) =>
    to(uploads.map((upload) => (upload.id === id ? { ...upload, ...values } : upload)))
  function forget(id: string) {
    files.delete(id)
    stops.delete(id)
    to(uploads.filter((upload) => upload.id !== id))
  }

  function next() {
    const busy = uploads.filter(({ state }) => state === 'sending' || state === 'checking').length
    for (const upload of uploads
      .filter(({ state }) => state === 'waiting')
      .slice(0, Math.max(0, atOnce - busy))) {
      void run(upload)
    }
  }

  async function run({ id, type, size }: Upload) {
    const file = files.get(id)
    if (file === undefined) return
    const stop = new AbortController()
    stops.set(id, stop)
    change(id, { state: 'sending', sent: 0 })
    const progress = (sent: number) =>
      change(id, { sent: Math.min(sent, size), state: sent >= size ? 'checking' : 'sending' })
    try {
      await send({ id, type }, file, progress, stop.signal)
      forget(id)
      onStored()
    } catch (error) {
      if (stop.signal.aborted) forget(id)
      else change(id, { state: 'failed', words: wordsOf(error), mayRetry: unanswered(error) })
    }
    next()
  }

  return {
    list: () => uploads,
    add: (type, chosen) => {
      const added = chosen.map((file): Upload => {
        const id = newId()
        files.set(id, file)
        const words = fileProblem(file)
        const common = { id, type, name: file.name, size: file.size, sent: 0, mayRetry: false }
        return words === undefined ? { ...common, state: 'waiting' } : { ...common, state: 'failed', words }
      })
      to([...uploads, ...added])
      next()
    },
    retry: (id) => {
      change(id, { state: 'waiting', sent: 0 })
      next()
    },
    remove: (id) => {
      stops.get(id)?.abort()
      if (uploads.find((upload) => upload.id === id)?.state !== 'sending') forget(id)
    },
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** Sends a file to an application by XMLHttpRequest, which alone tells how far it is. */
export const sendTo =
  (applicationId: string): SendFile =>
  async (upload, file, progress, signal) => {
    const response = await sendSignedIn(uploadAttachments, () =>
      post(applicationId, upload, file, progress, signal),
    )
    const reply = uploadAttachments.reply.parse(await response.json())
    const result = reply.results[0]
    if (result?.ok !== true) {
      throw new CallFailed(422, { code: 'file', words: result?.words ?? '文件没有保存，请重新上传' })
    }
  }

function post(
  applicationId: string,
  { id, type }: Pick<Upload, 'id' | 'type'>,
  file: File,
  progress: (sent: number) => void,
  signal: AbortSignal,
): Promise<Response> {
  const body = new FormData()
  // The fields speak of the file behind them, so they go first.
  body.append('type', type)
  body.append('id', id)
  body.append('file', file)
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    const stop = () => request.abort()
    request.open('POST', urlOf(uploadAttachments, { params: { id: applicationId } }))
    request.setRequestHeader('accept', 'application/json')
    for (const [name, value] of Object.entries(csrfHeader('POST'))) request.setRequestHeader(name, value)
    request.upload.addEventListener('progress', ({ loaded }) => progress(loaded))
    request.addEventListener('load', () => {
      resolve(
        new Response(request.responseText, {
          status: request.status,
          headers: { 'content-type': 'application/json' },
        }),
      )
    })
    request.addEventListener('error', () => reject(unreachable('POST')))
    request.addEventListener('abort', () => reject(new DOMException('stopped', 'AbortError')))
    request.addEventListener('loadend', () => signal.removeEventListener('abort', stop))
    signal.addEventListener('abort', stop)
    request.send(body)
  })
}
