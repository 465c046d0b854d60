/** Passwords are kept as argon2id, with the cost that OWASP's password storage advice names (19 MiB, 2 passes). */
import { randomInt } from 'node:crypto'
import os from 'node:os'
import { hash, verify } from '@node-rs/argon2'
import { passwordProblem } from '#domain/account/password.ts'
import { gate } from './gate.ts'

const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

// One processor stays free for the pages, however many passwords are tried at the same time.
const through = gate(Math.max(1, os.availableParallelism() - 1))

/**
 * Nobody's password, at the same cost: an unknown login name takes as long to refuse as a known one, and an account that
 * has no password yet has this.
 */
export const noPassword =
  '$argon2id$v=19$m=19456,t=2,p=1$Wzqz3R/DG4GXJTTEV8jgkg$LGx3e9m/3nEEgGmY18msqSIjnxdOGO0qSPt2THo+/yc'

/** The hash to store. Throws for a password that the rule refuses. */
export async function hashPassword(password: string): Promise<string> {
  const problem = passwordProblem(password)
  if (problem !== undefined) throw new Error(problem)
  return through(() => hash(password, cost))
}

/** Whether the password is that of the hash; always false, after the same time, when there is no account. */
export async function isPassword(stored: string | undefined, password: string): Promise<boolean> {
  const right = await through(() => verify(stored ?? noPassword, password))
  return right && stored !== undefined
}

/** argon2id of an old system's digest, with the salt and cost of `like` where it is to be compared with that. */
export async function hashDigest(digest: Buffer, like?: string): Promise<string> {
  const parts = like === undefined ? undefined : partsOf(like)
  return through(() => hash(digest, parts ?? cost))
}

/** Salt and cost of a stored hash. */
function partsOf(stored: string) {
  const found = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$/.exec(stored)
  if (found === null) throw new Error('not an argon2id hash')
  const [, memoryCost, timeCost, parallelism, salt = ''] = found
  return {
    memoryCost: Number(memoryCost),
    timeCost: Number(timeCost),
    parallelism: Number(parallelism),
    salt: Buffer.from(salt, 'base64'),
  }
}

const alphabet = { upper: 'ABCDEFGHJKLMNPQRSTUVWXYZ', lower: 'abcdefghijkmnpqrstuvwxyz', digit: '23456789' }

/** A first password: 16 letters and digits without those that look alike, in groups; shown once. */
export function randomPassword(): string {
  const all = Object.values(alphabet).join('')
  for (;;) {
    const signs = Array.from({ length: 16 }, () => all.charAt(randomInt(all.length)))
    const password = [0, 4, 8, 12].map((at) => signs.slice(at, at + 4).join('')).join('-')
    if (passwordProblem(password) === undefined) return password
  }
}

/** A first password with its hash. */
export async function firstPassword(): Promise<{ password: string; hash: string }> {
  const password = randomPassword()
  return { password, hash: await hashPassword(password) }
}
