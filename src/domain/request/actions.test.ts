/** The three machines of 许可证退换: every kind × state × role × action, and every guard. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { permissionsOf, roles, type Role } from '../account/roles.ts'
import { amendment, type AmendmentAction } from '../amendment/actions.ts'
import { cancellation, type CancellationAction } from '../cancellation/actions.ts'
import type { Actor } from '../machine.ts'
import { mostWrittenOff, writeOff, type WriteOffAction } from '../write-off/actions.ts'
import { states, type Kind, type LicenceFacts, type LicenceRequest, type State } from './states.ts'

const writers: Role[] = ['preparer', 'sealer']
const sealers: Role[] = ['sealer']
const reviewers: Role[] = ['reviewer']
const open: State[] = ['ready', 'returned']

interface Expected {
  roles: Role[]
  from: State[]
  to: State | undefined
}
const reviewing: State[] = ['reviewing']
const second: State[] = ['second_review']
const waiting: State[] = ['awaiting_customs']

const written = {
  save: { roles: writers, from: open, to: undefined },
  delete: { roles: writers, from: open, to: 'deleted' },
  submit: { roles: sealers, from: open, to: 'reviewing' },
  recall: { roles: sealers, from: reviewing, to: 'ready' },
  return: { roles: reviewers, from: reviewing, to: 'returned' },
} as const satisfies Record<string, Expected>
const customs = {
  customs_yes: { roles: [], from: waiting, to: 'approved' },
  customs_no: { roles: [], from: waiting, to: 'returned' },
  stop_waiting: { roles: reviewers, from: waiting, to: 'returned' },
} as const satisfies Record<string, Expected>

const cancelling: Record<CancellationAction, Expected> = {
  ...written,
  pass: { roles: reviewers, from: reviewing, to: 'awaiting_customs' },
  ...customs,
}
const writingOff: Record<WriteOffAction, Expected> = {
  ...written,
  pass: { roles: reviewers, from: reviewing, to: 'approved' },
}
const amending: Record<AmendmentAction, Expected> = {
  ...written,
  prepare_seal: { roles: sealers, from: open, to: undefined },
  seal: { roles: sealers, from: open, to: undefined },
  pass_first: { roles: reviewers, from: reviewing, to: 'second_review' },
  pass_second: { roles: reviewers, from: second, to: 'awaiting_customs' },
  return_second: { roles: reviewers, from: second, to: 'returned' },
  ...customs,
}

const me = 'account-1'
const actor = (role: Role, change: Partial<Actor> = {}): Actor => {
  const enterprise = ['preparer', 'sealer', 'viewer'].includes(role)
  return {
    accountId: me,
    personName: '某人',
    permissions: permissionsOf([role]),
    scope: enterprise ? 'enterprise' : role === 'auditor' ? 'all' : 'authority',
    enterpriseId: enterprise ? 'e1' : null,
    department: null,
    code13: null,
    authorityCode: enterprise ? null : 'AA',
    ...change,
  }
}
const system: Actor = { ...actor('auditor'), permissions: new Set(), scope: 'system' }

const valid: LicenceFacts = {
  state: 'valid',
  quantity: '1000',
  unit: '千克',
  usedQuantity: '0',
  useCount: 0,
  overShipment: '5',
  expiryDate: '2026-12-15',
  closedByCustoms: false,
  closedYear: null,
}
const cleared: LicenceFacts = { ...valid, state: 'cleared', usedQuantity: '900', useCount: 2 }

function subject(kind: Kind, state: State, change: Partial<LicenceRequest> = {}): LicenceRequest {
  return {
    state,
    enterpriseId: 'e1',
    department: null,
    createdBy: me,
    consignorCode: null,
    authorityCode: 'AA',
    kind,
    licence: kind === 'write_off' ? cleared : valid,
    writeOffQuantity: kind === 'write_off' ? '900' : null,
    openIssues: [],
    sealed: true,
    sealBroken: null,
    quotaRefusal: null,
    shrunk: null,
    firstReviewer: 'account-2',
    ...change,
  }
}

/** Asks one of the three machines by the name of the kind. */
function refusal(kind: Kind, action: string, on: LicenceRequest, by: Actor) {
  if (kind === 'cancellation' && cancellation.isAction(action)) return cancellation.refusal(action, on, by)
  if (kind === 'write_off' && writeOff.isAction(action)) return writeOff.refusal(action, on, by)
  assert.ok(amendment.isAction(action), action)
  return amendment.refusal(action, on, by)
}

const tables: Record<Kind, { expected: Record<string, Expected>; actions: Record<string, { to?: State }> }> =
  {
    cancellation: { expected: cancelling, actions: cancellation.actions },
    write_off: { expected: writingOff, actions: writeOff.actions },
    amendment: { expected: amending, actions: amendment.actions },
    extension: { expected: amending, actions: amendment.actions },
    loss: { expected: amending, actions: amendment.actions },
  }
const allStates = Object.keys(states) as State[]
const allRoles = Object.keys(roles) as Role[]

for (const [kind, { expected, actions }] of Object.entries(tables) as [Kind, (typeof tables)[Kind]][]) {
  test(`${kind}: the table written here names every action`, () => {
    assert.deepEqual(Object.keys(expected).toSorted(), Object.keys(actions).toSorted())
  })
  for (const [action, row] of Object.entries(expected)) {
    test(`${kind} ${action}: every state and role, and the system`, () => {
      assert.equal(actions[action]?.to, row.to)
      for (const state of allStates) {
        const byState = row.from.includes(state) ? undefined : 'state'
        // Only what customs' yes could not end any more may be given up.
        const stuck =
          action === 'stop_waiting' ? { licence: { ...valid, useCount: 1, state: 'revoked' as const } } : {}
        const on = subject(kind, state, stuck)
        for (const role of allRoles) {
          const wanted = row.roles.includes(role) ? byState : 'permission'
          assert.equal(refusal(kind, action, on, actor(role))?.code, wanted, `${state} ${role}`)
        }
        const wanted = row.roles.length === 0 ? byState : 'permission'
        assert.equal(refusal(kind, action, on, system)?.code, wanted, `${state} system`)
      }
    })
  }
}

test('strangers do not find a request', () => {
  const on = subject('cancellation', 'reviewing')
  const foreign = actor('reviewer', { authorityCode: '03' })
  assert.equal(cancellation.refusal('pass', on, foreign)?.code, 'scope')
  const trader = actor('sealer', { enterpriseId: 'e2' })
  assert.equal(cancellation.refusal('recall', on, trader)?.code, 'scope')
})

type Guard = [Kind, string, State, Partial<LicenceRequest>, RegExp]
const licence = (change: Partial<LicenceFacts>): Partial<LicenceRequest> => ({
  licence: { ...valid, ...change },
})
const clearedWith = (change: Partial<LicenceFacts>, quantity: string | null = '900') => ({
  licence: { ...cleared, ...change },
  writeOffQuantity: quantity,
})

const used = licence({ useCount: 1, usedQuantity: '10' })
const guards: Guard[] = [
  ...(['save', 'submit'] as const).flatMap((action): Guard[] => [
    ['cancellation', action, 'ready', used, /已在海关使用，不能删除/],
    ['cancellation', action, 'ready', licence({ closedByCustoms: true }), /海关已结案/],
    ['cancellation', action, 'ready', licence({ state: 'pending' }), /尚未生成/],
    ['cancellation', action, 'ready', licence({ state: 'revoked' }), /已不是有效状态/],
  ]),
  ['cancellation', 'pass', 'reviewing', used, /已在海关使用/],
  ['cancellation', 'customs_yes', 'awaiting_customs', used, /已在海关使用/],
  ...(
    [
      ['submit', 'ready'],
      ['pass', 'reviewing'],
    ] as const
  ).flatMap(([action, state]): Guard[] => [
    ['write_off', action, state, licence({}), /尚未清关，不能核销/],
    ['write_off', action, state, used, /请海关结案后再核销/],
    ['write_off', action, state, clearedWith({ state: 'written_off' }), /许可证已核销/],
    ['write_off', action, state, clearedWith({}, null), /请填写核销数量/],
    ['write_off', action, state, clearedWith({}, '0'), /应大于 0/],
    ['write_off', action, state, clearedWith({}, '899.9'), /不能少于海关反馈的 900 千克/],
    ['write_off', action, state, clearedWith({}, '1050.1'), /不能超过 1,050 千克/],
  ]),
  ...(
    [
      ['save', 'ready'],
      ['prepare_seal', 'ready'],
      ['seal', 'ready'],
      ['submit', 'ready'],
      ['pass_first', 'reviewing'],
      ['pass_second', 'second_review'],
    ] as const
  ).flatMap(([action, state]): Guard[] => [
    ['extension', action, state, licence({ state: 'expired' }), /已过有效期/],
    ['amendment', action, state, licence({ state: 'pending' }), /尚未生成/],
    ['amendment', action, state, licence({ state: 'cleared' }), /已不是有效状态/],
    ['amendment', action, state, licence({ closedByCustoms: true }), /海关已结案/],
    ['extension', action, state, licence({ closedYear: '2026 年度已经结束' }), /年度已经结束/],
    ['extension', action, state, licence({ usedQuantity: '1000', useCount: 1 }), /数量已用完/],
    ['loss', action, state, used, /不能办理遗失补发/],
  ]),
  ['amendment', 'prepare_seal', 'ready', { openIssues: ['没有更改内容'] }, /没有更改内容/],
  ['amendment', 'seal', 'ready', { openIssues: ['甲', '乙'] }, /甲（共 2 项）/],
  ['amendment', 'submit', 'ready', { sealed: false }, /还没有有效的签章/],
  ['amendment', 'submit', 'ready', { sealBroken: '电子钥匙已注销' }, /已注销/],
  ['amendment', 'submit', 'ready', { openIssues: ['没有更改内容'] }, /没有更改内容/],
  ['amendment', 'submit', 'ready', { quotaRefusal: '尚缺 5' }, /尚缺 5/],
  ['amendment', 'pass_first', 'reviewing', { shrunk: '上报后海关又有使用' }, /又有使用/],
  ['amendment', 'pass_second', 'second_review', { shrunk: '上报后海关又有使用' }, /又有使用/],
  ['amendment', 'pass_second', 'second_review', { firstReviewer: me }, /初审人/],
  ['amendment', 'return_second', 'second_review', { firstReviewer: me }, /初审人/],
  ['amendment', 'customs_yes', 'awaiting_customs', { shrunk: '上报后海关又有使用' }, /又有使用/],
  ['amendment', 'customs_yes', 'awaiting_customs', licence({ state: 'revoked' }), /已不是有效状态/],
  ['loss', 'customs_yes', 'awaiting_customs', used, /不能办理遗失补发/],
  ['cancellation', 'stop_waiting', 'awaiting_customs', {}, /正在等待海关答复/],
  ['extension', 'stop_waiting', 'awaiting_customs', licence({ state: 'expired' }), /正在等待海关答复/],
]
for (const [kind, action, state, change, words] of guards) {
  test(`${kind} ${action} is refused: ${words.source} ${JSON.stringify(change)}`, () => {
    const side = ['submit', 'save', 'prepare_seal', 'seal'].includes(action) ? 'sealer' : 'reviewer'
    const by = action.startsWith('customs') ? system : actor(side)
    const found = refusal(kind, action, subject(kind, state, change), by)
    assert.equal(found?.code, 'rule')
    assert.match(found.because, words)
  })
}

test('a term that ends while customs is asked does not stop its yes; an expired licence may be cancelled', () => {
  const expired = licence({ state: 'expired' })
  assert.equal(
    refusal('extension', 'customs_yes', subject('extension', 'awaiting_customs', expired), system),
    undefined,
  )
  const on = subject('cancellation', 'awaiting_customs', expired)
  assert.equal(refusal('cancellation', 'customs_yes', on, system), undefined)
})

test('the most that can be written off is the quantity with its over-shipment', () => {
  assert.equal(mostWrittenOff({ quantity: '1000', overShipment: '3' }), '1030')
  assert.equal(mostWrittenOff({ quantity: '1000', overShipment: '0' }), '1000')
  assert.equal(mostWrittenOff({ quantity: '450000.5', overShipment: '5' }), '472500.525')
})
