/** Seals of 更改、延期、遗失申请: checked before the lock against the content as it stands, stored under it. */
import type { Actor } from '#domain/machine.ts'
import { requestsInScope } from '../account/scope.ts'
import { checkedSeal, sha256Hex } from '../application/seal.ts'
import type { Context } from '../context.ts'
import type { Prepared } from './effects.ts'
import { nearOf, sealBytes, type RequestRow } from './record.ts'
import type { LicenceRow } from '../licence/act.ts'
import { notFound } from '../refused.ts'
import { isAmendmentKind } from './act.ts'
import { kindOf } from './record.ts'

async function sealable(
  ctx: Context,
  actor: Actor,
  id: string,
): Promise<{ row: RequestRow; licence: LicenceRow }> {
  const row = await ctx.db
    .selectFrom('licence_request')
    .selectAll('licence_request')
    .where('id', '=', id)
    .where(requestsInScope(actor))
    .executeTakeFirst()
  if (row === undefined || !isAmendmentKind(kindOf(row.kind))) throw notFound('申请')
  const licence = await ctx.db
    .selectFrom('licence')
    .selectAll()
    .where('id', '=', row.licence_id)
    .executeTakeFirstOrThrow()
  return { row, licence }
}

/** What is to be signed, as it stands; if somebody changes it meanwhile the version no longer fits at the seal. */
export async function contentToSeal(ctx: Context, actor: Actor, id: string) {
  const { row, licence } = await sealable(ctx, actor, id)
  const bytes = sealBytes(row, licence)
  return { content: new TextDecoder().decode(bytes), digest: sha256Hex(bytes) }
}

/** Checks a signature over the amendment's content without a lock; the door compares version and digest under it. */
export async function checkRequestSeal(
  ctx: Context,
  actor: Actor,
  id: string,
  cms: Uint8Array,
): Promise<Prepared> {
  const { row, licence } = await sealable(ctx, actor, id)
  const { exporter } = await nearOf(ctx.db, licence)
  const facts = await checkedSeal(ctx, actor, { cms, bytes: sealBytes(row, licence), enterprise: exporter })
  return { seal: { cms, facts, forVersion: row.version } }
}
