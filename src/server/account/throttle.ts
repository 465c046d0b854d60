/**
 * How often a password may be tried, counted in the database before the password is looked at, so that guesses
 * made at once are counted too. What turned out right is given back.
 *
 * - Per login name and network: after five misses a pause that doubles with each further one.
 * - Per login name, from networks where its owner has never signed in: so many misses in a window. A stranger can
 *   use them up, but not from the owner's usual place.
 * - Per network: so many misses in a window, whatever the names.
 *
 * A login name is counted whether it exists or not: what is refused tells nothing about that.
 */
import { sql } from 'kysely'
import type { Db, Tx } from '../db/connect.ts'
import { Refused } from '../refused.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND

export const freeMisses = 5
const firstPause = 30 * SECOND
const longestPause = 15 * MINUTE
/** Misses are forgotten when nothing was tried for so long after the pause. */
export const forgottenAfter = 24 * 60 * MINUTE

export const windows = {
  account: { length: 15 * MINUTE, max: 20 },
  network: { length: 15 * MINUTE, max: 60 },
  captcha: { length: 5 * MINUTE, max: 300 },
  verification: { length: 5 * MINUTE, max: 60 },
  codeMinute: { length: MINUTE, max: 1 },
  codeHour: { length: 60 * MINUTE, max: 5 },
  codeDay: { length: 24 * 60 * MINUTE, max: 10 },
  codeNetwork: { length: 15 * MINUTE, max: 30 },
  codeTry: { length: 15 * MINUTE, max: 60 },
} as const

/** How long a network stays the usual place of an account after a sign-in from there. */
const usualFor = 90 * 24 * 60 * MINUTE

export interface Attempt {
  loginName: string
  network: string
}

// What is typed stands last, behind a word for its kind: no login name can be taken for another bucket.
const pairBucket = ({ loginName, network }: Attempt) => `sign-in pair ${network} ${loginName}`
const accountBucket = ({ loginName }: Attempt) => `sign-in name ${loginName}`
const networkBucket = ({ network }: { network: string }) => `sign-in network ${network}`
const usualBucket = ({ loginName, network }: Attempt) => `usual ${network} ${loginName}`

/** An attempt as it was counted: what is to be given back when it turns out right. */
export type Counted = Attempt & { usual: boolean }

/** Counts an attempt to sign in, or refuses it (429) with the words how long to wait; then nothing is counted. */
export async function countAttempt(db: Db, attempt: Attempt, now: Date): Promise<Counted> {
  const usual = await isUsual(db, attempt, now)
  // Always in this order: name and network, name, network.
  await db.transaction().execute(async (tx) => {
    await countMiss(tx, pairBucket(attempt), now)
    if (!usual) await countInWindow(tx, accountBucket(attempt), windows.account, now)
    await countInWindow(tx, networkBucket(attempt), windows.network, now)
  })
  return { ...attempt, usual }
}

/** Takes back an attempt that turned out right, and forgets the misses before it from the same place. */
export async function forgive(tx: Tx, counted: Counted, now: Date): Promise<void> {
  await tx.deleteFrom('throttle').where('bucket', '=', pairBucket(counted)).execute()
  if (!counted.usual) await giveBack(tx, accountBucket(counted))
  await giveBack(tx, networkBucket(counted))
  const until = new Date(now.getTime() + usualFor)
  await tx
    .insertInto('throttle')
    .values({ bucket: usualBucket(counted), count: 1, ends_at: until })
    .onConflict((on) => on.column('bucket').doUpdateSet({ ends_at: until }))
    .execute()
}

async function isUsual(db: Db, attempt: Attempt, now: Date): Promise<boolean> {
  const row = await db
    .selectFrom('throttle')
    .select('count')
    .where('bucket', '=', usualBucket(attempt))
    .where('ends_at', '>', now)
    .executeTakeFirst()
  return row !== undefined
}

/** A wrong captcha counts for the network alone: it says nothing about anybody's password. */
export async function countWrongCaptcha(db: Db, network: string, now: Date): Promise<void> {
  await countInWindow(db, networkBucket({ network }), windows.network, now)
}

/** Pictures are dear to draw and each leaves a row. */
export async function countCaptcha(db: Db, network: string, now: Date): Promise<void> {
  await countInWindow(db, `captcha ${network}`, windows.captcha, now)
}

/** The public check of a licence: enough for people, too few to guess check codes. */
export async function countVerification(db: Db, network: string, now: Date): Promise<void> {
  await countInWindow(db, `verify ${network}`, windows.verification, now)
}

/**
 * A one-time code costs money and somebody's patience: counted per recipient, whoever asks for whatever purpose, and per
 * network. All in `tx`: what is refused is counted nowhere. Where the person names something else than the recipient
 * (`subject`), that is counted like a recipient and what is refused depends on it alone; `spared` says that the
 * recipient has had enough and is left in peace.
 */
export async function countCode(
  tx: Tx,
  asked: { channel: string; recipient: string | undefined; subject?: string | undefined; network: string },
  now: Date,
): Promise<{ spared: boolean }> {
  const { channel, recipient, subject } = asked
  if (subject !== undefined) await countCodeTo(tx, `${channel} ${subject}`, now)
  const counting = recipient === undefined ? undefined : countCodeTo(tx, `${channel} ${recipient}`, now)
  const spared = await counting?.then(
    () => false,
    (error: unknown) => {
      if (subject === undefined || !(error instanceof Refused)) throw error
      return true
    },
  )
  await countInWindow(tx, `code network ${asked.network}`, windows.codeNetwork, now, codeWords)
  return { spared: spared === true }
}

async function countCodeTo(tx: Tx, to: string, now: Date) {
  await countInWindow(tx, `code minute ${to}`, windows.codeMinute, now, codeWords)
  await countInWindow(tx, `code hour ${to}`, windows.codeHour, now, codeWords)
  await countInWindow(tx, `code day ${to}`, windows.codeDay, now, codeWords)
}

const codeWords = '获取验证码过于频繁'

/** Each code takes five tries; whoever asks for many codes still can't guess many. */
export async function countCodeTry(db: Db, network: string, now: Date): Promise<void> {
  await countInWindow(db, `code try ${network}`, windows.codeTry, now)
}

async function countMiss(tx: Tx, bucket: string, now: Date) {
  const forgotten = new Date(now.getTime() - forgottenAfter)
  const { rows } = await sql`
    insert into throttle as t (bucket, count, ends_at) values (${bucket}, 1, ${now}::timestamptz)
    on conflict (bucket) do update set
      count = case when t.ends_at <= ${forgotten}::timestamptz then 1 else least(t.count + 1, 1000) end,
      ends_at = ${now}::timestamptz + make_interval(secs => case
        when t.ends_at <= ${forgotten}::timestamptz or t.count + 1 < ${freeMisses}::int then 0
        else least(${longestPause / SECOND}::int, ${firstPause / SECOND}::int * 2 ^ least(t.count + 1 - ${freeMisses}::int, 10))
      end)
    where t.count < ${freeMisses}::int or t.ends_at <= ${now}::timestamptz
    returning count`.execute(tx)
  if (rows.length === 0) throw await tooMany(tx, bucket, now)
}

async function countInWindow(
  db: Db | Tx,
  bucket: string,
  window: { length: number; max: number },
  now: Date,
  words?: string,
) {
  const ends = new Date(now.getTime() + window.length)
  const { rows } = await sql`
    insert into throttle as t (bucket, count, ends_at) values (${bucket}, 1, ${ends}::timestamptz)
    on conflict (bucket) do update set
      count = case when t.ends_at <= ${now}::timestamptz then 1 else t.count + 1 end,
      ends_at = case when t.ends_at <= ${now}::timestamptz then excluded.ends_at else t.ends_at end
    where t.ends_at <= ${now}::timestamptz or t.count < ${window.max}::int
    returning count`.execute(db)
  if (rows.length === 0) throw await tooMany(db, bucket, now, words)
}

const giveBack = (tx: Tx, bucket: string) =>
  tx
    .updateTable('throttle')
    .set((eb) => ({ count: eb('count', '-', 1) }))
    .where('bucket', '=', bucket)
    .where('count', '>', 0)
    .execute()

async function tooMany(db: Db | Tx, bucket: string, now: Date, words = '尝试次数过多'): Promise<Refused> {
  const row = await db
    .selectFrom('throttle')
    .select('ends_at')
    .where('bucket', '=', bucket)
    .executeTakeFirst()
  const left = Math.max(1, Math.ceil(((row?.ends_at ?? now).getTime() - now.getTime()) / SECOND))
  const wait = left < 120 ? `${left} 秒` : `${Math.ceil(left / 60)} 分钟`
  return new Refused(429, 'throttled', `${words}，请在 ${wait}后再试`, { retryAfterSeconds: left })
}
