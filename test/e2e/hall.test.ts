/** 业务大厅 in the browser: an address is set, the service asked for, refused and granted, and its tile leads there. */
import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { paths } from '#ui/paths.ts'
import { startSystem, type System } from './browser.ts'
import { button, dialog, says } from './steps.ts'

let it: System
before(async () => {
  it = await startSystem()
})
afterEach((t) => it.settle(t))
after(() => it.close())

test('from an address to a tile: what is refused says why, what is granted opens', async () => {
  const admin = await it.open(paths.serviceAddresses(), { as: 'admin01' })
  await button(admin, '修改两用物项和技术许可证的网址').click()
  const change = dialog(admin, '修改网址：两用物项和技术许可证')
  await change.getByLabel('网址').fill('http://dual.example.cn')
  await change.getByLabel('修改原因').fill('接入平台')
  await button(change, '修改网址').click()
  await says(change, '地址须以 https:// 开头')
  await change.getByLabel('网址').fill('https://dual.example.cn/login')
  await button(change, '修改网址').click()
  await change.waitFor({ state: 'hidden' })

  const operator = await it.open(paths.hall(), { as: 'steel01' })
  await operator
    .getByRole('main')
    .getByRole('link', { name: /^出口许可证 申领/ })
    .waitFor()
  const ask = async () => {
    await button(operator, '添加应用').click()
    const asking = dialog(operator, '添加应用')
    await asking.getByRole('combobox', { name: '应用' }).selectOption({ label: '两用物项和技术许可证' })
    await button(asking, '提交申请').click()
    await asking.waitFor({ state: 'hidden' })
  }
  await ask()
  await says(operator, '待审核')

  const decide = async (button1: string, opinion: string) => {
    const officer = await it.open(`${paths.services()}?tab=requested`, { as: 'platform01' })
    await officer.getByRole('link', { name: '演示钢铁集团有限公司' }).click()
    await button(officer, button1).click()
    const asking = dialog(officer, `${button1}应用申请`)
    await asking.getByRole('textbox').fill(opinion)
    await button(asking, `${button1}应用申请`).click()
    await asking.waitFor({ state: 'hidden' })
  }
  await decide('不予开通', '请先补充说明')
  await operator.reload()
  await says(operator, '请先补充说明')
  await ask()
  await decide('同意开通', '材料齐全')
  await operator.reload()
  const tile = operator.getByRole('link', { name: /^两用物项和技术许可证 申领/ })
  assert.equal(await tile.getAttribute('href'), 'https://dual.example.cn/login')
  assert.equal(await tile.getAttribute('rel'), 'noopener noreferrer')
})

test('without 出口许可证 the home page says so and leads to the hall', async () => {
  await it.test.ctx.db
    .updateTable('service_request')
    .set({ service: 'import_licence' })
    .where('service', '=', 'export_licence')
    .execute()
  const page = await it.open(paths.desk(), { as: 'trade01' })
  await says(page, /还没有开通“出口许可证”/)
  assert.equal(await page.getByRole('link', { name: /^录入申请/ }).count(), 0)
  await page.getByRole('link', { name: '打开业务大厅' }).click()
  await says(page, /还没有开通任何应用/)
})
