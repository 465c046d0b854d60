/**
 * The exchange of a licence, in the transaction of customs' yes: the old one ends, the quota of what was used is
 * settled, and a new one comes into being with the unused part and the old number in its remark.
 */
import { randomUUIDv7 } from 'node:crypto'
import { changeNames, changes } from '#domain/amendment/changes.ts'
import { newQuantity } from '#domain/amendment/check.ts'
import { totalsOf, type Totals } from '#domain/application/content.ts'
import { dayOf } from '#domain/day.ts'
import { compare, isPositive, subtract } from '#domain/decimal.ts'
import { LicenceContent } from '#domain/licence/content.ts'
import { licenceNo } from '#domain/licence/validity.ts'
import { nextNumber } from '../db/number.ts'
import { system } from '../door.ts'
import { actIn as actOnLicenceIn } from '../licence/act.ts'
import { newCheckCode } from '../licence/approve.ts'
import { lockAccounts, move } from '../quota/ledger.ts'
import { Refused } from '../refused.ts'
import type { Codes } from '../reference/codes.ts'
import type { LockedRequest } from './act.ts'
import { causeOf, uncommit, type RequestEffect } from './effects.ts'
import { unusedOf, wordOf } from './record.ts'

type At = Parameters<RequestEffect>[0]

const remarkWords = { extension: '延期', loss: '遗失补发' } as const
const isRemarked = (kind: string): kind is keyof typeof remarkWords => Object.hasOwn(remarkWords, kind)

/** Box 19 of the new licence: the old number (出口许可证签发工作规范 第十六条) after what stood there before. */
export function newRemark(old: string, oldNo: string, kind: string): string {
  const before = old
    .split('；')
    .filter((part) => part !== '' && !/^原证号[0-9]{2}[0-9A-Z]{2}[0-9]{6}/.test(part))
  return [...before, `原证号${oldNo}，${isRemarked(kind) ? remarkWords[kind] : '更改'}`].join('；')
}

function contentAfter(
  { licenceRow, form, kind }: LockedRequest,
  codes: Codes,
  totals: Totals,
): LicenceContent {
  const old = LicenceContent.parse(licenceRow.content)
  const changed = changeNames.flatMap((name) => {
    const value = form.changes[name]
    const { box } = changes[name]
    return value === undefined || box === ''
      ? []
      : [[box, wordOf(name, value, (list, code) => codes.entry(list, code))] as const]
  })
  return LicenceContent.parse({
    ...old,
    ...Object.fromEntries(changed),
    lines: totals.lines.map((line) => ({
      spec: line.specGrade,
      quantity: line.quantity,
      unitPrice: line.unitPrice,
      amount: line.amount,
      amountUsd: line.amountUsd,
    })),
    totalQuantity: totals.totalQuantity,
    totalAmount: totals.totalAmount,
    totalAmountUsd: totals.totalAmountUsd,
    remark: newRemark(old.remark, licenceRow.licence_no, kind),
  })
}

/** Moves the quota of the old licence and of what was held, so that the new one is committed for its quantity. */
async function moveQuota(at: At): Promise<string | null> {
  const { tx, subject } = at
  const { licenceRow, form, row } = subject
  const target = row.quota_account_id
  const own = licenceRow.quota_account_id
  const accounts = await lockAccounts(
    tx,
    [own, target].filter((id) => id !== null),
  )
  const ownAccount = own === null ? null : (accounts.get(own) ?? null)
  const targetAccount = target === null ? null : (accounts.get(target) ?? null)
  const unused = unusedOf(licenceRow)
  const cause = causeOf(at)
  await uncommit(tx, ownAccount, 'settle', subtract(licenceRow.quantity, unused), cause)
  const stays = own !== null && own === target ? newQuantity(form) : '0'
  // What the new licence does not carry on in this account comes free.
  await uncommit(
    tx,
    ownAccount,
    'replace',
    subtract(unused, compare(stays, unused) < 0 ? stays : unused),
    cause,
  )
  const held = row.quota_quantity
  if (targetAccount !== null && held !== null && isPositive(held)) {
    await move(tx, targetAccount, { kind: 'commit', from: 'held', to: 'committed', quantity: held }, cause)
  }
  return target
}

/** Ends the old licence and makes the new one; answers its id. Locks the accounts, and the counter last. */
export async function exchange(at: At): Promise<string> {
  const { tx, ctx, subject, now } = at
  const { licenceRow: old, form } = subject
  const codes = await ctx.codes.current(tx)
  const totals = totalsOf(form.lines, codes.usdRate(old.currency, dayOf(now)))
  if (totals.totalAmountUsd === '') {
    throw new Refused(409, 'rule', `没有 ${old.currency} 的折算率，新证的美元金额无法计算`)
  }
  const accountId = await moveQuota(at)
  const number = licenceNo(
    old.quota_year,
    old.authority_code,
    await nextNumber(tx, { kind: 'licence', scope: old.authority_code, year: old.quota_year, first: 1 }),
  )
  const ends = subject.kind === 'loss' ? 'lose' : 'replace'
  const said = { version: old.version, requestId: null, input: { opinion: `新证号 ${number}` } }
  await actOnLicenceIn(tx, ctx, system, old.id, ends, said)
  return insertNew(at, {
    number,
    accountId,
    amount: totals.totalAmount,
    amountUsd: totals.totalAmountUsd,
    content: contentAfter(subject, codes, totals),
  })
}

async function insertNew(
  { tx, subject, now }: At,
  made: {
    number: string
    accountId: string | null
    amount: string
    amountUsd: string
    content: LicenceContent
  },
): Promise<string> {
  const { licenceRow: old, form } = subject
  const id = randomUUIDv7()
  await tx
    .insertInto('licence')
    .values({
      id,
      licence_no: made.number,
      application_id: old.application_id,
      replaces_id: old.id,
      state: 'pending',
      channel: old.channel,
      enterprise_id: old.enterprise_id,
      consignor_code: old.consignor_code,
      authority_code: old.authority_code,
      quota_year: old.quota_year,
      hs_code: old.hs_code,
      category_code: old.category_code,
      goods_key: old.goods_key,
      goods_name: old.goods_name,
      goods_unit: old.goods_unit,
      quantity: newQuantity(form),
      amount: made.amount,
      amount_usd: made.amountUsd,
      currency: old.currency,
      trade_mode: form.changes.tradeMode ?? old.trade_mode,
      destination_country: form.changes.destinationCountry ?? old.destination_country,
      customs_port: form.changes.customsPort ?? old.customs_port,
      contract_no: form.changes.contractNo?.trim() ?? old.contract_no,
      one_batch: old.one_batch,
      over_shipment: old.over_shipment,
      quota_account_id: made.accountId,
      content: JSON.stringify(made.content),
      check_code: newCheckCode(),
      created_at: now,
      modified_at: now,
    })
    .execute()
  await tx
    .insertInto('history')
    .values({
      thing: 'licence',
      thing_id: id,
      action: 'create',
      from_state: null,
      to_state: 'pending',
      account_id: null,
      actor_name: '系统',
      actor_place: '系统',
      opinion: `原证号 ${old.licence_no}`,
      at: now,
    })
    .execute()
  return id
}
