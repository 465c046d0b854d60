/** Differences about an item that is recorded now are settled by that. */
import { sql } from 'kysely'
import type { Context } from '../context.ts'
import type { Tx } from '../db/connect.ts'
import { actIn } from '../difference/act.ts'
import { system } from '../door.ts'
import type { NewUse } from './uses.ts'

/** The caller holds the licences' locks; a difference is locked after its licence. */
export async function vanished(tx: Tx, ctx: Context, uses: readonly NewUse[]): Promise<void> {
  if (uses.length === 0) return
  const items = JSON.stringify(
    uses.map(({ licenceId, use }) => ({
      licence_id: licenceId,
      declaration_no: use.declarationNo,
      item_no: use.itemNo,
    })),
  )
  const found = await sql<{ id: string }>`select customs_difference.id from customs_difference
    join jsonb_to_recordset(${items}::jsonb) as item(licence_id uuid, declaration_no text, item_no int)
      on item.licence_id = customs_difference.licence_id and item.declaration_no = customs_difference.declaration_no
        and item.item_no = customs_difference.item_no
    where customs_difference.state = 'open' and kind in ('refused_use', 'missing_here')
    order by customs_difference.id`.execute(tx)
  for (const { id } of found.rows) await actIn(tx, ctx, system, id, 'vanish', 'unversioned')
}
