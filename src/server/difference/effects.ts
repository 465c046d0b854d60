/** What settling a difference does: what customs tells is recorded or taken over on the licence, or ours is told to customs. */
import {
  clears,
  corrected,
  correctionRefusal,
  hardRefusal,
  isCleared,
  takeBackRefusal,
  useDifference,
  useRefusal,
  without,
  type Use,
} from '#domain/customs/use.ts'
import type { DifferenceAction } from '#domain/customs/difference.ts'
import { LicenceContent } from '#domain/licence/content.ts'
import type { Context } from '../context.ts'
import type { Tx } from '../db/connect.ts'
import { queueMessage } from '../customs/outbox.ts'
import {
  carriersOf,
  factsOf,
  insertCorrection,
  insertTakeBack,
  insertUses,
  termsOf,
  usesOf,
  useWords,
} from '../customs/uses.ts'
import type { Effect } from '../door.ts'
import { actMany } from '../licence/act.ts'
import { Refused } from '../refused.ts'
import type { DifferenceSet, LockedDifference } from './act.ts'
import { lastSent, reportedUse, type ReportedUse } from './reported.ts'

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

/** The item as customs tells it, the licence it is about, and what is recorded on that. */
async function told(tx: Tx, { row, licence }: LockedDifference) {
  const reported = reportedUse(row)
  if (reported === undefined || licence === null) throw refuse('这项差异没有可登记的海关使用')
  const use = completed(reported, licence)
  const uses = (await usesOf(tx, [licence.id])).get(licence.id) ?? []
  const known = uses.find((one) => one.declarationNo === use.declarationNo && one.itemNo === use.itemNo)
  const carrier = (await carriersOf(tx, [use.declarationNo])).get(use.declarationNo)
  const other = carrier === undefined || carrier.id === licence.id ? null : carrier.licenceNo
  return { licence, use, uses, known, terms: termsOf(licence.row, uses, other, licence.today) }
}

const agreed = '这一项已登记，两边一致'

async function record(
  tx: Tx,
  ctx: Context,
  subject: LockedDifference,
  by: { accountId: string; reason: string; ask: typeof useRefusal },
): Promise<string> {
  const { licence, use, uses, known, terms } = await told(tx, subject)
  if (known !== undefined) {
    const differs = useDifference(known, use)
    if (differs === undefined) return agreed
    throw refuse(`${differs}。请“采用海关数据”，或与海关核对后关闭并写明原因`)
  }
  const refusal = by.ask(terms, use)
  if (refusal !== undefined) throw refuse(`仍不能登记：${refusal.words}`)
  const messageId = subject.row.kind === 'refused_use' && by.reason === '' ? subject.row.message_id : null
  const written = await insertUses(
    tx,
    [
      {
        licenceId: licence.id,
        use,
        messageId,
        manualReason: messageId === null ? by.reason || '按海关清单登记' : null,
        recordedBy: messageId === null ? by.accountId : null,
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

/** Customs' figures in the place of ours. Refused where the licence would be over-used, or could not be cleared any more. */
async function correct(
  tx: Tx,
  ctx: Context,
  subject: LockedDifference,
  by: { accountId: string; reason: string },
): Promise<void> {
  const { licence, use, uses, known, terms } = await told(tx, subject)
  if (known === undefined) throw refuse('本系统没有登记这一项，请“人工登记”')
  const differs = useDifference(known, use)
  if (differs === undefined) return
  const refusal = correctionRefusal(terms, uses, use)
  if (refusal !== undefined) throw refuse(`不能采用海关数据：${refusal.words}`)
  await insertCorrection(tx, { licenceId: licence.id, use, ...by }, ctx.clock())
  const after = corrected(uses, use)
  const last = licence.state !== 'cleared' && isCleared(terms, after)
  const note = `${useWords(use, licence.row.goods_unit)}，${differs}（${by.reason}）`
  await actMany(tx, ctx, [
    { subject: licence, action: 'correct_use', set: factsOf(after), note },
    ...(last ? [{ subject: licence, action: 'clear' as const }] : []),
  ])
}

/** The item that customs lacks as it is recorded, and the last message of it; none of it is on its way. */
async function lacking(tx: Tx, { row, licence }: LockedDifference) {
  if (licence === null) throw refuse('本系统没有这个许可证号，请核对后关闭并写明原因')
  const uses = (await usesOf(tx, [licence.id])).get(licence.id) ?? []
  const recorded = uses.find((one) => one.declarationNo === row.declaration_no && one.itemNo === row.item_no)
  if (recorded === undefined) throw refuse('本系统已没有这一项，请重新核对这一天')
  const before = (await lastSent(tx, [row.id])).get(row.id)
  if (before !== undefined && (before.state === 'queued' || before.state === 'sent')) {
    throw refuse(`报文 ${before.messageNo} 已报送这一项，正在等待海关答复`)
  }
  const { exporterCode: declarantCode } = LicenceContent.parse(licence.row.content)
  return { licence, uses, before, use: { ...recorded, declarantCode, hsCode: licence.row.hs_code } }
}

/** What customs does not have is no use: the item is taken off the licence, which may be used again where it was used up. */
async function takeBack(
  tx: Tx,
  ctx: Context,
  subject: LockedDifference,
  by: { accountId: string; reason: string },
): Promise<void> {
  const { licence, uses, before, use } = await lacking(tx, subject)
  if (before?.state === 'accepted') {
    throw refuse(`海关已接受报文 ${before.messageNo} 报送的这一项，请重新核对这一天`)
  }
  const terms = termsOf(licence.row, uses, null, licence.today)
  const refusal = takeBackRefusal(terms, uses, use)
  if (refusal !== undefined) throw refuse(`不能撤销登记：${refusal.words}。请与海关核对后关闭并写明原因`)
  await insertTakeBack(tx, { licenceId: licence.id, use, ...by }, ctx.clock())
  const after = without(uses, use)
  const again = licence.state === 'cleared' && !terms.closedByCustoms && !isCleared(terms, after)
  const note = `${useWords(use, licence.row.goods_unit)}（${by.reason}）`
  await actMany(tx, ctx, [
    { subject: licence, action: 'take_back_use', set: factsOf(after), note },
    ...(again ? [{ subject: licence, action: 'reopen' as const }] : []),
  ])
}

/** Tells customs of a use that its list lacks; at most one message of an item is on its way. */
async function send(tx: Tx, ctx: Context, subject: LockedDifference): Promise<void> {
  const { licence, before, use } = await lacking(tx, subject)
  if (before !== undefined && before.state !== 'accepted') {
    throw refuse(`报文 ${before.messageNo} 海关没有接受，请在“海关报文”中重发，或与海关核对后关闭`)
  }
  await queueMessage(tx, {
    licenceId: licence.id,
    licenceNo: licence.row.licence_no,
    kind: 'use',
    body: { ...use },
    now: ctx.clock(),
  })
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
  correct: async ({ tx, ctx, subject, actor, input }) => {
    const reason = opinionOf(input)
    await correct(tx, ctx, subject, { accountId: actor.accountId, reason })
    return { set: { resolution: reason } }
  },
  send: async ({ tx, ctx, subject }) => send(tx, ctx, subject),
  take_back: async ({ tx, ctx, subject, actor, input }) => {
    const reason = opinionOf(input)
    await takeBack(tx, ctx, subject, { accountId: actor.accountId, reason })
    return { set: { resolution: reason } }
  },
  close: async ({ input }) => ({ set: { resolution: opinionOf(input) } }),
  vanish: async () => ({ set: { resolution: '两边已一致' } }),
}
