/** How an invitation's row is locked, read and moved; a link is made anew when it is sent again. */
import type { Selectable, Updateable } from 'kysely'
import {
  invitation,
  states,
  type InvitationAction,
  type InvitationSubject,
  type State,
} from '#domain/invitation/actions.ts'
import type { Context } from '../context.ts'
import type { Tx } from '../db/connect.ts'
import type { Invitation } from '../db/types.gen.ts'
import { door, type Effect, type Thing } from '../door.ts'
import { freshLink, sendLink } from './link.ts'

export type InvitationRow = Selectable<Invitation>
export type InvitationSet = Updateable<Invitation>

export interface LockedInvitation extends InvitationSubject {
  id: string
  version: number
  lastQuietRequest: null
  row: InvitationRow
}

/** Lock order: the enterprise, then its invitation. */
async function lock(tx: Tx, ctx: Context, id: string) {
  const found = await tx
    .selectFrom('invitation')
    .select('enterprise_id')
    .where('id', '=', id)
    .executeTakeFirst()
  if (found === undefined) return undefined
  await tx
    .selectFrom('enterprise')
    .select('id')
    .where('id', '=', found.enterprise_id)
    .forNoKeyUpdate()
    .execute()
  const row = await tx
    .selectFrom('invitation')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirstOrThrow()
  return invitationSubject(row, ctx.clock())
}

/** The facts of a row as its rules name them. */
export function invitationSubject(row: InvitationRow, now: Date): LockedInvitation {
  return {
    id: row.id,
    version: row.version,
    lastQuietRequest: null,
    row,
    state: invitationState(row.state),
    expired: row.expires_at <= now,
    enterpriseId: row.enterprise_id,
    department: row.department,
    createdBy: row.invited_by,
    consignorCode: null,
    authorityCode: null,
  }
}

const isState = (name: string): name is State => Object.hasOwn(states, name)
export function invitationState(state: string): State {
  if (!isState(state)) throw new Error(`unknown invitation state ${state}`)
  return state
}

const thing: Thing<State, LockedInvitation, InvitationAction, InvitationSet> = {
  lock,
  move(tx, { id, state, set, now }) {
    return tx
      .updateTable('invitation')
      .set((expression) => ({
        ...set,
        ...(state === undefined ? {} : { state }),
        version: expression('version', '+', 1),
        modified_at: now,
      }))
      .where('id', '=', id)
  },
}

type InvitationEffect = Effect<LockedInvitation, InvitationSet, InvitationSet>

const effects: Partial<Record<InvitationAction, InvitationEffect>> = {
  resend: async ({ tx, ctx, subject: { row }, now }) => {
    const link = freshLink(now)
    await sendLink(tx, ctx, row, link)
    return { set: { token_digest: link.digest, expires_at: link.expiresAt } }
  },
  accept: async ({ prepared }) => ({ set: prepared ?? {} }),
}

export const { act, actIn } = door(invitation, thing, effects)
