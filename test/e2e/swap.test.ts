/** 有色金属钨锑钼配额调换 as clerk and officer do it: asked, wrongly and rightly, returned, approved; both balances. */
import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import { addSwapRatio } from '#api/swap.ts'
import { makeDemoQuota } from '#server/demo/quota.ts'
import { as } from '#test/people.ts'
import { accountOf, differencesOf } from '#test/quota.ts'
import { startSystem, type System } from './browser.ts'
import { box, button, dialog, menu, says, section, state } from './steps.ts'

let it: System
before(async () => {
  it = await startSystem()
  await makeDemoQuota(it.test.ctx)
})
afterEach((t) => it.settle(t))
after(() => it.close())

const from = '演示M07-2026'
const swaps = '有色金属钨锑钼配额调换'
const row = (page: Page, words: string) =>
  page.getByRole('table', { name: '配额调换记录' }).getByRole('row').filter({ hasText: words })

/** Opens the dialog and chooses molybdenum into tungsten; the quantity is left. */
async function asking(clerk: Page): Promise<Locator> {
  await menu(clerk, swaps)
  await button(clerk, '申请调换').click()
  const form = dialog(clerk, '申请配额调换')
  const { id } = await accountOf(it.test, from)
  const accounts = form.getByRole('combobox', { name: '调出的配额' })
  await accounts.locator(`option[value="${id}"]`).waitFor({ state: 'attached' })
  await accounts.selectOption(id)
  await form.getByRole('combobox', { name: '调入的产品' }).selectOption('tungsten')
  await box(form, /^调换原因/).fill('订单改为钨制品')
  return form
}
const send = (form: Locator) => button(form, '提交申请').click()
/** The page of the request that was just made. */
const made = (clerk: Page) => clerk.getByRole('heading', { name: '配额调换申请', level: 1 }).waitFor()
const balances = async () => {
  const { balances: of } = await accountOf(it.test, from)
  return [of['available'], of['held']]
}

test('asked: nothing filled in, more than is unused, a ratio that has changed; then held; the officer returns it', async () => {
  const clerk = await it.open('/', { as: 'steel02' })
  const form = await asking(clerk)
  await send(form)
  await says(form, /请填写/)
  await box(form, /^调出数量/).fill('450000.5')
  await send(form)
  await says(form, '超过可用余量 450000 千克')
  await box(form, /^调出数量/).fill('1000')
  await says(form, '按 1 : 0.8 调入 800 千克')
  const ratio = { from: 'molybdenum', to: 'tungsten', ratio: '0.75', source: '测试' } as const
  const officers = await as(it.test, 'quota01')
  await officers.call(addSwapRatio, { body: { ...ratio, validFrom: '2026-06-15' } })
  await send(form)
  await says(form, '调换比例已改为 0.75')
  await says(form, '按 1 : 0.75 调入 750 千克')
  assert.deepEqual(await balances(), [450000, 0])
  await send(form)
  await made(clerk)
  await state(clerk, '待审批')
  assert.deepEqual(await balances(), [449000, 1000])

  const officer = await it.open('/', { as: 'quota01' })
  await menu(officer, swaps)
  await says(row(officer, '待审批'), '449,000')
  await row(officer, '待审批').getByRole('link').click()
  await button(officer, '退回').click()
  const returning = dialog(officer, '退回配额调换申请')
  await button(returning, '退回配额调换申请').click()
  await returning.waitFor()
  await returning.getByRole('textbox').fill('请先核对合同')
  await button(returning, '退回配额调换申请').click()
  await state(officer, '已退回')
  assert.deepEqual(await balances(), [450000, 0])
  await clerk.reload()
  await says(section(clerk, '经过'), '请先核对合同')
})

test('approved: the list shows it, and both accounts lead to the request', async () => {
  const clerk = await it.open('/', { as: 'steel02' })
  const form = await asking(clerk)
  await box(form, /^调出数量/).fill('2000')
  await send(form)
  await made(clerk)
  await state(clerk, '待审批')
  const officer = await it.open(clerk.url().replace('/desk/', '/authority/'), { as: 'quota01' })
  await button(officer, '批准').click()
  await button(dialog(officer, '批准配额调换申请'), '批准配额调换申请').click()
  await state(officer, '已批准')

  await menu(clerk, swaps)
  await says(row(clerk, '已批准'), '2,000')
  await row(clerk, '已批准').getByRole('link').click()
  for (const [account, line, quantity] of [
    [clerk.getByRole('link', { name: from }), '调出', '2,000'],
    [clerk.getByRole('link', { name: '查看明细账' }), '调入', '1,500'],
  ] as const) {
    await account.click()
    const entry = clerk
      .getByRole('table', { name: '配额明细' })
      .getByRole('row')
      .filter({ has: clerk.getByRole('cell', { name: line, exact: true }) })
    await says(entry, quantity)
    await entry.getByRole('link', { name: '配额调换申请' }).click()
    await state(clerk, '已批准')
  }
  assert.deepEqual(await balances(), [448000, 0])
  assert.deepEqual(await differencesOf(it.test), [])
})
