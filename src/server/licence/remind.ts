/** Reminders to exporters, once each: a licence near its last day with something left, and the extension window closing. */
import { sql } from 'kysely'
import { addDays, dayOf } from '#domain/day.ts'
import type { Context } from '../context.ts'
import { settingOn } from '../settings.ts'

/** Days before the last day on which a licence with something left is told. */
export const remindedDays = [30, 7] as const
/** The job of each day. A day that was missed is made up: whoever has fewer days left is told, once a threshold. */
export async function remind(ctx: Context): Promise<void> {
  const now = ctx.clock()
  const today = dayOf(now)
  for (const days of remindedDays) {
    const words = sql`'许可证 ' || licence_no || ' 将于 ' || expiry_date || ' 到期，还有 '
      || rtrim(to_char(quantity - used_quantity, 'FM999,999,999,990.9999'), '.') || ' ' || goods_unit || ' 没有使用'`
    await insert(ctx, { kind: `licence_ends_${days}`, days, words, today, now })
  }
  const words = sql`'许可证 ' || licence_no || ' 将于 ' || expiry_date
    || ' 到期。如需延期，须在有效期内上报延期申请；未在有效期内申请的，许可证自行失效'`
  // An extension must be applied for within the term (签发工作规范 第十六条); its two reviews take days of their own.
  const days = await settingOn(ctx.db, 'extension_reminder_days', today)
  await insert(ctx, { kind: 'extension_closing', days, words, today, now })
}

async function insert(
  ctx: Context,
  at: { kind: string; days: number; words: ReturnType<typeof sql>; today: string; now: Date },
) {
  // An extension that would have to run past the end of the year is none: it is not offered.
  const only = at.kind === 'extension_closing' ? sql`and to_char(expiry_date, 'MM-DD') <> '12-31'` : sql``
  await sql`insert into notice (key, enterprise_id, kind, thing, thing_id, words, at)
    select ${at.kind} || '/' || id, enterprise_id, ${at.kind}, 'licence', id, ${at.words}, ${at.now}::timestamptz
    from licence where state = 'valid' and expiry_date >= ${at.today} and expiry_date <= ${addDays(at.today, at.days)}
      and used_quantity < quantity ${only}
      and not exists (select from licence_request where licence_id = licence.id
        and licence_request.state in ('reviewing', 'second_review', 'awaiting_customs'))
    order by id on conflict (key) do nothing`.execute(ctx.db)
}
