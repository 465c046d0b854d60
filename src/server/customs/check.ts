/** 报关前核对: would this declaration line match the licence? The rules of a use, asked one by one so that all reasons show. */
import { sql } from 'kysely'
import type { z } from 'zod'
import type { checkDeclaration } from '#api/customs.ts'
import { everyRefusal, leftOf, mostOf, mostUses } from '#domain/customs/use.ts'
import type { Actor } from '#domain/machine.ts'
import { licencesInScope } from '../account/scope.ts'
import type { Context } from '../context.ts'
import type { LicenceRow } from '../licence/act.ts'
import { notFound } from '../refused.ts'
import { carriersOf, termsOf, usesOf } from './uses.ts'

/** A number that no declaration has: the check is made before there is one. */
const noDeclaration = '0'.repeat(18)

export async function checkBefore(
  ctx: Context,
  actor: Actor,
  body: z.output<(typeof checkDeclaration)['body']>,
): Promise<z.input<(typeof checkDeclaration)['reply']>> {
  const found = await sql<LicenceRow>`select licence.* from licence
    where licence.licence_no = ${body.licenceNo} and ${licencesInScope(actor)}`.execute(ctx.db)
  const row = found.rows[0]
  if (row === undefined) throw notFound('许可证')
  const declarationNo = body.declarationNo ?? noDeclaration
  const uses = (await usesOf(ctx.db, [row.id])).get(row.id) ?? []
  const carrier = (await carriersOf(ctx.db, [declarationNo])).get(declarationNo)
  // Whose licence it is stays unsaid where it is somebody else's.
  const other = carrier === undefined || carrier.id === row.id ? null : '其他许可证'
  const terms = termsOf(row, uses, other, null)
  const reasons = everyRefusal(terms, { ...body, declarationNo })
  const left = usesLeft(row.one_batch, row.use_count, row.state)
  const again = uses.some((use) => use.declarationNo === declarationNo)
  return {
    matches: reasons.length === 0,
    reasons,
    unit: row.goods_unit,
    leftQuantity: leftOf(terms),
    most: left > 0 || again ? mostOf(terms, body.final || row.one_batch) : '0',
    usesLeft: left,
  }
}

/** Declarations that may still come. */
export const usesLeft = (oneBatch: boolean, useCount: number, state: string): number =>
  state === 'valid' || state === 'expired' ? Math.max(0, (oneBatch ? 1 : mostUses) - useCount) : 0
