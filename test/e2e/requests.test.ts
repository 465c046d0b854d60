/** 许可证退换 as clerk and officer do it: one cancellation and one amendment, each at their own window. */
import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { as } from '#test/people.ts'
import { answered, messagesSent, seenLicence } from '#test/requests.ts'
import { paths } from '#ui/paths.ts'
import { startSystem, type System } from './browser.ts'
import { issuedMade } from './made.ts'
import { box, button, dialog, insertKey, lookUp, menu, says, section, state } from './steps.ts'

let it: System
before(async () => {
  it = await startSystem()
})
afterEach((t) => it.settle(t))
after(() => it.close())

test('a cancellation: read in by number, saved, submitted, passed; the proof can be opened', async () => {
  const licence = await issuedMade(it)
  await messagesSent(it.test, licence.id)
  const clerk = await it.open('/', { as: 'steel02' })
  await menu(clerk, '许可证删除申请')
  await box(clerk, /^出口许可证号/).fill('26AA999999')
  await button(clerk, '读入').click()
  await says(clerk, '本企业没有许可证 26AA999999')
  await box(clerk, /^出口许可证号/).fill(licence.licenceNo.toLowerCase())
  await button(clerk, '读入').click()
  await says(section(clerk, '原许可证'), '有效')
  await button(clerk, '保存').click()
  await says(clerk, '请填写申请原因')
  await box(clerk, /^申请原因/).fill('合同取消，许可证没有使用')
  await button(clerk, '保存').click()
  await state(clerk, '待上报')
  await button(clerk, '上报').click()
  await button(dialog(clerk, '上报删除申请'), '上报删除申请').click()
  await state(clerk, '待审核')
  const id = clerk.url().split('/').at(-1) ?? ''

  const officer = await it.open('/', { as: 'review01' })
  await menu(officer, '待审退换')
  await officer.getByRole('table').getByRole('link', { name: licence.licenceNo }).click()
  await says(section(officer, '申请'), '合同取消，许可证没有使用')
  await officer.keyboard.press('p')
  await button(dialog(officer, '审核通过删除申请'), '审核通过删除申请').click()
  await says(officer, '没有待审的删除申请')
  await clerk.reload()
  await state(clerk, '待海关确认')
  await answered(it.test, id, true, '未使用')

  await clerk.goto(paths.licence(licence.id))
  await state(clerk, '已删除')
  await menu(clerk, '删除申请表查询')
  await clerk.getByRole('link', { name: `查看申请 ${licence.licenceNo}` }).click()
  await state(clerk, '审核通过')
  const proof = await clerk.request.get(
    (await clerk.getByRole('link', { name: '查看证明 PDF' }).getAttribute('href')) ?? '',
  )
  assert.equal((await proof.body()).subarray(0, 5).toString(), '%PDF-')
})

test('an amendment: port changed, sealed with the e-key, reviewed twice, the new licence waits', async () => {
  const licence = await issuedMade(it)
  await messagesSent(it.test, licence.id)
  const clerk = await it.open(paths.licence(licence.id), { as: 'steel02' })
  await button(clerk, '更改/延期/遗失申请').click()
  await clerk.getByRole('radio', { name: /^更改/ }).check()
  await clerk.getByRole('checkbox', { name: '报关口岸' }).check()
  await lookUp(clerk, section(clerk, '更改内容'), '新的报关口岸', '0100', '北京关区')
  // What is typed is checked at once, and is still there after the page was lost.
  await clerk.getByRole('checkbox', { name: '合同号' }).check()
  const { boxes } = await seenLicence(await as(it.test, 'steel02'), licence.id)
  await box(section(clerk, '更改内容'), /^新的合同号/).fill(boxes.contractNo)
  await says(section(clerk, '更改内容'), '合同号与原证相同')
  await clerk.getByRole('checkbox', { name: '合同号' }).uncheck()
  await box(clerk, /^申请原因/).fill('改由北京口岸报关')
  await clerk.reload()
  await says(clerk, '已读回本机暂留、没有保存的内容')
  const port = section(clerk, '更改内容').getByRole('combobox', { name: '新的报关口岸', exact: true })
  assert.match(await port.inputValue(), /北京关区|0100/)
  await button(clerk, '保存并盖章').click()
  const sealing = dialog(clerk, '核对并盖章：更改申请')
  await says(sealing, '北京关区')
  await button(sealing, '盖章').click()
  await insertKey(clerk, it, 'steel02')
  await state(clerk, '待上报')
  await button(clerk, '上报').click()
  await button(dialog(clerk, '上报换证申请'), '上报换证申请').click()
  await state(clerk, '待审核')
  const id = clerk.url().split('/').at(-1) ?? ''

  const first = await it.open(paths.requestReview(id), { as: 'review01' })
  await says(section(first, '原证与新证'), '不影响配额')
  await button(section(first, '审批'), /^初审通过/).click()
  await first.getByRole('heading', { name: '待审退换', level: 1 }).waitFor()
  const second = await it.open(paths.requestReview(id), { as: 'review02' })
  await button(section(second, '审批'), /^复审通过/).click()
  await button(dialog(second, '复审通过换证申请'), '复审通过换证申请').click()
  await second.getByRole('heading', { name: '待审退换', level: 1 }).waitFor()
  await answered(it.test, id, true, '未使用')

  await clerk.goto(paths.licence(licence.id))
  await state(clerk, '已换证')
  await section(clerk, '换证经过').getByRole('link').click()
  await state(clerk, '待生成')
})
