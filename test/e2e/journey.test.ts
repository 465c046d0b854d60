/** From the empty form to the sealed licence in the exporter's hands, each person at their own window. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { after, afterEach, before, test } from 'node:test'
import { getLicence, listLicences } from '#api/licence.ts'
import { as } from '#test/people.ts'
import { paths } from '#ui/paths.ts'
import { startSystem, type System } from './browser.ts'
import {
  button,
  declare,
  dialog,
  fillForm,
  menu,
  preEntry,
  says,
  seal,
  section,
  signIn,
  state,
  uploadPapers,
} from './steps.ts'

let it: System
before(async () => {
  it = await startSystem()
})
afterEach((t) => it.settle(t))
after(() => it.close())

test('filled in, sealed, submitted, reviewed twice, issued, downloaded, checked by anybody', async () => {
  const exporter = await it.open('/')
  await signIn(exporter, 'steel02')
  await menu(exporter, '录入申请')
  await preEntry(exporter)
  await fillForm(exporter)
  await uploadPapers(exporter)
  await declare(exporter)
  await says(exporter.getByRole('complementary', { name: '核对清单' }), '已全部完成')
  const applicationNo = await seal(exporter, it, 'steel02')
  await button(dialog(exporter, '加盖签章成功'), '上报申请表').click()
  await state(exporter, '待初审')

  const first = await it.open(paths.queue('first_review'), { as: 'review01' })
  await first.getByRole('table').getByRole('link', { name: applicationNo }).click()
  await button(section(first, '审批'), /^初审通过/).click()
  await says(first, '没有待初审的申请表')

  const second = await it.open(paths.queue('second_review'), { as: 'review02' })
  await second.getByRole('table').getByRole('link', { name: applicationNo }).click()
  await button(section(second, '审批'), /^复审通过/).click()
  await button(dialog(second, '复审通过申请表'), '复审通过申请表').click()
  await says(second, '没有待复审的申请表')

  const issuer = await it.open(paths.licencesToIssue(), { as: 'issue01' })
  const waiting = issuer
    .getByRole('table', { name: '待发证' })
    .getByRole('row')
    .filter({ hasText: applicationNo })
  await button(waiting, '生成电子许可证').click()
  await says(section(issuer, '生成电子许可证的结果'), '生成完毕：签发 1 份')

  await menu(exporter, '查看电子许可证')
  const downloading = exporter.waitForEvent('download')
  await exporter.getByRole('link', { name: /^下载电子许可证 / }).click()
  const pdf = readFileSync(await (await downloading).path())
  assert.equal(pdf.subarray(0, 5).toString(), '%PDF-')
  const client = await as(it.test, 'steel02')
  const { rows } = await client.call(listLicences, { query: { list: 'issued' } })
  const licence = await client.call(getLicence, { params: { id: rows[0]?.id ?? '' } })
  assert.equal(createHash('sha256').update(pdf).digest('hex'), licence.documentSha256)

  await exporter.getByRole('link', { name: /^查看 / }).click()
  const address = await section(exporter, '公开核验').getByRole('link').getAttribute('href')
  assert.ok(address)
  assert.ok(address.startsWith(`${it.url}/verify?`), address)
  const anybody = await it.open(address)
  const answer = anybody.getByRole('status', { name: '核验结果' })
  await says(answer, '现在有效')
  await says(answer, licence.licenceNo)
})
