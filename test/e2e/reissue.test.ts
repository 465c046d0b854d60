/** Loss with reissue, and extension, from entry to the new licence; customs at its own page is told both. */
import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { testSimulator, type TestSimulator } from '#test/customs.ts'
import { issuedLicence } from '#test/licences.ts'
import { paths } from '#ui/paths.ts'
import { startSystem, type System } from './browser.ts'
import { issuedMade, until } from './made.ts'
import { box, button, dialog, insertKey, menu, says, section, state } from './steps.ts'

type Licence = Awaited<ReturnType<typeof issuedMade>>

let it: System
let sim: TestSimulator
before(async () => {
  sim = await testSimulator(() => it.url)
  it = await startSystem(undefined, { customs: sim.customs })
})
afterEach((t) => it.settle(t))
after(async () => {
  await it.close()
  await sim.close()
})

const toldOf = (licenceNo: string) => sim.store.receivedOf(licenceNo).map((one) => one.kind)
async function made(): Promise<Licence> {
  const licence = await issuedMade(it)
  await until(() => toldOf(licence.licenceNo).length > 0)
  return licence
}

async function begin(clerk: Page, licenceNo: string, kind: RegExp) {
  await menu(clerk, '更改/延期/遗失申请')
  await box(clerk, /^出口许可证号/).fill(licenceNo)
  await button(clerk, '读入').click()
  await clerk.getByRole('radio', { name: kind }).check()
}

/** Seals what is typed, submits it; answers the request's id. */
async function sealAndSubmit(clerk: Page, word: string): Promise<string> {
  await button(clerk, '保存并盖章').click()
  await button(dialog(clerk, `核对并盖章：${word}`), '盖章').click()
  await insertKey(clerk, it, 'steel02')
  await state(clerk, '待上报')
  await button(clerk, '上报').click()
  await button(dialog(clerk, '上报换证申请'), '上报换证申请').click()
  await state(clerk, '待审核')
  return clerk.url().split('/').at(-1) ?? ''
}

/** Both reviews; customs answers by itself. */
async function passTwice(id: string) {
  const first = await it.open(paths.requestReview(id), { as: 'review01' })
  await button(section(first, '审批'), /^初审通过/).click()
  await first.getByRole('heading', { name: '待审退换', level: 1 }).waitFor()
  const second = await it.open(paths.requestReview(id), { as: 'review02' })
  await button(section(second, '审批'), /^复审通过/).click()
  await button(dialog(second, '复审通过换证申请'), '复审通过换证申请').click()
  await second.getByRole('heading', { name: '待审退换', level: 1 }).waitFor()
}

/** From the old licence's page to the new one, which the issuing officer has made; answers its number. */
async function newOneOf(clerk: Page, old: Licence, oldState: string): Promise<string> {
  const newOf = () =>
    it.test.ctx.db
      .selectFrom('licence_request')
      .innerJoin('licence', 'licence.id', 'licence_request.new_licence_id')
      .select(['licence.id', 'licence.licence_no'])
      .where('licence_request.licence_id', '=', old.id)
      .where('licence_request.state', '=', 'approved')
      .executeTakeFirst()
  await until(async () => (await newOf()) !== undefined)
  const next = await newOf()
  assert.ok(next)
  const issuer = await it.open(paths.authorityLicence(next.id), { as: 'issue01' })
  await button(issuer, '生成电子许可证').click()
  await state(issuer, '有效')
  await until(() => toldOf(next.licence_no).length > 0)

  await clerk.goto(paths.licence(old.id))
  await state(clerk, oldState)
  await section(clerk, '换证经过').getByRole('link').click()
  await says(clerk.getByRole('heading', { level: 1 }).locator('..'), next.licence_no)
  await state(clerk, '有效')
  const chain = section(clerk, '换证经过').getByRole('listitem')
  assert.deepEqual(
    (await chain.allInnerTexts()).map((words) => words.replace(/\s+/g, ' ')),
    [`${old.licenceNo} ${oldState}`, `${next.licence_no} 有效`],
  )
  return next.licence_no
}

/** The remark of a licence as whoever reads it in is shown it. */
async function remarkOf(clerk: Page, licenceNo: string): Promise<string> {
  await menu(clerk, '更改/延期/遗失申请')
  await box(clerk, /^出口许可证号/).fill(licenceNo)
  await button(clerk, '读入').click()
  const remark = section(clerk, '原许可证')
    .getByText('备注', { exact: true })
    .locator('xpath=following::dd[1]')
  return remark.innerText()
}

test('a lost licence: notice and reason wanted, customs confirms, the new one names the old', async () => {
  const licence = await made()
  const clerk = await it.open('/', { as: 'steel02' })
  await begin(clerk, licence.licenceNo, /^遗失/)
  await button(clerk, '保存并盖章').click()
  await says(clerk, '请填写申请原因')
  await box(clerk, /^申请原因/).fill('邮寄途中遗失，未使用')
  assert.equal(await clerk.getByText('请填写申请原因').count(), 0)
  await button(clerk, '保存并盖章').click()
  await says(clerk, '请填写刊登遗失声明')
  await says(clerk, '请填写遗失声明的刊登日期')
  await box(clerk, /报刊/).fill('国际商报')
  await box(clerk, /刊登日期/).fill('20260616')
  await button(clerk, '保存并盖章').click()
  await says(clerk, '不能晚于今天')
  await box(clerk, /刊登日期/).fill('20260612')
  const id = await sealAndSubmit(clerk, '遗失申请')

  // One open request a licence: the entry says which stands in the way, and leads there.
  await menu(clerk, '许可证删除申请')
  await box(clerk, /^出口许可证号/).fill(licence.licenceNo)
  await button(clerk, '读入').click()
  await says(clerk, /许可证已有一份遗失申请（待审核），办结或删除后才能另行申请/)
  assert.equal(await button(clerk, '保存').count(), 0)

  await passTwice(id)
  const newNo = await newOneOf(clerk, licence, '已挂失')
  assert.deepEqual(toldOf(licence.licenceNo), ['issued', 'lost'])
  assert.deepEqual(toldOf(newNo), ['issued'])
  assert.match(await remarkOf(clerk, newNo), new RegExp(`原证号${licence.licenceNo}，遗失补发$`))
  const customs = await it.open(`${sim.url}/licences/${newNo}`)
  await says(customs, newNo)
})

test('an extension: not after the term nor of a used-up licence; all that is unused goes on', async () => {
  const licence = await made()
  const expired = await issuedLicence(it.test, licence, { state: 'expired' })
  const clerk = await it.open('/', { as: 'steel02' })
  await menu(clerk, '更改/延期/遗失申请')
  await box(clerk, /^出口许可证号/).fill(expired.licenceNo)
  await button(clerk, '读入').click()
  await says(clerk, '许可证已过有效期，自行失效，不能再办理更改、延期或遗失补发')
  const extension = clerk.getByRole('radio', { name: /^延期/ })
  assert.equal(await extension.isDisabled(), true)

  await begin(clerk, licence.licenceNo, /^延期/)
  await box(clerk, /^申请原因/).fill('船期推迟')
  await box(clerk, /^第 1 行新证数量|^第 1 行数量/).fill('1')
  await button(clerk, '保存并盖章').click()
  await says(clerk, /应等于原证未使用的 450,?000\.5 千克/)
  await box(clerk, /^第 1 行新证数量|^第 1 行数量/).fill('300000.5')
  const id = await sealAndSubmit(clerk, '延期申请')
  await passTwice(id)
  const newNo = await newOneOf(clerk, licence, '已换证')
  assert.deepEqual(toldOf(licence.licenceNo), ['issued', 'replaced'])
  assert.deepEqual(toldOf(newNo), ['issued'])
  assert.match(await remarkOf(clerk, newNo), new RegExp(`原证号${licence.licenceNo}，延期$`))
})
