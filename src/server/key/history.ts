/** What has happened to a thing of the key office, oldest first, in the words of its machine. */
import type { z } from 'zod'
import type { HistoryLine } from '#api/application.ts'
import type { Db } from '../db/connect.ts'

interface Words {
  name: string
  states: Readonly<Record<string, string>>
  actions: Readonly<Record<string, { label: string }>>
}

export async function historyOf(
  db: Db,
  { name, states, actions }: Words,
  id: string,
): Promise<z.input<typeof HistoryLine>[]> {
  const rows = await db
    .selectFrom('history')
    .selectAll()
    .where('thing', '=', name)
    .where('thing_id', '=', id)
    .orderBy('id')
    .limit(500)
    .execute()
  return rows.map((row) => ({
    action: row.action,
    label: row.action === 'create' ? '新建' : (actions[row.action]?.label ?? row.action),
    from: row.from_state,
    to: row.to_state,
    toLabel: row.to_state === null ? null : (states[row.to_state] ?? row.to_state),
    who: row.actor_name,
    place: row.actor_place,
    opinion: row.opinion,
    certificateSerial: row.certificate_serial,
    at: row.at.toISOString(),
  }))
}
