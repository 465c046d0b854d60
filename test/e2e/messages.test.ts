/** 消息 and 演示发件箱 as an administrator and a visitor see them. */
import { after, afterEach, before, test } from 'node:test'
import { giveCode } from '#server/message/code.ts'
import { NotCarried } from '#server/message/carrier.ts'
import { queueLetter } from '#server/message/queue.ts'
import { codeSentTo, testCarrier } from '#test/messages.ts'
import { paths } from '#ui/paths.ts'
import { startSystem, type System } from './browser.ts'
import { button, dialog, says } from './steps.ts'

let it: System
before(async () => {
  it = await startSystem()
})
afterEach((t) => it.settle(t))
after(() => it.close())

test('a mail that was refused: the administrator reads why, sends it again, and it is gone from the failures', async () => {
  const { ctx } = it.test
  const local = ctx.carriers
  const refusing = testCarrier(() => {
    throw new NotCarried('refused', '邮件服务器拒收：550 no such user')
  })
  ctx.carriers = { ...local, email: refusing.carrier }
  const letter = { channel: 'email', kind: 'invitation', subject: '邀请', text: '请登录。' } as const
  await ctx.db
    .transaction()
    .execute((tx) => queueLetter(tx, ctx, { ...letter, recipient: 'zhao@example.cn' }))
  const page = await it.open(`${paths.messages()}?tab=failed`, { as: 'admin01' })
  await button(page, '查看发给 zhao@example.cn 的邀请').click()
  const shown = dialog(page, '电子邮件：邀请')
  await says(shown, '邮件服务器拒收：550 no such user')
  ctx.carriers = local
  await button(shown, '再发').click()
  await shown.waitFor({ state: 'hidden' })
  await says(page, '没有发送失败的消息。')
  await page.getByRole('tab', { name: /^已发/ }).click()
  await button(page, '查看发给 zhao@example.cn 的邀请').waitFor()
})

test('a code: whole in the outbox without signing in, masked for the administrator', async () => {
  const to = { purpose: 'register', channel: 'sms', recipient: '13912345678', network: '192.0.2.1' } as const
  await giveCode(it.test.ctx, to)
  const code = await codeSentTo(it.test, to.recipient)
  const visitor = await it.open(paths.signIn())
  await visitor.getByRole('link', { name: '演示发件箱' }).click()
  await says(visitor, `验证码 ${code}，`)
  await says(visitor, '正式环境没有这一页')
  const admin = await it.open(paths.messages(), { as: 'admin01' })
  await button(admin, '查看发给 13912345678 的验证码').click()
  await says(dialog(admin, '短信：验证码'), '验证码 ••••••，')
})
