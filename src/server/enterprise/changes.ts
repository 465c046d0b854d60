/** Every change of an enterprise's data as a row that stays: what differs, as it stood before and after. */
import type { Actor } from '#domain/machine.ts'
import type { Tx } from '../db/connect.ts'

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
