/** What an action changed of a person's name, place and roles, from what to what; history lines carry it in words. */
import { dataScopes, isDataScope } from '#domain/account/data-scope.ts'
import { isRole, roles } from '#domain/account/roles.ts'
import type { Db, Tx } from '../db/connect.ts'

const fields = {
  person_name: '姓名',
  authority_code: '发证机构',
  roles: '角色',
  data_scope: '数据权限',
  department: '部门',
  duties: '职责',
} as const
type Field = keyof typeof fields
type Values = { [F in Field]?: unknown }
const isField = (name: string): name is Field => Object.hasOwn(fields, name)

/** The fields of `set` that differ from the row, one row for all of them. */
export async function noteChange(
  tx: Tx,
  row: Values & { id: string },
  set: Values,
  now: Date,
): Promise<void> {
  const differ = Object.keys(set)
    .filter(isField)
    .filter((name) => JSON.stringify(row[name]) !== JSON.stringify(set[name]))
  const only = (values: Values) =>
    JSON.stringify(Object.fromEntries(differ.map((name) => [name, values[name] ?? null])))
  await tx
    .insertInto('account_change')
    .values({ account_id: row.id, before: only(row), after: only(set), at: now })
    .execute()
}

/**
 * The changes of an account in words, oldest first, by the instant of their history line (milliseconds). Each action
 * leaves one, empty where nothing differs: two of the same instant stand in the order of their lines.
 */
export async function changesOf(
  db: Db,
  accountId: string,
  nameOf: (authority: string) => string,
): Promise<ReadonlyMap<number, string[]>> {
  const rows = await db
    .selectFrom('account_change')
    .select(['before', 'after', 'at'])
    .where('account_id', '=', accountId)
    .orderBy('id', 'desc')
    .limit(200)
    .execute()
  const words = new Map<number, string[]>()
  for (const row of rows.toReversed()) {
    const at = row.at.getTime()
    words.set(at, [...(words.get(at) ?? []), wordsOf(row.before, row.after, nameOf)])
  }
  return words
}

/** In the order of the fields above, whatever order they are kept in. */
function wordsOf(before: unknown, after: unknown, nameOf: (authority: string) => string): string {
  const was = new Map<string, unknown>(Object.entries(before ?? {}))
  const now = new Map<string, unknown>(Object.entries(after ?? {}))
  return Object.entries(fields)
    .filter(([name]) => now.has(name))
    .map(
      ([name, label]) =>
        `${label}：${valueOf(name, was.get(name), nameOf)} → ${valueOf(name, now.get(name), nameOf)}`,
    )
    .join('；')
}

function valueOf(name: string, value: unknown, nameOf: (authority: string) => string): string {
  if (Array.isArray(value)) {
    const labels = value.map((role) =>
      typeof role === 'string' && isRole(role) ? roles[role].label : String(role),
    )
    return labels.length === 0 ? '无' : labels.join('、')
  }
  if (typeof value !== 'string' || value === '') return '无'
  if (name === 'data_scope') return isDataScope(value) ? dataScopes[value] : value
  return name === 'authority_code' ? nameOf(value) : value
}
