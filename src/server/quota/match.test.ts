/** Which account a need leads to: document, trade mode, country, unit and year, each refusal in its own words. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { granting, grantRow, manageSteel, steelCategory } from '#test/quota.ts'
import { as, startTestApp, type TestApp } from '#test/people.ts'
import { demoEnterprises } from '../demo/enterprises.ts'
import { matchAccount, type Wanted } from './match.ts'

let it: TestApp
before(async () => {
  it = await startTestApp()
  const officer = await as(it, 'quota01')
  await manageSteel(officer)
  const row = (line: number, change: object) => grantRow({ line, quantity: '10', ...change })
  await granting(officer, [
    row(2, { docNo: 'A' }),
    row(3, { docNo: 'A', country: 'VNM' }),
    row(4, { docNo: 'A', country: 'VNM', tradeMode: '01' }),
    row(5, { docNo: 'B', tradeMode: '01', country: 'HKG' }),
  ])
})
after(() => it.close())

const wanted = (change: Partial<Wanted> = {}): Wanted => ({
  enterpriseId: demoEnterprises.steel.id,
  year: 2026,
  categoryCode: steelCategory,
  unitName: '千克',
  tradeMode: '01',
  country: 'VNM',
  docNo: 'A',
  ...change,
})

test('the account that names most comes first; one that names something else never', async () => {
  for (const [change, expected] of [
    [{}, ['01', 'VNM']],
    [{ docNo: ' A ' }, ['01', 'VNM']],
    [{ tradeMode: '02' }, [null, 'VNM']],
    [{ country: 'HKG' }, [null, null]],
    [{ docNo: 'B', country: 'HKG' }, ['01', 'HKG']],
    [{ docNo: 'B' }, /“B”不适用于所填的贸易方式或进口国/],
    [{ docNo: 'C' }, /“C”不是本企业.*已有：A、B/],
    [{ docNo: '' }, /请填写配额文号.*已有：A、B/],
    [{ enterpriseId: demoEnterprises.trade.id }, /未查到本企业该年度该商品的配额/],
    [{ year: 2027 }, /未查到.*2027 年度/],
    [{ categoryCode: 'C90290' }, /未查到/],
    [{ unitName: '吨' }, /计量单位为千克，与申请的吨不同/],
  ] as const) {
    const match = await matchAccount(it.ctx.db, wanted(change), '钢材', '2026-06-15')
    const words = JSON.stringify(change)
    if (expected instanceof RegExp) assert.match('refusal' in match ? match.refusal : '', expected, words)
    else
      assert.deepEqual(
        'account' in match ? [match.account.trade_mode, match.account.country] : [],
        expected,
        words,
      )
  }
  const late = await matchAccount(it.ctx.db, wanted(), '钢材', '2027-01-01')
  assert.match('refusal' in late ? late.refusal : '', /2026 年度已经结束/)
})
