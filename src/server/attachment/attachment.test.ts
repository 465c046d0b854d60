/** Files of an application through the front door: good ones, bad ones, other people's, and broken connections. */
import assert from 'node:assert/strict'
import { createHash, randomUUIDv7 } from 'node:crypto'
import fs from 'node:fs'
import net, { type AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { z } from 'zod'
import * as applications from '#api/application.ts'
import * as api from '#api/attachment.ts'
import { Failure } from '#api/endpoint.ts'
import { attachmentLimits } from '#domain/file/kinds.ts'
import { attach } from '#server/attachment/attach.ts'
import { keepFiles } from '#server/db/locks.ts'
import { sweepFiles } from '#server/files/sweep.ts'
import { sessionOf } from '#server/account/session.ts'
import {
  completeDraft,
  doing,
  enterpriseOf,
  passing,
  sealed,
  submitted,
  typed,
  type Draft,
} from '#test/journey.ts'
import { as, eKeyOf, startTestApp, testClock, visitor, type TestApp, type TestClient } from '#test/people.ts'
import { makeTestPki, type TestKey } from '#test/pki.ts'
import { docxFile, jpegFile, pdfFile, pdfOfSize, pngFile } from '#test/sample-files.ts'

const mb = 1024 * 1024
let it: TestApp
let key: TestKey
let preparer: TestClient
let sealer: TestClient
let trader: TestClient
let consignor: TestClient
let officer: TestClient
let hebei: TestClient
let auditor: TestClient
let issuer: TestClient
let baseUrl: string

before(async () => {
  const clock = testClock()
  const pki = await makeTestPki(clock())
  it = await startTestApp({ clock, pki })
  preparer = await as(it, 'steel01')
  sealer = await as(it, 'steel02')
  trader = await as(it, 'trade01')
  consignor = await as(it, 'consignor01')
  officer = await as(it, 'review01')
  hebei = await as(it, 'hebei01')
  auditor = await as(it, 'audit01')
  issuer = await as(it, 'issue01')
  key = await eKeyOf(it, pki, 'steel02')
  baseUrl = await it.app.listen({ host: '127.0.0.1', port: 0 })
})
after(() => it.close())

interface Sent {
  name: string
  bytes: Uint8Array
  type?: string
  id?: string
}

const boundary = 'xukeboundary'
const field = (name: string, value: string) =>
  `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
const fileHead = (name: string) =>
  `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${name}"\r\ncontent-type: application/octet-stream\r\n\r\n`
const end = `--${boundary}--\r\n`
const multipart = { 'content-type': `multipart/form-data; boundary=${boundary}` }

function bodyOf(files: readonly Sent[]): Buffer {
  const parts = files.flatMap(({ name, bytes, type, id }) => [
    ...(type === undefined ? [] : [field('type', type)]),
    ...(id === undefined ? [] : [field('id', id)]),
    fileHead(name),
    bytes,
    '\r\n',
  ])
  return Buffer.concat([...parts, end].map((part) => Buffer.from(part)))
}

const addressOf = (id: string) => `/api/applications/${id}/attachments`

/** An upload as a page sends it; the type stands in the query unless a file brings its own. */
const post = (client: TestClient, id: string, files: readonly Sent[], query = '?type=CONTRACT') =>
  client.inject({ method: 'POST', url: addressOf(id) + query, headers: multipart, payload: bodyOf(files) })

async function upload(client: TestClient, id: string, files: readonly Sent[], query?: string) {
  const response = await post(client, id, files, query)
  assert.equal(response.statusCode, 200, response.body)
  return api.uploadAttachments.reply.parse(response.json())
}

async function uploadOne(client: TestClient, id: string, bytes: Uint8Array, name = 'a.pdf') {
  const { results } = await upload(client, id, [{ name, bytes }])
  const attachment = results[0]?.attachment
  assert.ok(attachment, JSON.stringify(results))
  return attachment
}

async function refusalOf(client: TestClient, id: string, file: Sent): Promise<string> {
  const { results } = await upload(client, id, [file])
  assert.deepEqual([results.length, results[0]?.ok, results[0]?.attachment], [1, false, null])
  return results[0]?.words ?? ''
}

const newDraft = (client: TestClient) => completeDraft(it, client, { papers: [] })
const rowsOf = async (client: TestClient, id: string) =>
  (await client.call(api.listAttachments, { params: { id } })).rows
const detail = (client: TestClient, id: string) =>
  client.call(applications.getApplication, { params: { id } })
const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const failureOf = (response: { json: () => unknown }) => Failure.parse(response.json())

/** Digests of all files in the store, and names of uploads under way. */
function onDisk(): string[] {
  const entries = fs.readdirSync(it.ctx.env.filesDir, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name)
}

test('several files at once, several per type; the version moves, the list and the checklist show them', async () => {
  const draft = await newDraft(preparer)
  const open = (await detail(preparer, draft.id)).issues.filter((one) => one.path.startsWith('attachments'))
  assert.equal(open.length, 3)
  const done = await upload(
    preparer,
    draft.id,
    [
      { type: 'CONTRACT', name: '出口合同（正本）.pdf', bytes: pdfFile('first') },
      { name: '出口合同 第2页.JPG', bytes: jpegFile() },
      { type: 'STEEL_QC', name: 'qc.png', bytes: pngFile() },
      { type: 'LICENCE_BUSINESS', name: '营业执照.docx', bytes: docxFile() },
    ],
    '',
  )
  assert.deepEqual(
    done.results.map(({ name, ok, words }) => [name, ok, words]),
    [
      ['出口合同（正本）.pdf', true, null],
      ['出口合同 第2页.JPG', true, null],
      ['qc.png', true, null],
      ['营业执照.docx', true, null],
    ],
  )
  const rows = await rowsOf(preparer, draft.id)
  assert.deepEqual(
    rows.map(({ type, name, mediaType }) => [type, name, mediaType]),
    [
      ['CONTRACT', '出口合同（正本）.pdf', 'application/pdf'],
      ['CONTRACT', '出口合同 第2页.JPG', 'image/jpeg'],
      ['STEEL_QC', 'qc.png', 'image/png'],
      [
        'LICENCE_BUSINESS',
        '营业执照.docx',
        'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
      ],
    ],
  )
  assert.deepEqual(rows.map(({ size, sha256 }) => [size, sha256])[0], [
    pdfFile('first').length,
    digestOf(pdfFile('first')),
  ])
  const shown = await detail(preparer, draft.id)
  assert.deepEqual(
    [shown.version, shown.contentVersion, shown.issues],
    [done.version, done.contentVersion, []],
  )
  assert.equal(done.version, draft.version + 4)
})

test('one bad file among several does not lose the others, before it or behind it', async () => {
  const draft = await newDraft(preparer)
  const { results } = await upload(preparer, draft.id, [
    { name: 'one.pdf', bytes: pdfFile('one') },
    { name: 'big.pdf', bytes: pdfOfSize(10 * mb + 1) },
    { name: '网页.pdf', bytes: Buffer.from('<html>') },
    { name: 'a.exe', bytes: Buffer.alloc(3 * mb, 'MZ') },
    { type: 'NO_SUCH_TYPE', name: 'two.pdf', bytes: pdfFile('two') },
    { type: 'CONTRACT', id: 'no-uuid', name: 'three.pdf', bytes: pdfFile('three') },
    { name: 'four.pdf', bytes: pdfFile('four') },
  ])
  assert.deepEqual(
    results.map(({ ok }) => ok),
    [true, false, false, false, false, false, true],
  )
  const words = results.map((result) => result.words ?? '')
  assert.match(words[1] ?? '', /超过 10 MB，请/)
  assert.match(words[2] ?? '', /内容却是网页/)
  assert.match(words[3] ?? '', /不能上传 \.exe 文件/)
  assert.match(words[4] ?? '', /请先选择附件名称/)
  assert.match(words[5] ?? '', /UUID/)
  const kept = (await rowsOf(preparer, draft.id)).map(({ name }) => name)
  assert.deepEqual(kept, ['one.pdf', 'four.pdf'])
})

test('every bad file: words that say what to do, and nothing half-written', async () => {
  const draft = await newDraft(preparer)
  const before = onDisk()
  const locked = Buffer.from(pdfFile().toString('latin1').replace('/Root', '/Encrypt 9 0 R /Root'), 'latin1')
  const bad: [string, Uint8Array, RegExp][] = [
    ['empty.pdf', Buffer.alloc(0), /空的（0 字节），请/],
    ['big.pdf', Buffer.alloc(10 * mb + 1, 'x'), /超过 10 MB，请/],
    ['exe.pdf', Buffer.concat([Buffer.from('MZ\u0090\0'), Buffer.alloc(99)]), /内容却是 Windows 程序.*请/],
    ['html.pdf', Buffer.from('<!doctype html><script>alert(1)</script>'), /内容却是网页.*请/],
    ['html.png', Buffer.from('<html></html>'), /内容却是网页.*请/],
    ['svg.png', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), /内容却是 SVG.*请/],
    ['a.svg', Buffer.from('<svg/>'), /不能上传 \.svg.*请/],
    ['locked.pdf', locked, /设有密码.*请/],
    ['cut.pdf', pdfFile().subarray(0, 200), /不完整.*请/],
    ['huge.png', pngFile(30_000, 30_000), /30000×30000.*请/],
    ['huge.jpg', jpegFile(30_000, 30_000), /30000×30000.*请/],
    ['cut.jpg', jpegFile().subarray(0, -2), /不完整或已损坏，请/],
    ['no-extension', pdfFile(), /没有扩展名.*请/],
  ]
  for (const [name, bytes, words] of bad) {
    assert.match(await refusalOf(preparer, draft.id, { name, bytes }), words, name)
  }
  assert.deepEqual(await rowsOf(preparer, draft.id), [])
  assert.deepEqual(onDisk(), before)
  assert.equal((await detail(preparer, draft.id)).version, draft.version)
})

test('names with a path, a line break, or a false end', async () => {
  const draft = await newDraft(preparer)
  const names: [string, string][] = [
    ['../../x.pdf', 'x.pdf'],
    ['C:\\\\合同\\\\y.pdf', 'y.pdf'],
    ['合同%0D%0ASet-Cookie: a=b.pdf', '合同 Set-Cookie: a=b.pdf'],
    ['引号%22.pdf', '引号".pdf'],
    [`${'长'.repeat(200)}.pdf`, `${'长'.repeat(116)}.pdf`],
  ]
  for (const [sent, kept] of names) {
    const { results } = await upload(preparer, draft.id, [
      { name: sent, bytes: pdfFile(String(sent.length)) },
    ])
    assert.deepEqual([results[0]?.name, results[0]?.ok], [kept, true])
  }
  assert.match(
    await refusalOf(preparer, draft.id, { name: '合同\u202Efdp.exe', bytes: pdfFile() }),
    /不能上传 \.exe/,
  )
  for (const { id, name } of await rowsOf(preparer, draft.id)) {
    const response = await preparer.get(`${addressOf(draft.id)}/${id}`)
    assert.equal(response.statusCode, 200)
    const header = String(response.headers['content-disposition'])
    assert.match(header, /^attachment; filename="[\x20-\x7E]+"; filename\*=UTF-8''[\w.%!~-]+$/)
    assert.equal(decodeURIComponent(header.split("''")[1] ?? ''), name)
    assert.equal(response.headers['set-cookie'], undefined)
  }
})

test('exactly 10 MB is taken; a 17th file at once, and no file at all, are told', async () => {
  const draft = await newDraft(preparer)
  assert.equal((await uploadOne(preparer, draft.id, pdfOfSize(10 * mb))).size, 10 * mb)
  const files = Array.from({ length: attachmentLimits.filesAtOnce + 1 }, (_, index) => ({
    name: `${index + 1}.pdf`,
    bytes: pdfFile(`number ${index}`),
  }))
  const { results } = await upload(preparer, draft.id, files)
  assert.deepEqual(
    results.filter(({ ok }) => !ok).map(({ name, words }) => [name, words]),
    [['17.pdf', '一次最多上传 16 个文件，请把其余文件分批上传']],
  )
  assert.equal((await rowsOf(preparer, draft.id)).length, 17)

  const none = await post(preparer, draft.id, [])
  assert.equal(none.statusCode, 422)
  assert.match(failureOf(none).words, /没有收到文件，请/)
})

test('what one application may hold', async () => {
  const draft = await newDraft(preparer)
  const kept = await uploadOne(preparer, draft.id, pdfFile())
  const filler = (count: number, size: number) =>
    Array.from({ length: count }, () => ({
      id: randomUUIDv7(),
      application_id: draft.id,
      type_code: 'CONTRACT',
      name: 'a.pdf',
      size,
      sha256: kept.sha256,
      media_type: 'application/pdf',
      created_by: preparer.account?.id ?? '',
      created_at: it.clock(),
    }))
  const { files, bytes } = attachmentLimits
  const insert = (count: number, size: number) =>
    it.ctx.db.insertInto('attachment').values(filler(count, size)).returning('id').execute()
  const added = await insert(files - 2, 1)
  await uploadOne(preparer, draft.id, pdfFile('sixtieth'))
  const before = await detail(preparer, draft.id)
  const refused = pdfFile('one too many')
  assert.match(await refusalOf(preparer, draft.id, { name: 'a.pdf', bytes: refused }), /最多 60 个附件，请/)
  assert.equal(await it.ctx.files.has(digestOf(refused)), false, 'nobody fills the disk with what is refused')
  assert.match(await refusalOf(preparer, draft.id, { name: 'a.pdf', bytes: pdfFile() }), /最多 60 个附件，请/)
  assert.equal(await it.ctx.files.has(digestOf(pdfFile())), true, 'the same bytes are somebody’s attachment')
  assert.equal((await detail(preparer, draft.id)).version, before.version)

  await it.ctx.db
    .deleteFrom('attachment')
    .where(
      'id',
      'in',
      added.map(({ id }) => id),
    )
    .execute()
  const held = (await rowsOf(preparer, draft.id)).reduce((sum, { size }) => sum + size, 0)
  await insert(1, bytes - held - pdfFile().length)
  await uploadOne(preparer, draft.id, pdfFile())
  assert.match(await refusalOf(preparer, draft.id, { name: 'a.pdf', bytes: pdfFile() }), /200 MB，请/)
})

test('the same id again is the same upload; an id of something else is refused', async () => {
  const draft = await newDraft(preparer)
  const id = randomUUIDv7()
  const file = { id, name: 'a.pdf', bytes: pdfFile('once') }
  const first = await upload(preparer, draft.id, [file])
  const again = await Promise.all([1, 2, 3].map(() => upload(preparer, draft.id, [file])))
  for (const one of again) {
    assert.deepEqual(one.results, first.results)
    assert.equal(one.version, first.version)
  }
  assert.equal((await rowsOf(preparer, draft.id)).length, 1)

  assert.match(await refusalOf(preparer, draft.id, { ...file, bytes: pdfFile('other') }), /编号已被占用，请/)
  const other = await newDraft(trader)
  assert.match(await refusalOf(trader, other.id, file), /编号已被占用，请/)
  assert.deepEqual(await rowsOf(trader, other.id), [])
})

test('eight uploads of one new id at the same moment are one attachment', async () => {
  const draft = await newDraft(preparer)
  const file = { id: randomUUIDv7(), name: 'a.pdf', bytes: pdfFile('race') }
  const done = await Promise.all(Array.from({ length: 8 }, () => upload(preparer, draft.id, [file])))
  assert.deepEqual(new Set(done.flatMap(({ results }) => results.map(({ ok }) => ok))), new Set([true]))
  assert.equal((await rowsOf(preparer, draft.id)).length, 1)
  assert.equal((await detail(preparer, draft.id)).version, draft.version + 1)
})

test('a form that saves itself meanwhile does not fail the upload, and goes on with the version told', async () => {
  const draft = await newDraft(preparer)
  const form = typed((await detail(preparer, draft.id)).form as never)
  const { lines: _, ...rest } = form
  const saved = await preparer.call(applications.saveApplication, {
    params: { id: draft.id },
    body: { version: draft.version, form: { ...rest, remark: 'typing' } },
  })
  const done = await upload(preparer, draft.id, [{ name: 'a.pdf', bytes: pdfFile() }])
  assert.equal(done.results[0]?.ok, true)
  assert.ok(done.version > saved.version)
  await preparer.call(applications.saveApplication, {
    params: { id: draft.id },
    body: { version: done.version, form: { ...rest, remark: 'still typing' } },
  })
})

test('looking at it: in place only PDF and pictures, from a response that may run nothing', async () => {
  const draft = await newDraft(preparer)
  const pdf = await uploadOne(preparer, draft.id, pdfFile(), '合同.pdf')
  const docx = await uploadOne(preparer, draft.id, docxFile(), '合同.docx')
  const url = (id: string, query = '') => `${addressOf(draft.id)}/${id}${query}`

  const saved = await preparer.get(url(pdf.id))
  assert.deepEqual(saved.rawPayload, pdfFile())
  assert.match(String(saved.headers['content-disposition']), /^attachment; /)
  const shown = await preparer.get(url(pdf.id, '?show=1'))
  assert.match(String(shown.headers['content-disposition']), /^inline; /)
  assert.equal(shown.headers['content-type'], 'application/pdf')
  const other = await preparer.get(url(docx.id, '?show=1'))
  assert.match(String(other.headers['content-disposition']), /^attachment; /)
  for (const { headers } of [saved, shown, other]) {
    assert.match(String(headers['content-security-policy']), /^sandbox; default-src 'none'/)
    assert.equal(headers['x-content-type-options'], 'nosniff')
    assert.equal(headers['cache-control'], 'private, no-cache')
  }
  const unchanged = await preparer.inject({
    method: 'GET',
    url: url(pdf.id),
    headers: { 'if-none-match': String(saved.headers['etag']) },
  })
  assert.deepEqual([unchanged.statusCode, unchanged.body], [304, ''])
})

test('parts of a file', async () => {
  const draft = await newDraft(preparer)
  const bytes = pdfFile()
  const { id, sha256 } = await uploadOne(preparer, draft.id, bytes)
  const part = async (range: string, more: Record<string, string> = {}) => {
    const response = await preparer.inject({
      method: 'GET',
      url: `${addressOf(draft.id)}/${id}`,
      headers: { range, ...more },
    })
    return [response.statusCode, response.headers['content-range'], response.rawPayload]
  }
  const size = bytes.length
  assert.deepEqual(await part('bytes=5-9'), [206, `bytes 5-9/${size}`, bytes.subarray(5, 10)])
  assert.deepEqual(await part('bytes=100-'), [206, `bytes 100-${size - 1}/${size}`, bytes.subarray(100)])
  assert.deepEqual(await part('bytes=-7'), [206, `bytes ${size - 7}-${size - 1}/${size}`, bytes.subarray(-7)])
  assert.deepEqual(await part('bytes=0-999999'), [206, `bytes 0-${size - 1}/${size}`, bytes])
  assert.deepEqual(await part('bytes=-999999'), [206, `bytes 0-${size - 1}/${size}`, bytes])
  assert.deepEqual(await part(`bytes=${size}-`), [416, `bytes */${size}`, Buffer.alloc(0)])
  assert.deepEqual(await part('bytes=-0'), [416, `bytes */${size}`, Buffer.alloc(0)])
  for (const whole of ['bytes=9-5', 'bytes=-', 'bytes=0-1,3-4', 'lines=0-1']) {
    assert.deepEqual(await part(whole), [200, undefined, bytes], whole)
  }
  assert.equal((await part('bytes=0-1', { 'if-range': '"another"' }))[0], 200)
  assert.equal((await part('bytes=0-1', { 'if-range': `"${sha256}"` }))[0], 206)
})

/** The four requests on one application's files, and how each was answered. */
async function tries(client: TestClient, id: string, attachmentId: string) {
  const answers = [
    await client.get(addressOf(id)),
    await client.get(`${addressOf(id)}/${attachmentId}`),
    await post(client, id, [{ name: 'b.pdf', bytes: pdfFile('b') }]),
    await client.delete(`${addressOf(id)}/${attachmentId}`),
  ]
  return answers.map(({ statusCode }) => statusCode)
}

test('who may: the enterprise alone before submission; its authority, consignor and auditor look after it', async () => {
  const draft = await newDraft(preparer)
  const { id } = await uploadOne(preparer, draft.id, pdfFile('private'))
  assert.deepEqual(await tries(visitor(it), draft.id, id), [401, 401, 401, 401])
  assert.deepEqual(await tries(trader, draft.id, id), [404, 404, 404, 404])
  for (const other of [consignor, officer, issuer, hebei, auditor]) {
    assert.deepEqual(await tries(other, draft.id, id), [404, 404, 403, 403])
  }
  const forged = await preparer.inject({
    method: 'POST',
    url: `${addressOf(draft.id)}?type=CONTRACT`,
    headers: { ...multipart, 'x-csrf-token': 'wrong' },
    payload: bodyOf([{ name: 'a.pdf', bytes: pdfFile() }]),
  })
  assert.deepEqual([forged.statusCode, failureOf(forged).code], [403, 'csrf'])

  const sent = await submitted(it, sealer, key)
  const [paper] = await rowsOf(officer, sent.id)
  assert.ok(paper)
  for (const looker of [officer, issuer, auditor]) {
    assert.deepEqual(await tries(looker, sent.id, paper.id), [200, 200, 403, 403])
  }
  // It is of another authority, and it does not name this consignor.
  for (const other of [hebei, consignor]) {
    assert.deepEqual(await tries(other, sent.id, paper.id), [404, 404, 403, 403])
  }
  assert.deepEqual(await tries(trader, sent.id, paper.id), [404, 404, 404, 404])
  // An attachment is reached through its own application only.
  const own = await newDraft(trader)
  assert.deepEqual(
    (await tries(trader, own.id, paper.id)).filter((_, index) => index !== 2),
    [200, 404, 404],
  )
  assert.deepEqual((await rowsOf(officer, sent.id)).length, 3)
})

test('a consignor that is named looks at the files once they are submitted, and changes nothing', async () => {
  const named = enterpriseOf(consignor)
  const draft = await completeDraft(it, sealer, {
    form: { consignorCode: named.code13, consignorUscc: named.uscc, consignorName: named.name },
    sheet: {
      principalName: named.name,
      agentName: enterpriseOf(sealer).name,
      agencyContractNo: 'D1',
      agencySignedOn: '2026-01-01',
      agencyValidUntil: '2026-12-31',
      shipperName: named.name,
      shipperContact: '蒋海平',
      shipperAddress: '天津市滨海新区演示路 3 号',
      shipperPhone: '022-55550303',
      domesticTransportMode: '4',
    },
    papers: ['CONTRACT', 'STEEL_QC', 'LICENCE_BUSINESS', 'AGENCY'],
  })
  const [paper] = await rowsOf(sealer, draft.id)
  assert.ok(paper)
  assert.deepEqual(await tries(consignor, draft.id, paper.id), [404, 404, 403, 403])
  await doing(sealer, await sealed(it, sealer, key, draft), 'submit')
  assert.deepEqual(await tries(consignor, draft.id, paper.id), [200, 200, 403, 403])
})

test('while it is reviewed nothing is added or taken away, in the words of the table', async () => {
  const sent = await submitted(it, sealer, key)
  const [paper] = await rowsOf(sealer, sent.id)
  assert.ok(paper)
  const before = onDisk().toSorted()
  const uploading = await post(sealer, sent.id, [{ name: 'a.pdf', bytes: pdfFile('late') }])
  const deleting = await sealer.delete(`${addressOf(sent.id)}/${paper.id}`)
  for (const response of [uploading, deleting]) {
    assert.equal(response.statusCode, 409)
    const { words, current } = failureOf(response)
    assert.match(words, /^申请表当前为“待初审”，只有“暂存、初审退回、已撤销”时才能/)
    assert.deepEqual(current, { version: sent.version, state: 'first_review' })
  }
  assert.equal((await rowsOf(sealer, sent.id)).length, 3)
  assert.deepEqual(onDisk().toSorted(), before)
})

/** An upload over a real connection, of which the test decides what is sent when. */
async function slowUpload(client: TestClient, id: string, length: number) {
  const { port } = it.app.server.address() as AddressInfo
  const socket = net.connect(port, '127.0.0.1')
  const answer = (async () => {
    let text = ''
    for await (const chunk of socket) text += String(chunk)
    return text
  })()
  answer.catch(() => undefined)
  const { cookie = '', 'x-csrf-token': token = '' } = client.headers
  socket.write(
    `POST ${addressOf(id)}?type=CONTRACT HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncookie: ${cookie}\r\n` +
      `x-csrf-token: ${token}\r\ncontent-type: ${multipart['content-type']}\r\ncontent-length: ${length}\r\n\r\n`,
  )
  return { socket, answer }
}

async function until(what: () => boolean | Promise<boolean>) {
  for (let tries = 0; tries < 400; tries += 1) {
    if (await what()) return
    await sleep(10)
  }
  throw new Error('it did not happen')
}

const incoming = () => fs.readdirSync(`${it.ctx.env.filesDir}/incoming`).length

test('a connection cut in the middle of a file: the files before it are whole, of it nothing is left', async () => {
  const draft = await newDraft(preparer)
  const before = onDisk()
  const body = bodyOf([
    { name: 'whole.pdf', bytes: pdfFile('whole') },
    { name: 'cut.pdf', bytes: pdfOfSize(2 * mb) },
  ])
  const { socket, answer } = await slowUpload(preparer, draft.id, body.length)
  socket.write(body.subarray(0, mb))
  await until(async () => incoming() === 1 && (await rowsOf(preparer, draft.id)).length === 1)
  socket.destroy()
  await answer.catch(() => undefined)
  await until(() => incoming() === 0)
  assert.deepEqual(
    (await rowsOf(preparer, draft.id)).map(({ name }) => name),
    ['whole.pdf'],
  )
  assert.equal(onDisk().length, before.length + 1)
  // Sent again from the beginning, nothing is there twice that has an id; the server answers as before.
  await uploadOne(preparer, draft.id, pdfFile('again'))
})

test('submitted while a file is on its way: the file is told the state, and is not attached', async () => {
  const draft = await completeDraft(it, sealer)
  const late = pdfFile('on its way')
  const body = bodyOf([{ name: 'late.pdf', bytes: late }])
  const { socket, answer } = await slowUpload(sealer, draft.id, body.length)
  socket.write(body.subarray(0, body.length - 100))
  await until(() => incoming() === 1)
  await doing(sealer, await sealed(it, sealer, key, draft), 'submit')
  socket.write(body.subarray(body.length - 100))
  const text = await answer
  assert.match(text, /^HTTP\/1.1 200/)
  assert.match(text, /申请表当前为“待初审”，只有“暂存、初审退回、已撤销”时才能上传附件/)
  assert.equal((await rowsOf(sealer, draft.id)).length, 3)
  // Its bytes wait for the sweep.
  it.clock.add(25 * 60 * 60 * 1000)
  await sweepFiles(it.ctx)
  it.clock.add(-25 * 60 * 60 * 1000)
  assert.equal(await it.ctx.files.has(digestOf(late)), false)
})

test('an early refusal reaches a client that is still sending', async () => {
  const draft = await newDraft(preparer)
  const form = new FormData()
  form.append('file', new Blob([Uint8Array.from(pdfOfSize(9 * mb))]), 'a.pdf')
  const response = await fetch(`${baseUrl}${addressOf(draft.id)}?type=CONTRACT`, {
    method: 'POST',
    headers: trader.headers,
    body: form,
  })
  assert.equal(response.status, 404)
  assert.equal(Failure.parse(await response.json()).words, '没有找到该申请表')
})

test('a form as a browser sends it', async () => {
  const draft = await newDraft(preparer)
  const form = new FormData()
  form.append('type', 'CONTRACT')
  form.append('file', new Blob([Uint8Array.from(pdfFile())]), '合同\n"1".pdf')
  const response = await fetch(baseUrl + addressOf(draft.id), {
    method: 'POST',
    headers: preparer.headers,
    body: form,
  })
  const { results } = api.uploadAttachments.reply.parse(await response.json())
  assert.deepEqual(
    results.map(({ name, ok }) => [name, ok]),
    [['合同 "1".pdf', true]],
  )
})

const remove = (client: TestClient, id: string, attachmentId: string) =>
  client.call(api.deleteAttachment, { params: { id, attachmentId } })

test('the same bytes in two applications are one file, which goes with the last of them', async () => {
  const [one, two] = [await newDraft(preparer), await newDraft(trader)]
  const bytes = pdfFile('shared by chance')
  const [first, second] = [await uploadOne(preparer, one.id, bytes), await uploadOne(trader, two.id, bytes)]
  assert.equal(onDisk().filter((name) => name === digestOf(bytes)).length, 1)
  const done = await remove(preparer, one.id, first.id)
  assert.equal(done.version, one.version + 2)
  assert.equal(await it.ctx.files.has(digestOf(bytes)), true)
  assert.deepEqual((await trader.get(`${addressOf(two.id)}/${second.id}`)).rawPayload, bytes)
  await remove(trader, two.id, second.id)
  assert.equal(await it.ctx.files.has(digestOf(bytes)), false)
  const gone = await trader.refused(api.deleteAttachment, { params: { id: two.id, attachmentId: second.id } })
  assert.deepEqual([gone.status, gone.failure.words], [404, '没有找到该附件'])
})

test('what was submitted once stays, although the returned application lost it', async () => {
  const draft = await completeDraft(it, sealer)
  const bytes = pdfFile('frozen')
  const { version } = await upload(sealer, draft.id, [{ name: 'frozen.pdf', bytes }])
  const sent = await doing(sealer, await sealed(it, sealer, key, { id: draft.id, version }), 'submit')
  const returned = await doing(officer, await doing(officer, sent, 'claim'), 'return', '请更换合同')
  assert.equal(returned.state, 'returned')
  const frozen = (await rowsOf(sealer, draft.id)).find(({ name }) => name === 'frozen.pdf')
  assert.ok(frozen)
  await remove(sealer, draft.id, frozen.id)
  it.clock.add(48 * 60 * 60 * 1000)
  await sweepFiles(it.ctx)
  it.clock.add(-48 * 60 * 60 * 1000)
  assert.deepEqual(await it.ctx.files.readBytes(digestOf(bytes)), bytes)
})

test("a licence's document stays when an attachment of the same bytes goes", async () => {
  const sent = await submitted(it, sealer, key)
  const second = await as(it, 'review02')
  await passing(second, await passing(officer, sent, 'pass_first'), 'pass_second')
  const bytes = pdfFile('the licence itself')
  const sha256 = digestOf(bytes)
  await it.ctx.db
    .updateTable('licence')
    .set({ document_sha256: sha256 })
    .where('application_id', '=', sent.id)
    .execute()
  const draft = await newDraft(preparer)
  const { id } = await uploadOne(preparer, draft.id, bytes)
  await remove(preparer, draft.id, id)
  assert.equal(await it.ctx.files.has(sha256), true)
})

test('while a backup copies files, the bytes of a deleted attachment stay; the next sweep takes them', async () => {
  const draft = await newDraft(preparer)
  const { id, sha256 } = await uploadOne(preparer, draft.id, pdfFile('wanted by the backup'))
  const backup = new pg.Client({ connectionString: it.db.url })
  await backup.connect()
  try {
    await keepFiles(backup)
    await remove(preparer, draft.id, id)
    assert.equal(await it.ctx.files.has(sha256), true)
  } finally {
    await backup.end()
  }
  it.clock.add(25 * 60 * 60 * 1000)
  await sweepFiles(it.ctx)
  it.clock.add(-25 * 60 * 60 * 1000)
  assert.equal(await it.ctx.files.has(sha256), false)
})

test('a file whose bytes were taken away before its row is refused, and nothing is written', async () => {
  const draft = await newDraft(preparer)
  const row = await it.ctx.db
    .selectFrom('session')
    .select('token_digest')
    .where('account_id', '=', preparer.account?.id ?? '')
    .executeTakeFirstOrThrow()
  const { actor } = await sessionOf(it.ctx, row.token_digest)
  const stored = await it.ctx.files.putBytes(pdfFile('taken away'))
  await it.ctx.files.remove(stored.sha256)
  const given = { id: undefined, type: 'CONTRACT', name: 'a.pdf', mediaType: 'application/pdf', stored }
  await assert.rejects(attach(it.ctx, actor, draft.id, given), /文件没有保存成功，请重新上传/)
  assert.equal((await detail(preparer, draft.id)).version, draft.version)
})

test('the sweep takes old files without a row, leaves young ones, and tells of rows without a file', async () => {
  const draft: Draft = await newDraft(preparer)
  const kept = await uploadOne(preparer, draft.id, pdfFile('kept by its row'))
  const lost = await uploadOne(preparer, draft.id, pdfFile('lost'))
  const old = await it.ctx.files.putBytes(Buffer.from('old and without a row'))
  it.clock.add(24 * 60 * 60 * 1000 + 1)
  const young = await it.ctx.files.putBytes(Buffer.from('young and without a row'))
  await it.ctx.files.remove(lost.sha256)
  const logged = it.logged.length
  await sweepFiles(it.ctx)
  const has = await Promise.all([kept, old, young].map(({ sha256 }) => it.ctx.files.has(sha256)))
  assert.deepEqual(has, [true, false, true])
  const told = it.logged.slice(logged).find((entry) => entry['level'] === 'error')
  assert.match(String(told?.['message']), /^1 files are named by rows but not in the store/)
  assert.deepEqual(z.array(z.string()).parse(told?.['sha256']), [lost.sha256])
  it.clock.add(-(24 * 60 * 60 * 1000 + 1))

  const response = await preparer.get(`${addressOf(draft.id)}/${lost.id}`)
  assert.equal(response.statusCode, 500)
  assert.match(failureOf(response).words, /请告知管理员故障号/)
})
