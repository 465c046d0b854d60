/**
 * Who is signed in. The cookie holds 32 random bytes and the table only their SHA-256; every request asks the
 * table, so signing out, an account made inactive or a changed role hold at once, on every copy of the server.
 */
import { createHash, randomBytes } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { isDataScope } from '#domain/account/data-scope.ts'
import { keyOfficePermissions, permissionsOf } from '#domain/account/roles.ts'
import {
  closedWords,
  permissionsIn,
  withheldOf,
  withheldWords,
  type Standing,
} from '#domain/enterprise/standing.ts'
import type { Actor } from '#domain/machine.ts'
import { deskService } from '#domain/hall/catalogue.ts'
import type { Context } from '../context.ts'
import type { Db, Tx } from '../db/connect.ts'
import { prepared, type Later } from '../db/prepared.ts'
import { standingOf } from '../enterprise/status.ts'
import { Refused } from '../refused.ts'

export const sessionCookie = 'xuke_session'
const MINUTE = 60_000
export const sessionLimits = {
  /** A session ends so long after signing in, used or not. */
  longest: 8 * 60 * MINUTE,
  /** One that opens the key office alone, sooner. */
  keyOffice: 2 * 60 * MINUTE,
  /** … and so long after its last request. */
  idle: 60 * MINUTE,
  /** The last request is written down at most so often. */
  noted: MINUTE,
} as const

/** `key_office`: opened without a password, by a code to a confirmed contact; see key/entrance.ts. */
export type SessionKind = 'whole' | 'key_office'

export interface SignedIn {
  actor: Actor
  kind: SessionKind
  csrfToken: string
  account: {
    id: string
    loginName: string
    personName: string
    department: string | null
    roles: string[]
    type: string
    /** Nothing but a new password, the session itself and leaving is answered. */
    mustChangePassword: boolean
    /** It has no password yet: it is opened when its first key is issued. */
    awaitingKey: boolean
    /** From an old system: nothing but what is still to be given, the session itself and leaving is answered. */
    mustComplete: boolean
  }
  enterprise: {
    id: string
    code13: string
    uscc: string
    name: string
    region: string
    city: string | null
    centralEnterprise: boolean
    standing: Standing
  } | null
  authority: { code: string; name: string } | null
  expiresAt: Date
}

const signedOut = () =>
  new Refused(401, 'signed_out', '登录已过期，请重新登录。未保存的内容仍在本机，登录后可以继续填写')

/** The session of a request, in one round trip; refuses (401) when there is none, or it or its account has ended. */
export async function signedIn(
  ctx: Pick<Context, 'db' | 'clock'>,
  request: FastifyRequest,
): Promise<SignedIn> {
  const digest = tokenDigest(request)
  if (digest === undefined) throw signedOut()
  return sessionOf(ctx, digest)
}

/** The session where there is one: for what anybody may ask, and is told more when signed in. */
export async function maybeSignedIn(
  ctx: Pick<Context, 'db' | 'clock'>,
  request: FastifyRequest,
): Promise<SignedIn | undefined> {
  try {
    return await signedIn(ctx, request)
  } catch (error) {
    if (error instanceof Refused && error.status === 401) return undefined
    throw error
  }
}

/** The session of a token's digest; refuses as `signedIn` does. */
export async function sessionOf(ctx: Pick<Context, 'db' | 'clock'>, digest: Buffer): Promise<SignedIn> {
  const now = ctx.clock()
  const idleSince = new Date(now.getTime() - sessionLimits.idle)
  const [row] = await findSession(ctx.db, { digest, now, idleSince })
  if (row === undefined) throw signedOut()
  if (now.getTime() - row.last_seen_at.getTime() >= sessionLimits.noted) {
    await ctx.db
      .updateTable('session')
      .set({ last_seen_at: now })
      .where('token_digest', '=', digest)
      .where('last_seen_at', '<', now)
      .execute()
  }
  return signedInOf(row)
}

type Row = Awaited<ReturnType<typeof findSession>>[number]
type Asked = { digest: Buffer; now: Date; idleSince: Date }

const findSession = prepared((db, later: Later<Asked>) =>
  db
    .selectFrom('session as s')
    .innerJoin('account as a', 'a.id', 's.account_id')
    .leftJoin('enterprise as e', 'e.id', 'a.enterprise_id')
    .leftJoin('authority as u', 'u.code', 'a.authority_code')
    .select((on) =>
      on
        .exists(
          on
            .selectFrom('service_request as r')
            .select('r.id')
            .whereRef('r.enterprise_id', '=', 'e.id')
            .where('r.service', '=', deskService)
            .where('r.state', '=', 'granted'),
        )
        .as('has_desk'),
    )
    .select([
      's.kind',
      's.csrf_token',
      's.last_seen_at',
      's.expires_at',
      'a.id as account_id',
      'a.login_name',
      'a.person_name',
      'a.roles',
      'a.data_scope',
      'a.department',
      'a.authority_code',
      'a.account_type',
      'a.must_change_password',
      'a.awaiting_key',
      'a.must_complete',
      'e.verified_at',
      'e.contested',
      'e.id as enterprise_id',
      'e.code13',
      'e.uscc',
      'e.name as enterprise_name',
      'e.region',
      'e.city',
      'e.central_enterprise',
      'u.name as authority_name',
    ])
    .where('s.token_digest', '=', later('digest'))
    .where('s.expires_at', '>', later('now'))
    .where('s.last_seen_at', '>', later('idleSince'))
    .where((on) =>
      on.or([
        on('a.active', '=', true),
        on.and([on('a.awaiting_key', '=', true), on('s.kind', '=', 'key_office')]),
      ]),
    )
    .where('a.suspended_at', 'is', null)
    .where('e.suspended_at', 'is', null)
    .compile(),
)

function signedInOf(row: Row): SignedIn {
  if (!isDataScope(row.data_scope)) throw new Error(`account ${row.account_id}: scope ${row.data_scope}`)
  const enterprise = enterpriseOf(row)
  const standing = enterprise?.standing ?? 'verified'
  const closed = closedWords[standing]
  const open = permissionsIn(standing, permissionsOf(row.roles))
  const withheld = withheldOf(open, enterprise === null || row.has_desk === true)
  const kind = row.kind === 'key_office' ? 'key_office' : 'whole'
  const held = kind === 'whole' ? [...open] : keyOfficePermissions.filter((name) => open.has(name))
  return {
    actor: {
      accountId: row.account_id,
      personName: row.person_name,
      permissions: new Set(held.filter((permission) => !withheld.has(permission))),
      scope: row.data_scope,
      enterpriseId: row.enterprise_id,
      department: row.department,
      code13: row.code13,
      authorityCode: row.authority_code,
      ...(closed === undefined ? {} : { closed }),
      ...(withheld.size === 0 ? {} : { withheld: { permissions: withheld, words: withheldWords } }),
    },
    kind,
    csrfToken: row.csrf_token,
    account: {
      id: row.account_id,
      loginName: row.login_name,
      personName: row.person_name,
      department: row.department,
      roles: row.roles,
      type: row.account_type,
      mustChangePassword: row.must_change_password,
      awaitingKey: row.awaiting_key,
      mustComplete: row.must_complete,
    },
    enterprise,
    authority:
      row.authority_code === null
        ? null
        : { code: row.authority_code, name: row.authority_name ?? row.authority_code },
    expiresAt: row.expires_at,
  }
}

function enterpriseOf(row: Row): SignedIn['enterprise'] {
  const { enterprise_id: id, code13, uscc, enterprise_name: name, region } = row
  if (id === null || code13 === null || uscc === null || name === null || region === null) return null
  return {
    id,
    code13,
    uscc,
    name,
    region,
    city: row.city,
    centralEnterprise: row.central_enterprise === true,
    standing: standingOf({ verifiedAt: row.verified_at, contested: row.contested === true }),
  }
}

/** SHA-256 of the token in the request's cookie, or undefined when there is none. */
export function tokenDigest(request: FastifyRequest): Buffer | undefined {
  const token = request.cookies[sessionCookie]
  return token === undefined || token === '' ? undefined : digestOf(token)
}

const digestOf = (token: string) => createHash('sha256').update(token).digest()

export interface NewSession {
  token: string
  digest: Buffer
  csrfToken: string
}

/** Makes a session for an account: always with a new token, whatever cookie the browser had before. */
export async function makeSession(
  tx: Db | Tx,
  at: { accountId: string; now: Date; address: string; userAgent: string; kind?: SessionKind },
): Promise<NewSession> {
  const token = randomBytes(32).toString('base64url')
  const digest = digestOf(token)
  const csrfToken = randomBytes(32).toString('base64url')
  const kind = at.kind ?? 'whole'
  const longest = kind === 'whole' ? sessionLimits.longest : sessionLimits.keyOffice
  await tx
    .insertInto('session')
    .values({
      token_digest: digest,
      account_id: at.accountId,
      csrf_token: csrfToken,
      created_at: at.now,
      last_seen_at: at.now,
      expires_at: new Date(at.now.getTime() + longest),
      kind,
      address: at.address,
      user_agent: at.userAgent.slice(0, 300),
    })
    .execute()
  return { token, digest, csrfToken }
}

/** The session that the browser had before is gone. */
export async function endSession(tx: Db | Tx, request: FastifyRequest): Promise<void> {
  const digest = tokenDigest(request)
  if (digest !== undefined) await tx.deleteFrom('session').where('token_digest', '=', digest).execute()
}

const cookieOptions = (ctx: Pick<Context, 'env'>) => ({
  path: '/',
  httpOnly: true,
  sameSite: 'strict' as const,
  secure: ctx.env.publicUrl.startsWith('https:'),
})

/** Gives the browser its token until it is closed; the table decides how long it holds. */
export function setSessionCookie(ctx: Pick<Context, 'env'>, reply: FastifyReply, token: string): void {
  reply.setCookie(sessionCookie, token, cookieOptions(ctx))
}

export function clearSessionCookie(ctx: Pick<Context, 'env'>, reply: FastifyReply): void {
  reply.clearCookie(sessionCookie, cookieOptions(ctx))
}
