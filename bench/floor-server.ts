/**
 * The floor of `submit`: a bare Fastify server that answers the requests of a journey by writing the same rows in one
 * statement each, and the same file (temporary name, fsync, rename), without session, rule or check.
 *
 * Arguments: address of its database, folder for files, file with samples of what the real server makes of a form.
 * Prints its address when it listens.
 */
import { createHash, randomUUID, randomUUIDv7 } from 'node:crypto'
import { readFileSync } from 'node:fs'
import fs from 'node:fs/promises'
import path from 'node:path'
import multipart from '@fastify/multipart'
import fastify from 'fastify'
import pg from 'pg'
import * as api from '#api/application.ts'
import { uploadAttachments } from '#api/attachment.ts'
import { FloorSamples } from './floor-samples.ts'
import { statements } from './floor-statements.ts'

const [database = '', folder = '', samplesFile = ''] = process.argv.slice(2)
const samples = FloorSamples.parse(JSON.parse(readFileSync(samplesFile, 'utf8')))
const pool = new pg.Pool({ connectionString: database, max: 20 })
const app = fastify()
await app.register(multipart)
await fs.mkdir(folder, { recursive: true })

interface OfOne<Body = unknown> {
  Params: { id: string }
  Body: Body
}
interface Row {
  version: number
  application_no: string
  window_no: string
}

async function write(name: keyof typeof statements, values: unknown[]): Promise<Row> {
  const { rows } = await pool.query<Row>({ name, text: statements[name], values })
  const [row] = rows
  if (row === undefined) throw new Error(`${name} wrote nothing`)
  return row
}

const sha256Hex = (text: string) => createHash('sha256').update(text).digest('hex')

const saved = (id: string, { version, window_no: windowNo }: Row) => ({
  id,
  version,
  contentVersion: version,
  state: 'draft',
  windowNo,
  filled: samples.filled,
  issues: [],
  savedAt: new Date().toISOString(),
})
const acted = (state: string, version: number) => ({
  state,
  version,
  repeated: false,
  stateLabel: state,
  licenceNo: null,
})

interface Created {
  Body: { id: string; form: object }
}
app.post<Created>(api.createApplication.path, async ({ body: { id, form } }) => {
  const row = await write('create', [
    id,
    samples.account,
    new Date(),
    samples.enterprise,
    JSON.stringify(form),
  ])
  return saved(id, row)
})

app.put<OfOne<{ contractSheet: object }>>(api.saveApplication.path, async ({ params: { id }, body }) =>
  saved(id, await write('save', [id, samples.account, new Date(), JSON.stringify(body.contractSheet)])),
)

app.post<OfOne>(uploadAttachments.path, async (request) => {
  const part = await request.file()
  if (part === undefined) throw new Error('no file')
  const { sha256, size } = await keep(part.file)
  const { id: application } = request.params
  const [id, at, name] = [randomUUIDv7(), new Date(), part.filename]
  const row = await write('attach', [application, samples.account, at, id, name, size, sha256])
  const attachment = {
    id,
    type: 'CONTRACT',
    name,
    size,
    sha256,
    mediaType: 'application/pdf',
    createdAt: at.toISOString(),
  }
  const results = [{ name, ok: true, attachment, words: null }]
  return { results, version: row.version, contentVersion: row.version }
})

async function keep(source: AsyncIterable<Buffer>): Promise<{ sha256: string; size: number }> {
  const temporary = path.join(folder, randomUUID())
  const file = await fs.open(temporary, 'wx')
  const hash = createHash('sha256')
  let size = 0
  for await (const chunk of source) {
    hash.update(chunk)
    size += chunk.length
    await file.write(chunk)
  }
  await file.sync()
  await file.close()
  const sha256 = hash.digest('hex')
  const target = path.join(folder, sha256.slice(0, 2), sha256.slice(2, 4))
  await fs.mkdir(target, { recursive: true })
  await fs.rename(temporary, path.join(target, sha256))
  return { sha256, size }
}

app.post<OfOne>(api.prepareSeal.path, async ({ params: { id } }) => {
  const row = await write('prepare', [id, samples.account, new Date(), samples.code13])
  const { content } = samples
  return { version: row.version, applicationNo: row.application_no, content, digest: sha256Hex(content) }
})

app.post<OfOne<{ cms: string }>>(api.sealApplication.path, async ({ params: { id }, body }) => {
  const { account, content, certificate } = samples
  const cms = Buffer.from(body.cms, 'base64')
  const values = [randomUUIDv7(), content, sha256Hex(content), cms, certificate, randomUUIDv7()]
  const row = await write('seal', [id, account, new Date(), ...values])
  return { ...acted('ready', row.version), applicationNo: row.application_no }
})

app.post<OfOne>(api.actOnApplication.path, async ({ params: { id } }) => {
  const { account, words } = samples
  const values = [randomUUIDv7(), JSON.stringify(words), randomUUIDv7()]
  const row = await write('submit', [id, account, new Date(), ...values])
  return acted('first_review', row.version)
})

console.log(await app.listen({ host: '127.0.0.1', port: 0 }))
process.on('SIGTERM', () => process.exit(0))
process.on('SIGINT', () => undefined)
