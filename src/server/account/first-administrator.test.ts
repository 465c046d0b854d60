/** `npm run administrator`: who it makes, when it refuses, and who hears of it. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { signInLog } from '#api/account.ts'
import { getAccount, listAccounts } from '#api/account-office.ts'
import { actOnAccount } from '#api/colleague.ts'
import { StartError } from '#server/start-error.ts'
import { testDatabase, type TestDatabase } from '#test/db.ts'
import { letterTo } from '#test/messages.ts'
import { as, startTestApp, type TestApp } from '#test/people.ts'
import { administratorCommand } from './administrator-command.ts'
import { administrators } from './first-administrator.ts'

let empty: TestDatabase
let demo: TestApp
before(async () => {
  empty = await testDatabase()
  demo = await startTestApp()
})
after(async () => {
  await empty.close()
  await demo.close()
})

const command = (url: string, args: string[], input = '') =>
  administratorCommand(args, { DATABASE_URL: url }, async () => input)
const named = (loginName: string, ...more: string[]) => ['--login', loginName, '--name', '王管理', ...more]

async function refused(url: string, args: string[], words: RegExp, input = '') {
  await assert.rejects(
    command(url, args, input),
    (error) => error instanceof StartError && words.test(error.message) && !error.message.includes('\n'),
  )
}

test('refused: no names, malformed ones, a weak password, an empty reason', async () => {
  await refused(empty.url, [], /^用法/)
  await refused(empty.url, ['--login', 'chief'], /^用法/)
  await refused(empty.url, [...named('chief'), '--nonsense'], /^用法/)
  await refused(empty.url, named('1chief'), /以字母开头/)
  await refused(empty.url, ['--login', 'chief', '--name', ' '], /姓名应为/)
  await refused(empty.url, named('chief', '--email', 'a@b'), /电子邮箱/)
  await refused(empty.url, named('chief', '--again', ' '), /原因/)
  await refused(empty.url, named('chief', '--password-stdin'), /密码应为 10 至 20 位/, 'kurz\n')
  assert.deepEqual(await administrators(empty.db), [])
})

test('the first one: a password shown once, to be changed; a second only with a reason', async () => {
  const said = await command(empty.url, named('chief', '--email', 'Chief@Example.cn'))
  const password = /只显示这一次）：(\S+)/.exec(said)?.[1] ?? ''
  assert.match(password, /^[A-Za-z2-9]{4}(-[A-Za-z2-9]{4}){3}$/)
  const row = await empty.db.selectFrom('account').selectAll().executeTakeFirstOrThrow()
  assert.deepEqual(
    [
      row.login_name,
      row.roles,
      row.account_type,
      row.must_change_password,
      row.email,
      row.email_confirmed_at,
    ],
    ['chief', ['administrator'], 'officer', true, 'chief@example.cn', null],
  )
  assert.ok(!JSON.stringify(row).includes(password))
  await refused(empty.url, named('other'), /已有系统管理员（chief）.*用户管理.*--again/)
  await refused(empty.url, named('CHIEF', '--again', '忘记密码'), /登录名已被使用/)
  const own = await command(
    empty.url,
    named('other', '--again', '忘记密码', '--password-stdin'),
    'Erste-Wahl-7\r\n',
  )
  assert.doesNotMatch(own, /Erste-Wahl-7|只显示这一次/)
  assert.equal((await administrators(empty.db)).length, 2)
})

test('two at the same moment make one', async () => {
  const fresh = await testDatabase()
  try {
    const both = await Promise.allSettled(['one1', 'two2'].map((name) => command(fresh.url, named(name))))
    assert.deepEqual(both.map((one) => one.status).toSorted(), ['fulfilled', 'rejected'])
    assert.equal((await administrators(fresh.db)).length, 1)
  } finally {
    await fresh.close()
  }
})

test('a suspended administrator is none; reason, history and log say what was done, and those who are there hear of it', async () => {
  const { db } = demo
  await refused(db.url, named('later'), /已有系统管理员（admin01）/)
  await db.owner.pool.query(
    `update account set email_confirmed_at = created_at, mobile_confirmed_at = created_at where login_name = 'admin01'`,
  )
  await command(db.url, named('later', '--again', '王守正出国'))
  const admin = await as(demo, 'admin01')
  const { rows } = await admin.call(listAccounts, { query: { loginName: 'later' } })
  const [made] = rows
  assert.ok(made)
  const detail = await admin.call(getAccount, { params: { id: made.id } })
  assert.deepEqual(
    detail.history.map(({ label, opinion }) => [label, opinion]),
    [['在服务器上新建', '王守正出国']],
  )
  const log = await admin.call(signInLog, { query: { loginName: 'later' } })
  assert.deepEqual(
    log.rows.map((row) => row.outcomeLabel),
    ['在服务器上新建系统管理员'],
  )
  for (const recipient of ['admin01@example.com', '13900000210']) {
    const letter = await letterTo(demo, recipient)
    assert.match(letter?.text ?? '', /新建了系统管理员 later（王管理），原因：王守正出国.*立即停用/)
  }
  await admin.call(actOnAccount, {
    params: { id: made.id, action: 'suspend' },
    body: { version: detail.version, requestId: crypto.randomUUID(), input: { opinion: '不知情' } },
  })
  assert.deepEqual(
    (await administrators(db.db)).map((one) => one.login_name),
    ['admin01'],
  )
})
