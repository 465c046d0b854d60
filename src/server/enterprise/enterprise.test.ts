import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { enterpriseByCode, ownEnterprise, saveEnterpriseInfo } from '#api/enterprise.ts'
import { demoEnterprises } from '#server/demo/enterprises.ts'
import { as, startTestApp, type TestApp } from '#test/people.ts'
import { race } from '#test/race.ts'

let it: TestApp
before(async () => {
  it = await startTestApp()
})
after(() => it.close())

const { steel, trade } = demoEnterprises

const historyOf = (id: string) =>
  it.ctx.db.selectFrom('history').selectAll().where('thing_id', '=', id).orderBy('id').execute()

test('an operator reads and changes the data of the own enterprise, with a line of history', async () => {
  const client = await as(it, 'steel01')
  const before = await client.call(ownEnterprise, {})
  assert.deepEqual(before.info, steel.info)
  assert.equal(before.version, 1)

  it.clock.add(60_000)
  const info = { ...before.info, address: '北京市演示新址 9 号', fax: '' }
  const saved = await client.call(saveEnterpriseInfo, { body: { version: 1, info } })
  assert.deepEqual(saved, { ...before, info, version: 2, modifiedAt: '2026-06-15T02:01:00.000Z' })
  assert.deepEqual(await (await as(it, 'steel02')).call(ownEnterprise, {}), saved)

  const [line, ...more] = await historyOf(steel.id)
  assert.equal(more.length, 0)
  assert.deepEqual(
    [line?.thing, line?.action, line?.actor_name, line?.actor_place, line?.opinion],
    ['enterprise', 'change', '赵一鸣', steel.code13, '修改了企业地址、传真'],
  )
  const row = await it.ctx.db
    .selectFrom('enterprise')
    .select('modified_by')
    .where('id', '=', steel.id)
    .executeTakeFirst()
  assert.equal(row?.modified_by, client.account?.id)
  assert.equal((await (await as(it, 'trade01')).call(ownEnterprise, {})).version, 1, 'nobody else is touched')
})

test('fields that were not sent are empty, and code, name and place cannot be sent', async () => {
  const client = await as(it, 'trade01')
  const { status } = await client.refused(saveEnterpriseInfo, {
    body: { version: 1, info: { name: '别的公司' } },
  })
  assert.equal(status, 422)
  const saved = await client.call(saveEnterpriseInfo, { body: { version: 1, info: { address: '唐山' } } })
  assert.equal(saved.info['address'], '唐山')
  assert.equal(saved.info['contactName'], '')
  assert.equal(saved.name, trade.name)
})

test('of sixteen who save what they saw at once one gets through, the others see the newer version', async () => {
  const client = await as(it, 'steel02')
  const { version, info } = await client.call(ownEnterprise, {})
  const lines = (await historyOf(steel.id)).length
  const results = await race(
    it.db,
    (tx) => tx.selectFrom('enterprise').select('id').where('id', '=', steel.id).forUpdate().execute(),
    Array.from(
      { length: 16 },
      (_, i) => () =>
        client.put(saveEnterpriseInfo.path, { version, info: { ...info, address: `地址 ${i}` } }),
    ),
  )
  const replies = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  assert.equal(replies.filter((reply) => reply.statusCode === 200).length, 1)
  const lost = replies.filter((reply) => reply.statusCode === 409)
  assert.equal(lost.length, 15)
  assert.deepEqual(lost[0]?.json(), {
    words: '申请企业信息已被他人修改。页面显示的不是最新内容，请刷新后重新填写',
    code: 'stale',
    current: { version: version + 1, state: '' },
  })
  assert.equal((await historyOf(steel.id)).length, lines + 1)
})

test('bad input is told at its field and nothing is written', async () => {
  const client = await as(it, 'steel02')
  const before = await client.call(ownEnterprise, {})
  const cases: [object, string][] = [
    [{ address: '长'.repeat(201) }, 'info.address'],
    [{ address: '一\u0000二' }, 'info.address'],
    [{ address: '一\uD800' }, 'info.address'],
    [{ address: '一\n二' }, 'info.address'],
    [{ address: 7 }, 'info.address'],
    [{ address: null }, 'info.address'],
    [{ address: ['北京'] }, 'info.address'],
    [{ foundedOn: '2026-02-30' }, 'info.foundedOn'],
    [{ foundedOn: '2026/02/03' }, 'info.foundedOn'],
    [{ registeredCapitalWan: '1e5' }, 'info.registeredCapitalWan'],
    [{ registeredCapitalWan: '-0' }, 'info.registeredCapitalWan'],
    [{ registeredCapitalWan: '１２' }, 'info.registeredCapitalWan'],
    [{ registeredCapitalWan: '1.00001' }, 'info.registeredCapitalWan'],
    [{ contactMobile: '12345678901' }, 'info.contactMobile'],
    [{ contactPhone: '电话' }, 'info.contactPhone'],
    [{ contactEmail: 'a@b' }, 'info.contactEmail'],
    [{ postcode: '１００００' }, 'info.postcode'],
  ]
  for (const [info, path] of cases) {
    const response = await client.put(saveEnterpriseInfo.path, { version: before.version, info })
    assert.equal(response.statusCode, 422, JSON.stringify(info))
    assert.equal(response.json().issues[0].path, path)
    assert.match(response.json().issues[0].words, /\p{Script=Han}/u)
  }
  for (const body of [
    { info: {} },
    { version: 0, info: {} },
    { version: '1', info: {} },
    { version: 1 },
    [],
  ]) {
    assert.equal((await client.put(saveEnterpriseInfo.path, body)).statusCode, 422, JSON.stringify(body))
  }
  assert.deepEqual(await client.call(ownEnterprise, {}), before)
  assert.deepEqual(it.logged, [])
})

test('a consignor is found by its code; nothing but numbers and name is told', async () => {
  const client = await as(it, 'steel01')
  assert.deepEqual(await client.call(enterpriseByCode, { params: { code13: trade.code13 } }), {
    code13: trade.code13,
    uscc: trade.uscc,
    name: trade.name,
  })
  const { status, failure } = await client.refused(enterpriseByCode, { params: { code13: '1100717850555' } })
  assert.equal(status, 404)
  assert.equal(failure.words, '没有找到代码为 1100717850555 的企业，请核对进出口企业代码')
  for (const code of ['1', 'x'.repeat(13), '%00', '110071785055%', "1' or '1'='1"]) {
    const response = await client.get(`/api/enterprises/by-code/${encodeURIComponent(code)}`)
    assert.equal(response.statusCode, 422, code)
  }
})
