/** 电子钥匙 in a browser: asked, approved, made, signed in and sealed with; lost, reissued, the old one refused; revoked. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, afterEach, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { paths } from '#ui/paths.ts'
import { openKey } from '#ui/key/e-key.ts'
import { completeDraft, doing, sealed } from '#test/journey.ts'
import { applying } from '#test/key-entrance.ts'
import { applicant, testPin } from '#test/keys.ts'
import { codeSentTo, letterTo, otherThan } from '#test/messages.ts'
import { as } from '#test/people.ts'
import { samplePdf } from '../../scripts/sample.ts'
import { startSystem, type System } from './browser.ts'
import { box, button, dialog, fillSignIn, says, section, withoutCaptcha } from './steps.ts'

let system: System
before(async () => {
  system = await startSystem()
})
afterEach((context) => system.settle(context))
after(() => system.close())

/** Fills in what is not filled in already, saves, uploads both papers and submits. */
async function fillAndSubmit(page: Page) {
  for (const [name, value] of [
    ['申请者姓名', applicant.applicantName],
    ['证件号码', applicant.identityNumber],
    ['电子邮箱', applicant.email],
    ['联系地址', applicant.address],
    ['联系电话（手机）', applicant.mobile],
    ['联系电话（座机）', applicant.phone],
    ['部门', applicant.department],
    ['职务', applicant.position],
    ['工作地址', applicant.workAddress],
    ['邮政编码', applicant.postcode],
  ] as const) {
    await page.getByLabel(name, { exact: false }).first().fill(value)
  }
  await page.getByLabel('申请者性别').selectOption('男')
  await page.getByLabel('证件名称').selectOption('身份证')
  // A second request brings the first one's answers with it.
  if (await button(page, '保存').isEnabled()) {
    await button(page, '保存').click()
    await page.getByRole('button', { name: '保存', disabled: true }).waitFor()
  }
  for (const kind of ['营业执照', '申请者证件']) {
    const paper = { name: `${kind}.pdf`, mimeType: 'application/pdf', buffer: Buffer.from(samplePdf(kind)) }
    await page.getByLabel(`上传${kind}`).setInputFiles(paper)
    await says(page, `${kind}.pdf`)
  }
  await button(page, '提交').click()
  await button(dialog(page, '提交电子钥匙申请'), '提交电子钥匙申请').click()
  await says(page, '已提交')
}

async function approve() {
  const page = await system.open('/', { as: 'key01' })
  // 待办 on the officer's home counts the request and leads to it.
  await section(page, '待办')
    .getByRole('link', { name: /^1\s*待审电子钥匙$/ })
    .click()
  // In the table: the menu has links of these words too.
  await page
    .getByRole('main')
    .getByRole('table')
    .getByRole('link', { name: /申请|补办/ })
    .first()
    .click()
  await says(page, applicant.identityNumber)
  await button(page, '批准').click()
  await button(dialog(page, '批准电子钥匙申请'), '批准电子钥匙申请').click()
  await says(page, '已审批')
}

/** Makes the key on the page; answers the text of the file that the browser has kept. */
async function make(page: Page, name = 'steel02.pem'): Promise<string> {
  await page.reload()
  await button(page, '制作电子钥匙').click()
  const making = dialog(page, '制作电子钥匙')
  await making.getByLabel(/^设定 PIN/).fill('12345678')
  await making.getByLabel(/^再次输入 PIN/).fill('12345678')
  await button(making, '制作电子钥匙').click()
  await says(making, 'PIN 须同时含字母和数字')
  await making.getByLabel(/^设定 PIN/).fill(testPin)
  await making.getByLabel(/^再次输入 PIN/).fill(testPin)
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    button(making, '制作电子钥匙').click(),
  ])
  assert.equal(download.suggestedFilename(), name)
  const file = readFileSync(await download.path(), 'utf8')
  await button(dialog(page, '电子钥匙已做成'), '已保存好').click()
  await says(page, '证书已签发')
  return file
}

async function insert(page: Page, file: string) {
  const inserting = dialog(page, '插入电子钥匙')
  const key = { name: 'steel02.pem', mimeType: 'application/x-pem-file', buffer: Buffer.from(file) }
  await inserting.getByLabel('电子钥匙文件').setInputFiles(key)
  await inserting.getByLabel('PIN').fill(testPin)
  await button(inserting, '插入').click()
}

async function signInWithKey(file: string, options: { expected?: RegExp } = {}): Promise<Page> {
  const page = await system.open(paths.signIn(), options)
  await withoutCaptcha(page)
  await button(page, '使用电子钥匙').click()
  await insert(page, file)
  await says(page, '的电子钥匙登录')
  assert.equal(await box(page, '账号').inputValue(), 'steel02')
  await fillSignIn(page, { password: 'Xuke-Demo-2026', press: '登录' })
  return page
}

let first = ''

test('asked with papers, approved, made on the page; signed in and sealed with it', async () => {
  const page = await system.open(paths.keys(), { as: 'steel02' })
  await button(page, '申请电子钥匙').click()
  await says(page, /请填写证件号码/)
  await fillAndSubmit(page)
  await approve()
  first = await make(page)
  const inside = await signInWithKey(first)
  await says(inside.getByRole('banner'), '钱思远')
  const client = await as(system.test, 'steel02')
  const open = await openKey(first, testPin)
  const ready = await sealed(system.test, client, { open }, await completeDraft(system.test, client))
  await doing(client, ready, 'submit')
})

test('lost: the old key is refused at once, the new one takes its place', async () => {
  const page = await system.open(paths.keys(), { as: 'steel02' })
  await button(section(page, '我的电子钥匙'), '补办').first().click()
  await says(page, '原电子钥匙')
  await fillAndSubmit(page)
  const refused = await signInWithKey(first, { expected: /409/ })
  await says(refused, /已于 .* 注销/)
  await approve()
  const second = await make(page)
  const inside = await signInWithKey(second)
  await says(inside.getByRole('banner'), '钱思远')
})

test('without an account: applied by codes, left and come back by a code, made; signed in with the one-time password', async () => {
  const expected = /status of 4(03|22)/
  const form = applying(1)
  const demo = { extraHTTPHeaders: { 'x-demo': '1' }, expected }
  const page = await system.open(paths.signIn(), demo)
  await page.getByRole('link', { name: '办理电子钥匙' }).click()
  await page.getByRole('link', { name: '新申请电子钥匙' }).click()
  await button(page, '登记并填写申请').click()
  await says(page, '请填写希望使用的用户名')
  const type = async (values: Record<string, string>) => {
    for (const [label, value] of Object.entries(values)) {
      await page.getByLabel(label, { exact: true }).fill(value)
    }
  }
  await type({
    企业名称: form.enterpriseName,
    统一社会信用代码: form.uscc,
    进出口企业代码: form.code13,
    姓名: form.personName,
    希望使用的用户名: 'steel02',
    电子邮箱: form.email,
    手机号码: form.mobile,
    图片验证码: 'any',
  })
  await page.getByLabel('所在省（自治区、直辖市）').selectOption(form.region)
  await button(page, '发送验证码到邮箱和手机').click()
  await says(page, '已发送，5 分钟内有效')
  await type({
    邮箱验证码: await codeSentTo(system.test, form.email),
    手机验证码: await codeSentTo(system.test, form.mobile),
  })
  await button(page, '登记并填写申请').click()
  await says(page, '这个登录名已被使用')
  await type({ 希望使用的用户名: form.loginName })
  await button(page, '登记并填写申请').click()
  await says(page, '您凭验证码进入')
  // Nothing else is there.
  await page.goto(system.url + paths.quota())
  await page.getByRole('heading', { name: '电子钥匙', level: 1 }).waitFor()
  await button(page, '申请电子钥匙').click()
  await says(page, '签发时开通')
  await fillAndSubmit(page)
  await button(page, '安全退出').click()
  await approve()

  const back = await system.open(paths.keyEntrance(), demo)
  await back.getByLabel('企业代码').fill(form.uscc)
  await back.getByLabel('登录名').fill(form.loginName)
  await back.getByLabel('图片验证码').fill('any')
  system.test.clock.add(61_000)
  await button(back, '发送验证码').click()
  await says(back, '验证码已发到该登录名确认过的手机')
  const code = await codeSentTo(system.test, form.mobile)
  await back.getByLabel('手机验证码').fill(otherThan(code))
  await button(back, '进入').click()
  await says(back, '验证码不正确')
  await back.getByLabel('手机验证码').fill(code)
  await button(back, '进入').click()
  await back.getByRole('main').getByRole('table').getByRole('link', { name: '申请' }).first().click()
  await says(back, '已审批')
  await make(back, `${form.loginName}.pem`)
  await says(back, '一次性密码已发到您确认过的手机')
  const { whole_text: text } = await letterTo(system.test, form.mobile)
  const password = /一次性密码 (\S+?)，/.exec(text ?? '')?.[1] ?? ''
  await back.getByRole('main').getByRole('link', { name: '登录' }).click()
  await fillSignIn(back, { loginName: form.loginName, password, press: '登录' })
  await back.getByRole('heading', { name: '请设置自己的密码' }).waitFor()
})

test('the check tells of the lost key, unbinding and binding are for its holder', async () => {
  const check = await system.open(paths.keyCheck())
  const key = { name: 'k.pem', mimeType: 'application/x-pem-file', buffer: Buffer.from(first) }
  await check.getByLabel('电子钥匙文件').setInputFiles(key)
  await check.getByLabel('PIN').fill(testPin)
  await button(check, '开始检查').click()
  await says(check, /注销，不能再用/)
  const card = await system.open(paths.keyCard(), { as: 'steel02' })
  await button(card, '解除绑定').first().click()
  await says(card, '已解除绑定')
})
