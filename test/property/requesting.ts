/** Requests on licences, quota asked for, handed back and swapped: legal quantities and others. */
import { randomUUIDv7 } from 'node:crypto'
import * as quota from '#api/quota.ts'
import * as api from '#api/request.ts'
import * as swaps from '#api/swap.ts'
import { emptyAmendment } from '#domain/amendment/form.ts'
import { grantRow } from '#test/quota.ts'
import { balancesOf } from '#server/quota/ledger.ts'
import { licencesOf } from './making.ts'
import { pick, type Step } from './step.ts'
import { enterpriseBy, exporters, type World } from './world.ts'

const kinds = ['cancellation', 'write_off', 'amendment', 'extension', 'loss'] as const

interface Facts {
  kind: string
  quantity: string
  used_quantity: string
  valid_from: string | null
}

/** What is typed into a request: what is left for the new licence, customs' figure, or something else. */
export function contentOf(
  world: World,
  { kind, quantity, used_quantity: used, valid_from: from }: Facts,
  { c, d }: Step,
) {
  const reason = '合同变化'
  const left = Math.round((Number(quantity) - Number(used)) * 10_000) / 10_000
  if (kind === 'cancellation') return { reason }
  if (kind === 'write_off') {
    const written = [Number(used), Number(used), Number(quantity), Number(quantity) * 2, Number(used) - 1, 0]
    return { reason, writeOffQuantity: String(written[d % written.length] ?? 0) }
  }
  const other = kind === 'amendment' && c % 3 === 0
  const rows = other ? Math.max(1, Math.round(left * ([0.5, 1.5, 0.9, 3][d % 4] ?? 1))) : left
  const changes: Record<string, string> =
    [{ contractNo: '合同二' }, { customsPort: '0202' }, { destinationCountry: 'JPN' }][c % 3] ?? {}
  return {
    reason,
    form: {
      ...emptyAmendment,
      changes: kind === 'amendment' ? changes : {},
      changeQuantity: other,
      lines: [{ specGrade: '规格一', unitPrice: '0.58', quantity: String(rows) }],
      ...(kind === 'loss' ? { notice: { newspaper: '国际商报', publishedOn: from ?? world.today } } : {}),
    },
  }
}

/** Asks for something on a licence, mostly what fits the state it is in. */
export async function asking(world: World, step: Step): Promise<void> {
  const licence = pick(await licencesOf(world), step.a)
  if (licence === undefined) return
  const who = exporters.find((one) => enterpriseBy(one).id === licence.enterprise_id) ?? 'steel02'
  const cleared = licence.state === 'cleared' && step.d % 8 !== 7
  const kind = cleared ? 'write_off' : (pick(kinds, step.b) ?? 'cancellation')
  const facts = { ...licence, kind }
  const body = { id: randomUUIDv7(), kind, licenceNo: licence.licence_no, ...contentOf(world, facts, step) }
  const done = await world.send(step.d % 20 === 19 ? 'consignor01' : who, api.createRequest, { body })
  world.say(`${who} asks ${kind} of ${licence.licence_no} (${licence.state}): ${done.refusal ?? 'done'}`)
}

/** Accounts of the sequence, of one exporter. */
async function accountsOf(world: World, enterpriseId: string) {
  const rows = await world.it.ctx.db
    .selectFrom('quota_account')
    .selectAll()
    .where('doc_no', 'like', `${world.docNo}%`)
    .where('enterprise_id', '=', enterpriseId)
    .orderBy('id')
    .execute()
  const balances = await balancesOf(
    world.it.ctx.db,
    rows.map((one) => one.id),
  )
  return rows.map((row) => ({
    ...row,
    seq: balances.get(row.id)?.seq ?? 0,
    available: balances.get(row.id)?.balances.available ?? '0',
  }))
}

const shareOf = (available: string, number: number) =>
  String(Math.round(Number(available) * ([0.1, 0.5, 1, 1.01, 0][number % 5] ?? 0) * 100) / 100)

export async function handingBack(world: World, step: Step): Promise<void> {
  const who = pick(exporters, step.a) ?? 'steel02'
  const account = pick(await accountsOf(world, enterpriseBy(who).id), step.b)
  if (account === undefined) return
  const quantity = shareOf(account.available, step.c)
  const body = { seq: account.seq - (step.d % 9 === 8 ? 1 : 0), requestId: randomUUIDv7(), quantity }
  const given = { params: { id: account.id }, body }
  const done = await world.send(who, quota.handBackQuota, given)
  world.say(`${who} hands back ${quantity} of ${account.goods_name}: ${done.refusal ?? 'done'}`)
  if (done.ok && step.d % 3 === 0) await world.send(who, quota.handBackQuota, given)
}

export async function granting(world: World, step: Step): Promise<void> {
  const who = pick(exporters, step.a) ?? 'steel02'
  const row = grantRow({
    enterpriseCode: enterpriseBy(who).code13,
    categoryCode: ['C90290', 'B90060', 'C90300', 'C90450'][step.b % 4] ?? '',
    docNo: world.docNo,
    country: step.c % 4 === 3 ? 'KOR' : '',
    quantity: String((step.c % 5) * 500),
    year: step.d % 6 === 5 ? '2025' : '2026',
  })
  const body = {
    id: randomUUIDv7(),
    kind: 'grant' as const,
    rows: step.d % 7 === 6 ? [row, { ...row, line: 3 }] : [row],
  }
  const done = await world.send('quota01', quota.grantQuota, { body })
  world.say(`quota01 grants ${row.quantity} of ${row.categoryCode} to ${who}: ${done.refusal ?? 'done'}`)
  if (done.ok && step.d % 3 === 0) await world.send('quota01', quota.grantQuota, { body })
}

export async function swapping(world: World, step: Step): Promise<void> {
  const who = pick(exporters, step.a) ?? 'steel02'
  const account = pick(await accountsOf(world, enterpriseBy(who).id), step.b)
  if (account === undefined) return
  const toGoods = (['antimony', 'molybdenum', 'tungsten'] as const)[step.d % 3] ?? 'antimony'
  const ratio = { antimony: '1.5', molybdenum: '1.2', tungsten: '0.8' }[toGoods]
  const body = {
    id: randomUUIDv7(),
    fromAccountId: account.id,
    toGoods,
    quantity: shareOf(account.available, step.c),
    ratio,
    reason: '订单变化',
  }
  const done = await world.send(who, swaps.requestSwap, { body })
  world.say(
    `${who} asks to swap ${body.quantity} of ${account.goods_name} for ${toGoods}: ${done.refusal ?? 'done'}`,
  )
  if (!done.ok) return
  world.swaps.push({ id: body.id, who })
  if (step.c % 4 === 0) await world.send(who, swaps.requestSwap, { body })
}
