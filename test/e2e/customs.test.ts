/** The exchange with customs as people do it: at customs' own page, at the exporter's and at the authority's. */
import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { after, afterEach, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { demoEnterprises } from '#server/demo/enterprises.ts'
import { tell, testSimulator, type TestSimulator } from '#test/customs.ts'
import { issuedLicence, type MadeLicence } from '#test/licences.ts'
import { account } from '#test/requests.ts'
import { paths } from '#ui/paths.ts'
import { startSystem, type System } from './browser.ts'
import { approvedMade, issuedMade, until } from './made.ts'
import { box, button, dialog, menu, says, section, state } from './steps.ts'

const day = '2026-06-15'
let it: System
let sim: TestSimulator
/** Issued by the press. */
let licence: MadeLicence
/** Approved and not issued: what the licences are copied from that need no document. */
let model: MadeLicence
before(async () => {
  sim = await testSimulator(() => it.url)
  it = await startSystem(undefined, { customs: sim.customs })
  licence = await issuedMade(it)
  const { id: applicationId, licenceNo } = await approvedMade(it)
  const row = await it.test.ctx.db
    .selectFrom('licence')
    .select('id')
    .where('licence_no', '=', licenceNo)
    .executeTakeFirstOrThrow()
  model = { id: row.id, licenceNo, applicationId }
  await until(() => sim.store.receivedOf(licence.licenceNo).length > 0)
})
afterEach((t) => it.settle(t))
after(async () => {
  await it.close()
  await sim.close()
})

/** Everything that customs has to say has been answered. */
const heard = () => until(() => sim.store.waiting() === 0)
const like = () => issuedLicence(it.test, model, { customs_port: '0202', quantity: '1000' })

/** Enters a declaration on customs' own page, as its last use; answers its number. */
async function declare(customs: Page, licenceNo: string, quantity: string): Promise<string> {
  await customs.getByLabel('申报日期').fill(day)
  await customs.getByLabel('数量').fill(quantity)
  await customs.getByLabel('最后一次').check()
  await button(customs, '录入报关单').click()
  await says(customs, '已录入')
  await heard()
  await customs.reload()
  await says(customs, '已登记')
  const [use] = sim.store.usesOf(licenceNo)
  assert.ok(use)
  return use.declarationNo
}

test('declared at customs, seen by the exporter, written off; the rest of the quota is back', async () => {
  const docNo = '试配〔2026〕9 号'
  const enterpriseId = demoEnterprises.steel.id
  await account(it.test, { enterpriseId, docNo, granted: '550000.5', licenceId: licence.id })
  const customs = await it.open(`${sim.url}/licences/${licence.licenceNo}`)
  const declarationNo = await declare(customs, licence.licenceNo, '300000')

  const clerk = await it.open(paths.licence(licence.id), { as: 'steel02' })
  await state(clerk, '已清关')
  await says(section(clerk, '海关使用情况'), declarationNo)
  await menu(clerk, '海关状态查询')
  const row = clerk.getByRole('row').filter({ hasText: licence.licenceNo })
  await says(row, '已清关')
  await says(row, '150,000.5')
  await menu(clerk, '核销数据查询')
  await says(clerk.getByRole('row').filter({ hasText: declarationNo }), '300,000')

  await menu(clerk, '许可证核销申请')
  await box(clerk, /^出口许可证号/).fill(licence.licenceNo)
  await button(clerk, '读入').click()
  await says(section(clerk, '原许可证'), '已清关')
  await box(clerk, /^核销数量/).fill('299999')
  await box(clerk, /^申请原因/).fill('已全部出运')
  await button(clerk, '保存').click()
  await says(clerk, '核销数量不能少于海关反馈的 300,000 千克')
  await box(clerk, /^核销数量/).fill('300000')
  await button(clerk, '保存').click()
  await state(clerk, '待上报')
  await button(clerk, '上报').click()
  await button(dialog(clerk, '上报核销申请'), '上报核销申请').click()
  await state(clerk, '待审核')
  const id = clerk.url().split('/').at(-1) ?? ''

  const officer = await it.open(paths.requestReview(id), { as: 'review01' })
  await says(section(officer, '申请'), '300,000')
  await officer.keyboard.press('p')
  await button(dialog(officer, '审核通过核销申请'), '审核通过核销申请').click()
  await officer.getByRole('heading', { name: '待审退换', level: 1 }).waitFor()

  await clerk.reload()
  await state(clerk, '审核通过')
  const proof = await clerk.request.get(
    (await clerk.getByRole('link', { name: '查看证明 PDF' }).getAttribute('href')) ?? '',
  )
  assert.equal((await proof.body()).subarray(0, 5).toString(), '%PDF-')
  await menu(clerk, '配额查询')
  await says(clerk.getByRole('row').filter({ hasText: docNo }), '250,000.5')
  await menu(clerk, '许可证核销申请')
  await box(clerk, /^出口许可证号/).fill(licence.licenceNo)
  await button(clerk, '读入').click()
  await says(clerk, '许可证已核销')
  assert.equal(await button(clerk, '保存').count(), 0)
})

/** What is declared of a licence, told or not. */
const declaration = (of: MadeLicence, n: number, quantity = '10') => ({
  licenceNo: of.licenceNo,
  declarationNo: `0202${of.licenceNo.slice(4)}${String(n).padStart(8, '0')}`,
  declaredOn: day,
  customsCode: '0202',
  items: [{ quantity }],
})

const openDifferences = async () =>
  (await it.test.ctx.db.selectFrom('customs_difference').select('id').where('state', '=', 'open').execute())
    .length

/** Opens the only difference of this kind on the page, and does what its button says. */
async function settle(officer: Page, kind: string, action: string, opinion?: string) {
  const row = officer.getByRole('row').filter({ hasText: kind })
  await button(row, /^查看/).click()
  const opened = officer.getByRole('dialog').filter({ hasText: kind }).first()
  await button(opened.getByRole('group', { name: '可做的操作' }), action).click()
  const asking = dialog(officer, action)
  if (opinion !== undefined) {
    await button(asking, action).click()
    await says(asking, '请填写意见')
    await box(asking, /^意见/).fill(opinion)
  }
  if (action !== '重新判定') await button(asking, action).click()
  await opened.waitFor({ state: 'hidden' })
}

test('each kind of difference is opened and settled; the day agrees in the end', async () => {
  const [compared, told, ended] = [await like(), await like(), await like()]
  await until(() => [compared, told, ended].every((one) => sim.store.receivedOf(one.licenceNo).length > 0))
  await it.test.db.owner.pool.query(`update licence set state = 'cancelled' where id = $1`, [ended.id])
  for (const n of [1, 2]) await sim.api('declarations', declaration(compared, n))
  await heard()
  await sim.api('dropped-uses', { ...declaration(compared, 1) })
  await sim.api('declarations', { ...declaration(compared, 2, '12.5'), silent: true })
  await sim.api('declarations', { ...declaration(compared, 3), silent: true })
  await sim.api('declarations', { ...declaration(told, 4), customsCode: '3100', silent: true })
  const use = {
    kind: 'use',
    itemNo: 1,
    declarantCode: '1100DEM000014',
    hsCode: '7208271000',
    quantity: '10',
    final: false,
  }
  const { items: _, ...elsewhere } = { ...declaration(told, 4), customsCode: '3100' }
  const messages = [
    { ...use, ...elsewhere },
    {
      kind: 'answer',
      licenceNo: told.licenceNo,
      messageNo: `${told.licenceNo}-9`,
      outcome: 'accepted',
      reason: '',
    },
    { kind: 'closing', licenceNo: ended.licenceNo, reason: '' },
    { kind: 'use', licenceNo: told.licenceNo, quantity: '-1' },
  ]
  await tell(
    it.test,
    messages.map((one) => ({ messageId: randomUUIDv7(), ...one })),
  )

  const officer = await it.open('/', { as: 'issue01' })
  await menu(officer, '逐日核对')
  await box(officer, /^申报日期/).fill(day)
  await button(officer, '核对这一天').click()
  const run = officer.getByRole('row').filter({ hasText: day })
  await run
    .getByRole('link', { name: '3 项' })
    .or(run.getByRole('link', { name: '4 项' }))
    .waitFor()
  await menu(officer, '海关差异')
  await settle(officer, '海关有、本系统无', '人工登记', '按海关清单补登')
  await settle(officer, '两边不一致', '采用海关数据', '以海关放行数量为准')
  await settle(officer, '使用不符', '人工登记', '口岸海关已书面同意')
  await settle(officer, '回执不符', '关闭差异', '海关误发，已核实')
  await settle(officer, '结案不符', '关闭差异', '许可证已删除，海关已知')
  await settle(officer, '报文不能识别', '关闭差异', '海关已更正重发')
  await settle(officer, '本系统有、海关无', '重新报送海关')
  await until(() => sim.store.usesOf(compared.licenceNo).length === 3)
  await heard()
  // Once customs has it, the day is compared again by itself.
  await until(async () => (await openDifferences()) === 0)
  await officer.reload()
  await says(officer, '没有待处理的差异')
  const uses = await it.open(paths.customsUses(), { as: 'steel02' })
  await says(uses.getByRole('row').filter({ hasText: declaration(compared, 2).declarationNo }), '12.5')
})

test('a message that customs rejected is sent again; a use on paper is entered with its reason, and taken back', async () => {
  const onPaper = await issuedMade(it)
  await until(() => sim.store.receivedOf(onPaper.licenceNo).length > 0)
  await sim.api('behaviour', { mode: 'reject_all' })
  const stuck = await like()
  await until(() => sim.store.receivedOf(stuck.licenceNo).length > 0)
  await heard()
  await sim.api('behaviour', { mode: 'at_once' })
  const officer = await it.open('/', { as: 'issue01' })
  await menu(officer, '海关报文')
  const row = officer.getByRole('row').filter({ hasText: stuck.licenceNo })
  await says(row, '海关不接受')
  await button(row, /^重发/).click()
  await says(officer, '已重新排入发送')
  await until(async () => {
    const { delivery } = await it.test.ctx.db
      .selectFrom('licence')
      .select('delivery')
      .where('id', '=', stuck.id)
      .executeTakeFirstOrThrow()
    return delivery === 'accepted'
  })
  await officer.reload()
  await says(officer, '海关报文')
  await row.waitFor({ state: 'hidden' })

  await officer.goto(paths.authorityLicence(onPaper.id))
  await button(section(officer, '海关使用情况'), '人工登记').click()
  const entering = officer.getByRole('dialog')
  const declarationNo = declaration(onPaper, 9).declarationNo
  await box(entering, /^报关单号/).fill(declarationNo)
  await box(entering, /^项号/).fill('1')
  await box(entering, /^申报日期/).fill('20260616')
  await box(entering, /^数量/).fill('1000')
  await button(entering, '登记这次使用').click()
  await says(entering, '请填写登记原因')
  await box(entering, /^登记原因/).fill('海关网络故障，凭纸质报关单')
  await button(entering, '登记这次使用').click()
  await says(entering, '申报日期 2026-06-16 晚于今天 2026-06-15')
  await box(entering, /^申报日期/).fill('20260615')
  await button(entering, '登记这次使用').click()
  await says(section(officer, '海关使用情况'), '海关网络故障，凭纸质报关单')
  await says(section(officer, '海关使用情况'), declarationNo)

  // Customs does not have it: the day says so, and the officer takes it back.
  await menu(officer, '逐日核对')
  await box(officer, /^申报日期/).fill('2026-06-15')
  await button(officer, '核对这一天').click()
  await until(async () => (await openDifferences()) === 1)
  await menu(officer, '海关差异')
  await settle(officer, '本系统有、海关无', '撤销登记', '登记错了许可证')
  await officer.goto(paths.authorityLicence(onPaper.id))
  await says(section(officer, '经过'), '恢复使用')
  assert.equal(await section(officer, '海关使用情况').getByText(declarationNo).count(), 0)
})
