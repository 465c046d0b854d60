/**
 * The press: documents are set and signed in child processes, never on the thread that answers requests.
 *
 * A child is given two jobs at a time and does them in order. The compiler is native and its memory not ours to
 * clear, so after many documents a new child is started, and the old one goes when the new one works. The jobs
 * of a child that dies go to the next one; the job it died on is tried once more and then fails.
 */
import type { ApplicationDocument } from '#domain/application/document.ts'
import type { LicenceDocument } from '#domain/licence/document.ts'
import type { ProofDocument } from '#domain/request/proof.ts'
import { type Child, startChild } from './press-process.ts'
import type { FromChild, PressJob } from './press-messages.ts'
import type { SigningFolder } from './signers.ts'

/** The document can't be printed or signed, however often it is tried; the words say what to do. */
export class PressRefused extends Error {
  override readonly name = 'PressRefused'
}

/** The document was not printed this time; the words are for people. */
export class PressFailed extends Error {
  override readonly name = 'PressFailed'
}

export type Press = {
  /**
   * Sets a licence and signs it with the key of its authority. `sha256` is that of `pdf`, in lower-case hex.
   * Rejects with PressRefused or PressFailed.
   */
  licence(document: LicenceDocument, authorityCode: string): Promise<{ pdf: Buffer; sha256: string }>
  /** Sets an application form, unsigned. Rejects like `licence`. */
  application(document: ApplicationDocument): Promise<Buffer>
  /** Sets the proof of an approved request and signs it like a licence. */
  proof(document: ProofDocument, authorityCode: string): Promise<{ pdf: Buffer; sha256: string }>
  /** Resolves when a child is at work; rejects with PressFailed when none can be started. */
  ready(): Promise<void>
  /** Lets the jobs under way come to their end, refuses the others, ends the children. */
  close(): Promise<void>
}

export type PressOptions = {
  readonly signing: SigningFolder
  readonly children?: number
  /** Documents after which a child is replaced, whatever it then holds (about 215 MB when it was measured). */
  readonly replaceAfter?: number
  /** Jobs that wait, of which forms may be half; more are refused at once. */
  readonly maxQueue?: number
  /** Milliseconds for one job, and for a child to start. */
  readonly timeLimit?: number
}

type Job = {
  readonly id: number
  readonly job: PressJob
  readonly resolve: (result: { pdf: Buffer; sha256: string }) => void
  readonly reject: (error: Error) => void
  /** Children that died on it. */
  deaths: number
}

type Worker = {
  readonly child: Child
  state: 'starting' | 'working' | 'retiring'
  /** The first is being done, the others lie ready, so that the child never waits for this thread. */
  readonly jobs: Job[]
  served: number
  timer?: NodeJS.Timeout
}

const JOBS_AHEAD = 2

export function startPress({
  signing,
  children = 1,
  replaceAfter = 2000,
  maxQueue = 1000,
  timeLimit = 30_000,
}: PressOptions): Press {
  const queue: Job[] = []
  const workers = new Set<Worker>()
  let watchers: { resolve: () => void; reject: (error: Error) => void }[] = []
  let lastId = 0
  let closing: (() => void) | undefined

  const inState = (state: Worker['state']) => [...workers].filter((worker) => worker.state === state)

  // ---- children come and go

  function start() {
    const worker: Worker = {
      child: startChild(signing, { said, ended }),
      state: 'starting',
      jobs: [],
      served: 0,
    }
    workers.add(worker)
    watch(worker)

    function said(message: FromChild) {
      if (message.type === 'ready') begin(worker)
      else finish(worker, message)
    }
    function ended(how: string) {
      lose(worker, how)
    }
  }

  function begin(worker: Worker) {
    worker.state = 'working'
    watch(worker)
    for (const { resolve } of watchers.splice(0)) resolve()
    const worn = inState('working').find((other) => other !== worker && other.served >= replaceAfter)
    if (worn) retire(worn)
    hand()
  }

  function retire(worker: Worker) {
    worker.state = 'retiring'
    if (worker.jobs.length === 0) worker.child.retire()
  }

  function lose(worker: Worker, how: string) {
    workers.delete(worker)
    clearTimeout(worker.timer)
    const [first, ...others] = worker.jobs
    queue.unshift(...others)
    if (first) {
      first.deaths += 1
      if (first.deaths < 2) queue.unshift(first)
      else first.reject(new PressFailed(`排版程序两次在同一份文件上中断（${how}），请稍后再试`))
    }
    if (worker.state === 'starting') giveUp(how)
    if (closing) closeWhenDone()
    else hand()
  }

  // A child that can't even start would be started for ever: what waits is told, and the next job, or the one
  // after another `replaceAfter`, tries again.
  function giveUp(how: string) {
    for (const worker of workers) if (worker.served >= replaceAfter) worker.served = 0
    if (inState('working').length > 0) return
    const error = new PressFailed(`排版程序无法启动（${how}），请查看服务器日志`)
    for (const { reject } of watchers.splice(0)) reject(error)
    for (const job of queue.splice(0)) job.reject(error)
  }

  /** Kills a child that takes too long, from now on. */
  function watch(worker: Worker) {
    clearTimeout(worker.timer)
    if (worker.state !== 'starting' && worker.jobs.length === 0) return
    worker.timer = setTimeout(() => worker.child.kill(), timeLimit)
  }

  // ---- jobs come and go

  function print(job: PressJob): Promise<{ pdf: Buffer; sha256: string }> {
    if (closing) return Promise.reject(new PressFailed('系统正在停止，没有排版，请稍后再试'))
    // Forms are printed at anybody's wish: they leave half the queue to licences, and wait behind them.
    const isForm = job.kind !== 'licence'
    if (queue.length >= (isForm ? Math.ceil(maxQueue / 2) : maxQueue)) {
      return Promise.reject(new PressFailed(`等待排版的文件已有 ${queue.length} 份，请稍后再试`))
    }
    return new Promise((resolve, reject) => {
      lastId += 1
      const firstForm = isForm ? -1 : queue.findIndex((waiting) => waiting.job.kind !== 'licence')
      const place = firstForm < 0 ? queue.length : firstForm
      queue.splice(place, 0, { id: lastId, job, resolve, reject, deaths: 0 })
      hand()
    })
  }

  function hand() {
    const working = inState('working')
    for (const worker of working) {
      while (worker.jobs.length < JOBS_AHEAD) {
        const next = queue.shift()
        if (!next) break
        worker.jobs.push(next)
        worker.child.send({ type: 'job', id: next.id, job: next.job })
        if (worker.jobs.length === 1) watch(worker)
      }
    }
    const worn = working.filter((worker) => worker.served >= replaceAfter).length
    const wanted = children - (working.length - worn) - inState('starting').length
    if (queue.length > 0 || worn > 0) for (let i = 0; i < wanted; i += 1) start()
  }

  function finish(worker: Worker, message: Exclude<FromChild, { type: 'ready' }>) {
    const [job] = worker.jobs
    // Its jobs go to another child when this one is gone.
    if (job?.id !== message.id) return worker.child.kill()
    worker.jobs.shift()
    worker.served += 1
    watch(worker)
    if (message.type === 'done') job.resolve({ pdf: asBuffer(message.pdf), sha256: message.sha256 })
    else if (message.refused) job.reject(new PressRefused(message.words))
    else
      job.reject(new PressFailed('排版出错，没有生成文件，请稍后再试', { cause: new Error(message.words) }))
    if (worker.state === 'retiring' && worker.jobs.length === 0) worker.child.retire()
    if (closing) closeWhenDone()
    else hand()
  }

  // ---- the end

  function closeWhenDone() {
    for (const worker of workers) if (worker.jobs.length === 0) worker.child.retire()
    if (workers.size === 0) closing?.()
  }

  start()
  return {
    licence: (document, authorityCode) => print({ kind: 'licence', document, authorityCode }),
    application: async (document) => (await print({ kind: 'application', document })).pdf,
    proof: (document, authorityCode) => print({ kind: 'proof', document, authorityCode }),
    ready() {
      if (inState('working').length > 0) return Promise.resolve()
      if (inState('starting').length === 0) start()
      return new Promise((resolve, reject) => watchers.push({ resolve, reject }))
    },
    close() {
      const error = new PressFailed('系统正在停止，没有排版，请稍后再试')
      for (const job of queue.splice(0)) job.reject(error)
      return new Promise((resolve) => {
        closing = resolve
        closeWhenDone()
      })
    },
  }
}

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
