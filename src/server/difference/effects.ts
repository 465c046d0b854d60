/** What settling a difference does: the use customs tells is recorded on the licence, by the rules or by an officer's word. */
import { hardRefusal, clears, useDifference, useRefusal, type Use } from '#domain/customs/use.ts'
import type { DifferenceAction } from '#domain/customs/difference.ts'
import { LicenceContent } from '#domain/licence/content.ts'
import type { Context } from '../context.ts'
import type { Tx } from '../db/connect.ts'
import { carriersOf, factsOf, insertUses, termsOf, usesOf, useWords } from '../customs/uses.ts'
import type { Effect } from '../door.ts'
import { actMany } from '../licence/act.ts'
import { Refused } from '../refused.ts'
import type { DifferenceSet, LockedDifference } from './act.ts'
import { reportedUse, type ReportedUse } from './reported.ts'

type DifferenceEffect = Effect<LockedDifference, DifferenceSet, never>

const refuse = (words: string) => new Refused(409, 'rule', words)

/** Declarant and goods stand in messages only; the day's list of customs does not compare them. */
function completed(reported: ReportedUse, subject: NonNullable<LockedDifference['licence']>): Use {
  return {
    ...reported,
    declarantCode: reported.declarantCode ?? LicenceContent.parse(subject.row.content).exporterCode,
    hsCode: reported.hsCode ?? subject.row.hs_code,
  }
}

async function record(
  tx: Tx,
  ctx: Context,
  subject: LockedDifference,
  by: { accountId: string; reason: string; ask: typeof useRefusal },
): Promise<string> {
  const reported = reportedUse(subject.row)
  const { licence } = subject
  if (reported === undefined || licence === null) throw refuse('这项差异没有可登记的海关使用')
  const use = completed(reported, licence)
  const uses = (await usesOf(tx, [licence.id])).get(licence.id) ?? []
  const known = uses.find((one) => one.declarationNo === use.declarationNo && one.itemNo === use.itemNo)
  if (known !== undefined) {
    const differs = useDifference(known, use)
    if (differs === undefined) return '这一项已登记，两边一致'
    throw refuse(`${differs}。已登记的使用不能修改，请与海关核对后关闭并写明原因`)
  }
  const carrier = (await carriersOf(tx, [use.declarationNo])).get(use.declarationNo)
  const other = carrier === undefined || carrier.id === licence.id ? null : carrier.licenceNo
  const terms = termsOf(licence.row, uses, other, licence.today)
  const refusal = by.ask(terms, use)
  if (refusal !== undefined) throw refuse(`仍不能登记：${refusal.words}`)
  const told = subject.row.kind === 'refused_use' && by.reason === '' ? subject.row.message_id : null
  const written = await insertUses(
    tx,
    [
      {
        licenceId: licence.id,
        use,
        messageId: told,
        manualReason: told === null ? by.reason || '按海关清单登记' : null,
        recordedBy: told === null ? by.accountId : null,
      },
    ],
    ctx.clock(),
  )
  if (!written) throw refuse(`报关单 ${use.declarationNo} 刚被另一份许可证使用，请刷新后再处理`)
  const words = useWords(use, licence.row.goods_unit)
  const note = by.reason === '' ? words : `${words}（${by.reason}）`
  const last = clears(terms, use) && licence.state !== 'cleared'
  await actMany(tx, ctx, [
    { subject: licence, action: 'use', set: factsOf([...uses, use]), note },
    ...(last ? [{ subject: licence, action: 'clear' as const }] : []),
  ])
  return '已登记这次使用'
}

const opinionOf = (input: Record<string, unknown>) => String(input['opinion'] ?? '')

export const effects: Partial<Record<DifferenceAction, DifferenceEffect>> = {
  rejudge: async ({ tx, ctx, subject, actor }) => ({
    set: {
      resolution: await record(tx, ctx, subject, { accountId: actor.accountId, reason: '', ask: useRefusal }),
    },
  }),
  accept: async ({ tx, ctx, subject, actor, input }) => {
    const reason = opinionOf(input)
    await record(tx, ctx, subject, { accountId: actor.accountId, reason, ask: hardRefusal })
    return { set: { resolution: reason } }
  },
  close: async ({ input }) => ({ set: { resolution: opinionOf(input) } }),
  vanish: async () => ({ set: { resolution: '两边已一致' } }),
}
