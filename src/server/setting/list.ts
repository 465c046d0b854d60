/** Every setting as it stands on a day, and the changes of one, in the words of the page. */
import { sql } from 'kysely'
import type { z } from 'zod'
import type { getSetting, listSettings, SettingRow } from '#api/setting.ts'
import { dayOf, type Day } from '#domain/day.ts'
import type { Actor } from '#domain/machine.ts'
import {
  settingNames,
  settings,
  usualSettings,
  valueOf,
  wordsOf,
  type Setting,
  type SettingName,
} from '#domain/setting/table.ts'
import type { Context } from '../context.ts'
import type { Codes } from '../reference/codes.ts'
import { settingChanges } from '../settings.ts'

interface Stored {
  id: string
  name: string
  validFrom: Day
  value: unknown
}

/** Of each setting the rows that count: the one that holds, and those that begin later; the last row of a day counts. */
async function countingRows(db: Context['db'], today: Day, only?: SettingName): Promise<Stored[]> {
  const { rows } = await sql<Stored>`
    select distinct on (name, valid_from) id, name, valid_from as "validFrom", value from setting
    where valid_from >= coalesce((select max(held.valid_from) from setting as held
        where held.name = setting.name and held.valid_from <= ${today}), '-infinity')
      ${only === undefined ? sql`` : sql`and name = ${only}`}
    order by name, valid_from, id desc`.execute(db)
  return rows
}

async function lastChanges(db: Context['db']): Promise<Map<string, number>> {
  const { rows } = await sql<{ name: string; last: number }>`
    select name, max(id)::int as last from setting group by name`.execute(db)
  return new Map(rows.map(({ name, last }) => [name, last]))
}

export async function listOfSettings(
  ctx: Context,
  actor: Actor,
): Promise<z.input<(typeof listSettings)['reply']>> {
  const today = dayOf(ctx.clock())
  const [codes, rows, last] = await Promise.all([
    ctx.codes.current(),
    countingRows(ctx.db, today),
    lastChanges(ctx.db),
  ])
  return {
    settings: settingNames.map((name) => {
      const own = rows.filter((row) => row.name === name)
      return rowOf(codes, actor, { name, today, rows: own, version: last.get(name) ?? 0 })
    }),
  }
}

/** One setting with its changes, the newest first. */
export async function oneSetting(
  ctx: Context,
  actor: Actor,
  name: SettingName,
): Promise<z.input<(typeof getSetting)['reply']>> {
  const today = dayOf(ctx.clock())
  const [codes, rows, changes] = await Promise.all([
    ctx.codes.current(),
    countingRows(ctx.db, today, name),
    settingChanges(ctx.db, name),
  ])
  const held = rows.findLast(({ validFrom }) => validFrom <= today)
  const words = (value: unknown) => inWords(codes, settings[name], value ?? usualSettings[name])
  return {
    setting: rowOf(codes, actor, { name, today, rows, version: Number(changes[0]?.id ?? 0) }),
    changes: changes.map(({ before, value, changedAt, ...change }) => ({
      ...change,
      from: words(before),
      to: words(value),
      changedAt: changedAt.toISOString(),
      holds: change.id === held?.id,
    })),
  }
}

function rowOf(
  codes: Codes,
  actor: Actor,
  { name, today, rows, version }: { name: SettingName; today: Day; rows: Stored[]; version: number },
): z.input<typeof SettingRow> {
  const setting: Setting = settings[name]
  const held = rows.findLast(({ validFrom }) => validFrom <= today)
  const value = valueOf(name, held?.value)
  return {
    name,
    value,
    words: inWords(codes, setting, value),
    since: held?.validFrom ?? null,
    later: rows
      .filter(({ validFrom }) => validFrom > today)
      .map(({ validFrom, value: coming }) => ({ validFrom, words: inWords(codes, setting, coming) })),
    version,
    mayChange: setting.elsewhere === undefined && actor.permissions.has('settings.change'),
    names: namesIn(codes, setting, value),
  }
}

const inWords = (codes: Codes, setting: Setting, value: unknown) =>
  wordsOf(setting, value, (code) => nameOf(codes, setting, code))

const nameOf = (codes: Codes, setting: Setting, code: string) =>
  setting.kind === 'byCode' ? (codes.entry(setting.list, code)?.name ?? code) : code

function namesIn(codes: Codes, setting: Setting, value: unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null || !('byCode' in value)) return {}
  return Object.fromEntries(
    Object.keys(value.byCode ?? {}).map((code) => [code, nameOf(codes, setting, code)]),
  )
}
