import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { StartError } from '../start-error.ts'
import { startEmbedded, type Embedded } from './embedded.ts'

const isRoot = process.getuid?.() === 0
let folder: string
/** Shared by the tests that leave it as they found it: making a cluster is the slow part. */
let dataDir: string
before(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'xuke 内置-'))
  fs.chmodSync(folder, 0o755)
  dataDir = path.join(folder, '数据 一')
})
after(() => fs.rmSync(folder, { recursive: true, force: true }))

async function ask(url: string, query: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<Record<string, unknown>>(query)
    return Object.values(rows[0] ?? {})[0]
  } finally {
    await client.end()
  }
}

async function during(dataDir: string, work: (embedded: Embedded) => Promise<void>) {
  const embedded = await startEmbedded({ dataDir })
  try {
    await work(embedded)
  } finally {
    await embedded.stop()
  }
}

const pidFile = (dataDir: string) => path.join(dataDir, 'postgres/data/postmaster.pid')
const places = () => (fs.existsSync('/var/lib/xuke') ? fs.readdirSync('/var/lib/xuke') : [])

test('a first start makes a cluster for Chinese, with two users; a second start finds it', async () => {
  await during(dataDir, async ({ ownerUrl, appUrl, note }) => {
    assert.equal(await ask(appUrl, `select current_user || length('钢铁公司')`), 'xuke_app4')
    await ask(ownerUrl, 'create table kept (id int)')
    await ask(ownerUrl, 'grant select on kept to xuke_app')
    assert.equal(await ask(ownerUrl, 'show listen_addresses'), '')
    assert.equal(await ask(ownerUrl, 'show fsync'), 'on')
    assert.equal(note, '')
  })
  assert.equal(fs.existsSync(pidFile(dataDir)), false, 'stopped cleanly')
  await during(dataDir, async ({ appUrl }) =>
    assert.equal(await ask(appUrl, 'select count(*) from kept'), '0'),
  )
})

test('only the user who runs it can reach its socket', async () => {
  await during(dataDir, async ({ appUrl }) => {
    const run = new URL(appUrl).searchParams.get('host') ?? ''
    assert.equal(fs.statSync(run).mode & 0o777, 0o700)
    const data = fs.statSync(path.join(dataDir, 'postgres'))
    assert.equal(data.mode & 0o777, 0o700)
    assert.notEqual(data.uid, 0)
  })
})

test('a path too long for a socket gets a short folder for it', async () => {
  const longDir = path.join(folder, '很长的文件夹名称'.repeat(6), 'data')
  await during(longDir, async ({ appUrl }) => {
    const run = new URL(appUrl).searchParams.get('host') ?? ''
    assert.match(run, /^\/tmp\/xuke-[0-9a-f]{16}$/)
    assert.equal(await ask(appUrl, 'select 1'), 1)
    after(() => fs.rmSync(run, { recursive: true, force: true }))
  })
})

test('a second system on the same folder is refused, and the first goes on', async () => {
  await during(dataDir, async ({ appUrl }) => {
    await assert.rejects(startEmbedded({ dataDir }), (error) => {
      assert.ok(error instanceof StartError)
      assert.match(error.message, /正被另一个正在运行的系统使用/)
      return true
    })
    assert.equal(await ask(appUrl, 'select 1'), 1)
  })
})

test('a start while the one before is stopping waits for it', async () => {
  for (let i = 0; i < 5; i++) {
    const first = await startEmbedded({ dataDir })
    const [, second] = await Promise.all([first.stop(), startEmbedded({ dataDir })])
    assert.equal(await ask(second.appUrl, 'select 1'), 1)
    await second.stop()
  }
})

test('two starts at once: one of them has it', async () => {
  const both = await Promise.allSettled([startEmbedded({ dataDir }), startEmbedded({ dataDir })])
  const started = both.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  assert.equal(started.length, 1)
  await started[0]?.stop()
})

test('a database whose system was killed is taken over with what was committed', async () => {
  const script = `
    const { startEmbedded } = await import(${JSON.stringify(import.meta.resolve('./embedded.ts'))})
    const { default: pg } = await import('pg')
    const { ownerUrl } = await startEmbedded({ dataDir: ${JSON.stringify(dataDir)} })
    const client = new pg.Client({ connectionString: ownerUrl })
    await client.connect()
    await client.query('create table survived as select 7 as n')
    process.kill(process.pid, 'SIGKILL')`
  const child = spawnSync(process.execPath, ['--input-type=module-typescript', '-e', script], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
  })
  assert.equal(child.signal, 'SIGKILL', child.stderr)
  const survivor = Number(fs.readFileSync(pidFile(dataDir), 'utf8').split('\n')[0])
  process.kill(survivor, 0)
  await during(dataDir, async ({ ownerUrl }) => {
    assert.equal(await ask(ownerUrl, 'select n from survived'), 7)
    assert.equal(Number(fs.readFileSync(pidFile(dataDir), 'utf8').split('\n')[0]), survivor)
  })
})

test('a lock file whose number another program has got since is no hindrance', async () => {
  await during(dataDir, async () => undefined)
  fs.writeFileSync(
    pidFile(dataDir),
    `${process.pid}\n${path.dirname(pidFile(dataDir))}\n1\n5432\n/tmp\n\n\nready\n`,
  )
  await during(dataDir, async ({ appUrl }) => assert.equal(await ask(appUrl, 'select 1'), 1))
})

test('onLost is called when the database goes away by itself, and not when it is stopped', async () => {
  const lost = Promise.withResolvers<string>()
  const embedded = await startEmbedded({ dataDir, onLost: lost.resolve })
  process.kill(Number(fs.readFileSync(pidFile(dataDir), 'utf8').split('\n')[0]), 'SIGINT')
  assert.match(await lost.promise, /意外停止/)
  await embedded.stop()
  await (await startEmbedded({ dataDir, onLost: () => assert.fail('it was stopped') })).stop()
})

test(
  'where the database’s user may not enter, it lies elsewhere, and a new DATA_DIR gets a new one',
  { skip: !isRoot },
  async (t) => {
    const privateDir = path.join(folder, 'private', 'data')
    fs.mkdirSync(path.dirname(privateDir), { mode: 0o700 })
    const before = places()
    t.after(() => {
      for (const name of places()) {
        if (!before.includes(name))
          fs.rmSync(path.join('/var/lib/xuke', name), { recursive: true, force: true })
      }
    })
    await during(privateDir, async ({ ownerUrl, note }) => {
      assert.match(note, /\/var\/lib\/xuke\/private-/)
      await ask(ownerUrl, 'create table kept (id int)')
    })
    await during(privateDir, async ({ ownerUrl }) =>
      assert.equal(await ask(ownerUrl, 'select count(*) from kept'), '0'),
    )

    fs.cpSync(privateDir, `${privateDir} 副本`, { recursive: true })
    await assert.rejects(startEmbedded({ dataDir: `${privateDir} 副本` }), /的副本/)

    fs.rmSync(privateDir, { recursive: true })
    await during(privateDir, async ({ ownerUrl, note }) => {
      await assert.rejects(ask(ownerUrl, 'select count(*) from kept'), /does not exist/)
      assert.match(note, /不再使用/)
    })
    await assert.rejects(
      startEmbedded({ dataDir: privateDir, pgDir: path.join(folder, 'private', 'pg') }),
      /无法进入 PG_DIR/,
    )
  },
)
