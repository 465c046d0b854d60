/** A hardware token on the pages: the agent's questions in its own window, a seal made in the token. */
import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { pageOf } from '#test/agent.ts'
import { doingKey, filled } from '#test/keys.ts'
import { as } from '#test/people.ts'
import { noTokenHere, softToken, type SoftToken } from '#test/softhsm.ts'
import { keysOf } from '#ui/key/token-key.ts'
import { paths } from '#ui/paths.ts'
import { type Agent, startAgent } from '../../src/key-agent/start.ts'
import { startSystem, type System } from './browser.ts'
import { draftMade } from './made.ts'
import { box, button, dialog, says, section, state } from './steps.ts'

const skip = noTokenHere

let it: System
let soft: SoftToken
let agent: Agent
before(async () => {
  if (skip !== undefined) return
  it = await startSystem()
  soft = softToken('演示钢铁集团')
  agent = await startAgent({ port: 0, origins: [it.url], module: soft.module })
  it.test.ctx.env.keyAgentPort = agent.port
})
afterEach((t) => (skip === undefined ? it.settle(t) : undefined))
after(async () => {
  await agent?.close()
  await it?.close()
  soft?.remove()
})

/** The window that opens when something is pressed. */
async function windowOf(page: Page, press: () => Promise<void>): Promise<Page> {
  const opening = page.waitForEvent('popup')
  await press()
  return opening
}

test(
  'the page of the agent tells how it stands, and its window asks before a token is seen',
  { skip },
  async () => {
    const page = await it.open(paths.keyAgent())
    const status = section(page, '本机状态')
    await says(status, '还没有允许')
    const refusing = await windowOf(page, () => button(status, '请求允许').click())
    await says(refusing, it.url)
    await button(refusing, '拒绝').click()
    await says(status, '没有得到允许')
    const asked = await windowOf(page, () => button(status, '请求允许').click())
    await button(asked, '允许').click()
    await says(status, '演示钢铁集团（')
    await says(status, '中没有电子钥匙证书')
    assert.ok(asked.isClosed())
  },
)

/** A request that waits for its key; answers its id. */
async function approved(): Promise<string> {
  const [operator, officer] = [await as(it.test, 'steel02'), await as(it.test, 'key01')]
  const asked = await doingKey(operator, await filled(operator), 'submit')
  return (await doingKey(officer, asked, 'approve')).id
}

const newest = () =>
  it.test.ctx.db
    .selectFrom('certificate')
    .select(['serial', 'device'])
    .orderBy('created_at', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow()

test('a key is made in the token, and goes on where a refused window stopped it', { skip }, async () => {
  const page = await it.open(paths.keyRequest(await approved()), {
    as: 'steel02',
    expected: /422 .*\/asks\//,
  })
  await button(page, '制作电子钥匙').click()
  const making = dialog(page, '制作电子钥匙')
  await making.getByRole('radio', { name: '硬件钥匙' }).check()
  await says(making, '演示钢铁集团（')
  const refusing = await windowOf(page, () => button(making, '制作电子钥匙').click())
  await button(refusing, '拒绝').click()
  await says(making, '没有得到允许')
  const window = await windowOf(page, () => button(making, '制作电子钥匙').click())
  await box(window, 'PIN').fill(soft.pin)
  await button(window, '打开钥匙').click()
  const done = dialog(page, '电子钥匙已做成')
  await says(done, '已写入硬件钥匙')
  await button(done, '完成').click()
  await says(page, '证书已签发')
  const { serial, device } = await newest()
  assert.equal(device, 'token')
  const inToken = keysOf(await pageOf(agent, it.url).tokens())
  assert.deepEqual(
    inToken.map((key) => key.description.serial),
    [serial],
  )
})

test('钥匙体检 tells of agent, driver, PIN and the certificate in the token', { skip }, async () => {
  const page = await it.open(paths.keyCheck(), { as: 'steel02' })
  await page.getByRole('radio', { name: '硬件钥匙' }).check()
  await button(page, '开始检查').click()
  const found = page.getByRole('table', { name: '检查结果' })
  await says(found, '与服务器相差')
  const rows = await found.getByRole('row').allInnerTexts()
  assert.deepEqual(
    rows.slice(1).map((row) => row.split('\t').slice(0, 2).join(' ')),
    [
      '浏览器 正常',
      '钥匙代理 正常',
      '钥匙驱动 正常',
      '本网站的使用 正常',
      '硬件钥匙 正常',
      'PIN 剩余次数 正常',
      '证书 正常',
      '证书链 正常',
      '注销状态 正常',
      '账号绑定 正常',
      '电脑时间 正常',
    ],
  )
})

test(
  'a seal with the key in the token: PIN typed in the agent’s window, a wrong one told there',
  { skip },
  async () => {
    // As a fresh start of the agent: nothing is allowed any more.
    const origin = `http://127.0.0.1:${agent.port}`
    await fetch(`${origin}/withdrawals`, {
      method: 'POST',
      redirect: 'manual',
      headers: { origin },
      body: new URLSearchParams({ origin: it.url }),
    })
    const { serial } = await newest()
    const { id } = await draftMade(it)
    // The agent answers a wrong PIN with a status of its own.
    const expected = /422 .*\/asks\//
    const page = await it.open(paths.applicationForm(id), { as: 'steel02', expected })
    await button(page, '保存并盖章').click()
    await button(dialog(page, '核对并盖章'), '盖章').click()
    const asking = dialog(page, '插入电子钥匙')
    await asking.getByRole('radio', { name: '硬件钥匙' }).check()
    const consent = await windowOf(page, () => button(asking, '请求允许').click())
    await button(consent, '允许').click()
    await says(asking, '演示钢铁集团')
    assert.equal(await asking.getByLabel('PIN', { exact: true }).count(), 0)
    const window = await windowOf(page, () => button(asking, '插入').click())
    await box(window, 'PIN').fill('999999')
    await button(window, '打开钥匙').click()
    await says(window.getByRole('alert'), 'PIN 不正确')
    await says(window, '剩余次数已减少')
    await box(window, 'PIN').fill(soft.pin)
    await button(window, '打开钥匙').click()
    await dialog(page, '加盖签章成功').waitFor()
    await button(dialog(page, '加盖签章成功'), '暂不上报').click()
    await state(page, '待上报')
    const seal = await it.test.ctx.db
      .selectFrom('seal')
      .innerJoin('certificate', 'certificate.fingerprint', 'seal.certificate_fingerprint')
      .select('certificate.serial')
      .where('seal.application_id', '=', id)
      .executeTakeFirstOrThrow()
    assert.equal(seal.serial, serial)
  },
)

test('without the agent the dialog says what to do', { skip }, async () => {
  const { id } = await draftMade(it)
  const { ctx } = it.test
  const port = ctx.env.keyAgentPort
  ctx.env.keyAgentPort = 9
  const page = await it.open(paths.applicationForm(id), { as: 'steel02', expected: /ERR_|127\.0\.0\.1:9/ })
  await button(page, '保存并盖章').click()
  await button(dialog(page, '核对并盖章'), '盖章').click()
  const asking = dialog(page, '插入电子钥匙')
  await asking.getByRole('radio', { name: '硬件钥匙' }).check()
  await says(asking.getByRole('alert'), '没有连上本机的钥匙代理')
  await asking.getByRole('link', { name: '客户端控件下载和安装说明' }).waitFor()
  ctx.env.keyAgentPort = port
})
