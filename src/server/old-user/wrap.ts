/**
 * Passwords of old systems. Those kept quick digests (md5, sha1, sha256), some with a salt; kept here is argon2id of such a
 * digest, so that a stolen database is as slow to guess as for every other password.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { OldUserRow } from '#domain/old-user/row.ts'
import { hashDigest } from '../account/password.ts'

interface Digested {
  digest_kind: string
  salt: string
  salt_place: string
}

/** The digest that the old system would have made of this password. */
function quickDigest({ digest_kind: kind, salt, salt_place: place }: Digested, password: string): Buffer {
  const text = place === 'before' ? salt + password : place === 'after' ? password + salt : password
  return createHash(kind).update(text, 'utf8').digest()
}

/** Wraps the digest of a row; `like`: another of the same account, so that one slow hash answers for both. */
export async function wrap(row: Pick<OldUserRow, 'digest'>, like?: string): Promise<string> {
  const digest = Buffer.from(row.digest, 'hex')
  try {
    return await hashDigest(digest, like)
  } finally {
    digest.fill(0)
  }
}

/**
 * Whether the password is one of these old users'. Where their digests are of one kind and unsalted it costs one slow
 * hash however many they are, as for every other account; each further kind or salt costs one more.
 */
export async function isOldPassword(
  users: readonly (Digested & { wrapped: string | null })[],
  password: string,
): Promise<boolean> {
  const made = new Map<string, Buffer>()
  let right = false
  for (const user of users) {
    if (user.wrapped === null) continue
    const digest = quickDigest(user, password)
    const how = `${user.wrapped.slice(0, user.wrapped.lastIndexOf('$'))} ${digest.toString('hex')}`
    const own = made.get(how) ?? Buffer.from(await hashDigest(digest, user.wrapped))
    made.set(how, own)
    const kept = Buffer.from(user.wrapped)
    if (own.length === kept.length && timingSafeEqual(own, kept)) right = true
  }
  return right
}
