/** A setting gets another value from a day on; what was set before stays in its history. */
import { sql } from 'kysely'
import type { z } from 'zod'
import type { NewSetting } from '#api/setting.ts'
import { compareDays, dayOf } from '#domain/day.ts'
import type { Actor } from '#domain/machine.ts'
import { sameValue, schemaOf, settings, type Setting, type SettingName } from '#domain/setting/table.ts'
import type { Context } from '../context.ts'
import type { Tx } from '../db/connect.ts'
import { issuesOf } from '../http/malformed.ts'
import { Malformed, Refused } from '../refused.ts'
import { addSetting, lockSetting, settingOn } from '../settings.ts'

/**
 * Sets it. Refused: a value that the setting does not take, or a code that is not in its list (422); a setting that other
 * officers change, a past day, what holds on that day already, a page that is not the newest (409). The same request
 * again changes nothing.
 */
export async function setSetting(
  ctx: Context,
  actor: Actor,
  name: SettingName,
  given: z.output<typeof NewSetting>,
): Promise<void> {
  const setting: Setting = settings[name]
  const { validFrom, reason, requestId } = given
  if (setting.elsewhere !== undefined) {
    throw new Refused(409, 'rule', `“${setting.label}”${setting.elsewhere.words}`)
  }
  const value = await wellFormed(ctx, setting, given.value)
  const now = ctx.clock()
  const today = dayOf(now)
  await ctx.db.transaction().execute(async (tx) => {
    const last = await lockSetting(tx, name)
    if (await wasDone(tx, name, requestId)) return
    const current = { version: last, state: '' }
    if (last !== given.version) {
      throw new Refused(409, 'stale', `“${setting.label}”已被他人修改，请刷新后再操作`, { current })
    }
    if (compareDays(validFrom, today) < 0) {
      const words = `不能从过去的日子起适用，请选择 ${today} 或以后的日期`
      throw new Refused(409, 'rule', words, { current })
    }
    if (sameValue(await settingOn(tx, name, validFrom), value)) {
      const words = `${validFrom} 适用的已是这个值，无须修改`
      throw new Refused(409, 'rule', words, { current })
    }
    const by = { changedBy: actor.accountId, changedAt: now, requestId }
    await addSetting(tx, { name, validFrom, value, reason, ...by })
  })
  ctx.codes.changed()
}

async function wellFormed(ctx: Context, setting: Setting, value: unknown): Promise<unknown> {
  const parsed = schemaOf(setting).safeParse(value)
  if (!parsed.success) {
    const issues = issuesOf(parsed.error).map((issue) => ({
      ...issue,
      path: issue.path === '' ? 'value' : `value.${issue.path}`,
    }))
    throw new Malformed(`${setting.label}不正确：${issues[0]?.words ?? ''}`, issues)
  }
  if (setting.kind !== 'byCode') return parsed.data
  const { list } = setting
  const codes = await ctx.codes.current()
  const { byCode } = parsed.data as { byCode: Record<string, number> }
  const unknown = Object.keys(byCode).find((code) => codes.entry(list, code) === undefined)
  if (unknown === undefined) return parsed.data
  const words = `代码 ${unknown} 不在代码表“${codes.list(list).label}”中，请重新选择`
  throw new Malformed(words, [{ path: `value.byCode.${unknown}`, words, rule: 'code' }])
}

/** An id that was used for another setting is no repeat. */
async function wasDone(tx: Tx, name: SettingName, requestId: string): Promise<boolean> {
  const { rows } = await sql<{ name: string }>`
    select name from setting where request_id = ${requestId}`.execute(tx)
  const [done] = rows
  if (done === undefined) return false
  if (done.name === name) return true
  throw new Refused(409, 'rule', '请求编号已用于另一项操作，请刷新页面后重新操作')
}
