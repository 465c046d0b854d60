import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  exportsByName,
  lockIsComplete,
  lockNamesNoRegistry,
  namedFiles,
  neededClocks,
  oneClock,
  oneDoor,
  projectFiles,
  standsAlone,
  walls,
} from '#test/rooms.ts'

const files = projectFiles()

/** The rule has nothing against the project, something against each bad file, and nothing against a good one. */
function holds(rule: typeof walls, bad: Record<string, string[]>, good: Record<string, string[]> = {}) {
  assert.deepEqual(rule(files), [])
  const complaints = (samples: Record<string, string[]>) =>
    Object.entries(samples).flatMap(([path, texts]) =>
      texts.map((text) => ({ path, text, complaints: rule([{ path, text }]) })),
    )
  for (const sample of complaints(bad)) {
    assert.equal(sample.complaints.length, 1, `${sample.path} ${sample.text}`)
  }
  for (const sample of complaints(good))
    assert.deepEqual(sample.complaints, [], `${sample.path} ${sample.text}`)
}

test('the project is found', () => {
  const rooms = ['src/domain/', 'src/api/', 'src/server/', 'src/ui/', 'src/web/', 'test/', 'scripts/', 'db/']
  for (const room of rooms)
    assert.ok(
      files.some((file) => file.path.startsWith(room)),
      room,
    )
  assert.ok(files.some((file) => file.path === 'package-lock.json'))
})

test('walls: each room imports only what it may', () => {
  holds(
    walls,
    {
      'src/domain/x.ts': [
        `import { a } from '#server/context.ts'`,
        `import type { A } from '#api/licence.ts'`,
        `import fs from 'node:fs'`,
        `import pg from 'pg'`,
        `const a = await import('../server/door.ts')`,
        `import '../ui/Field.tsx'`,
      ],
      'src/domain/a/b.test.ts': [`import { a } from '#test/db.ts'\nimport { b } from '#server/b.ts'`],
      'src/api/x.ts': [`import { a } from '#server/door.ts'`, `import { sql } from 'kysely'`],
      'src/server/a/x.ts': [
        `import { A } from '#web/A.tsx'`,
        `import { effects } from '../b/effects.ts'`,
        `import { useState } from 'react'`,
        `import { a } from '#test/people.ts'`,
      ],
      'src/ui/x.tsx': [`import { a } from '#web/a.ts'`, `import { a } from '../server/a.ts'`],
      'src/web/x.tsx': [`import {\n  a,\n  b,\n} from '#server/a.ts'`, `import { a } from '../mobile/a.ts'`],
      'src/mobile/x.tsx': [`import { a } from '#web/a.ts'`],
      'src/customs-sim/x.ts': [`import { a } from '#domain/a.ts'`],
      'src/key-agent/x.ts': [`import { a } from '#ui/key/agent.ts'`, `import { a } from '../server/a.ts'`],
      'bench/x.ts': [`import { a } from '#server/a.ts'`],
      'scripts/smoke.ts': [`import { a } from '../src/server/a.ts'`],
    },
    {
      'src/domain/x.ts': [
        `import { z } from 'zod'\nimport { a } from './y.ts'\n// import { a } from '#server/a.ts'`,
      ],
      'src/server/a/x.ts': [
        `import { a } from '#api/a.ts'\nimport { e } from './effects.ts'\nimport fs from 'node:fs'`,
      ],
      'src/server/a/x.test.ts': [`import { testDatabase } from '#test/db.ts'`],
      'src/web/x.tsx': [`import { A } from '#ui/A.tsx'\nimport { b } from '#domain/b.ts'`],
      'src/ui/x.test.ts': [`import { a } from '#server/a.ts'`],
      'test/x.ts': [`import { a } from '#server/a.ts'`],
      'bench/x.ts': [`import { a } from '#domain/a.ts'`],
    },
  )
})

test('exports have names and come from their own file', () => {
  holds(
    exportsByName,
    {
      'src/a/x.ts': [
        `export * from './y.ts'`,
        `export { a } from './y.ts'`,
        `export default function a() {}`,
      ],
      'src/a/index.ts': [`export const a = 1`],
    },
    { 'src/a/x.ts': [`export const a = 1`], 'vite.config.ts': [`export default {}`] },
  )
})

test('the clock comes from the context', () => {
  holds(
    oneClock,
    {
      'src/domain/x.ts': [`const a = new Date()`],
      'src/server/a/x.ts': [
        `const a = Date.now()`,
        'sql`select now()`',
        'sql`update a set at = current_timestamp`',
        'sql`where at > clock_timestamp() - interval 1`',
      ],
      'db/migrations/0009_x.sql': [`create table a (at timestamptz default now());`, `select current_date`],
      'db/views/x.sql': [`select 'today'::date`],
    },
    {
      'src/server/a/x.ts': [`const a = new Date(text)`, `// never now()`, `ctx.clock()`, `performance.now()`],
      'db/views/x.sql': [`-- not now()\nselect 1`],
      'src/server/a/x.test.ts': [`const a = new Date()`],
      'src/web/a/x.tsx': [`const a = new Date()`],
    },
  )
})

test('each clock that is excepted is still there', () => {
  assert.deepEqual(neededClocks(files), [])
  assert.ok(neededClocks([]).length > 0)
})

test('nothing but the door sets a state', () => {
  holds(
    oneDoor,
    {
      'src/server/a/x.ts': [
        `db.updateTable('a').set({ state: 'valid' })`,
        `db.updateTable('a').set({ version: 2, state })`,
        `db.updateTable('a').set((eb) => ({ n: eb('n', '+', 1), state: to }))`,
        `db.updateTable('a').set('state', 'valid')`,
        'sql`update a set version = 2, state = ${s} where id = 1`',
      ],
    },
    {
      'src/server/a/x.ts': [
        `db.updateTable('a').set({ version: 2 }).where('state', '=', 'valid')`,
        `db.insertInto('a').values({ state: 'draft' })`,
        'sql`update a set n = 1 where state = 2`',
      ],
      'src/server/a/act.ts': [`db.updateTable('a').set({ state: 'valid' })`],
    },
  )
})

test('the project stands alone', () => {
  holds(
    standsAlone,
    {
      'docs/x.md': [
        'see ../shared/a',
        'in /work/main',
        'as /root/x',
        'TODO later',
        'tried.md says',
        'rules.md C3',
      ],
    },
    { 'docs/x.md': ['docs/rules/application.md', '/var/lib/xuke', 'https://a.example/home/x', './work/x'] },
  )
})

test('files are named after what they hold', () => {
  holds(
    namedFiles,
    {
      'src/a/fooBar.ts': [''],
      'src/utils/x.ts': [''],
      'src/a/date-helpers.ts': [''],
      'src/a/FooBar.ts': [''],
    },
    { 'src/a/foo-bar.test.ts': [''], 'src/web/FooBar.tsx': [''], 'src/a/types.gen.ts': [''] },
  )
})

test('the lock file names no registry', () => {
  holds(lockNamesNoRegistry, { 'package-lock.json': [`"resolved": "https://registry.example/a.tgz"`] })
})

test('the lock file has the packages of every platform', () => {
  holds(lockIsComplete, {
    'package-lock.json': [
      `{"packages": {"node_modules/a": {"optionalDependencies": {"a-darwin": "1.0.0"}}}}`,
    ],
  })
})
