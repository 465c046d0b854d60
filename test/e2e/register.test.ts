/** A new company comes in: registers, drafts, is verified, invites a colleague; a forgotten password; a locked door. */
import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { verifyEnterprise } from '#server/enterprise/verify.ts'
import { codeSentTo, letterTo } from '#test/messages.ts'
import { keyOfficer, newPassword, registering, openDesk } from '#test/registration.ts'
import { paths } from '#ui/paths.ts'
import { startSystem, type System } from './browser.ts'
import { button, fillSignIn, says } from './steps.ts'

let it: System
before(async () => {
  it = await startSystem()
})
afterEach((t) => it.settle(t))
after(() => it.close())

const form = registering(1)
const expected = /status of 4(01|03|09|10|22|29)/
/** Nobody reads a picture here: every form of the page goes out as the demonstration's own scripts do. */
const withoutCaptcha = (page: Page) =>
  page.route('**/api/**', (route) =>
    route.continue({ headers: { ...route.request().headers(), 'x-demo': '1' } }),
  )
const type = async (page: Page, values: Record<string, string>) => {
  for (const [label, value] of Object.entries(values))
    await page.getByLabel(label, { exact: true }).fill(value)
}

test('a company registers with codes, after some wrong turns, and drafts; quota is not for it yet', async () => {
  const page = await it.open(paths.signIn(), { expected })
  await withoutCaptcha(page)
  await page.getByRole('link', { name: '请注册' }).click()
  await page.getByRole('heading', { name: '注册', level: 1 }).waitFor()
  await button(page, '注册').click()
  await page.getByText('请填写企业名称').waitFor()
  await type(page, {
    企业名称: form.enterpriseName,
    统一社会信用代码: `${form.uscc.slice(0, 17)}I`,
    进出口企业代码: form.code13,
    登录名: form.loginName,
    密码: 'Password12345',
    再次填写密码: newPassword,
    姓名: form.personName,
    电子邮箱: form.email,
    手机号码: form.mobile,
    图片验证码: 'any',
  })
  await page.getByLabel('所在省（自治区、直辖市）').selectOption(form.region)
  await page.getByText('这个密码太常见').waitFor()
  await page.getByText('两次填写的密码不同').waitFor()
  await type(page, { 密码: newPassword })
  await button(page, '发送验证码到邮箱和手机').click()
  await page.getByText('已发送，5 分钟内有效').waitFor()
  const { test: app } = it
  await type(page, {
    邮箱验证码: await codeSentTo(app, form.email),
    手机验证码: await codeSentTo(app, form.mobile),
  })
  await button(page, '注册').click()
  await page.getByText('不使用字母 I、O、S、V、Z').waitFor()
  await type(page, { 统一社会信用代码: form.uscc })
  await button(page, '注册').click()
  await page.getByRole('heading', { name: '注册成功' }).waitFor()
  await page.getByText('请先申请电子钥匙').waitFor()
  await page.getByRole('link', { name: '去登录' }).click()
  await fillSignIn(page, { loginName: form.loginName, password: newPassword, press: '登录' })
  const menu = page.getByRole('navigation').first()
  await menu.getByRole('link', { name: '上报申请' }).waitFor()
  assert.equal(await menu.getByRole('link', { name: '录入申请' }).count(), 0)
  const { enterprise_id: enterpriseId } = await app.ctx.db
    .selectFrom('account')
    .select('enterprise_id')
    .where('login_name', '=', form.loginName)
    .executeTakeFirstOrThrow()
  await openDesk(app, enterpriseId ?? '')
  await page.reload()
  await menu.getByRole('link', { name: '录入申请' }).waitFor()
  assert.equal(await menu.getByRole('link', { name: '配额查询' }).count(), 0)
  assert.equal(await menu.getByRole('link', { name: '查看电子许可证' }).count(), 0)
  await menu.getByRole('link', { name: '录入申请' }).click()
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.goto(it.url + paths.quota())
  await page.getByText('本企业尚未核实').first().waitFor()
})

test('verified, its administrator invites a second operator, who joins by the link', async () => {
  const { ctx } = it.test
  const owner = await ctx.db
    .selectFrom('account')
    .select(['id', 'enterprise_id'])
    .where('login_name', '=', form.loginName)
    .executeTakeFirstOrThrow()
  const at = { accountId: owner.id, enterpriseId: owner.enterprise_id ?? '', officer: keyOfficer }
  await ctx.db.transaction().execute((tx) => verifyEnterprise(tx, ctx, at))
  const page = await it.open(paths.signIn(), { expected })
  await withoutCaptcha(page)
  await fillSignIn(page, { loginName: form.loginName, password: newPassword, press: '登录' })
  await page.getByRole('navigation').first().getByRole('link', { name: '企业用户管理' }).click()
  await page
    .getByText('这是本企业唯一的企业管理员')
    .or(page.getByText('不能停用自己的账号'))
    .first()
    .waitFor()
  await button(page, '邀请同事').click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('姓名').fill('邱同事')
  await dialog.getByLabel('电子邮箱').fill('not an address')
  await button(page, '发出邀请').click()
  await dialog.getByText('电子邮箱的格式不正确').waitFor()
  await dialog.getByLabel('电子邮箱').fill('qiu@example.cn')
  await button(page, '发出邀请').click()
  await page.getByText('待接受').waitFor()
  const link = /\/invitation#[\w-]+/.exec((await letterTo(it.test, 'qiu@example.cn')).whole_text ?? '')?.[0]
  const invited = await it.open(link ?? '', { expected })
  await withoutCaptcha(invited)
  await invited.getByText(`${form.enterpriseName}邀请您加入`).waitFor()
  await type(invited, {
    登录名: 'qiu01',
    密码: newPassword,
    再次填写密码: newPassword,
    手机号码: '13700001234',
    图片验证码: 'any',
  })
  await button(invited, '发送验证码到手机').click()
  await button(invited, '重新发送验证码').waitFor()
  await type(invited, { 手机验证码: await codeSentTo(it.test, '13700001234') })
  await button(invited, '加入企业').click()
  await invited.getByText('您已加入，登录名 qiu01').waitFor()
  await page.reload()
  await page.getByRole('cell', { name: 'qiu01' }).waitFor()
  const second = await it.open(link ?? '', { expected })
  await second.getByText('邀请链接已使用').waitFor()
})

test('a forgotten password is found again by a code; the answer tells nothing', async () => {
  const page = await it.open(paths.recover(), { expected })
  await withoutCaptcha(page)
  await type(page, { 登录名: form.loginName, 手机号码: '13999999999', 图片验证码: 'any' })
  await button(page, '发送验证码').click()
  await page.getByText('如果登录名与手机号码相符').waitFor()
  await page.getByLabel('已确认的邮箱').check()
  it.test.clock.add(2 * 60_000)
  await type(page, { 电子邮箱: form.email, 图片验证码: 'any' })
  await button(page, '重新发送验证码').click()
  await page.getByText('如果登录名与电子邮箱相符').waitFor()
  await page.waitForFunction(() => document.querySelector<HTMLInputElement>('#f-answer')?.value === '')
  const code = await codeSentTo(it.test, form.email)
  await type(page, { 验证码: '000000', 新密码: 'Storchennest-8', 再次填写新密码: 'Storchennest-8' })
  await button(page, '设置新密码').click()
  await page.getByText('验证码不正确').waitFor()
  await type(page, { 验证码: code })
  await button(page, '设置新密码').click()
  await page.getByText('新密码已设置').waitFor()
  await page.getByRole('link', { name: '用新密码登录' }).click()
  await fillSignIn(page, { loginName: form.loginName, password: 'Storchennest-8', press: '登录' })
  await page.getByRole('link', { name: form.personName }).click()
  await page.getByRole('heading', { name: '我的账号', level: 1 }).waitFor()
  // Every session before has ended with the old password.
  await page.getByRole('cell', { name: '当前登录' }).waitFor()
  assert.equal(await button(page, '退出').count(), 0)
})

test('five wrong passwords close the door for a while, at this place and for this name', async () => {
  const page = await it.open(paths.signIn(), { expected })
  await withoutCaptcha(page)
  for (let tries = 0; tries < 5; tries++) {
    await fillSignIn(page, { loginName: 'trade01', password: `Wrong-Pass-9${tries}`, press: '登录' })
    await says(page.getByRole('alert'), '登录名或密码不正确，请重新输入')
  }
  await fillSignIn(page, { loginName: 'trade01', password: 'Xuke-Demo-2026', press: '登录' })
  await page.getByText('尝试次数过多').waitFor()
  await fillSignIn(page, { loginName: 'steel02', password: 'Xuke-Demo-2026', press: '登录' })
  await page.getByRole('link', { name: '录入申请' }).first().waitFor()
})

test('a question in words stands in for the picture', async () => {
  const page = await it.open(paths.signIn())
  await button(page, '看不清图片？改答文字题').click()
  await page.getByRole('status').filter({ hasText: '数字' }).waitFor()
  await button(page, '改用图片').waitFor()
})
