/** 企业用户管理: the people of an enterprise and its invitations. */
import type { z } from 'zod'
import type { listColleagues } from '#api/colleague.ts'
import { account, states as accountStates } from '#domain/account/actions.ts'
import { dataScopes, isDataScope } from '#domain/account/data-scope.ts'
import { isRole, roles } from '#domain/account/roles.ts'
import { invitation, states } from '#domain/invitation/actions.ts'
import type { Actor } from '#domain/machine.ts'
import { accountState, accountSubject, type AccountRow } from '../account/act.ts'
import type { Context } from '../context.ts'
import { invitationSubject } from './act.ts'

const named = (names: readonly string[]) =>
  names.filter(isRole).map((name) => ({ name, label: roles[name].label }))

/** Everything of the person's own enterprise; nothing for who has none. */
export async function colleaguesOf(
  ctx: Context,
  actor: Actor,
): Promise<z.input<typeof listColleagues.reply>> {
  const { enterpriseId } = actor
  if (enterpriseId === null) return { rows: [], invitations: [] }
  const people = await ctx.db
    .selectFrom('account')
    .selectAll()
    .select((on) =>
      on
        .selectFrom('sign_in_event')
        .select('at')
        .whereRef('sign_in_event.account_id', '=', 'account.id')
        .where('outcome', '=', 'signed_in')
        .orderBy('id', 'desc')
        .limit(1)
        .as('last_at'),
    )
    .where('enterprise_id', '=', enterpriseId)
    .orderBy('created_at')
    .orderBy('id')
    .execute()
  const administrators = people.filter(manages)
  const invitations = await ctx.db
    .selectFrom('invitation')
    .innerJoin('account', 'account.id', 'invitation.invited_by')
    .selectAll('invitation')
    .select('account.person_name as inviter')
    .where('invitation.enterprise_id', '=', enterpriseId)
    .orderBy('invitation.created_at', 'desc')
    .limit(100)
    .execute()
  return {
    rows: people.map((row) => {
      const last = administrators.length === 1 && administrators[0]?.id === row.id
      const state = accountState(row)
      const scope = isDataScope(row.data_scope) ? row.data_scope : 'own'
      return {
        id: row.id,
        version: row.version,
        loginName: row.login_name,
        personName: row.person_name,
        department: row.department,
        type: row.account_type,
        roles: named(row.roles),
        dataScope: { name: scope, label: dataScopes[scope] },
        state,
        stateLabel: accountStates[state],
        suspendedReason: row.suspended_reason,
        email: row.email,
        mobile: row.mobile,
        lastSignedInAt: row.last_at === null ? null : new Date(row.last_at).toISOString(),
        self: row.id === actor.accountId,
        offered: account
          .offered(accountSubject(row, last), actor)
          .filter(({ action }) => ['change_role', 'suspend', 'restore'].includes(action)),
      }
    }),
    invitations: invitations.map((row) => {
      const subject = invitationSubject(row, ctx.clock())
      return {
        id: row.id,
        version: row.version,
        personName: row.person_name,
        email: row.email,
        roles: named(row.roles),
        state: subject.state,
        stateLabel: subject.state === 'open' && subject.expired ? '已过期' : states[subject.state],
        expired: subject.expired,
        expiresAt: row.expires_at.toISOString(),
        invitedBy: row.inviter,
        createdAt: row.created_at.toISOString(),
        offered: invitation.offered(subject, actor),
      }
    }),
  }
}

const manages = (row: AccountRow) =>
  row.roles.includes('enterprise_administrator') && accountState(row) === 'active'
