/**
 * The floor of `issue`: sets the licences of a file with the server's templates and signs each (PAdES), one after the
 * other. The key is made up for the run, the certificate a real one: the work is the same, nobody checks the result.
 *
 * Arguments: file of documents, file of the authority's certificate. Prints how many in how many seconds.
 */
import { generateKeyPairSync, sign, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { PDF, type Signer } from '@libpdf/core'
import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler'
import QRCode from 'qrcode'
import type { LicenceDocument } from '#domain/licence/document.ts'
import type { FloorIssued } from './floor-issued.ts'

const TEMPLATES = path.resolve(import.meta.dirname, '../src/server/print/templates')
const FONTS = [
  '@expo-google-fonts/noto-sans-sc/400Regular',
  '@expo-google-fonts/noto-sans-sc/700Bold',
  '@expo-google-fonts/source-sans-3/400Regular',
  '@expo-google-fonts/source-sans-3/700Bold',
]
const WARM_UP = 20
const EVICT_EVERY = 20
const EVICT_AGE = 2

const [documentsFile = '', certificateFile = ''] = process.argv.slice(2)
const documents: LicenceDocument[] = JSON.parse(readFileSync(documentsFile, 'utf8'))
const { resolve } = createRequire(import.meta.url)
const folderOf = (font: string) => {
  const [scope = '', name = '', weight = ''] = font.split('/')
  return path.join(path.dirname(resolve(`${scope}/${name}/package.json`)), weight)
}
const compiler = NodeCompiler.create({
  workspace: TEMPLATES,
  fontArgs: [{ fontPaths: FONTS.map(folderOf) }],
})
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const signer: Signer = {
  certificate: new X509Certificate(readFileSync(certificateFile)).raw,
  keyType: 'EC',
  signatureAlgorithm: 'ECDSA',
  sign: async (data) => sign('sha256', data, privateKey),
}

const give = (name: string, content: string) =>
  compiler.mapShadow(path.join(TEMPLATES, name), Buffer.from(content))

function compile(template: string) {
  const { result } = compiler.compile({ mainFilePath: path.join(TEMPLATES, template) })
  if (result === null) throw new Error(`${template} does not compile`)
  return result
}

async function print(document: LicenceDocument, place: number): Promise<Uint8Array> {
  give('qr.svg', await QRCode.toString(document.verifyUrl, { type: 'svg', margin: 0 }))
  give('data.json', JSON.stringify(document))
  const creationTimestamp = Math.floor(Date.parse(document.createdAt) / 1000)
  const bytes = compiler.pdf(compile('licence.typ'), { creationTimestamp })
  if (place % EVICT_EVERY === 0) compiler.evictCache(EVICT_AGE)
  const pdf = await PDF.load(bytes)
  const signed = await pdf.sign({
    signer,
    fieldName: 'seal',
    reason: document.licenceNo,
    estimatedSize: 6000,
  })
  return signed.bytes
}

const [first] = documents
if (first === undefined) throw new Error('no documents')
give('seal.json', JSON.stringify({ name: first.authorityName, lines: ['出口许可证专用章'] }))
give('seal.svg', compiler.plainSvg(compile('seal.typ')))
for (const [place, document] of documents.slice(0, WARM_UP).entries()) await print(document, place)
const start = performance.now()
for (const [place, document] of documents.entries()) await print(document, place)
const done: FloorIssued = { documents: documents.length, seconds: (performance.now() - start) / 1000 }
console.log(JSON.stringify(done))
