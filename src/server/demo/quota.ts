/**
 * Quota of the demonstration: tungsten, antimony and molybdenum are put under quota for the current year (an assumption
 * of the demonstration, marked 演示: they were under quota once, so that 调换 has accounts), with totals, ratios and some
 * grants. Made once a year, when the demonstration starts; what is there already stays.
 */
import { randomUUIDv7 } from 'node:crypto'
import { sql } from 'kysely'
import { dayOf, yearOf } from '#domain/day.ts'
import type { Context } from '../context.ts'
import type { Tx } from '../db/connect.ts'
import { lockAccount, move } from '../quota/ledger.ts'
import { demoAccount } from './accounts.ts'
import { demoEnterprises, type DemoEnterpriseName } from './enterprises.ts'

const source = '演示假定：演示年度按配额管理，不是现行规定'

/** Kinds whose management is changed, and totals of the demonstration in the goods' unit. */
const swappable = ['tungsten', 'antimony', 'molybdenum'] as const
const totals: Readonly<Record<string, string>> = {
  tungsten: '20000000',
  antimony: '60000000',
  molybdenum: '25000000',
  rice: '500000000',
  licorice: '5000000',
}

/** For one unit of the first, so much of the second. */
const ratios = [
  ['tungsten', 'antimony', '1.5'],
  ['tungsten', 'molybdenum', '1.2'],
  ['antimony', 'tungsten', '0.65'],
  ['antimony', 'molybdenum', '0.8'],
  ['molybdenum', 'tungsten', '0.8'],
  ['molybdenum', 'antimony', '1.25'],
] as const

interface DemoGrant {
  kind: 'grant' | 'award'
  goods: string
  enterprise: DemoEnterpriseName
  docNo: string
  quantity: string
}

const grant = (
  enterprise: DemoEnterpriseName,
  goods: string,
  docNo: string,
  quantity: string,
): DemoGrant => ({
  kind: 'grant',
  enterprise,
  goods,
  docNo,
  quantity,
})

const grants: readonly DemoGrant[] = [
  grant('steel', 'tungsten', '演示W01', '800000'),
  grant('steel', 'antimony', '演示W01', '1200000'),
  grant('steel', 'molybdenum', '演示M07', '450000'),
  grant('trade', 'tungsten', '演示W02', '300000'),
  grant('trade', 'antimony', '演示S03', '500000'),
  grant('trade', 'rice', '演示R11', '2000000'),
  { kind: 'award', enterprise: 'trade', goods: 'licorice', docNo: '演示G05', quantity: '60000' },
]

interface Category {
  goods_key: string
  category_code: string
  name: string
  unit_name: string
}

/** Safe to repeat and for two servers at once: the year's own batches say that it was done. */
export async function makeDemoQuota({ db, clock }: Pick<Context, 'db' | 'clock'>): Promise<void> {
  const now = clock()
  const year = yearOf(dayOf(now))
  await db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(hashtext('xuke demo quota'))`.execute(tx)
    const there = await tx
      .selectFrom('quota_batch')
      .select('id')
      .where('id', '=', batchId('grant', year))
      .executeTakeFirst()
    const officer = demoAccount('quota01')
    if (there !== undefined || officer === undefined) return
    const by = { changed_by: officer.id, changed_at: now }
    const categories = await categoriesIn(tx, year)
    const codeOf = (goods: string) => categories.find((one) => one.goods_key === goods)
    for (const key of swappable) {
      const category = codeOf(key)
      if (category === undefined) continue
      await tx
        .insertInto('goods_management')
        .values({ year, category_code: category.category_code, licence_type: 'quota', source, ...by })
        .execute()
    }
    for (const [key, quantity] of Object.entries(totals)) {
      const category = codeOf(key)
      if (category === undefined) continue
      const { category_code, unit_name } = category
      await tx
        .insertInto('quota_total')
        .values({ year, category_code, quantity, unit_name, ...by })
        .onConflict((conflict) => conflict.doNothing())
        .execute()
    }
    for (const [from_goods, to_goods, ratio] of ratios) {
      const values = {
        from_goods,
        to_goods,
        ratio,
        valid_from: `${year}-01-01`,
        source: '演示假定的比例，未公布',
      }
      await tx
        .insertInto('quota_swap_ratio')
        .values({ ...values, ...by })
        .execute()
    }
    await makeGrants(tx, { year, now, officerId: officer.id, officerName: officer.personName }, categories)
  })
}

const batchId = (kind: 'grant' | 'award', year: number) =>
  `00000000-0000-4000-8${kind === 'grant' ? '3' : '4'}00-${String(year).padStart(12, '0')}`

async function categoriesIn(tx: Tx, year: number): Promise<Category[]> {
  const { rows } = await sql<Category>`
    select distinct on (c.goods_key) c.goods_key, c.category_code, g.name, c.unit_name
    from commodity as c join goods_category as g on g.key = c.goods_key
    where c.active and c.year = (select max(year) from commodity where year <= ${year} and active)
    order by c.goods_key, c.category_code`.execute(tx)
  return rows
}

interface By {
  year: number
  now: Date
  officerId: string
  officerName: string
}

async function makeGrants(tx: Tx, by: By, categories: readonly Category[]) {
  const known = new Map(categories.map((one) => [one.goods_key, one]))
  for (const kind of ['grant', 'award'] as const) {
    const rows = grants.filter((one) => one.kind === kind && known.has(one.goods))
    if (rows.length === 0) continue
    await tx
      .insertInto('quota_batch')
      .values({
        id: batchId(kind, by.year),
        kind,
        rows: rows.length,
        authority_code: 'AA',
        created_by: by.officerId,
        created_at: by.now,
      })
      .execute()
    for (const row of rows) {
      const category = known.get(row.goods)
      if (category !== undefined) await makeGrant(tx, by, row, category)
    }
  }
}

async function makeGrant(tx: Tx, by: By, row: DemoGrant, category: Category) {
  const id = randomUUIDv7()
  await tx
    .insertInto('quota_account')
    .values({
      id,
      year: by.year,
      enterprise_id: demoEnterprises[row.enterprise].id,
      kind: row.kind === 'grant' ? 'quota' : 'bidding',
      category_code: category.category_code,
      goods_key: category.goods_key,
      goods_name: category.name,
      unit_name: category.unit_name,
      doc_no: `${row.docNo}-${by.year}`,
      created_at: by.now,
    })
    .execute()
  await move(
    tx,
    await lockAccount(tx, id),
    { kind: row.kind, from: 'pool', to: 'available', quantity: row.quantity },
    { actor: officerActor(by), now: by.now, batchId: batchId(row.kind, by.year), note: '演示' },
  )
}

/** The officer as the entries name them. */
const officerActor = ({ officerId, officerName }: By) =>
  ({
    accountId: officerId,
    personName: officerName,
    permissions: new Set<string>(),
    scope: 'authority',
    enterpriseId: null,
    department: null,
    code13: null,
    authorityCode: 'AA',
  }) as const
