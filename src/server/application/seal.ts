/** Seals of applications: checked before the lock, stored under it, asked again when the application is submitted. */
import { createHash } from 'node:crypto'
import { sql, type SqlBool } from 'kysely'
import type { Actor } from '#domain/machine.ts'
import { bindingRefusal, certificateRefusal, checkSeal, type SealFacts } from '../pki/seal-check.ts'
import { applicationsInScope } from '../account/scope.ts'
import type { Context } from '../context.ts'
import type { Db, Tx } from '../db/connect.ts'
import { prepared, type Later } from '../db/prepared.ts'
import { notFound, Refused } from '../refused.ts'
import { readWhole, sealBytes, type Whole } from './record.ts'

/** A seal whose signature, chain, holder and content were checked for one version of one application. */
export interface CheckedSeal {
  cms: Uint8Array
  facts: SealFacts
  /** What was read without a lock to check it. */
  whole: Whole
  applicationNo: string
}

const certificateRow = prepared((db, later: Later<{ fingerprint: string }>) =>
  db
    .selectFrom('certificate')
    .select(['account_id', 'enterprise_id', 'not_before', 'not_after', 'revoked_at'])
    .where('fingerprint', '=', later('fingerprint'))
    .compile(),
)

async function findCertificate(db: Db, fingerprint: string) {
  const [row] = await certificateRow(db, { fingerprint })
  return row === undefined
    ? undefined
    : {
        accountId: row.account_id,
        enterpriseId: row.enterprise_id,
        notBefore: row.not_before,
        notAfter: row.not_after,
        revokedAt: row.revoked_at,
      }
}

/**
 * Checks a CMS signature over the application's content as it stands now, without a lock. The door compares version
 * and digest again on the locked row. Refuses with the words of the check; an application that the person can't
 * reach is judged by the door alone.
 */
export async function checkApplicationSeal(
  ctx: Context,
  actor: Actor,
  id: string,
  cms: Uint8Array,
): Promise<CheckedSeal> {
  const found = await readWhole(
    ctx.db,
    sql<SqlBool>`application.id = ${id} and ${applicationsInScope(actor)}`,
  )
  if (found === undefined) throw notFound('申请表')
  const { row, content } = found
  if (row.application_no === null) throw new Refused(409, 'rule', '请先“保存并盖章”，取得申请表号后再签章')
  const facts = await checkedSeal(ctx, actor, {
    cms,
    bytes: sealBytes(row, content),
    enterprise: content.exporter,
  })
  return { cms, facts, whole: found, applicationNo: row.application_no }
}

/** A signature by the person signed in, with a key of the enterprise, over these bytes; or refused in words. */
export async function checkedSeal(
  ctx: Context,
  actor: Actor,
  of: {
    cms: Uint8Array
    bytes: Uint8Array
    enterprise: { id: string; code13: string; uscc: string }
  },
): Promise<SealFacts> {
  const verdict = await checkSeal({
    cms: of.cms,
    content: of.bytes,
    now: ctx.clock(),
    trust: ctx.trust,
    findCertificate: (fingerprint) => findCertificate(ctx.db, fingerprint),
  })
  if (!verdict.ok) throw new Refused(409, `seal_${verdict.code}`, verdict.words)
  const binding = bindingRefusal({
    facts: verdict.facts,
    certificate: verdict.certificate,
    accountId: actor.accountId,
    enterprise: of.enterprise,
  })
  if (binding !== undefined) throw new Refused(409, `seal_${binding.code}`, binding.words)
  return verdict.facts
}

export const sha256Hex = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

const sealOf = prepared((db, later: Later<{ id: string }>) =>
  db
    .selectFrom('seal')
    .innerJoin('certificate', 'certificate.fingerprint', 'seal.certificate_fingerprint')
    .select(['seal.digest', 'certificate.not_before', 'certificate.not_after', 'certificate.revoked_at'])
    .where('seal.id', '=', later('id'))
    .compile(),
)

/** Words why the seal of a locked row can't carry a submission any more, or null. */
export async function sealBroken(
  tx: Db | Tx,
  ctx: Context,
  row: { seal_id: string | null },
  bytes: Uint8Array,
): Promise<string | null> {
  if (row.seal_id === null) return null
  const [seal] = await sealOf(tx, { id: row.seal_id })
  if (seal === undefined) throw new Error(`no seal ${row.seal_id}`)
  if (seal.digest !== sha256Hex(bytes)) return '内容在盖章后有变化，签章已失效，请修改后重新“保存并盖章”'
  const state = { notBefore: seal.not_before, notAfter: seal.not_after, revokedAt: seal.revoked_at }
  return certificateWords(state, ctx.clock())
}

/** Words why a certificate may not be used at this instant, or null. */
export const certificateWords = (
  state: { notBefore: Date; notAfter: Date; revokedAt: Date | null },
  now: Date,
): string | null => certificateRefusal(state, now)?.words ?? null
