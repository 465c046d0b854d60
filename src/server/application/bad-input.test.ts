/** What is malformed, field by field: 422 with the path and Chinese words, and nothing written. */
import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { after, before, test } from 'node:test'
import * as api from '#api/application.ts'
import { contractSheetFields, fields } from '#domain/application/form.ts'
import type { Field, FieldTable } from '#domain/fields.ts'
import { steelForm } from '#test/forms.ts'
import { completeDraft, enterpriseOf, prepare, typed, type Draft } from '#test/journey.ts'
import { as, startTestApp, testClock, type TestApp, type TestClient } from '#test/people.ts'
import { makeTestPki } from '#test/pki.ts'

let it: TestApp
let sealer: TestClient
let draft: Draft

before(async () => {
  const clock = testClock()
  const pki = await makeTestPki(clock())
  it = await startTestApp({ clock, context: { trust: pki.trust } })
  sealer = await as(it, 'steel02')
  draft = await completeDraft(it, sealer, { papers: [] })
})
after(() => it.close())

const base = () => typed(steelForm(enterpriseOf(sealer)))
const save = (body: object) =>
  sealer.put(`/api/applications/${draft.id}`, { version: draft.version, ...body })

interface Failed {
  words: string
  code: string
  issues: { path: string; words: string }[]
}

async function refused(body: object, path: string, what: string) {
  const response = await save(body)
  assert.equal(response.statusCode, 422, `${what}: ${response.statusCode} ${response.body}`)
  const failure: Failed = response.json()
  assert.equal(failure.code, 'malformed', what)
  assert.ok(
    failure.issues.some((issue) => issue.path === path),
    `${what}: ${JSON.stringify(failure.issues)}`,
  )
  for (const issue of failure.issues) assert.match(issue.words, /\p{Script=Han}/u, what)
}

/** Values that no field of this kind takes. */
function badValues(field: Field): [string, unknown][] {
  const wrongTypes: [string, unknown][] = [
    ['a number', 5],
    ['null', null],
    ['an object', {}],
  ]
  switch (field.kind) {
    case 'text':
      return [
        ...wrongTypes,
        ['too long', '长'.repeat(field.max + 1)],
        ['NUL', 'a\u0000b'],
        ['a lone surrogate', 'a\uD842b'],
        ['an escape', '\u001B[31m'],
        ...(field.multiline === true ? [] : [['a line break', 'a\nb'] as [string, unknown]]),
      ]
    case 'decimal':
      return [
        ...wrongTypes,
        ...['１２', '1e5', '-0', '-1', '+1', '1,000', ' 1', '1.', '.5', '0x1F', 'NaN', '01', '一'].map(
          (value): [string, unknown] => [value, value],
        ),
        ['too many digits', '9'.repeat(field.integerDigits + 1)],
        ['too many decimals', `1.${'1'.repeat(field.fractionDigits + 1)}`],
      ]
    case 'day':
      return [
        ...wrongTypes,
        ...['2026-02-30', '2026-13-01', '20260101', '2026-1-1', '昨天', '2026-01-01T00:00:00Z'].map(
          (value): [string, unknown] => [value, value],
        ),
      ]
    case 'code':
      return [...wrongTypes, ['a name', '韩国'], ['blanks', 'KO R'], ['too long', 'A'.repeat(41)]]
    case 'yesNo':
      return [
        ['a word', 'yes'],
        ['a number', 1],
        ['null', null],
      ]
    case 'rows':
      return [
        ['no list', 'a'],
        ['too many rows', Array.from({ length: field.max + 1 }, () => ({}))],
        ['rows of another shape', [{ other: '' }]],
      ]
  }
}

function every(table: FieldTable, wrap: (name: string, value: unknown) => object, prefix: string) {
  for (const [name, field] of Object.entries(table)) {
    test(`${prefix}${name}: malformed values`, async () => {
      for (const [what, value] of badValues(field)) {
        const path =
          field.kind === 'rows' && what.startsWith('rows of') ? `${prefix}${name}.0` : `${prefix}${name}`
        await refused(wrap(name, value), path, `${name} ${what}`)
      }
      if (field.kind !== 'rows') return
      for (const [cell, cellField] of Object.entries(field.fields)) {
        for (const [what, value] of badValues(cellField)) {
          const row = {
            ...Object.fromEntries(Object.keys(field.fields).map((one) => [one, ''])),
            [cell]: value,
          }
          await refused(wrap(name, [row]), `${prefix}${name}.0.${cell}`, `${name} ${cell} ${what}`)
        }
      }
    })
  }
}
every(fields, (name, value) => ({ form: { ...base(), [name]: value } }), 'form.')
every(contractSheetFields, (name, value) => ({ contractSheet: { [name]: value } }), 'contractSheet.')

test('unknown fields, no body, no JSON, an array, too large a body', async () => {
  await refused({ form: { ...base(), totalAmount: '1' } }, 'form', 'a total of the client')
  const put = (payload: string, type = 'application/json') =>
    sealer.inject({
      method: 'PUT',
      url: `/api/applications/${draft.id}`,
      payload,
      headers: { 'content-type': type },
    })
  const expected: [string, string, number][] = [
    ['', 'application/json', 422],
    ['{', 'application/json', 422],
    ['[]', 'application/json', 422],
    ['a=1', 'application/x-www-form-urlencoded', 415],
    [JSON.stringify({ form: 'x'.repeat(600_000) }), 'application/json', 413],
  ]
  for (const [payload, type, status] of expected) {
    const response = await put(payload, type)
    assert.equal(response.statusCode, status, payload.slice(0, 20))
    assert.match(response.json<Failed>().words, /\p{Script=Han}/u)
  }
})

test('addresses: an id that is none, an action that is none', async () => {
  for (const url of [
    '/api/applications/1',
    '/api/applications/%00',
    `/api/applications/${'a'.repeat(500)}`,
  ]) {
    const response = await sealer.get(url)
    assert.ok([404, 414, 422].includes(response.statusCode), `${url.slice(0, 40)} ${response.statusCode}`)
  }
  const body = { version: 1, requestId: randomUUIDv7() }
  for (const action of ['become_king', 'seal', 'save', 'constructor', 'toString']) {
    const response = await sealer.post(`/api/applications/${draft.id}/actions/${action}`, body)
    assert.ok([404, 422].includes(response.statusCode), `${action} ${response.statusCode}`)
  }
})

test('sums beyond their boxes are refused even in a draft', async () => {
  const lines = Array.from({ length: 4 }, () => ({
    specGrade: 'a',
    unitPrice: '99999999.9999',
    quantity: '999999999.9999',
  }))
  await refused({ form: { ...base(), lines } }, 'lines', 'amount')
})

test('a commodity that is not in the catalogue, and one that can not be chosen', async () => {
  await refused({ form: { ...base(), hsCode: '9999999999' } }, 'hsCode', 'unknown goods')
  const car = await it.ctx.db
    .selectFrom('commodity')
    .select('hs_code')
    .where('goods_key', '=', 'vehicles')
    .where('year', '=', 2026)
    .limit(1)
    .executeTakeFirstOrThrow()
  const other = await completeDraft(it, sealer, {
    form: { hsCode: car.hs_code, producers: [], productCertificates: [] },
    papers: ['CONTRACT', 'LICENCE_BUSINESS'],
  })
  const response = await sealer.post(`/api/applications/${other.id}/seal-content`, {
    version: other.version,
    requestId: randomUUIDv7(),
  })
  assert.equal(response.statusCode, 409)
})

test('after all of this the draft is as it was', async () => {
  const seen = await sealer.call(api.getApplication, { params: { id: draft.id } })
  assert.deepEqual(
    [seen.version, seen.contentVersion, seen.filled.totalAmount],
    [draft.version, 1, '259875.29'],
  )
  assert.deepEqual(it.logged, [])
})

test('23:59 on 31 December in China is still the old year; a minute later it is not', async () => {
  const form = { contractSignedOn: '2026-01-05', contractValidUntil: '2027-12-31' }
  it.clock.set('2026-12-31T15:59:00Z')
  const late = await as(it, 'steel02')
  const old = await completeDraft(it, late, { form })
  const prepared = await prepare(late, old)
  assert.match(prepared.applicationNo, /^26/)
  assert.match(prepared.content, /"applyDate":"2026-12-31"/)
  it.clock.set('2026-12-31T16:00:00Z')
  const refusedNow = await late.refused(api.prepareSeal, {
    params: { id: old.id },
    body: { version: prepared.version, requestId: randomUUIDv7() },
  })
  assert.match(refusedNow.failure.words, /2026 年度已经结束/)
  const fresh = await completeDraft(it, late, { form: { ...form, quotaYear: '2027' } })
  assert.match((await prepare(late, fresh)).applicationNo, /^27/)
})

test('names with letters that mean something elsewhere come back as they were', async () => {
  const names = [
    'A & B <script>alert(1)</script>',
    'O\'Reilly "Q"; drop table application;--',
    '#set $x[0] \\u{41} *_`@',
  ]
  for (const importerNameEn of names) {
    it.clock.set('2026-06-15T02:00:00Z')
    const client = await as(it, 'steel02')
    const made = await completeDraft(it, client, {
      form: { importerNameEn, remark: '第一行\n第二行' },
      papers: [],
    })
    const seen = await client.call(api.getApplication, { params: { id: made.id } })
    assert.equal(seen.form['importerNameEn'], importerNameEn)
    assert.equal(seen.form['remark'], '第一行\n第二行')
  }
})
