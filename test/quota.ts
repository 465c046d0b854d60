/** Steel put under quota for a year, with grants, so that the way of an application can be gone with quota. */
import { randomUUIDv7 } from 'node:crypto'
import * as api from '#api/quota.ts'
import type { BatchKind, GrantRow } from '#domain/quota/grant.ts'
import { balancesOf } from '#server/quota/ledger.ts'
import { prove } from '#server/quota/prove.ts'
import { completeDraft, doing, sealed, type Draft } from '#test/journey.ts'
import type { TestApp, TestClient } from '#test/people.ts'
import type { TestKey } from '#test/pki.ts'

export const steelCategory = 'C90450'
export const docNo = 'PE2026-1'
/** What the steel form of the tests asks for. */
export const steelQuantity = '450000.5'

export const quotaPapers = {
  form: { quotaDocNo: docNo },
  papers: ['CONTRACT', 'STEEL_QC', 'LICENCE_BUSINESS', 'QUOTA_CERT'],
}

export const grantRow = (change: Partial<GrantRow> = {}): GrantRow => ({
  line: 2,
  year: '2026',
  enterpriseCode: '1100DEM000014',
  categoryCode: steelCategory,
  tradeMode: '',
  country: '',
  docNo,
  quantity: '1000000',
  unit: '千克',
  ...change,
})

/** Steel under quota (or bidding) in 2026, with a total. */
export async function manageSteel(
  officer: TestClient,
  { kind = 'quota', total = '100000000' }: { kind?: 'quota' | 'bidding'; total?: string } = {},
): Promise<void> {
  const change = { year: 2026, categoryCode: steelCategory, licenceType: kind, source: '测试' }
  await officer.call(api.addGoodsManagement, { body: change })
  await officer.call(api.setQuotaTotal, {
    params: { year: 2026, categoryCode: steelCategory },
    body: { version: 0, quantity: total },
  })
}

export const granting = (officer: TestClient, rows: GrantRow[], kind: BatchKind = 'grant') =>
  officer.call(api.grantQuota, { body: { id: randomUUIDv7(), kind, rows } })

/** The account of that document that was made first, with its balances. */
export async function accountOf(test: TestApp, doc = docNo) {
  const account = await test.ctx.db
    .selectFrom('quota_account')
    .selectAll()
    .where('doc_no', '=', doc)
    .orderBy('created_at')
    .orderBy('id')
    .limit(1)
    .executeTakeFirstOrThrow()
  const found = (await balancesOf(test.ctx.db, [account.id])).get(account.id)
  return { ...account, seq: found?.seq ?? 0, balances: numbers(found?.balances) }
}

const numbers = (balances: Record<string, string> | undefined) =>
  Object.fromEntries(Object.entries(balances ?? {}).map(([name, value]) => [name, Number(value)]))

/** Sealed and ready to be submitted, for a document of quota. */
export async function readyWithQuota(
  test: TestApp,
  client: TestClient,
  key: Pick<TestKey, 'open'>,
  change: { quotaDocNo?: string; lines?: { specGrade: string; unitPrice: string; quantity: string }[] } = {},
): Promise<Draft> {
  const draft = await completeDraft(test, client, {
    ...quotaPapers,
    form: { ...quotaPapers.form, ...change },
  })
  return sealed(test, client, key, draft)
}

export const submittedWithQuota = async (test: TestApp, client: TestClient, key: Pick<TestKey, 'open'>) =>
  doing(client, await readyWithQuota(test, client, key), 'submit')

/** What the proof finds; [] when all balances agree. */
export const differencesOf = async (test: TestApp) => (await prove(test.ctx.db)).differences
