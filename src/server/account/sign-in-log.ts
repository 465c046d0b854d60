/** The log of sign-ins, for the auditor. */
import type { z } from 'zod'
import { signInOutcomes, type signInLog, type SignInOutcome } from '#api/account.ts'
import type { Db } from '../db/connect.ts'

type Query = z.output<typeof signInLog.query>
type Reply = z.input<typeof signInLog.reply>

/** Totals are exact up to here; beyond it the words are “10,000+”. */
const counted = 10_000

const isOutcome = (name: string): name is SignInOutcome => Object.hasOwn(signInOutcomes, name)

/** A page of the log, the newest first. */
export async function listSignIns(db: Db, query: Query): Promise<Reply> {
  let matching = db.selectFrom('sign_in_event as s')
  if (query.loginName) matching = matching.where('s.login_name', '=', query.loginName)
  if (query.outcome) matching = matching.where('s.outcome', '=', query.outcome)
  const rows = await matching
    .leftJoin('account as a', 'a.id', 's.account_id')
    .select(['s.id', 's.at', 's.login_name', 's.address', 's.outcome', 'a.person_name'])
    .orderBy('s.id', 'desc')
    .limit(query.pageSize)
    .offset((query.page - 1) * query.pageSize)
    .execute()
  const { n } = await db
    .selectFrom(
      matching
        .select('s.id')
        .limit(counted + 1)
        .as('m'),
    )
    .select((eb) => eb.fn.countAll<string>().as('n'))
    .executeTakeFirstOrThrow()
  const count = Number(n)
  return {
    rows: rows.map((row) => ({
      id: row.id,
      at: row.at.toISOString(),
      loginName: row.login_name,
      personName: row.person_name,
      address: row.address,
      outcome: row.outcome,
      outcomeLabel: isOutcome(row.outcome) ? signInOutcomes[row.outcome] : row.outcome,
    })),
    total: { count: Math.min(count, counted), more: count > counted },
  }
}
