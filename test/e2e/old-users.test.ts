/** 存量用户 in the browser: a file with errors, the right one, the old entrance, the first sign-in, the hall. */
import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { paths } from '#ui/paths.ts'
import { codeSentTo } from '#test/messages.ts'
import { csvText, digest, line, newPassword } from '#test/old-users.ts'
import { numbersOf } from '#test/registration.ts'
import { startSystem, type System } from './browser.ts'
import { button, fillSignIn, says } from './steps.ts'

let it: System
before(async () => {
  it = await startSystem()
})
afterEach((t) => it.settle(t))
after(() => it.close())

const { code13, uscc } = numbersOf(900)
const users = [
  line({ code13, oldName: 'laoke', password: 'chukou-1' }),
  line({ code13, system: '进口', oldName: 'laoke', kind: 'sha1', digest: digest('sha1', 'jinkou-2') }),
]

test('imported, merged, signed in by the old entrance, completed, and at home in the hall', async () => {
  const officer = await it.open(paths.oldUsers(), { as: 'platform01' })
  await says(officer, '还没有导入存量用户。')
  await button(officer, '导入存量用户').click()
  const choose = (lines: typeof users, name: string) =>
    officer
      .getByLabel('选择存量用户文件')
      .setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(csvText(lines)) })
  await choose([...users, line({ code13, oldName: '=cmd|calc' })], '有误.csv')
  await says(officer, '有误.csv 共 3 行，其中 1 行有误，没有导入任何一行')
  await says(officer, '原用户名不能以 = + - @ 开头')
  assert.ok(await button(officer, '导入 3 行').isDisabled())
  await choose(users, '老用户.csv')
  await says(officer, '老用户.csv 共 2 行，可以导入：成为 1 个账号；其中 1 个账号由几个原用户合并。')
  await button(officer, '导入 2 行').click()
  await says(officer.getByRole('table', { name: '导入记录' }).or(officer.getByRole('main')), '已导入')
  await officer.getByRole('link', { name: '查看', exact: true }).click()
  await says(officer.getByRole('main'), `${code13}-laoke`)

  const page = await it.open(paths.signIn())
  await page.route('**/api/**', (route) =>
    route.continue({ headers: { ...route.request().headers(), 'x-demo': '1' } }),
  )
  const type = async (values: Record<string, string>) => {
    for (const [label, value] of Object.entries(values))
      await page.getByLabel(label, { exact: true }).fill(value)
  }
  await page.getByRole('link', { name: '原系统入口' }).click()
  await page.getByLabel('原系统', { exact: true }).selectOption({ label: '进口' })
  await type({ 进出口企业代码: code13, 原用户名: 'laoke', 密码: 'wrong', 图片验证码: 'any' })
  await button(page, '登录').click()
  await says(page, '登录名或密码不正确')
  await type({ 密码: 'jinkou-2', 图片验证码: 'any' })
  await button(page, '登录').click()
  await says(page, '还可以从这里登录 9 次')
  await button(page, '补充账号资料').click()
  await says(page.getByRole('table', { name: '合并的原系统用户' }), '出口')
  // No address leads past it.
  await page.goto(it.url + paths.hall())
  await says(page, '首次登录：补充账号资料')
  await button(page, '启用账号').click()
  await says(page, '请填写原密码')
  const contact = { 电子邮箱: 'laoke@example.cn', 手机号码: '13700000900' }
  await type(contact)
  await button(page, '发送验证码到邮箱和手机').click()
  await says(page, '已发送，5 分钟内有效')
  await type({
    原密码: 'chukou-1',
    新密码: 'Password12345',
    再次填写新密码: newPassword,
    姓名: '陈老客',
    邮箱验证码: await codeSentTo(it.test, contact.电子邮箱),
    手机验证码: await codeSentTo(it.test, contact.手机号码),
    企业名称: '老客户贸易有限公司',
    统一社会信用代码: numbersOf(901).uscc,
  })
  await page.getByLabel('所在省（自治区、直辖市）').selectOption('北京市')
  await says(page, '这个密码太常见')
  await type({ 新密码: newPassword })
  await button(page, '启用账号').click()
  await says(page, '应与统一社会信用代码第 9 至 17 位')
  await type({ 统一社会信用代码: uscc })
  await button(page, '启用账号').click()
  const main = page.getByRole('main')
  await main.getByRole('link', { name: /^出口许可证 申领/ }).waitFor()
  await page.getByRole('link', { name: '陈老客' }).click()
  await says(main, '还可以从原系统入口登录 9 次')
  await button(page, '安全退出').click()
  await page.getByRole('heading', { name: '登录', level: 1 }).waitFor()
  await fillSignIn(page, { loginName: `${code13}-laoke`, password: 'jinkou-2', press: '登录' })
  await says(page.getByRole('alert'), '登录名或密码不正确')
  await fillSignIn(page, { loginName: `${code13}-laoke`, password: newPassword, press: '登录' })
  await page.getByRole('link', { name: '录入申请' }).first().waitFor()
})
