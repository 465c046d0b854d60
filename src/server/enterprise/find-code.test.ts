import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { findEnterpriseCode } from '#api/enterprise.ts'
import { startTestApp, visitor, type TestApp } from '#test/people.ts'

let it: TestApp
before(async () => {
  it = await startTestApp()
})
after(() => it.close())

const found = { rows: [{ code13: '1100DEM000014', name: '演示钢铁集团有限公司' }] }
const organisationCode = 'DEM000014'
// A client of the demonstration may leave the captcha out.
const headers = { 'x-demo': '1' }
const asking = (body: Record<string, string>) =>
  visitor(it).inject({ method: 'POST', url: findEnterpriseCode.path, payload: body, headers })

const cases: [string, Record<string, string>, object][] = [
  ['by its name', { name: '演示钢铁集团有限公司' }, found],
  ['by its social credit code, typed small', { uscc: '91110000dem000014e' }, found],
  ['by its organisation code', { organisationCode }, found],
  ['by its organisation code with a hyphen', { organisationCode: 'DEM00001-4' }, found],
  ['a part of a name finds nothing', { name: '演示钢铁' }, { rows: [] }],
  ['a wildcard is a letter like others', { name: '%' }, { rows: [] }],
  ['all that is given must hold', { name: '演示钢铁集团有限公司', uscc: '91110000DEM000022A' }, { rows: [] }],
]
for (const [what, body, reply] of cases) {
  test(what, async () => {
    const response = await asking(body)
    assert.equal(response.statusCode, 200, response.body)
    assert.deepEqual(response.json(), reply)
  })
}

test('no condition is told at the first field; a captcha is wanted of everybody', async () => {
  const nothing = await asking({ name: ' ' })
  assert.equal(nothing.statusCode, 422)
  assert.match(nothing.body, /任?.*一项/)
  const bare = await visitor(it).inject({
    method: 'POST',
    url: findEnterpriseCode.path,
    payload: { name: '演示钢铁集团有限公司' },
  })
  assert.equal(bare.statusCode, 409)
  assert.match(bare.body, /验证码/)
})

test('an enterprise that nobody has verified is found by nothing', async () => {
  await it.db.owner.pool.query(`update enterprise set verified_at = null where code13 = '1100DEM000014'`)
  assert.deepEqual((await asking({ organisationCode })).json(), { rows: [] })
})
