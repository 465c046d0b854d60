/** Wrong turns at the authority's desk and back at the exporter's. */
import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { PressRefused } from '#server/print/press.ts'
import { doing } from '#test/journey.ts'
import { as } from '#test/people.ts'
import { paths } from '#ui/paths.ts'
import { startSystem, type System } from './browser.ts'
import { approvedMade, reviewedMade, submittedMade } from './made.ts'
import { box, button, dialog, says, seal, section, state } from './steps.ts'

let it: System
before(async () => {
  it = await startSystem()
})
afterEach((t) => it.settle(t))
after(() => it.close())

test('returned with an opinion: the exporter reads it, corrects, seals and submits again', async () => {
  const { id, applicationNo } = await submittedMade(it)
  const officer = await it.open(paths.review(id), { as: 'review01' })
  const decision = section(officer, '审批')
  await button(decision, /^初审退回/).click()
  await says(decision.getByRole('alert'), '请先填写意见')
  await box(decision, '审批意见').fill('合同号与合同不一致，请更正。')
  await button(decision, /^初审退回/).click()
  await says(officer, `${applicationNo} 初审退回`)

  const exporter = await it.open(paths.application(id), { as: 'steel02' })
  await state(exporter, '初审退回')
  await says(exporter, /初审退回：合同号与合同不一致，请更正。/)
  await button(exporter, '修改').click()
  await says(exporter, /初审退回（孙敬文.*合同号与合同不一致，请更正。/)
  await box(section(exporter, '基本数据'), '合同号').fill('XK-E2E-03')
  await seal(exporter, it, 'steel02')
  await button(dialog(exporter, '加盖签章成功'), '上报申请表').click()
  await state(exporter, '待初审')
})

test('the first reviewer may look at the second review and is told why that is all', async () => {
  const { id } = await reviewedMade(it)
  const page = await it.open(paths.review(id), { as: 'review01' })
  await says(page, '您是这份申请表的初审人，复审须由另一位审核员进行')
  assert.ok(await button(section(page, '审批'), /^复审通过/).isDisabled())
})

test('another officer holds it: said who, taken over, and the first one is told', async () => {
  const made = await submittedMade(it)
  await doing(await as(it.test, 'review01'), made, 'claim')
  const first = await it.open(paths.review(made.id), { as: 'review01' })
  const pass = button(section(first, '审批'), /^初审通过/)
  await pass.waitFor()

  const second = await it.open(paths.review(made.id), { as: 'review02' })
  await says(second, /孙敬文 自 .* 起正在处理这份申请表，您现在只能查看/)
  assert.ok(await button(section(second, '审批'), /^初审通过/).isDisabled())
  await button(second, '接手').click()
  await button(dialog(second, '接手申请表'), '接手申请表').click()
  await says(second, '由您处理')

  // The page may have heard of it by itself.
  if (await pass.isEnabled()) await pass.click()
  await says(first, /李正言 自 .* 起正在处理这份申请表/)
  await button(section(second, '审批'), /^初审通过/).click()
  await says(second.getByRole('alert'), new RegExp(`${made.applicationNo}.*待复审`))
})

test('withdrawal: asked for with a reason, agreed to, and the exporter may write again', async () => {
  const { id, applicationNo } = await submittedMade(it)
  const exporter = await it.open(paths.application(id), { as: 'steel02' })
  await button(exporter, '撤销').click()
  const asking = dialog(exporter, '撤销申请表')
  await button(asking, '撤销申请表').click()
  await says(asking, '请填写原因')
  await box(asking, '原因').fill('合同已取消')
  await button(asking, '撤销申请表').click()
  await state(exporter, '待撤销')

  const officer = await it.open(paths.queue('withdrawing'), { as: 'review01' })
  await officer.getByRole('table').getByRole('link', { name: applicationNo }).click()
  await says(officer, '合同已取消')
  await button(section(officer, '审批'), /^同意撤销/).click()
  await says(officer.getByRole('alert'), new RegExp(`${applicationNo}.*已撤销`))

  await button(exporter, /^查询审批状态/).click()
  await state(exporter, '已撤销')
  await button(exporter, '修改').waitFor()
})

test('the licence cannot be made: the officer reads why, tries again, and it is issued', async () => {
  const { licenceNo } = await approvedMade(it)
  it.pressFailures.push(new PressRefused('印章图样读不出来，请联系管理员'))
  const page = await it.open(paths.licencesToIssue(), { as: 'issue01' })
  const row = page.getByRole('table', { name: '待发证' }).getByRole('row').filter({ hasText: licenceNo })
  await button(row, '生成电子许可证').click()
  await says(row, '印章图样读不出来，请联系管理员')
  await button(row, '再试').click()
  await says(section(page, '生成电子许可证的结果'), '生成完毕：签发 1 份')
})
