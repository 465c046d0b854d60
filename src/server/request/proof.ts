/** The proof of an approved request: made when it is first asked for, signed by the authority, kept by its digest. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { changeNames, changes } from '#domain/amendment/changes.ts'
import { wholeAmendment } from '#domain/amendment/form.ts'
import { withBoxes } from '#domain/characters.ts'
import { canonicalDecimal } from '#domain/decimal.ts'
import { LicenceContent } from '#domain/licence/content.ts'
import type { Actor } from '#domain/machine.ts'
import { proofDocument, type ProofDocument } from '#domain/request/proof.ts'
import { kinds } from '#domain/request/states.ts'
import type { Context } from '../context.ts'
import { sendFile } from '../files/send.ts'
import { PressFailed, PressRefused } from '../print/press.ts'
import { notFound, Refused } from '../refused.ts'
import { historyOf } from './detail.ts'
import { visibleRequest, type Joined } from './query.ts'
import { kindOf, nearOf, oldWords, wordOf } from './record.ts'

/** Sends the PDF; refuses (409) while the request is not approved. */
export async function sendProof(
  ctx: Context,
  actor: Actor,
  id: string,
  show: boolean,
  request: FastifyRequest,
  reply: FastifyReply,
) {
  const row = await visibleRequest(ctx, actor, id)
  if (row === undefined) throw notFound('申请')
  if (row.state !== 'approved') throw new Refused(409, 'rule', '申请审核通过后才有证明')
  const { sha256, size } = await keptProof(ctx, row)
  const name = `${kinds[kindOf(row.kind)]}证明${row.licence_no}.pdf`
  return sendFile(ctx, request, reply, { sha256, size, name, mediaType: 'application/pdf' }, show)
}

/** Two who ask at once make two files; the one written first is everybody's, the other is swept away. */
async function keptProof(ctx: Context, row: Joined): Promise<{ sha256: string; size: number }> {
  if (row.proof_sha256 !== null && row.proof_size !== null) {
    return { sha256: row.proof_sha256, size: row.proof_size }
  }
  const pdf = await typeset(ctx, await documentOf(ctx, row), row.authority_code)
  const { sha256, size } = await ctx.files.putBytes(pdf)
  await ctx.db
    .updateTable('licence_request')
    .set({ proof_sha256: sha256, proof_size: size })
    .where('id', '=', row.id)
    .where('proof_sha256', 'is', null)
    .execute()
  const kept = await ctx.db
    .selectFrom('licence_request')
    .select(['proof_sha256', 'proof_size'])
    .where('id', '=', row.id)
    .executeTakeFirstOrThrow()
  return { sha256: kept.proof_sha256 ?? sha256, size: kept.proof_size ?? size }
}

async function typeset(ctx: Context, document: ProofDocument, authorityCode: string): Promise<Buffer> {
  try {
    return (await ctx.press.proof(document, authorityCode)).pdf
  } catch (error) {
    if (error instanceof PressRefused) throw new Refused(409, 'rule', error.message)
    if (error instanceof PressFailed) throw new Refused(503, 'busy', error.message)
    throw error
  }
}

const told = new Set(['submit', 'pass', 'pass_first', 'pass_second', 'customs_yes'])

async function documentOf(ctx: Context, row: Joined): Promise<ProofDocument> {
  const kind = kindOf(row.kind)
  const licence = await ctx.db
    .selectFrom('licence')
    .selectAll()
    .where('id', '=', row.licence_id)
    .executeTakeFirstOrThrow()
  const [near, history, codes] = await Promise.all([
    nearOf(ctx.db, licence),
    historyOf(ctx.db, kind, row.id),
    ctx.codes.current(),
  ])
  const content = LicenceContent.parse(licence.content)
  const before = oldWords(content, near)
  const { changes: changed } = wholeAmendment(row.form)
  return proofDocument({
    kind,
    licenceNo: row.licence_no,
    exporterName: withBoxes(near.exporter.name),
    exporterCode: near.exporter.code13,
    goodsName: withBoxes(licence.goods_name),
    hsCode: licence.hs_code,
    unit: licence.goods_unit,
    quantity: canonicalDecimal(licence.quantity),
    usedQuantity: canonicalDecimal(licence.used_quantity),
    writeOffQuantity: row.write_off_quantity,
    newLicenceNo: row.new_licence_no,
    reason: row.reason,
    changes: changeNames.flatMap((name) => {
      const value = changed[name]
      if (value === undefined) return []
      const after = wordOf(name, value, (list, code) => codes.entry(list, code))
      return [{ label: changes[name].field.label, before: withBoxes(before[name]), after: withBoxes(after) }]
    }),
    steps: history
      .filter((line) => told.has(line.action))
      .map((line) => ({
        step: line.label,
        who: withBoxes(line.who),
        at: new Date(line.at),
        words: withBoxes(line.opinion ?? ''),
      })),
    authorityName: content.authorityName,
    authorityCode: row.authority_code,
    decidedAt: row.decided_at ?? row.modified_at,
    createdAt: ctx.clock(),
  })
}
