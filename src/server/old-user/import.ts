/**
 * Importing old users. A file that is right in every line is taken on and wrapped row by row in the background, by the
 * process that received it: unwrapped digests are in its memory alone and nowhere else (decisions/accounts.md). What was
 * wrapped is written at the end, all or nothing; where the process ends before, the import has failed and says so.
 */
import { createHash, randomUUIDv7 } from 'node:crypto'
import { sql } from 'kysely'
import type { z } from 'zod'
import type { importOldUsers } from '#api/old-user.ts'
import { merge, type Merged } from '#domain/old-user/merge.ts'
import type { OldUserRow } from '#domain/old-user/row.ts'
import type { Actor } from '#domain/machine.ts'
import { holdLoginNames } from '../account/make-account.ts'
import type { Context } from '../context.ts'
import type { Tx } from '../db/connect.ts'
import { Malformed, Refused } from '../refused.ts'
import { judgeFile, standingFor } from './judge.ts'
import { wrap } from './wrap.ts'

/** A process that wraps is heard of every second or so; after this it is gone. */
export const goneAfterMs = 60_000
/** Rows between two reports of progress: about a second. */
const beatEvery = 50
/** Rows of one insert: PostgreSQL takes 65,535 values. */
const chunk = 1000

export const goneWords = '服务器在导入过程中停止，没有写入任何一行，请重新导入'

type At = Pick<Context, 'db' | 'clock'>

export interface Importer {
  take: (actor: Actor, given: z.output<typeof importOldUsers.body>) => Promise<{ id: string; rows: number }>
  /** Resolves when nothing is being wrapped any more. */
  idle: () => Promise<void>
  /** Gives up what is being wrapped; for the end of the process. */
  stop: () => Promise<void>
}

export function importer(ctx: Context): Importer {
  const stopping = new AbortController()
  let working: Promise<void> = Promise.resolve()
  return {
    async take(actor, given) {
      const { id } = given
      const sha256 = createHash('sha256').update(given.file).digest('hex')
      const judged = await judgeFile(ctx, given)
      const repeated = await before(ctx, actor, id, sha256)
      if (repeated !== undefined) return repeated
      refuseWrong(judged)
      const merged = judged.flatMap((one) => (one.merged === undefined ? [] : [one.merged]))
      await begin(ctx, actor, { id, fileName: given.fileName, sha256, merged })
      working = working.then(() => work(ctx, id, merged, stopping.signal))
      return { id, rows: merged.length }
    },
    idle: () => working,
    async stop() {
      stopping.abort()
      await working
    },
  }
}

/** The same file under the same id has been taken on already. */
async function before(ctx: Context, actor: Actor, id: string, sha256: string) {
  const row = await ctx.db
    .selectFrom('old_user_import')
    .select(['rows', 'file_sha256', 'created_by'])
    .where('id', '=', id)
    .executeTakeFirst()
  if (row === undefined) return undefined
  if (row.file_sha256 === sha256 && row.created_by === actor.accountId) return { id, rows: row.rows }
  throw new Refused(409, 'rule', '导入编号已用于另一份文件，请刷新页面后重新导入')
}

function refuseWrong(judged: readonly { cells: { line: number }; problems: string[] }[]) {
  const wrong = judged.filter(({ problems }) => problems.length > 0)
  if (wrong.length === 0) return
  const words = `文件有 ${wrong.length} 行有误，没有导入任何一行；请改正后重新选择`
  throw new Malformed(
    words,
    wrong.slice(0, 50).map(({ cells, problems }) => ({
      path: `line ${cells.line}`,
      words: `第 ${cells.line} 行：${problems.join('；')}`,
      rule: 'row',
    })),
  )
}

async function begin(
  ctx: Context,
  actor: Actor,
  at: { id: string; fileName: string; sha256: string; merged: readonly Merged[] },
) {
  const now = ctx.clock()
  await ctx.db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(hashtext('xuke old user import'))`.execute(tx)
    const other = await tx
      .selectFrom('old_user_import')
      .select(['file_name', 'rows', 'wrapped'])
      .where('finished_at', 'is', null)
      .where('failure', 'is', null)
      .where('beat_at', '>', new Date(now.getTime() - goneAfterMs))
      .executeTakeFirst()
    if (other !== undefined) {
      const words = `“${other.file_name}”正在导入（${other.wrapped}/${other.rows} 行），完成后再导入下一份`
      throw new Refused(409, 'busy', words)
    }
    await tx
      .insertInto('old_user_import')
      .values(importRow(ctx, { ...at, by: actor.accountId }))
      .execute()
  })
}

interface Taken {
  id: string
  fileName: string
  sha256: string
  merged: readonly Merged[]
  by: string
}
const importRow = (ctx: At, { id, fileName, sha256, merged, by }: Taken) => ({
  id,
  file_name: fileName,
  file_sha256: sha256,
  rows: merged.length,
  accounts: new Set(merged.map(({ group }) => group)).size,
  created_by: by,
  created_at: ctx.clock(),
  beat_at: ctx.clock(),
})

async function work(ctx: Context, id: string, merged: readonly Merged[], signal: AbortSignal) {
  const fail = (failure: string) =>
    ctx.db
      .updateTable('old_user_import')
      .set({ failure, beat_at: ctx.clock() })
      .where('id', '=', id)
      .execute()
  try {
    const wrapped = await wrapAll(ctx, id, merged, signal)
    if (wrapped === undefined) return void (await fail(goneWords))
    const problem = await ctx.db.transaction().execute((tx) => write(tx, ctx, id, merged, wrapped))
    if (problem !== undefined) await fail(problem)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    ctx.log({ level: 'error', part: 'old users', import: id, message })
    await fail('写入时出错，没有写入任何一行，请重新导入').catch(() => undefined)
  }
}

/** Each row's wrapped digest, in the order of the rows; undefined when told to stop. One at a time: who signs in goes between. */
async function wrapAll(ctx: At, id: string, merged: readonly Merged[], signal: AbortSignal) {
  const like = await standingWraps(ctx, merged)
  const wrapped: string[] = []
  for (const { row, group } of merged) {
    if (signal.aborted) return undefined
    const hash = await wrap(row, like.get(group))
    if (!like.has(group)) like.set(group, hash)
    wrapped.push(hash)
    if (wrapped.length % beatEvery !== 0 && wrapped.length < merged.length) continue
    await ctx.db
      .updateTable('old_user_import')
      .set({ wrapped: wrapped.length, beat_at: ctx.clock() })
      .where('id', '=', id)
      .execute()
  }
  return wrapped
}

/** A wrapped digest of each account that rows are added to: all of one account have the same salt. */
async function standingWraps(ctx: At, merged: readonly Merged[]): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  for (const { group, standing } of merged) {
    if (standing === undefined || found.has(group)) continue
    const user = await ctx.db
      .selectFrom('old_user')
      .select('wrapped')
      .where('old_account_id', '=', standing)
      .where('wrapped', 'is not', null)
      .limit(1)
      .executeTakeFirst()
    if (user !== undefined && user.wrapped !== null) found.set(group, user.wrapped)
  }
  return found
}

/** Writes all rows, or answers why none. What stands may have changed meanwhile: it is judged again, under the lock. */
async function write(
  tx: Tx,
  ctx: At,
  id: string,
  merged: readonly Merged[],
  wrapped: readonly string[],
): Promise<string | undefined> {
  await holdLoginNames(tx)
  const now = ctx.clock()
  const added = merged.flatMap(({ standing }) => (standing === undefined ? [] : [standing]))
  if (added.length > 0) {
    await tx
      .selectFrom('old_account')
      .select('id')
      .where('id', 'in', [...new Set(added)])
      .orderBy('id')
      .forUpdate()
      .execute()
  }
  const rows = merged.map(({ row }) => row)
  const again = merge(rows, await standingFor(tx, rows))
  const wrong = again.find(
    ({ problems, standing }, at) => problems.length > 0 || standing !== merged[at]?.standing,
  )
  if (wrong !== undefined) {
    const why = wrong.problems.join('；') || '将要合并的账号已有变化'
    return `导入期间情况有变，没有写入任何一行。第 ${wrong.row.line} 行：${why}`
  }
  const accounts = await writeAccounts(tx, merged, now)
  const values = merged.map(({ row, group }, at) => ({
    id: randomUUIDv7(),
    old_user_import_id: id,
    old_account_id: accounts.get(group) ?? '',
    line: row.line,
    system: row.system,
    code13: row.code13,
    old_name: row.oldName,
    login_name: row.loginName,
    digest_kind: row.kind,
    salt: row.salt,
    salt_place: row.saltPlace,
    wrapped: wrapped[at] ?? '',
    services: [...row.services],
    created_at: now,
  }))
  for (let from = 0; from < values.length; from += chunk) {
    await tx
      .insertInto('old_user')
      .values(values.slice(from, from + chunk))
      .execute()
  }
  await tx
    .updateTable('old_user_import')
    .set({ finished_at: now, beat_at: now, wrapped: merged.length })
    .where('id', '=', id)
    .execute()
  return undefined
}

/** The account of each group: the one that stands, with the key's number if it had none, or a new one. */
async function writeAccounts(tx: Tx, merged: readonly Merged[], now: Date): Promise<Map<string, string>> {
  const groups = Map.groupBy(merged, ({ group }) => group)
  const keyOf = (rows: readonly Merged[]) =>
    rows.map(({ row }) => row.keyNo).find((key) => key !== '') ?? null
  const fresh = [...groups].flatMap(([group, rows]) => {
    const [first] = rows
    if (first === undefined || first.standing !== undefined) return []
    const account = { id: randomUUIDv7(), code13: first.row.code13, key_no: keyOf(rows), created_at: now }
    return [{ group, account }]
  })
  for (let from = 0; from < fresh.length; from += chunk) {
    const values = fresh.slice(from, from + chunk).map(({ account }) => account)
    await tx.insertInto('old_account').values(values).execute()
  }
  const ids = new Map<string, string>(fresh.map(({ group, account }) => [group, account.id]))
  for (const [group, rows] of groups) {
    const standing = rows[0]?.standing
    if (standing === undefined) continue
    ids.set(group, standing)
    const key = keyOf(rows)
    if (key === null) continue
    await tx
      .updateTable('old_account')
      .set({ key_no: key })
      .where('id', '=', standing)
      .where('key_no', 'is', null)
      .execute()
  }
  return ids
}

/** A few rows written at once, without a file: for demonstrations. What was written before under this id stays. */
export async function importAtOnce(
  ctx: At,
  at: { id: string; by: string; fileName: string; rows: readonly OldUserRow[] },
): Promise<void> {
  const there = await ctx.db
    .selectFrom('old_user_import')
    .select('id')
    .where('id', '=', at.id)
    .executeTakeFirst()
  if (there !== undefined) return
  const merged = merge(at.rows, await standingFor(ctx.db, at.rows))
  const wrapped = await wrapAll(ctx, at.id, merged, new AbortController().signal)
  if (wrapped === undefined) return
  await ctx.db.transaction().execute(async (tx) => {
    const { numInsertedOrUpdatedRows } = await tx
      .insertInto('old_user_import')
      .values(importRow(ctx, { ...at, sha256: '0'.repeat(64), merged }))
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst()
    if (numInsertedOrUpdatedRows === 0n) return
    const problem = await write(tx, ctx, at.id, merged, wrapped)
    if (problem !== undefined) throw new Error(problem)
  })
}
