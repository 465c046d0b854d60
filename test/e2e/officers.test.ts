/** Users and enterprises in the browser: an officer is made and begins; a user and an enterprise go out and come back. */
import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { paths } from '#ui/paths.ts'
import { startSystem, type System } from './browser.ts'
import { box, button, dialog, fillSignIn, lookUp, says, section, withoutCaptcha } from './steps.ts'

let it: System
before(async () => {
  it = await startSystem()
})
afterEach((t) => it.settle(t))
after(() => it.close())

const password = 'Xuke-Demo-2026'

/** Tries to sign in with a window of its own. */
async function entering(loginName: string, secret: string): Promise<Page> {
  const page = await it.open('/sign-in')
  await withoutCaptcha(page)
  await fillSignIn(page, { loginName, password: secret, press: '登录' })
  return page
}

/** Presses the button, says why in its dialog, and waits until it is done. */
async function decide(page: Page, words: string, reason: string) {
  await button(page, words).click()
  const asking = dialog(page, words)
  await button(asking, words).click()
  await says(asking, '请填写原因')
  await box(asking, /^原因/).fill(reason)
  await button(asking, words).click()
  await asking.waitFor({ state: 'hidden' })
}

test('an officer is made, signs in with the password shown once, sets an own one, and gets other duties', async () => {
  const admin = await it.open(paths.accounts(), { as: 'admin01' })
  await button(admin, '新建管理机构用户').click()
  const form = dialog(admin, '新建管理机构用户')
  await box(form, '登录名').fill('Review01')
  await box(form, '姓名').fill('林知远')
  await form.getByLabel('审核员', { exact: true }).check()
  await button(form, '新建用户').click()
  await says(form, '审核员、制证员、配额管理员须属于一个发证机构，请选择发证机构')
  await lookUp(admin, form, '发证机构（审核、制证、配额须选）', '03', '河北')
  await button(form, '新建用户').click()
  await says(form, '这个登录名已被使用，请换一个')
  await box(form, '登录名').fill('linzhiyuan')
  await button(form, '新建用户').click()
  const shown = dialog(admin, '初始密码：linzhiyuan')
  const first = (await shown.getByText(/^\w{4}(-\w{4}){3}$/).textContent()) ?? ''
  await button(shown, '已记下，关闭').click()
  await says(section(admin, '资料'), '下次登录须修改')
  assert.equal(await admin.getByText(first).count(), 0)

  const officer = await entering('linzhiyuan', first)
  await officer.getByRole('heading', { name: '请设置自己的密码' }).waitFor()
  await box(officer, '原密码').fill(first)
  await box(officer, '新密码').fill('Storchennest-8')
  await box(officer, '再次填写新密码').fill('Storchennest-8')
  await button(officer, '修改密码').click()
  await officer.getByRole('navigation').getByText('待初审').first().waitFor()

  await button(admin, '调整职责').click()
  const duties = dialog(admin, '调整职责：linzhiyuan')
  await duties.getByLabel('制证员', { exact: true }).check()
  await button(duties, '调整职责').click()
  await says(duties, '请填写原因')
  await box(duties, '原因').fill('轮岗')
  await button(duties, '调整职责').click()
  // The person has set a password meanwhile: what the page shows is not the newest.
  await says(duties, /页面显示的不是最新内容/)
  await button(duties, '刷新').click()
  await duties.waitFor({ state: 'hidden' })
  await says(section(admin, '登录记录'), '登录成功')
  await button(admin, '调整职责').click()
  await duties.getByLabel('制证员', { exact: true }).check()
  await box(duties, '原因').fill('轮岗')
  await button(duties, '调整职责').click()
  await duties.waitFor({ state: 'hidden' })
  await says(section(admin, '角色和职责'), '审核员、制证员')
  await says(section(admin, '经过'), '轮岗')
})

test('a user is suspended and restored: found by the filters, out at once, in again', async () => {
  const operator = await it.open(paths.desk(), { as: 'steel01' })
  const platform = await it.open(paths.accounts(), { as: 'platform01' })
  await box(platform, '登录名').fill('steel01')
  await button(platform, '查询').click()
  await says(platform, '数据范围：企业用户')
  await platform.getByRole('link', { name: 'steel01' }).click()
  await decide(platform, '停用账号', '离职')
  await says(platform, /平台于.*停用，原因：\s*离职/)
  await operator.reload()
  await operator.getByRole('heading', { name: /登录/ }).first().waitFor()
  await says(await entering('steel01', password), /停用/)
  await decide(platform, '恢复账号', '误操作')
  await says(await entering('steel01', password).then((page) => page.getByRole('banner')), '赵一鸣')
})

test('an enterprise is corrected, suspended and restored; its own page tells what was changed', async () => {
  const platform = await it.open(`${paths.enterprises()}?tab=verified`, { as: 'platform01' })
  await box(platform, '企业代码').fill('1100DEM000014')
  await button(platform, '查询').click()
  await platform.getByRole('link', { name: '演示钢铁集团有限公司' }).click()
  await button(platform, '更正登记').click()
  const asking = dialog(platform, '更正登记')
  await box(asking, '城市（选填）').fill('石景山区')
  await button(asking, '更正登记').click()
  await says(asking, '请填写依据')
  await box(asking, '依据').fill('营业执照住所变更')
  await button(asking, '更正登记').click()
  await asking.waitFor({ state: 'hidden' })
  await says(section(platform, '变更记录'), '石景山区')

  const operator = await it.open(paths.enterprise(), { as: 'steel02' })
  await says(section(operator, '变更记录'), '石景山区')
  await says(section(operator, '变更记录'), /沈书宁.*管理机构/)

  await decide(platform, '停用企业', '提供虚假材料')
  await says(platform, /全部账号不能登录。原因：\s*提供虚假材料/)
  await says(await entering('steel02', password), /停用/)
  await decide(platform, '恢复企业', '已说明')
  await says(await entering('steel02', password).then((page) => page.getByRole('banner')), '钱思远')
})

test('a setting is changed for a later day and for today; the page of the auditor shows it and changes nothing', async () => {
  const admin = await it.open(paths.settings(), { as: 'admin01' })
  await admin.getByRole('link', { name: '修改有效期另有规定的商品' }).click()
  await says(section(admin, '现在'), '其他商品 6 个月（系统初始值）')
  await button(admin, '修改').click()
  const days = dialog(admin, '修改：有效期另有规定的商品')
  await button(days, '加一行').click()
  await lookUp(admin, days, '商品大类', '天然砂', '天然砂')
  await box(days, '数值（天）').fill('400')
  await button(days, '修改设置').click()
  await says(days, '应为 1 至 365 的整数')
  await says(days, '请填写修改原因')
  await box(days, '数值（天）').fill('60')
  await box(days, '修改原因').fill('商务部公告')
  await button(days, '修改设置').click()
  await days.waitFor({ state: 'hidden' })
  await says(section(admin, '现在'), '天然砂(含标准砂) 60 天；其他商品 6 个月（自 2026-06-15 起）')

  await admin.goto(`${it.url}${paths.setting('loss_notice')}`)
  await button(admin, '修改').click()
  const notice = dialog(admin, '修改：遗失补发的登报声明')
  await notice.getByLabel('可以不填（无纸电子许可证）').check()
  await box(notice, '自哪天起适用').fill('2026-07-01')
  await box(notice, '修改原因').fill('无纸化')
  await button(notice, '修改设置').click()
  await notice.waitFor({ state: 'hidden' })
  await says(section(admin, '现在'), '必须填写（系统初始值）')
  await says(
    admin.getByRole('table', { name: '修改记录' }),
    /必须填写.*可以不填.*2026-07-01.*不适用.*无纸化.*王守正/s,
  )

  const auditor = await it.open(paths.settings(), { as: 'audit01' })
  await auditor.getByRole('link', { name: '查看遗失补发的登报声明' }).click()
  await says(section(auditor, '现在'), /自 2026-07-01 起/)
  assert.equal(await button(auditor, '修改').count(), 0)
})
