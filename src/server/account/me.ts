/** The session as the page sees it. */
import type { Me } from '#api/account.ts'
import { dataScopes } from '#domain/account/data-scope.ts'
import { isRole, roles } from '#domain/account/roles.ts'
import { dayOf } from '#domain/day.ts'
import type { Context } from '../context.ts'
import type { SignedIn } from './session.ts'

export function meOf(ctx: Context, session: SignedIn): Me {
  const { scope } = session.actor
  if (scope === 'system') throw new Error('the system does not sign in')
  return {
    account: {
      id: session.account.id,
      loginName: session.account.loginName,
      personName: session.account.personName,
      department: session.account.department,
      roles: session.account.roles.filter(isRole).map((name) => ({ name, label: roles[name].label })),
      mustChangePassword: session.account.mustChangePassword,
      mustComplete: session.account.mustComplete,
    },
    keyOffice: session.kind === 'key_office' ? { hasAccount: !session.account.awaitingKey } : null,
    permissions: [...session.actor.permissions].toSorted(),
    dataScope: { name: scope, label: dataScopes[scope] },
    enterprise: session.enterprise && {
      ...session.enterprise,
      closed: session.actor.closed ?? null,
      withheld: session.actor.withheld?.words ?? null,
    },
    authority: session.authority,
    csrfToken: session.csrfToken,
    mode: ctx.env.mode,
    today: dayOf(ctx.clock()),
    expiresAt: session.expiresAt.toISOString(),
  }
}
