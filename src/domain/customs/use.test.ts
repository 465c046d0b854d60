import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { State } from '../licence/actions.ts'
import {
  clears,
  correctionRefusal,
  everyRefusal,
  hardRefusal,
  leftOf,
  mostOf,
  mostUses,
  takeBackRefusal,
  useDifference,
  useRefusal,
  type LicenceTerms,
  type Recorded,
  type Use,
  type UseCode,
} from './use.ts'

const no = (n: number) => `0202${String(n).padStart(14, '0')}`
const used = (n: number, quantity = '10', itemNo = 1) => ({ declarationNo: no(n), itemNo, quantity })

const terms = (change: Partial<LicenceTerms> = {}): LicenceTerms => ({
  state: 'valid',
  licenceNo: '26AA000001',
  exporterCode: '1100717850555',
  consignorCode: '1200776367555',
  hsCode: '7208271000',
  customsPort: '0202',
  quantity: '1000',
  unit: '千克',
  overShipment: '0',
  oneBatch: false,
  validFrom: '2026-06-15',
  expiryDate: '2026-12-15',
  closedByCustoms: false,
  uses: [],
  declaredOnOther: null,
  today: '2026-12-31',
  ...change,
})
const use = (change: Partial<Use> = {}): Use => ({
  declarationNo: no(99),
  itemNo: 1,
  declaredOn: '2026-07-01',
  customsCode: '0202',
  declarantCode: '1100717850555',
  hsCode: '7208271000',
  quantity: '100',
  final: false,
  ...change,
})
const twelve = Array.from({ length: mostUses }, (_, n) => used(n))

type Row = [string, UseCode | undefined, Partial<LicenceTerms>, Partial<Use>]
const table: Row[] = [
  ['a plain use', undefined, {}, {}],
  // Form.
  ['declaration number too short', 'form', {}, { declarationNo: '02022026' }],
  ['declaration number in small letters', 'form', {}, { declarationNo: 'a'.repeat(18) }],
  ['item 0', 'form', {}, { itemNo: 0 }],
  ['item 1000', 'form', {}, { itemNo: 1000 }],
  ['half an item', 'form', {}, { itemNo: 1.5 }],
  ['no such day', 'form', {}, { declaredOn: '2026-02-30' }],
  ['customs of three digits', 'form', {}, { customsCode: '020' }],
  ['nothing', 'form', {}, { quantity: '0' }],
  ['less than nothing', 'form', {}, { quantity: '-5' }],
  ['too precise', 'form', {}, { quantity: '1.00001' }],
  ['too large', 'form', {}, { quantity: '1234567890' }],
  ['an exponent', 'form', {}, { quantity: '1e2' }],
  // K8: one item once.
  ['a repeat', 'repeated', { uses: [used(99)] }, {}],
  ['another item of the declaration', undefined, { uses: [used(99)] }, { itemNo: 2 }],
  // States.
  ...(['pending', 'cancelled', 'replaced', 'lost', 'revoked', 'written_off'] as State[]).map((state): Row => [
    state,
    'state',
    { state },
    {},
  ]),
  ['expired, declared inside the term', undefined, { state: 'expired' }, {}],
  ['cleared', 'state', { state: 'cleared', uses: [used(1)] }, {}],
  [
    'a further item of the last declaration',
    undefined,
    { state: 'cleared', uses: [used(99)] },
    { itemNo: 2 },
  ],
  [
    'the same after customs closed it',
    'state',
    { state: 'cleared', closedByCustoms: true, uses: [used(99)] },
    { itemNo: 2 },
  ],
  // K4: declarant, goods; the consignor declares too.
  ['the consignor', undefined, {}, { declarantCode: '1200776367555' }],
  ['a stranger', 'declarant', {}, { declarantCode: '1300000000000' }],
  ['other goods', 'goods', {}, { hsCode: '7208279000' }],
  // C8: one customs district, by the first two digits.
  ['another office of the district', undefined, {}, { customsCode: '0213' }],
  ['another district', 'customs', {}, { customsCode: '0302' }],
  // C3: the term, by the day of the declaration.
  ['the first day', undefined, {}, { declaredOn: '2026-06-15' }],
  ['the day before', 'term', {}, { declaredOn: '2026-06-14' }],
  ['the last day', undefined, {}, { declaredOn: '2026-12-15' }],
  ['the day after', 'term', {}, { declaredOn: '2026-12-16' }],
  ['not dated yet', 'state', { validFrom: null }, {}],
  // The day of the declaration by the server's clock.
  ['declared today', undefined, { today: '2026-07-01' }, {}],
  ['declared tomorrow, inside the term', 'future', { today: '2026-06-30' }, {}],
  ['tomorrow and after the term', 'term', { today: '2026-12-15' }, { declaredOn: '2026-12-16' }],
  [
    'expired, declared in a year',
    'term',
    { state: 'expired', today: '2027-01-02' },
    { declaredOn: '2027-06-01' },
  ],
  ['still to be declared', undefined, { today: null }, { declaredOn: '2026-12-15' }],
  // K2.
  ['a declaration of another licence', 'declaration', { declaredOnOther: '26AA000002' }, {}],
  // C9: one batch, or twelve.
  ['one batch, first', undefined, { oneBatch: true }, {}],
  ['one batch, second declaration', 'uses', { oneBatch: true, uses: [used(1)] }, {}],
  ['one batch, second item', undefined, { oneBatch: true, uses: [used(99)] }, { itemNo: 2 }],
  ['the twelfth', undefined, { uses: twelve.slice(1) }, {}],
  ['the thirteenth', 'uses', { uses: twelve }, {}],
  // Quantity, and C11: over-shipment only in the last, on what is left.
  ['all of it', undefined, {}, { quantity: '1000' }],
  ['a little more', 'quantity', {}, { quantity: '1000.0001' }],
  ['more than is left', 'quantity', { uses: [used(1, '950')] }, { quantity: '50.1' }],
  ['5 % in the last', undefined, { overShipment: '5' }, { quantity: '1050', final: true }],
  ['5 % not in the last', 'quantity', { overShipment: '5' }, { quantity: '1050' }],
  ['more than 5 %', 'quantity', { overShipment: '5' }, { quantity: '1050.0001', final: true }],
  ['3 % of crude oil', undefined, { overShipment: '3' }, { quantity: '1030', final: true }],
  ['more than 3 %', 'quantity', { overShipment: '3' }, { quantity: '1031', final: true }],
  [
    'the allowance is on what is left',
    'quantity',
    { overShipment: '5', uses: [used(1, '800')] },
    { quantity: '211', final: true },
  ],
  [
    'as much as that is',
    undefined,
    { overShipment: '5', uses: [used(1, '800')] },
    { quantity: '210', final: true },
  ],
  ['one batch is the last', undefined, { overShipment: '5', oneBatch: true }, { quantity: '1050' }],
  [
    'the twelfth is the last',
    undefined,
    { overShipment: '5', uses: twelve.slice(1).map((one) => ({ ...one, quantity: '50' })) },
    { quantity: '472.5' },
  ],
  ['goods that are not bulk', 'quantity', {}, { quantity: '1001', final: true }],
]

for (const [name, code, licence, given] of table) {
  test(`use: ${name}: ${code ?? 'recorded'}`, () => {
    assert.equal(useRefusal(terms(licence), use(given))?.code, code)
  })
}

test('what closes a licence: the last, one batch, nothing left, the twelfth', () => {
  assert.equal(clears(terms(), use()), false)
  assert.equal(clears(terms(), use({ final: true })), true)
  assert.equal(clears(terms({ oneBatch: true }), use()), true)
  assert.equal(clears(terms(), use({ quantity: '1000' })), true)
  assert.equal(clears(terms({ uses: twelve.slice(1) }), use({ quantity: '1' })), true)
  assert.equal(clears(terms({ uses: twelve.slice(2) }), use({ quantity: '1' })), false)
})

test('what is left is never below nothing; the most of the next use', () => {
  assert.equal(leftOf({ quantity: '100', uses: [used(1, '105')] }), '0')
  assert.equal(mostOf({ quantity: '100', uses: [used(1, '40')], overShipment: '5' }, true), '63')
  assert.equal(mostOf({ quantity: '100', uses: [used(1, '40')], overShipment: '5' }, false), '60')
})

test('all reasons at once; a malformed one is told its form alone', () => {
  const wrong = use({ hsCode: '7208279000', customsCode: '3100', quantity: '2000' })
  assert.deepEqual(
    everyRefusal(terms(), wrong).map((one) => one.code),
    ['goods', 'customs', 'quantity'],
  )
  assert.deepEqual(
    everyRefusal(terms(), { ...wrong, quantity: 'x' }).map((one) => one.code),
    ['form'],
  )
})

test('an officer may answer for identity, customs and term, never for more than the licence gives', () => {
  assert.equal(hardRefusal(terms(), use({ customsCode: '3100', declaredOn: '2026-12-20' })), undefined)
  assert.equal(hardRefusal(terms(), use({ customsCode: '3100', quantity: '1001' }))?.code, 'quantity')
  assert.equal(hardRefusal(terms({ uses: twelve }), use({ customsCode: '3100' }))?.code, 'uses')
  assert.equal(hardRefusal(terms({ state: 'cancelled' }), use())?.code, 'state')
  assert.equal(hardRefusal(terms({ state: 'cleared', uses: [used(1)] }), use()), undefined)
  assert.equal(hardRefusal(terms({ declaredOnOther: '26AA000002' }), use())?.code, 'declaration')
  const early = { today: '2026-06-30' }
  assert.equal(hardRefusal(terms(early), use())?.code, 'future')
  assert.equal(hardRefusal(terms(early), use({ customsCode: '3100' }))?.code, 'future')
  // Cleared by its one declaration, it takes no other: only further items of the same (一批一证).
  const once = terms({ state: 'cleared', oneBatch: true, uses: [used(1)] })
  assert.equal(hardRefusal(once, use())?.code, 'uses')
})

test('an item told again: equal in value is equal', () => {
  const ours = { declaredOn: '2026-07-01', customsCode: '0202', quantity: '10', final: false }
  assert.equal(useDifference(ours, { ...ours, quantity: '10.0000' }), undefined)
  const theirs = { declaredOn: '2026-07-02', customsCode: '0203', quantity: '11', final: true }
  assert.match(useDifference(ours, theirs) ?? '', /日期.*海关 0202.*数量 10 与 11.*最后一次 否 与 是/)
})

const recorded = (n: number, quantity: string, change: Partial<Recorded> = {}): Recorded => ({
  ...used(n, quantity),
  declaredOn: '2026-07-01',
  customsCode: '0202',
  final: false,
  ...change,
})
/** What customs says of the first of the recorded items; what the correction is refused for. */
const corrections: [string, UseCode | undefined, Partial<LicenceTerms>, Recorded[], Partial<Use>][] = [
  ['less', undefined, {}, [recorded(1, '300')], { quantity: '200' }],
  ['more, all that is there', undefined, {}, [recorded(1, '300')], { quantity: '1000' }],
  ['more than there is', 'quantity', {}, [recorded(1, '300')], { quantity: '1000.0001' }],
  [
    'more than a later use leaves',
    'quantity',
    {},
    [recorded(1, '300'), recorded(2, '600')],
    { quantity: '401' },
  ],
  [
    'another day, another customs',
    undefined,
    {},
    [recorded(1, '300')],
    { declaredOn: '2026-06-01', customsCode: '3100' },
  ],
  ['a day to come', 'future', { today: '2026-07-01' }, [recorded(1, '300')], { declaredOn: '2026-07-02' }],
  [
    'the allowance of a later last use is on what is left then',
    undefined,
    { overShipment: '5' },
    [recorded(1, '500'), recorded(2, '525', { final: true })],
    { quantity: '490' },
  ],
  [
    'and not on more',
    'quantity',
    { overShipment: '5' },
    [recorded(1, '500'), recorded(2, '525', { final: true })],
    { quantity: '510' },
  ],
  ['after expiry', undefined, { state: 'expired' }, [recorded(1, '300')], { quantity: '200' }],
  ['written off', 'state', { state: 'written_off' }, [recorded(1, '300')], { quantity: '200' }],
  [
    'a cleared licence that would not be used up',
    'state',
    { state: 'cleared' },
    [recorded(1, '300', { final: true })],
    { quantity: '300', final: false },
  ],
  [
    'cleared by the last use, which says less',
    undefined,
    { state: 'cleared' },
    [recorded(1, '300', { final: true })],
    { quantity: '200', final: true },
  ],
  [
    'closed by customs',
    undefined,
    { state: 'cleared', closedByCustoms: true },
    [recorded(1, '300')],
    { quantity: '200' },
  ],
  ['malformed', 'form', {}, [recorded(1, '300')], { quantity: '0' }],
]
for (const [name, code, licence, list, given] of corrections) {
  test(`correction: ${name}: ${code ?? 'taken over'}`, () => {
    const asked = use({ ...list[0], ...given })
    assert.equal(correctionRefusal(terms({ ...licence, uses: list }), list, asked)?.code, code)
  })
}

const usedUp = Array.from({ length: mostUses }, (_, index) => recorded(index + 1, '80'))
const takenBack: [string, UseCode | undefined, Partial<LicenceTerms>, Recorded[]][] = [
  ['the only use', undefined, {}, [recorded(1, '300')]],
  [
    'the last use of a cleared licence',
    undefined,
    { state: 'cleared' },
    [recorded(1, '300', { final: true })],
  ],
  ['after expiry', undefined, { state: 'expired' }, [recorded(1, '300')]],
  ['written off', 'state', { state: 'written_off' }, [recorded(1, '300')]],
  ['revoked', 'state', { state: 'revoked' }, [recorded(1, '300')]],
  [
    'an earlier one, where the last keeps within what is left',
    undefined,
    { overShipment: '5' },
    [recorded(1, '500'), recorded(2, '525', { final: true })],
  ],
  ['one of twelve', undefined, { state: 'cleared', quantity: '1000' }, usedUp],
  [
    'one of twelve, of which the twelfth took the allowance of the last',
    'quantity',
    { state: 'cleared', quantity: '890', overShipment: '5' },
    [recorded(1, '1'), ...usedUp.slice(1, 11), recorded(12, '93')],
  ],
]
for (const [name, code, licence, list] of takenBack) {
  test(`taken back: ${name}: ${code ?? 'may be'}`, () => {
    const asked = use(list[0])
    assert.equal(takeBackRefusal(terms({ ...licence, uses: list }), list, asked)?.code, code)
  })
}
