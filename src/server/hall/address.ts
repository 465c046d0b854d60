/** Where tiles of the business hall lead: one row a change, the newest of a service counts. */
import { sql } from 'kysely'
import type { z } from 'zod'
import type { changeServiceAddress, listServices } from '#api/hall.ts'
import type { Actor } from '#domain/machine.ts'
import { serviceCodes, serviceOf, type ServiceCode } from '#domain/hall/catalogue.ts'
import type { Context } from '../context.ts'
import type { Db, Tx } from '../db/connect.ts'
import { Refused } from '../refused.ts'

/** Addresses that hold now, by service. */
export async function addresses(db: Db | Tx): Promise<Map<string, string>> {
  const { rows } = await sql<{ service: string; address: string | null }>`
    select distinct on (service) service, address from service_address order by service, id desc`.execute(db)
  return new Map(
    rows.flatMap(({ service, address }): [string, string][] =>
      address === null ? [] : [[service, address]],
    ),
  )
}

interface Change {
  id: string
  service: string
  address: string | null
  reason: string
  changedBy: string
  changedAt: Date
}

const mostChanges = 50

export async function servicesPage(db: Db): Promise<z.input<(typeof listServices)['reply']>> {
  const [{ rows }, counts] = await Promise.all([
    sql<Change>`select a.id, a.service, a.address, a.reason, account.person_name as "changedBy",
        a.changed_at as "changedAt"
      from service_address as a join account on account.id = a.changed_by order by a.id desc`.execute(db),
    sql<{ service: string; n: number }>`select service, count(*)::int as n from service_request
      where state = 'granted' group by service`.execute(db),
  ])
  return {
    services: serviceCodes.map((code) => {
      const of = rows.filter((row) => row.service === code)
      const { name, group, here } = serviceOf(code)
      return {
        code,
        name,
        group,
        here: here === true,
        address: of[0]?.address ?? null,
        version: Number(of[0]?.id ?? 0),
        granted: counts.rows.find((row) => row.service === code)?.n ?? 0,
        changes: of.slice(0, mostChanges).map(({ id, address, reason, changedBy, changedAt }, i) => ({
          id,
          from: of[i + 1]?.address ?? null,
          to: address,
          reason,
          changedBy,
          changedAt: changedAt.toISOString(),
        })),
      }
    }),
  }
}

/** Sets where a tile leads from now on; '' = nowhere. Refused: a service that opens here, no change, a page not the newest. */
export async function setAddress(
  ctx: Context,
  actor: Actor,
  given: z.output<(typeof changeServiceAddress)['body']> & { code: ServiceCode },
): Promise<void> {
  const { code, version, reason } = given
  const { name, here } = serviceOf(code)
  if (here === true) throw new Refused(409, 'rule', `“${name}”在本系统办理，不设网址`)
  const address = given.address === '' ? null : new URL(given.address).href
  await ctx.db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(hashtext('xuke service address'))`.execute(tx)
    const last = await tx
      .selectFrom('service_address')
      .select(['id', 'address'])
      .where('service', '=', code)
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst()
    const current = { version: Number(last?.id ?? 0), state: '' }
    if (current.version !== version) {
      throw new Refused(409, 'stale', '该应用的网址已被他人修改，请刷新后再操作', { current })
    }
    if ((last?.address ?? null) === address) {
      throw new Refused(409, 'rule', '网址与现在的相同，无须修改', { current })
    }
    await tx
      .insertInto('service_address')
      .values({ service: code, address, reason, changed_by: actor.accountId, changed_at: ctx.clock() })
      .execute()
  })
}
