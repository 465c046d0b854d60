/** Quota as officer and clerk meet it: granted by form and by table, seen, tried out, handed back, warned of. */
import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import { columns } from '#domain/quota/grant.ts'
import { warnOfQuota } from '#server/quota/warn.ts'
import { as } from '#test/people.ts'
import {
  accountOf,
  differencesOf,
  docNo,
  granting,
  grantRow,
  manageSteel,
  quotaPapers,
  steelCategory,
} from '#test/quota.ts'
import { paths } from '#ui/paths.ts'
import { startSystem, type System } from './browser.ts'
import { draftMade, submittedMade } from './made.ts'
import { box, button, dialog, menu, says, section, state } from './steps.ts'

let it: System
before(async () => {
  it = await startSystem()
  await manageSteel(await as(it.test, 'quota01'), { total: '10000000' })
})
afterEach((t) => it.settle(t))
after(() => it.close())

const choose = (within: Page | Locator, label: string, value: string) =>
  within.getByRole('combobox', { name: label }).selectOption(value)
const row = (within: Page | Locator, words: string | RegExp) =>
  within.getByRole('row').filter({ hasText: words })
const accounts = async () => (await it.test.ctx.db.selectFrom('quota_account').select('id').execute()).length

test('the officer grants by the form: what is missing or wrong is told, then it is written once', async () => {
  const officer = await it.open('/', { as: 'quota01' })
  await menu(officer, '配额下达')
  await button(officer, '单笔下达').click()
  const form = dialog(officer, '单笔下达')
  await button(form, '下达配额').click()
  await says(form, '缺少进出口企业代码、商品大类代码、配额文号、数量')
  await choose(form, '商品大类', steelCategory)
  await box(form, /^进出口企业代码/).fill('9999DEM000099')
  await box(form, /^配额文号/).fill(docNo)
  await box(form, /^数量/).fill('10000000.5')
  await button(form, '下达配额').click()
  await says(form, '没有代码为 9999DEM000099 的企业')
  await box(form, /^进出口企业代码/).fill('1100DEM000014')
  await button(form, '下达配额').click()
  await says(form, '超出 0.5 千克')
  assert.equal(await accounts(), 0)
  await box(form, /^数量/).fill('1000000')
  await button(form, '下达配额').click()
  await form.waitFor({ state: 'hidden' })
  await button(row(officer, '逐笔录入').first(), '查看各行').click()
  await row(officer.getByRole('table', { name: '批次各行' }), '1,000,000')
    .getByRole('link')
    .click()
  await says(officer.getByRole('table', { name: '配额明细' }), '发证机关 → 可用')
  await officer.getByRole('link', { name: '下达批次' }).click()
  await says(officer.getByRole('table', { name: '批次各行' }), docNo)
  assert.deepEqual((await accountOf(it.test)).balances['available'], 1_000_000)
})

/** A spreadsheet as the officer saves it, with these rows. */
const sheet = (name: string, rows: readonly (readonly string[])[]) => ({
  name,
  mimeType: 'text/csv',
  buffer: Buffer.from([Object.values(columns), ...rows].map((cells) => cells.join(',')).join('\n')),
})
const line = (quantity: string, doc = 'PE2026-2', code = '1100DEM000014'): string[] =>
  `2026,${code},${steelCategory},,,${doc},${quantity},千克`.split(',')

test('the officer grants by a table: wrong rows are told one by one, and nothing moves until all are right', async () => {
  const before = await accounts()
  const officer = await it.open(paths.quotaGrants(), { as: 'quota01' })
  const input = officer.getByLabel('选择配额下达表')
  const read = officer.getByRole('table', { name: '读到的各行' })
  await input.setInputFiles({ ...sheet('空.csv', []), buffer: Buffer.from('年度,数量\n2026,5') })
  await says(officer, /第 1 行应为栏目名称，缺少：/)
  const wrong = [
    line('800000'),
    line('5'),
    line('-5', 'a'),
    line('1e5', 'b'),
    line('1', 'c', '9999DEM000099'),
  ]
  await input.setInputFiles(sheet('错误.csv', [...wrong, line('2', 'd')]))
  await says(officer, '错误.csv 共 6 行，其中 4 行有误，没有写入任何一行')
  for (const [at, words] of [
    ['3', '与第 2 行重复'],
    ['4', '不能填写负数'],
    ['5', '科学计数法'],
    ['6', '没有代码为 9999DEM000099 的企业'],
  ] as const) {
    await says(row(read, new RegExp(`^${at}2026`)), words)
  }
  assert.equal(await button(officer, '写入 6 行').isDisabled(), true)
  assert.equal(await accounts(), before)

  await input.setInputFiles(sheet('正确.csv', [line('800000'), line('300.5', 'PE2026-3')]))
  await says(officer, '正确.csv 共 2 行，数量合计 800300.5，可以写入')
  await button(officer, '写入 2 行').click()
  await says(officer, '已写入 2 行')
  await says(row(officer, '正确.csv'), '陈衡')
  assert.equal((await accountOf(it.test, 'PE2026-2')).balances['available'], 800_000)
  assert.deepEqual(await differencesOf(it.test), [])
})

test('the clerk finds the balance and its statement; lines lead onwards, Excel downloads', async () => {
  const sent = await submittedMade(it, quotaPapers)
  const clerk = await it.open('/', { as: 'steel02' })
  await menu(clerk, '配额查询')
  await box(clerk, '商品大类代码或配额文号').fill(docNo)
  await clerk.keyboard.press('Enter')
  await says(clerk, '共 1 条')
  await says(row(clerk, docNo), '450,000.5')
  await clerk.getByRole('link', { name: docNo }).click()
  const statement = clerk.getByRole('table', { name: '配额明细' })
  await says(row(statement, '上报占用'), '可用 → 占用')
  assert.equal(await statement.getByRole('link', { name: '下达批次' }).count(), 0)
  const saved = clerk.waitForEvent('download')
  await clerk.getByRole('link', { name: '导出 Excel' }).click()
  assert.match((await saved).suggestedFilename(), /^配额明细账-PE2026-1-2026-06-15\.xlsx$/)
  await statement.getByRole('link', { name: sent.applicationNo }).click()
  await state(clerk, '待初审')
})

test('试算: drafts found by search, in their order; where they run out together is told', async () => {
  const drafts = []
  for (const contractNo of ['SS-1', 'SS-2', 'SS-3']) {
    const form = { quotaDocNo: contractNo === 'SS-3' ? 'PE2026-9' : 'PE2026-2', contractNo }
    drafts.push(await draftMade(it, { ...quotaPapers, form }))
  }
  const clerk = await it.open('/', { as: 'steel02' })
  await menu(clerk, '配额试算')
  const list = clerk.getByRole('table', { name: '还没有上报的申请表' })
  for (const contractNo of ['SS-2', 'SS-1']) {
    await box(clerk, '编号、合同号或商品名称').fill(contractNo)
    await clerk.keyboard.press('Enter')
    await says(clerk, '共 1 条')
    await row(list, contractNo).getByRole('checkbox').check()
  }
  await button(clerk, '试算 2 份').click()
  await says(clerk, /^1 份不能上报。最先不够的是/)
  const plan = clerk.getByRole('table', { name: '逐份上报' })
  await says(row(plan, /^1/), '可以上报')
  await says(row(plan, /^2/), /可用余量 349,999\.5 千克.*尚缺 100,001 千克/)
  await says(row(clerk.getByRole('table', { name: '各配额账户' }), 'PE2026-2'), '100,001')
  await clerk
    .getByRole('button', { name: /提前一位$/ })
    .last()
    .click()
  await button(clerk, '试算 2 份').waitFor()
  assert.equal(await clerk.getByText('不能上报').count(), 0)
  await clerk
    .getByRole('button', { name: /^不选 / })
    .last()
    .click()
  await button(clerk, '试算 1 份').click()
  await says(clerk, '配额足够，可以全部上报')
  assert.equal((await accountOf(it.test, 'PE2026-2')).balances['held'], 0)
})

test('the form tells beside the quantity what is left, and how much is short', async () => {
  const draft = await draftMade(it, { ...quotaPapers, form: { quotaDocNo: 'PE2026-2' } })
  const clerk = await it.open(paths.applicationForm(draft.id), { as: 'steel02' })
  const goods = section(clerk, '商品信息')
  await says(goods, /PE2026-2 可用 800,000 千克.*上报后剩余 349,999\.5 千克/)
  await goods.scrollIntoViewIfNeeded()
  await box(goods, /^第 1 行数量/).fill('700000')
  await says(goods, '本申请表需要 850,000，尚缺 50,000 千克，不能上报')
})

test('handed back until 31 October, never more than there is; afterwards it is said why not', async () => {
  const { id } = await accountOf(it.test, 'PE2026-3')
  const clerk = await it.open(paths.quotaAccount(id), { as: 'steel02' })
  await button(clerk, '交还配额').click()
  const form = dialog(clerk, '交还配额')
  await says(form, '2026-10-31 前交还')
  await button(form, '交还配额').click()
  await says(form, /请填写/)
  await box(form, /^交还数量/).fill('300.6')
  await button(form, '交还配额').click()
  await says(form, /可用余量 300\.5，需要 300\.6，尚缺 0\.1/)
  await box(form, /^交还数量/).fill('100.5')
  await button(form, '交还配额').click()
  await form.waitFor({ state: 'hidden' })
  await says(row(clerk.getByRole('table', { name: '配额明细' }), '交还'), '可用 → 发证机关')
  assert.equal((await accountOf(it.test, 'PE2026-3')).balances['available'], 200)

  it.test.clock.set('2026-11-01T02:00:00.000Z')
  const late = await it.open(paths.quotaAccount(id), { as: 'steel02' })
  await says(late, '不能交还配额：2026 年度配额的交还截止日为 2026-10-31，已经超过')
  assert.equal(await button(late, '交还配额').isDisabled(), true)
})

test('warned of a low balance, at the share that the quota officer has set', async () => {
  await granting(await as(it.test, 'quota01'), [grantRow({ docNo: 'PE2026-4', quantity: '500000' })])
  await submittedMade(it, { ...quotaPapers, form: { quotaDocNo: 'PE2026-4' } })
  const officer = await it.open('/', { as: 'quota01' })
  await menu(officer, '余量预警')
  await says(officer, '没有修改过，按系统初始值 10 % 提醒')
  await button(officer, '修改预警线').click()
  const form = dialog(officer, '修改预警线')
  await box(form, /^新预警线/).fill('101')
  await button(form, '修改预警线').click()
  await says(form, '不能大于 100')
  await says(form, '请填写修改原因')
  await box(form, /^新预警线/).fill('9')
  await box(form, /^修改原因/).fill('年底前少打扰')
  await button(form, '修改预警线').click()
  await says(row(officer, '年底前少打扰'), '陈衡')

  const told = async () => {
    await warnOfQuota(it.test.ctx)
    const clerk = await it.open('/', { as: 'steel02' })
    await clerk.getByRole('heading', { name: '首页', level: 1 }).waitFor()
    return clerk
  }
  const before = await told()
  await before.getByRole('region', { name: '待办' }).waitFor()
  assert.equal(await before.getByText('可用余量只剩').count(), 0)
  await button(officer, '修改预警线').click()
  await box(form, /^新预警线/).fill('10')
  await box(form, /^修改原因/).fill('恢复')
  await button(form, '修改预警线').click()
  await says(row(officer, '恢复'), '9 %')
  const clerk = await told()
  await says(section(clerk, '提醒'), /PE2026-4（2026 年度）可用余量只剩 49,999\.5 千克/)
  await section(clerk, '提醒').getByRole('link', { name: '查看' }).first().click()
  await says(clerk, '可用 → 占用')
})
