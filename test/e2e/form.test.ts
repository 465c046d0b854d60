/** Wrong turns while an application is written and sealed: each is said in words, and nothing typed is lost. */
import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import { getApplication, saveApplication } from '#api/application.ts'
import { enterpriseOf, typed } from '#test/journey.ts'
import { steelForm } from '#test/forms.ts'
import { as } from '#test/people.ts'
import { paths } from '#ui/paths.ts'
import { demoAccount } from '#server/demo/accounts.ts'
import { startSystem, type System } from './browser.ts'
import { draftMade, sealedMade } from './made.ts'
import {
  box,
  button,
  dialog,
  fillSignIn,
  insertKey,
  says,
  seal,
  section,
  state,
  withoutCaptcha,
} from './steps.ts'

let it: System
before(async () => {
  it = await startSystem()
})
afterEach((t) => it.settle(t))
after(() => it.close())

const openForm = async (id: string, expected?: RegExp): Promise<Page> => {
  const page = await it.open(paths.applicationForm(id), { as: 'steel02', ...(expected && { expected }) })
  await section(page, '基本数据').waitFor()
  return page
}
const remark = (page: Page): Locator => box(section(page, '其他信息'), '备注')
const checklist = (page: Page): Locator => page.getByRole('complementary', { name: '核对清单' })
/** What the server holds, whatever a page shows. */
const held = async (id: string) => {
  const { form, version } = await (await as(it.test, 'steel02')).call(getApplication, { params: { id } })
  return { remark: form['remark'], version }
}

test('an incomplete form: a summary whose lines lead to their fields, shorter as they are mended', async () => {
  const { id } = await draftMade(it, { form: { contractNo: '', importerNameEn: '' }, papers: [] })
  const page = await openForm(id)
  await button(page, '保存并盖章').click()
  const summary = page.getByRole('main').getByRole('alert').filter({ hasText: '不能盖章' })
  await summary.waitFor()
  const before = await summary.getByRole('listitem').count()
  await button(summary, /合同号/).click()
  const field = box(section(page, '基本数据'), '合同号')
  assert.ok(await field.evaluate((it) => it === document.activeElement), 'the cursor is in the field')
  assert.equal(await field.getAttribute('aria-invalid'), 'true')
  await field.fill('XK-E2E-02')
  await summary
    .getByRole('listitem')
    .nth(before - 1)
    .waitFor({ state: 'detached' })
  await says(section(page, '附件'), /请上传/)
})

test('a reload in the middle of typing: what was typed is there and is saved afterwards', async () => {
  const { id } = await draftMade(it)
  const page = await openForm(id, /net::ERR_/)
  // Without this a slow machine would have saved it before the reload.
  const saving = `**/api/applications/${id}`
  await page.route(saving, (route) => (route.request().method() === 'GET' ? route.continue() : route.abort()))
  await remark(page).fill('重新载入前填写')
  await page.reload()
  await says(page, '在本机填写、还没有保存的内容')
  assert.equal(await remark(page).inputValue(), '重新载入前填写')
  await page.unroute(saving)
  await says(checklist(page), '已自动保存')
  assert.equal((await held(id)).remark, '重新载入前填写')
})

test('the session is lost while typing: signed in over the page, and the save goes through', async () => {
  const { id } = await draftMade(it)
  const page = await openForm(id)
  await withoutCaptcha(page)
  await it.test.db.owner.pool.query('delete from session')
  await remark(page).fill('登录过期时填写')
  const again = dialog(page, '登录已过期')
  await fillSignIn(again, { password: demoAccount('steel02')?.password ?? '', press: '登录并继续' })
  await again.waitFor({ state: 'hidden' })
  await says(checklist(page), '已自动保存')
  assert.equal(await remark(page).inputValue(), '登录过期时填写')
  assert.equal((await held(id)).remark, '登录过期时填写')
})

test('the network is cut: said, kept on this computer, saved by itself when it is back', async () => {
  const { id } = await draftMade(it)
  const page = await openForm(id, /net::ERR_/)
  await page.route('**/api/**', (route) => route.abort())
  await remark(page).fill('断网时填写')
  await says(checklist(page), '未能保存，内容在本机')
  assert.equal((await held(id)).remark, '')
  await button(checklist(page), '立即重试').waitFor()
  await page.unroute('**/api/**')
  await says(checklist(page), '已自动保存')
  assert.equal((await held(id)).remark, '断网时填写')
})

test('somebody else saves meanwhile: told who, nothing is overwritten, one takes over what one wants', async () => {
  const { id, version } = await draftMade(it)
  const page = await openForm(id)
  const other = await as(it.test, 'steel01')
  const form = { ...typed(steelForm(enterpriseOf(other))), remark: '赵一鸣填写' }
  await other.call(saveApplication, { params: { id }, body: { version, form } })
  await remark(page).fill('钱思远填写')
  await says(page.getByRole('alert'), /赵一鸣于.*修改了这份申请表/)
  await says(checklist(page), '没有保存：申请表已在别处改动')
  assert.equal((await held(id)).remark, '赵一鸣填写')
  await button(page.getByRole('alert'), '刷新').click()
  const left = section(page, '本机未保存的内容')
  await left.waitFor()
  assert.equal(await remark(page).inputValue(), '赵一鸣填写')
  await button(left, '用本机的备注').click()
  await says(checklist(page), '已自动保存')
  assert.equal((await held(id)).remark, '钱思远填写')
})

test('a wrong PIN and the key of another enterprise are told in words, then the right one seals', async () => {
  const { id } = await draftMade(it)
  const page = await openForm(id)
  await button(page, '保存并盖章').click()
  await button(dialog(page, '核对并盖章'), '盖章').click()
  const asking = dialog(page, '插入电子钥匙')
  await asking.getByLabel('电子钥匙文件').setInputFiles(it.keyFile('trade01'))
  await says(asking.getByRole('alert'), /属于“演示冀东国际贸易有限公司”，与当前登录的企业不符/)
  assert.ok(await button(asking, '插入').isDisabled())
  await insertKey(page, it, 'steel02', '00000000')
  await says(asking.getByRole('alert'), /PIN 不正确/)
  await insertKey(page, it, 'steel02')
  await dialog(page, '加盖签章成功').waitFor()
  await button(dialog(page, '加盖签章成功'), '暂不上报').click()
  await state(page, '待上报')
})

test('修改 warns that the seal goes; sealed again the number stays', async () => {
  const { id, applicationNo } = await sealedMade(it)
  const page = await it.open(paths.application(id), { as: 'steel02' })
  await button(page, '修改').click()
  const asking = dialog(page, '修改申请表')
  await says(asking, '修改将取消签章')
  await button(asking, '修改申请表').click()
  await section(page, '基本数据').waitFor()
  await remark(page).fill('盖章后修改')
  assert.equal(await seal(page, it, 'steel02'), applicationNo)
})

test('delete asks with the verbs; kept it stays, deleted it is gone', async () => {
  const { id } = await draftMade(it)
  const page = await it.open(paths.application(id), { as: 'steel02' })
  await button(page, '删除').click()
  const asking = dialog(page, '删除申请表')
  await says(asking, '删除后不能恢复')
  await button(asking, '保留').click()
  await asking.waitFor({ state: 'hidden' })
  await button(page, '删除').click()
  await button(asking, '删除申请表').click()
  await page.getByRole('heading', { name: '上报申请', level: 1 }).waitFor()
  const gone = await (await as(it.test, 'steel02')).refused(getApplication, { params: { id } })
  assert.equal(gone.status, 404)
})
