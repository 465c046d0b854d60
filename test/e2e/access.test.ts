/** Coming in: the sign-in form, the keyboard alone, a phone, who may only read, and how much the pages weigh. */
import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { getLicence, listLicences } from '#api/licence.ts'
import { demoAccount } from '#server/demo/accounts.ts'
import { demoEnterprises } from '#server/demo/enterprises.ts'
import { as } from '#test/people.ts'
import { paths } from '#ui/paths.ts'
import { startSystem, type System } from './browser.ts'
import { approvedMade, submittedMade, type Change } from './made.ts'
import { button, fillSignIn, says, section, withoutCaptcha } from './steps.ts'

let it: System
before(async () => {
  it = await startSystem()
})
afterEach((t) => it.settle(t))
after(() => it.close())

test('a wrong password is told, the account stays, the right one opens what was asked for', async () => {
  const page = await it.open(paths.licences())
  await withoutCaptcha(page)
  await fillSignIn(page, { loginName: 'steel02', password: 'not it', press: '登录' })
  await says(page.getByRole('alert'), '登录名或密码不正确，请重新输入')
  await fillSignIn(page, { password: demoAccount('steel02')?.password ?? '', press: '登录' })
  await page.getByRole('heading', { name: '查看电子许可证', level: 1 }).waitFor()
})

/** What the cursor stands in, by its accessible name. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const at = document.activeElement
    if (!(at instanceof HTMLElement)) return ''
    const labels = at instanceof HTMLInputElement ? [...(at.labels ?? [])] : []
    const [label] = labels.map((each) => each.textContent)
    return at.getAttribute('aria-label') ?? label ?? at.textContent
  })

/** Tab, until the cursor stands in something of that name. */
async function tabTo(page: Page, name: string) {
  const seen: string[] = []
  for (let steps = 0; steps < 60; steps++) {
    await page.keyboard.press('Tab')
    const now = (await focused(page)).replace(/\*$/, '')
    if (now === name) return
    seen.push(now)
  }
  assert.fail(`no ${name} among ${seen.join(', ')}`)
}

/** Types into the look-up that has the cursor, and chooses the row that answers. */
async function typeAndChoose(page: Page, typed: string, wanted: string) {
  await page.keyboard.press('Space')
  const list = page.getByRole('listbox', { name: '可选项' })
  await list.waitFor()
  await page.keyboard.type(typed)
  await list.getByRole('option', { selected: true }).filter({ hasText: wanted }).waitFor()
  await page.keyboard.press('Enter')
  await list.waitFor({ state: 'hidden' })
}

test('signing in and the pre-entry by keyboard alone', async () => {
  const page = await it.open('/sign-in')
  await withoutCaptcha(page)
  await page.getByRole('textbox', { name: '账号' }).waitFor()
  await page.keyboard.type('steel02')
  await tabTo(page, '密码')
  await page.keyboard.type(demoAccount('steel02')?.password ?? '')
  await tabTo(page, '验证码')
  await page.keyboard.type('demo')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: '首页', level: 1 }).waitFor()
  await tabTo(page, '录入申请')
  await page.keyboard.press('Enter')
  await section(page, '预录入').waitFor()
  await tabTo(page, '商品代码')
  await typeAndChoose(page, '7208271000', '7208271000')
  await tabTo(page, '报关口岸')
  await typeAndChoose(page, 'xingang', '新港海关')
  await tabTo(page, '进口国(地区)')
  await typeAndChoose(page, 'hanguo', '韩国')
  await page.keyboard.press('Enter')
  await section(page, '基本数据').waitFor()
})

/** Opens everything the person's menu offers, group by group, but for what `seen` says another one has opened. */
async function openMenu(loginName: string, seen: Set<string>) {
  const page = await it.open('/', { as: loginName })
  const nav = page.getByRole('navigation', { name: '主菜单' })
  await nav.waitFor()
  for (const group of await nav.getByRole('group').all()) {
    for (const link of await group.getByRole('link').all()) {
      const name = await link.innerText()
      const to = (await link.getAttribute('href')) ?? ''
      if (seen.has(to)) continue
      seen.add(to)
      await link.click()
      await page.getByRole('heading', { name, level: 1, exact: true }).waitFor()
      // Pages that are there without signing in, too, have no menu.
      if ((await nav.count()) === 0) {
        await page.goBack()
        await nav.waitFor()
      }
    }
  }
  await page.waitForLoadState('networkidle')
}

test('every page of every menu comes up under its name, and the description of the interface', async () => {
  const seen = new Set<string>()
  for (const loginName of ['admin01', 'steel02', 'hebei01', 'audit01', 'quota01'])
    await openMenu(loginName, seen)
  const docs = await it.open('/api/docs')
  await docs.getByRole('heading', { name: /^xuke 出口许可证系统接口/ }).waitFor()
})

const { consignor } = demoEnterprises
const forConsignor: Change = {
  form: { consignorCode: consignor.code13, consignorUscc: consignor.uscc, consignorName: consignor.name },
  sheet: {
    principalName: consignor.name,
    agentName: '演示钢铁集团有限公司',
    agencyContractNo: 'DL-2026-01',
    agencySignedOn: '2026-01-01',
    agencyValidUntil: '2026-12-31',
    shipperName: consignor.name,
    shipperContact: '蒋海平',
    shipperAddress: '天津市滨海新区演示道 303 号',
    shipperPhone: '022-55550303',
    domesticTransportMode: '4',
  },
  papers: ['CONTRACT', 'STEEL_QC', 'LICENCE_BUSINESS', 'AGENCY'],
}

const changing =
  /^(录入申请|修改|上报|撤销|删除|复制|盖章|保存并盖章|暂存|领取|接手|放回|初审通过|初审退回|复审通过|复审退回|生成电子许可证|再试|退回)( |[A-Z]|$)/

test('who may only read sees the application and no button that changes it', async () => {
  const { id, applicationNo } = await submittedMade(it, forConsignor)
  const own = await it.open(paths.applications('under_review'), { as: 'consignor01' })
  await own.getByRole('table').getByRole('link', { name: applicationNo, exact: true }).waitFor()
  const auditor = await it.open(paths.authorityApplications(), { as: 'audit01' })
  await auditor.getByRole('table').getByRole('link', { name: applicationNo }).waitFor()
  for (const [page, address] of [
    [own, paths.application(id)],
    [auditor, paths.review(id)],
  ] as const) {
    assert.equal(await button(page.getByRole('main'), changing).count(), 0)
    assert.equal(await page.getByRole('link', { name: changing }).count(), 0)
    await page.goto(address)
    await says(page.getByRole('main'), applicationNo)
    await says(page.getByRole('main'), '演示钢铁集团有限公司')
    assert.equal(await button(page.getByRole('main'), changing).count(), 0)
    assert.equal(await page.getByRole('main').getByRole('textbox').count(), 0)
  }
})

test('the public check on a phone: all of it within the width', async () => {
  const { licenceNo } = await approvedMade(it)
  const issuer = await it.open(paths.licencesToIssue(), { as: 'issue01' })
  const row = issuer.getByRole('table', { name: '待发证' }).getByRole('row').filter({ hasText: licenceNo })
  await button(row, '生成电子许可证').click()
  await says(section(issuer, '生成电子许可证的结果'), '签发 1 份')
  const client = await as(it.test, 'steel02')
  const { rows } = await client.call(listLicences, { query: { list: 'issued' } })
  const licence = await client.call(getLicence, { params: { id: rows[0]?.id ?? '' } })
  const page = await it.open(licence.verifyUrl, { viewport: { width: 390, height: 844 }, isMobile: true })
  await says(page.getByRole('status', { name: '核验结果' }), '现在有效')
  // A phone's browser makes a page that is too wide smaller instead of scrolling it.
  const widths = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth])
  assert.deepEqual(widths, [390, 390])
})

/** Bytes of script as they come over the wire until the page shows `heading`. */
async function scriptOf(address: string, heading: string, as?: string): Promise<number> {
  const page = await it.open('about:blank', as === undefined ? {} : { as })
  const sizes: Promise<number>[] = []
  page.on('requestfinished', (request) => {
    if (request.resourceType() === 'script') sizes.push(request.sizes().then((each) => each.responseBodySize))
  })
  await page.goto(address)
  await page.getByRole('heading', { name: heading, level: 1 }).waitFor()
  await page.waitForLoadState('networkidle')
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}

test('script at first load: sign-in page under 250 KB, desk under 500 KB', async (t) => {
  const [signIn, desk] = [await scriptOf('/sign-in', '登录'), await scriptOf('/', '首页', 'steel02')]
  t.diagnostic(`sign-in page ${signIn} bytes, desk ${desk} bytes`)
  assert.ok(signIn > 50_000 && signIn < 250_000, `sign-in page: ${signIn}`)
  assert.ok(desk > 50_000 && desk < 500_000, `desk: ${desk}`)
})
