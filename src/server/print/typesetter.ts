/**
 * Sets documents with Typst: template files beside this one, content as JSON, so that no word of it is ever read
 * as markup. Blocks its thread for each document: for the press's child process.
 */
import { join } from 'node:path'
import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler'
import type { ApplicationDocument } from '#domain/application/document.ts'
import { missingCharacters } from '#domain/characters.ts'
import type { LicenceDocument } from '#domain/licence/document.ts'
import type { ProofDocument } from '#domain/request/proof.ts'
import { FONT_FOLDERS } from './font-files.ts'
import { qrSvg } from './qr.ts'

/** A document that can't be printed as it is; the words say which characters are to be replaced. */
export class Unprintable extends Error {
  override readonly name = 'Unprintable'
}

export type Typesetter = {
  licence(document: LicenceDocument): Buffer
  application(document: ApplicationDocument): Buffer
  proof(document: ProofDocument): Buffer
}

/** The compiler keeps what it laid out; what was not used again since the last time goes then. */
const EVICT_EVERY = 20
const EVICT_AGE = 2
/** Authorities are few, enterprises many: about 60 KB each. */
const MAX_SEALS = 100

export function createTypesetter(): Typesetter {
  const folder = join(import.meta.dirname, 'templates')
  const compiler = NodeCompiler.create({ workspace: folder, fontArgs: [{ fontPaths: [...FONT_FOLDERS] }] })
  const seals = new Map<string, Buffer>()
  let documents = 0

  const give = (name: string, content: string | Buffer) =>
    compiler.mapShadow(join(folder, name), Buffer.from(content))

  const compiled = (template: string) => {
    const outcome = compiler.compile({ mainFilePath: join(folder, template) })
    const document = outcome.result
    if (!document) {
      throw new Error(`${template}: ${JSON.stringify(outcome.takeDiagnostics()?.shortDiagnostics)}`)
    }
    return document
  }

  const seal = (name: string, lines: readonly string[]): Buffer => {
    const content = JSON.stringify({ name, lines })
    const kept = seals.get(content)
    if (kept) return kept
    give('seal.json', content)
    const drawn = Buffer.from(compiler.plainSvg(compiled('seal.typ')))
    const [oldest] = seals.keys()
    if (seals.size >= MAX_SEALS && oldest !== undefined) seals.delete(oldest)
    seals.set(content, drawn)
    return drawn
  }

  const pdf = (template: string, document: LicenceDocument | ApplicationDocument | ProofDocument): Buffer => {
    give('data.json', JSON.stringify(document))
    const creationTimestamp = Math.floor(Date.parse(document.createdAt) / 1000)
    const bytes = compiler.pdf(compiled(template), { creationTimestamp })
    documents += 1
    if (documents % EVICT_EVERY === 0) compiler.evictCache(EVICT_AGE)
    return bytes
  }

  return {
    licence(document) {
      refuseMissing(document)
      give('seal.svg', seal(document.authorityName, ['出口许可证专用章', `（${document.authorityCode}）`]))
      give('qr.svg', qrSvg(document.verifyUrl))
      return pdf('licence.typ', document)
    },
    proof(document) {
      refuseMissing(document)
      give('seal.svg', seal(document.authorityName, ['出口许可证专用章', `（${document.authorityCode}）`]))
      return pdf('proof.typ', document)
    },
    application(document) {
      refuseMissing(document)
      if (document.seal) give('seal.svg', seal(document.seal.enterpriseName, ['电子签章']))
      return pdf('application.typ', document)
    },
  }
}

function refuseMissing(document: object) {
  const missing = missingCharacters(textsOf(document).join(''))
  if (missing.length > 0) throw new Unprintable(`“${missing.join('')}”不能印在证件上，请改用其他字`)
}

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(textsOf)
}
