import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { after, before, test } from 'node:test'
import { register } from '#api/registration.ts'
import {
  importOldUsers,
  listOldUserImports,
  listOldUsers,
  lookAtOldUsers,
  oldUserSample,
} from '#api/old-user.ts'
import { mostFileBytes, mostRows } from '#domain/old-user/row.ts'
import { as, startTestApp, type TestApp } from '#test/people.ts'
import { csv, csvText, digest, imported, line, settled, type Line } from '#test/old-users.ts'
import { numbersOf, registering, stranger, withCodes } from '#test/registration.ts'

let it: TestApp
before(async () => {
  it = await startTestApp()
})
after(() => it.close())

const officer = () => as(it, 'platform01')
const { code13 } = numbersOf(700)
const look = async (lines: readonly Line[]) => (await officer()).call(lookAtOldUsers, { body: csv(lines) })
const lookAt = async (bytes: Buffer, fileName = 'a.csv') =>
  (await officer()).refused(lookAtOldUsers, { body: { fileName, file: bytes.toString('base64') } })
const kept = () =>
  it.ctx.db
    .selectFrom('old_user')
    .select(({ fn }) => fn.countAll<string>().as('n'))
    .executeTakeFirstOrThrow()
    .then(({ n }) => Number(n))

test('the dry look says what would become of each row, and writes nothing', async () => {
  const before = await kept()
  const found = await look([
    line({ code13, oldName: 'a' }),
    line({ code13, system: '进口', oldName: 'a', kind: 'sha1', digest: digest('sha1', 'x') }),
    line({ code13, system: '化肥', oldName: 'b', keyNo: 'K9' }),
    line({ code13, system: '农产品', oldName: '=cmd|calc' }),
    line({ code13, system: '农产品', oldName: 'c', digest: 'zz' }),
    line({ code13, oldName: 'A' }),
  ])
  assert.deepEqual([found.rows, found.wrong, found.accounts, found.added, found.merged], [6, 3, 2, 0, 1])
  assert.deepEqual(
    found.shown.map((row) => [row.line, row.problems.length > 0]),
    [
      [5, true],
      [6, true],
      [7, true],
      [2, false],
      [3, false],
      [4, false],
    ],
  )
  assert.match(found.shown[0]?.problems.join('') ?? '', /公式/)
  assert.match(found.shown[2]?.problems.join('') ?? '', /与第 2 行重复/)
  assert.deepEqual(found.shown[3]?.with.slice(0, 1), ['进口 a（第 3 行）'])
  assert.ok(!JSON.stringify(found).includes(digest('md5', 'old-Password')))
  assert.equal(await kept(), before)
})

test('one wrong row and nothing is imported; all right and all of it is, each kind of digest wrapped', async () => {
  const id = randomUUIDv7()
  const lines = [
    line({ code13, oldName: 'm' }),
    line({ code13, oldName: 's1', kind: 'sha1', digest: digest('sha1', 'p1') }),
    line({
      code13,
      oldName: 's2',
      kind: 'sha256',
      digest: digest('sha256', 'xyp2'),
      salt: 'xy',
      saltPlace: '前',
    }),
    line({ code13, oldName: 's3', digest: digest('md5', 'p3xy'), salt: 'xy', saltPlace: '后' }),
    line({ code13, system: '进口', oldName: 'm' }),
  ]
  const client = await officer()
  const wrong = await client.refused(importOldUsers, {
    body: { id, ...csv([...lines, line({ code13: '1', oldName: 'x' })]) },
  })
  assert.equal(wrong.status, 422)
  assert.match(wrong.failure.words, /1 行有误，没有导入任何一行/)
  assert.deepEqual(
    wrong.failure.issues?.map(({ path }) => path),
    ['line 7'],
  )
  const { rows: none } = await client.call(listOldUserImports, { query: {} })
  assert.ok(!none.some((row) => row.id === id))

  await client.call(importOldUsers, { body: { id, ...csv(lines) } })
  const done = await settled(it, id)
  assert.deepEqual([done.state, done.rows, done.wrapped, done.accounts, done.taken], ['done', 5, 5, 4, 0])
  const { rows } = await client.call(listOldUsers, { query: { import: id } })
  assert.equal(rows.length, 5)
  assert.deepEqual(rows.find((row) => row.systemName === '进口')?.with, ['出口 m'])
  assert.deepEqual(rows.map((row) => row.kind).toSorted(), [
    'md5',
    'md5',
    'md5 加盐（后）',
    'sha1',
    'sha256 加盐（前）',
  ])
  const stored = await it.ctx.db
    .selectFrom('old_user')
    .select('wrapped')
    .where('old_user_import_id', '=', id)
    .execute()
  for (const { wrapped } of stored) assert.match(wrapped ?? '', /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  // Once more, as a double click would: the first answer, and no second import.
  await client.call(importOldUsers, { body: { id, ...csv(lines) } })
  const other = await client.refused(importOldUsers, {
    body: { id, ...csv([line({ code13, oldName: 'another' })]) },
  })
  assert.equal(other.status, 409)
  const again = await look(lines)
  assert.equal(again.wrong, 5)
  assert.match(again.shown[0]?.problems.join('') ?? '', /已经导入过/)
})

test('no raw digest is kept in any table or log', async () => {
  const secret = digest('sha256', 'a very secret one')
  const done = await imported(it, [line({ code13, oldName: 'secret', kind: 'sha256', digest: secret })])
  assert.equal(done.state, 'done')
  const { rows: tables } = await it.db.owner.pool.query<{ name: string }>(
    `select quote_ident(schemaname) || '.' || quote_ident(tablename) as name from pg_tables
     where schemaname not in ('pg_catalog', 'information_schema')`,
  )
  assert.ok(tables.length > 30)
  for (const { name } of tables) {
    const { rows } = await it.db.owner.pool.query(`select from ${name} as t where t::text ilike $1`, [
      `%${secret}%`,
    ])
    assert.equal(rows.length, 0, name)
  }
  assert.ok(!JSON.stringify(it.logged).includes(secret))
})

test('what is no such file is refused in words: kind, encoding, columns, size, rows', async () => {
  const head = csvText([]).split('\r\n')[0] ?? ''
  const table: [Buffer, string, RegExp][] = [
    [Buffer.from(csvText([line({ code13 })])), '存量用户.xlsx', /只能导入 csv/],
    [Buffer.from('PK\u0003\u0004\0\0 zip'), 'a.csv', /不是文本/],
    [Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0x81]), 'a.csv', /缺少|无法读取/],
    [Buffer.from(''), 'a.csv', /缺少：系统/],
    [Buffer.from('姓名,电话\r\n张三,1'), 'a.csv', /缺少：系统、企业代码/],
    [Buffer.from(head), 'a.csv', /没有数据行/],
    [Buffer.from(`${head}\r\n,,,\r\n\r\n`), 'a.csv', /没有数据行/],
    [Buffer.from(`${head}\r\n"出口,1`), 'a.csv', /无法读取/],
    [Buffer.from(`${head}\r\n${'x\r\n'.repeat(mostRows + 1)}`), 'a.csv', /最多 5000 行/],
    [Buffer.from(`${head}\r\n${'x\r\n'.repeat(500_000)}`), 'a.csv', /最多 5000 行/],
    [Buffer.alloc(mostFileBytes + 1, 'x'), 'a.csv', /不能超过 1536 KB/],
  ]
  for (const [bytes, name, words] of table) {
    const { status, failure } = await lookAt(bytes, name)
    assert.equal(status, 422, String(words))
    assert.match(failure.words, words)
  }
  // A million rows do not even arrive.
  const million = Buffer.from(`${head}\r\n${'x\r\n'.repeat(1_000_000)}`)
  assert.equal((await lookAt(million)).status, 413)
})

test('UTF-8 with and without a mark, and GBK, as spreadsheet programs write them', async () => {
  const lines = [line({ code13, oldName: '北京一部' })]
  const text = csvText(lines)
  // 系统, 企业代码 … in GBK, made of the two-byte codes of the same text.
  const gbk = gbkOf(text)
  for (const bytes of [Buffer.from(text), Buffer.from(`\uFEFF${text}`), gbk]) {
    const found = await (
      await officer()
    ).call(lookAtOldUsers, {
      body: { fileName: 'A.CSV', file: bytes.toString('base64') },
    })
    assert.deepEqual([found.wrong, found.shown[0]?.oldName], [0, '北京一部'])
  }
})

/** There is a decoder for GBK and no encoder: each character is looked for among all two-byte codes. */
function gbkOf(text: string): Buffer {
  const codes = new Map<string, Buffer>()
  const decoder = new TextDecoder('gbk')
  for (let high = 0x81; high <= 0xfe; high++) {
    for (let low = 0x40; low <= 0xfe; low++) {
      const bytes = Buffer.from([high, low])
      codes.set(decoder.decode(bytes), bytes)
    }
  }
  return Buffer.concat(
    [...text].map((sign) => (sign < '\x80' ? Buffer.from(sign) : (codes.get(sign) ?? Buffer.of()))),
  )
}

test('the sample passes its own look', async () => {
  const client = await officer()
  const { body, headers } = await client.get(oldUserSample.path)
  assert.match(String(headers['content-type']), /text\/csv/)
  const found = await client.call(lookAtOldUsers, {
    body: { fileName: 'a.csv', file: Buffer.from(String(body)).toString('base64') },
  })
  assert.deepEqual([found.rows, found.wrong], [3, 0], JSON.stringify(found.shown))
})

test('one import at a time; one whose process has gone says so, and the next may begin', async () => {
  const [first, second] = [randomUUIDv7(), randomUUIDv7()]
  const now = it.clock()
  await it.ctx.db
    .insertInto('old_user_import')
    .values({
      id: first,
      file_name: '大文件.csv',
      file_sha256: '0'.repeat(64),
      rows: 100,
      wrapped: 50,
      accounts: 100,
      created_by: (await officer()).account?.id ?? '',
      created_at: now,
      beat_at: now,
    })
    .execute()
  const client = await officer()
  const body = { id: second, ...csv([line({ code13, oldName: 'waits' })]) }
  const busy = await client.refused(importOldUsers, { body })
  assert.equal(busy.status, 409)
  assert.match(busy.failure.words, /“大文件.csv”正在导入（50\/100 行）/)
  it.clock.add(61_000)
  const { rows } = await client.call(listOldUserImports, { query: {} })
  const gone = rows.find((row) => row.id === first)
  assert.deepEqual([gone?.state, gone?.wrapped], ['failed', 50])
  assert.match(gone?.failure ?? '', /停止，没有写入任何一行/)
  await client.call(importOldUsers, { body })
  assert.equal((await settled(it, second)).state, 'done')
})

test('a server that stops gives up what it wraps: nothing of it stands', async () => {
  const other = await startTestApp()
  try {
    const id = randomUUIDv7()
    const lines = Array.from({ length: 400 }, (_, n) => line({ code13, oldName: `user${n}` }))
    await (await as(other, 'platform01')).call(importOldUsers, { body: { id, ...csv(lines) } })
    await other.app.close()
    const row = await other.ctx.db
      .selectFrom('old_user_import')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    assert.match(row.failure ?? '', /停止/)
    assert.equal(row.finished_at, null)
    const users = await other.ctx.db
      .selectFrom('old_user')
      .select('id')
      .where('old_user_import_id', '=', id)
      .execute()
    assert.equal(users.length, 0)
  } finally {
    await other.close()
  }
})

test('a name that was imported is nobody else’s to register, in capitals or not; and the other way round', async () => {
  const done = await imported(it, [line({ code13, system: '机电产品进口单证', oldName: 'Taken01' })])
  assert.equal(done.state, 'done')
  const form = await withCodes(it, registering(701, { loginName: 'taken01' }))
  const { failure } = await stranger(it).refused(register, { body: form })
  assert.deepEqual(
    failure.issues?.map(({ path, rule }) => [path, rule]),
    [['loginName', 'taken']],
  )
  const found = await look([line({ code13, system: '两用物项', oldName: 'STEEL02' })])
  assert.match(found.shown[0]?.problems.join('') ?? '', /已由平台的其他账号使用/)
})

test('a name registered while the digests are wrapped: the import is judged again and writes nothing', async () => {
  const name = 'late0001'
  const form = await withCodes(it, registering(702, { loginName: name }))
  const id = randomUUIDv7()
  const client = await officer()
  const early = Array.from({ length: 59 }, (_, n) => line({ code13, oldName: `early${n}` }))
  const lines = [...early, line({ code13, system: '两用物项', oldName: name })]
  await client.call(importOldUsers, { body: { id, ...csv(lines) } })
  await it.db.owner.db.transaction().execute(async (tx) => {
    // The import waits at its first report, fifty slow hashes from here.
    await tx.selectFrom('old_user_import').select('id').where('id', '=', id).forUpdate().execute()
    await stranger(it).call(register, { body: form })
  })
  const failed = await settled(it, id)
  assert.equal(failed.state, 'failed')
  assert.match(failed.failure ?? '', /第 61 行：登录名 late0001 已由平台的其他账号使用/)
  const { total } = await client.call(listOldUsers, { query: { import: id } })
  assert.equal(total.count, 0)
})

test('the list: by state, system, code and name', async () => {
  const client = await officer()
  const all = await client.call(listOldUsers, { query: {} })
  assert.ok(all.rows.length > 0)
  assert.equal(all.counts.find(({ state }) => state === 'waiting')?.total.count, all.total.count)
  const some = await client.call(listOldUsers, { query: { system: 'import_licence', code13, name: 'M' } })
  assert.deepEqual(
    some.rows.map((row) => [row.systemName, row.oldName, row.loginName, row.stateLabel]),
    [['进口', 'm', `${code13}-m`, '未登录过']],
  )
  assert.equal((await client.call(listOldUsers, { query: { state: 'taken' } })).total.count, 0)
  assert.equal((await client.call(listOldUsers, { query: { name: '%' } })).total.count, 0)
})
