/** A hardware token on the pages: the agent's questions in its own window, a seal made in the token. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, afterEach, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { readPem } from '#domain/seal/pem.ts'
import { readCertificate, readHolder } from '#domain/seal/certificate.ts'
import { demoAccount } from '#server/demo/accounts.ts'
import { demoEnterprises } from '#server/demo/enterprises.ts'
import { checkRequest } from '#server/pki/check-request.ts'
import { issueCertificate } from '#server/pki/issue-certificate.ts'
import { issuingAuthority } from '#server/pki/issuing-authority.ts'
import { pageOf, person } from '#test/agent.ts'
import { noTokenHere, softToken, type SoftToken } from '#test/softhsm.ts'
import { makeTokenKey } from '#ui/key/token-key.ts'
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
  const { ctx } = it.test
  ctx.env.keyAgentPort = agent.port
  const { pkiDir, passphrases } = ctx.env
  const { issuing: certificate } = ctx.trust
  ctx.issuing = issuingAuthority({ pkiDir, passphrase: passphrases.issuing, certificate })
})
afterEach((t) => (skip === undefined ? it.settle(t) : undefined))
after(async () => {
  await agent?.close()
  await it?.close()
  soft?.remove()
})

/** steel02's key, made in the token as the key office does: request, certificate, written beside the key. */
async function keyInToken(): Promise<string> {
  const [, own] = readPem(readFileSync(it.keyFile('steel02'), 'utf8'))
  assert.ok(own)
  const holder = readHolder(readCertificate(own.bytes))
  const page = pageOf(agent, it.url)
  await page.askConsent(person({ answer: 'allow' }).show)
  const [token] = await page.tokens()
  const session = await page.open(token?.id ?? '', person({ answer: 'allow', pin: soft.pin }).show)
  const made = await makeTokenKey(session, holder)
  const request = checkRequest(made.request, holder)
  assert.ok(request.ok)
  const issued = await it.test.ctx.db.transaction().execute((tx) =>
    issueCertificate(tx, it.test.ctx, {
      request,
      holder,
      accountId: demoAccount('steel02')?.id ?? '',
      bind: true,
      enterpriseId: demoEnterprises.steel.id,
      keyRequestId: null,
      certificateType: 'general',
      device: 'token',
    }),
  )
  await session.store(made.keyId, readPem(issued.pem)[0]?.bytes ?? new Uint8Array())
  await session.close()
  // As a fresh start of the agent: nothing is allowed any more.
  const origin = `http://127.0.0.1:${agent.port}`
  await fetch(`${origin}/withdrawals`, {
    method: 'POST',
    redirect: 'manual',
    headers: { origin },
    body: new URLSearchParams({ origin: it.url }),
  })
  return issued.serial
}

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

test(
  'a seal with the key in the token: PIN typed in the agent’s window, a wrong one told there',
  { skip },
  async () => {
    const serial = await keyInToken()
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
