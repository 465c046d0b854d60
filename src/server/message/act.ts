/** How a message's row is locked and moved by an administrator; what the sending job makes of it stands in deliver.ts. */
import { sql, type Selectable, type Updateable } from 'kysely'
import { isState, message, type Letter, type MessageAction } from '#domain/message/actions.ts'
import type { Actor } from '#domain/machine.ts'
import type { Context } from '../context.ts'
import type { Tx } from '../db/connect.ts'
import type { Message } from '../db/types.gen.ts'
import { door, type ActRequest, type Thing } from '../door.ts'
import { addJob } from '../jobs/add.ts'
import { sendJob } from './queue.ts'

export type MessageRow = Selectable<Message>
type MessageSet = Updateable<Message>

interface LockedMessage extends Letter {
  id: string
  version: number
  lastQuietRequest: null
  channel: string
}

/** The facts of a row as its rules name them. */
export function messageSubject(
  row: Pick<MessageRow, 'id' | 'version' | 'state' | 'channel' | 'secret_until'>,
  now: Date,
): LockedMessage {
  return {
    id: row.id,
    version: row.version,
    lastQuietRequest: null,
    channel: row.channel,
    state: messageState(row.state),
    outOfDate: row.secret_until !== null && row.secret_until <= now,
    enterpriseId: '',
    department: null,
    createdBy: '',
    consignorCode: null,
    authorityCode: null,
  }
}

export function messageState(state: string) {
  if (!isState(state)) throw new Error(`unknown state of a message ${state}`)
  return state
}

const thing: Thing<Letter['state'], LockedMessage, MessageAction, MessageSet> = {
  async lock(tx: Tx, ctx: Context, id: string) {
    const row = await tx
      .selectFrom('message')
      .select(['id', 'version', 'state', 'channel', 'secret_until'])
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst()
    return row === undefined ? undefined : messageSubject(row, ctx.clock())
  },
  move: (tx, { id, state, set }) =>
    tx
      .updateTable('message')
      .set({ ...set, ...(state === undefined ? {} : { state }), version: sql`version + 1` })
      .where('id', '=', id),
}

const messages = door<Letter['state'], LockedMessage, MessageAction, MessageSet>(message, thing, {
  // One that is in somebody's hands this moment stays leased: it is not sent twice for the asking.
  retry: async ({ tx, subject, now }) => {
    await addJob(tx, sendJob, { channel: subject.channel })
    return { set: { next_at: now } }
  },
})

/** Messages are the system's own: whoever has the permission reaches all of them. */
export const overAll = (actor: Actor): Actor => ({ ...actor, scope: 'all' })

/** An administrator's action on a message, through the door. */
export const act = (ctx: Context, actor: Actor, id: string, action: MessageAction, request: ActRequest) =>
  messages.act(ctx, overAll(actor), id, action, request)
