/** 配额调换 while things are killed: asked for, and approved, returned or withdrawn by turns. */
import { randomUUIDv7 } from 'node:crypto'
import * as quotaApi from '#api/quota.ts'
import * as api from '#api/swap.ts'
import type { People } from './actors.ts'
import { insist, type Log } from './insist.ts'

/** Units of molybdenum in one swap: little enough for a long trial to be always within the demonstration's grant. */
const quantity = '100'

/** A swap from molybdenum to tungsten, at the ratio that the table gives today. */
export async function swap(people: People, log: Log, turn: number): Promise<void> {
  const { operator, quotaOfficer } = people
  const { rows: accounts } = await insist(() =>
    operator.call(quotaApi.listQuotaAccounts, { query: { q: '演示M07', swappable: '1' } }),
  )
  const { rows: ratios } = await insist(() => operator.call(api.listSwapRatios, {}))
  const held = ratios.find((row) => row.from === 'molybdenum' && row.to === 'tungsten' && row.holds)
  // Once something is swapped, an account of tungsten stands under the same document.
  const account = accounts.find((row) => row.goodsKey === 'molybdenum')
  if (account === undefined || held === undefined) throw new Error('the demonstration has nothing to swap')
  const id = randomUUIDv7()
  const { ratio } = held
  const body = {
    id,
    fromAccountId: account.id,
    toGoods: 'tungsten' as const,
    quantity,
    ratio,
    reason: '订单变化',
  }
  const { version } = await insist(() => operator.call(api.requestSwap, { body }))
  const [client, action, opinion] = (
    [
      [quotaOfficer, 'approve', undefined],
      [quotaOfficer, 'return', '数量待核'],
      [operator, 'withdraw', undefined],
    ] as const
  )[turn % 3] ?? [quotaOfficer, 'approve', undefined]
  const requestId = randomUUIDv7()
  const acting = { version, requestId, ...(opinion === undefined ? {} : { input: { opinion } }) }
  await insist(() => client.call(api.actOnSwap, { params: { id, action }, body: acting }))
  log.done({ thing: 'swap', id, action, requestId })
}
