/** Every change of an enterprise's data as a row that stays: what differs, as it stood before and after. */
import type { z } from 'zod'
import type { EnterpriseChange } from '#api/enterprise.ts'
import { enterpriseInfoFields } from '#domain/application/form.ts'
import type { Actor } from '#domain/machine.ts'
import type { Db, Tx } from '../db/connect.ts'

/** Writes the fields that differ; nothing when none does. */
export async function noteChange(
  tx: Tx,
  change: { enterpriseId: string; before: object; after: object; actor: Actor; now: Date },
): Promise<void> {
  const { before, after, actor } = change
  const names = Object.keys(after).filter(
    (name) => JSON.stringify(Reflect.get(before, name)) !== JSON.stringify(Reflect.get(after, name)),
  )
  if (names.length === 0) return
  const only = (from: object) =>
    JSON.stringify(Object.fromEntries(names.map((name) => [name, Reflect.get(from, name)])))
  await tx
    .insertInto('enterprise_change')
    .values({
      enterprise_id: change.enterpriseId,
      before: only(before),
      after: only(after),
      account_id: actor.scope === 'system' ? null : actor.accountId,
      actor_name: actor.personName,
      at: change.now,
    })
    .execute()
}

const shownChanges = 100

/** Labels in the order of the page: columns of the registration, then the fields of 申请企业信息. */
const labels = new Map<string, string>([
  ['name', '企业名称'],
  ['region', '省（自治区、直辖市）'],
  ['city', '城市'],
  ['central_enterprise', '中央企业'],
  ...Object.entries(enterpriseInfoFields).map(([name, { label }]): [string, string] => [name, label]),
])
const places = [...labels.keys()]

const inWords = (value: unknown) => {
  if (typeof value === 'boolean') return value ? '是' : '否'
  return typeof value === 'string' ? value : ''
}

/** The changes of one enterprise in words, the newest first. */
export async function changesOf(db: Db, enterpriseId: string): Promise<z.input<typeof EnterpriseChange>[]> {
  const rows = await db
    .selectFrom('enterprise_change')
    .leftJoin('account', 'account.id', 'enterprise_change.account_id')
    .selectAll('enterprise_change')
    .select('account.account_type')
    .where('enterprise_change.enterprise_id', '=', enterpriseId)
    .orderBy('enterprise_change.id', 'desc')
    .limit(shownChanges)
    .execute()
  return rows.map((row) => {
    const before = new Map(Object.entries(row.before ?? {}))
    return {
      id: row.id,
      at: row.at.toISOString(),
      who: row.actor_name,
      side: row.account_type === null ? '系统' : row.account_type === 'officer' ? '管理机构' : '本企业',
      fields: Object.entries(row.after ?? {})
        .toSorted(([one], [other]) => places.indexOf(one) - places.indexOf(other))
        .map(([name, value]) => ({
          label: labels.get(name) ?? name,
          from: inWords(before.get(name)),
          to: inWords(value),
        })),
    }
  })
}
