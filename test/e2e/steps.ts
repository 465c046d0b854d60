/** What people do on the pages, step by step, found by role and label as they find it. */
import assert from 'node:assert/strict'
import type { Locator, Page } from 'playwright-core'
import { signIn as signInRequest } from '#api/account.ts'
import { attachmentTypeNames } from '#domain/reference/attachment-rules.ts'
import { demoAccount } from '#server/demo/accounts.ts'
import { samplePdf } from '../../scripts/sample.ts'
import type { System } from './browser.ts'

const account = (loginName: string) => {
  const found = demoAccount(loginName)
  assert.ok(found, `no demonstration account ${loginName}`)
  return found
}

export const button = (within: Page | Locator, name: string | RegExp): Locator =>
  within.getByRole('button', { name, exact: true })
export const box = (within: Page | Locator, name: string | RegExp): Locator =>
  within.getByRole('textbox', { name, exact: true })
export const section = (page: Page, name: string): Locator => page.getByRole('region', { name, exact: true })
export const dialog = (page: Page, name: string): Locator => page.getByRole('dialog', { name, exact: true })

/** Waits until these words stand on the page. */
export const says = (within: Page | Locator, words: string | RegExp): Promise<void> =>
  within.getByText(words).first().waitFor()

/** Leaves the captcha to the demonstration: whatever is typed for it is taken. */
export async function withoutCaptcha(page: Page): Promise<void> {
  await page.route(`**${signInRequest.path}`, (route) =>
    route.continue({ headers: { ...route.request().headers(), 'x-demo': '1' } }),
  )
}

/** Fills in the sign-in form that is on the page or in a dialog, and presses its button. */
export async function fillSignIn(
  within: Page | Locator,
  given: { loginName?: string; password: string; press: string },
): Promise<void> {
  if (given.loginName !== undefined) await box(within, '账号').fill(given.loginName)
  await box(within, '密码').fill(given.password)
  await box(within, '验证码').fill('demo')
  await button(within, given.press).click()
}

/** By the sign-in form that is on the page, to the person's home. */
export async function signIn(page: Page, loginName: string): Promise<void> {
  const { password, personName } = account(loginName)
  await withoutCaptcha(page)
  await fillSignIn(page, { loginName, password, press: '登录' })
  await says(page.getByRole('banner'), personName)
}

/** Chooses in a look-up by keyboard: types, waits for the row that has `wanted`, Enter. */
export async function lookUp(
  page: Page,
  within: Page | Locator,
  name: string,
  typed: string,
  wanted: string,
): Promise<void> {
  const input = within.getByRole('combobox', { name, exact: true })
  await input.fill(typed)
  const list = page.getByRole('listbox', { name: '可选项' })
  await list.getByRole('option', { selected: true }).filter({ hasText: wanted }).waitFor()
  await input.press('Enter')
  await list.waitFor({ state: 'hidden' })
  assert.match(await input.inputValue(), new RegExp(wanted))
}

/** 录入申请, as far as the form of the new application. */
export async function preEntry(page: Page): Promise<void> {
  const part = section(page, '预录入')
  await lookUp(page, part, '商品代码', '7208271000', '7208271000')
  await lookUp(page, part, '报关口岸', 'xingang', '新港海关')
  await lookUp(page, part, '进口国(地区)', '韩国', '韩国')
  await button(page, '下一步').click()
  await page.getByRole('heading', { name: '申请表', level: 1 }).waitFor()
  await section(page, '基本数据').waitFor()
}

/** Everything of the form that is typed; the papers and the declaration are left. */
export async function fillForm(page: Page): Promise<void> {
  const basic = section(page, '基本数据')
  await lookUp(page, basic, '运输方式', '2', '水路运输')
  await lookUp(page, basic, '付款方式', '6', '信用证')
  const texts = {
    合同号: 'XK-E2E-01',
    进口商中文名称: '釜山钢材贸易株式会社',
    进口商英文名称: 'BUSAN STEEL TRADING CO., LTD.',
    合同总数量: '500000',
    合同签订日期: '20260105',
    合同总金额: '300000',
    合同有效日期: '20261231',
  }
  for (const [name, text] of Object.entries(texts)) await box(basic, name).fill(text)

  const goods = section(page, '商品信息')
  const lines = [
    ['SPHC 1.2mm×1250mm', '0.58', '300000.5'],
    ['SPHC 1.4mm×1250mm', '0.5725', '150000'],
  ]
  for (const [index, [grade = '', price = '', quantity = '']] of lines.entries()) {
    if (index > 0) await button(goods, '增加一行规格').click()
    await box(goods, `第 ${index + 1} 行规格、等级`).fill(grade)
    await box(goods, new RegExp(`^第 ${index + 1} 行单价`)).fill(price)
    await box(goods, new RegExp(`^第 ${index + 1} 行数量`)).fill(quantity)
  }
  const steel = section(page, '生产商 · 产品证明编号')
  await box(steel, '第 1 行生产商名称').fill('演示轧钢厂')
  await box(steel, '第 1 行生产商统一社会信用代码').fill('913302007588959361')
  await box(steel, '第 1 行产品质量检验合格证明编号').fill('ZJ-2026-0815')

  const sheet = section(page, '合同信息表')
  await box(sheet, '出口商签署人').fill('王五')
  await lookUp(page, sheet, '付款方式', '6', '信用证')
  await box(sheet, '商品名称及规格描述').fill('热轧卷材，厚度小于 1.5 毫米，经酸洗')
}

export const contract = attachmentTypeNames['CONTRACT'] ?? ''

/** Uploads a small PDF as each of the papers that must be there. */
export async function uploadPapers(page: Page): Promise<void> {
  const part = section(page, '附件')
  const must = part.getByRole('listitem').filter({ hasText: '必须' })
  for (const row of await must.all()) {
    const choosing = page.waitForEvent('filechooser')
    await row.getByRole('button', { name: /^选择文件上传/ }).click()
    const chooser = await choosing
    const name = `${(await row.getByRole('paragraph').first().innerText()).replace('必须', '')}.pdf`
    await chooser.setFiles({ name, mimeType: 'application/pdf', buffer: samplePdf('paper', 20_000) })
    await row.getByRole('link', { name, exact: true }).waitFor()
  }
}

export const declare = (page: Page): Promise<void> =>
  page.getByRole('checkbox', { name: /^我承诺有关经营活动/ }).check()

/** Chooses the e-key file of `loginName` in the open dialog and gives a PIN; without one, that of the account. */
export async function insertKey(page: Page, system: System, loginName: string, pin?: string): Promise<void> {
  const asking = dialog(page, '插入电子钥匙')
  await asking.getByLabel('电子钥匙文件').setInputFiles(system.keyFile(loginName))
  await box(asking, 'PIN').fill(pin ?? account(loginName).pin ?? '')
  await button(asking, '插入').click()
}

/** 保存并盖章 of a complete form, with the key; gives the number that was reserved. */
export async function seal(page: Page, system: System, loginName: string): Promise<string> {
  await button(page, '保存并盖章').click()
  const checking = dialog(page, '核对并盖章')
  await button(checking, '盖章').click()
  await insertKey(page, system, loginName)
  const done = dialog(page, '加盖签章成功')
  await done.waitFor()
  const [, number = ''] = /申请表号\s*([0-9A-Z]+)/.exec(await done.innerText()) ?? []
  assert.notEqual(number, '')
  return number
}

/** Opens a page by the menu on the left. */
export const menu = (page: Page, name: string): Promise<void> =>
  page.getByRole('navigation', { name: '主菜单' }).getByRole('link', { name, exact: true }).click()

/** Waits until the page of an application or a licence tells this state. */
export const state = (page: Page, name: string): Promise<void> =>
  page.getByRole('main').getByText(name, { exact: true }).first().waitFor()
