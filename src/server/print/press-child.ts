/** The press's child process: sets and signs one document after the other, as its parent asks. */
import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { signPdf } from './pades.ts'
import type { FromChild, PressJob, ToChild } from './press-messages.ts'
import { createSigners, NoSigner } from './signers.ts'
import { createTypesetter, type Typesetter, Unprintable } from './typesetter.ts'

type Tools = { readonly typesetter: Typesetter; readonly signerOf: ReturnType<typeof createSigners> }

/** A parent that is gone hears nothing more; 'disconnect' ends this process then. */
const say = (message: FromChild) => process.send?.(message, undefined, undefined, () => undefined)

async function print({ typesetter, signerOf }: Tools, job: PressJob): Promise<Buffer> {
  if (job.kind === 'application') return typesetter.application(job.document)
  const { document, authorityCode } = job
  const signedAt = new Date(document.createdAt)
  const signer = signerOf(authorityCode, signedAt)
  const proof = job.kind === 'proof'
  const pdf = proof ? typesetter.proof(job.document) : typesetter.licence(job.document)
  return signPdf(pdf, signer, {
    field: '发证机关签章',
    name: document.authorityName,
    reason: proof ? `${job.document.title} ${document.licenceNo}` : `签发出口许可证 ${document.licenceNo}`,
    location: '中华人民共和国',
    signedAt,
  })
}

async function answer(tools: Tools, id: number, job: PressJob): Promise<void> {
  // The compiler's objects are only given back between turns of the event loop: without this, half a megabyte
  // of each document stays.
  await setImmediate()
  try {
    const pdf = await print(tools, job)
    say({ type: 'done', id, pdf, sha256: createHash('sha256').update(pdf).digest('hex') })
  } catch (error) {
    const refused = error instanceof Unprintable || error instanceof NoSigner
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
    say({ type: 'failed', id, refused, words: refused ? error.message : stack })
  }
}

let tools: Tools | undefined
let work: Promise<void> = Promise.resolve()

process.on('message', (message: ToChild) => {
  if (message.type === 'start') {
    tools = { typesetter: createTypesetter(), signerOf: createSigners(message.signing) }
    say({ type: 'ready' })
    return
  }
  const { id, job } = message
  const ready = tools
  if (ready) work = work.then(() => answer(ready, id, job))
})

// The channel closes when the parent retires this process, and also when the parent is killed.
process.on('disconnect', () => process.exit())
// A terminal sends these to the whole group: the parent decides when its work is done.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => {})
