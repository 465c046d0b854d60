/** The machine of 配额调换: every state × role × action, every guard, and what arrives for a quantity. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { permissionsOf, roles, type Role } from '../account/roles.ts'
import type { Actor } from '../machine.ts'
import { states, swap, swapAuthority, swapped, type State, type Swap, type SwapAction } from './actions.ts'

const expected: Record<SwapAction, { role: Role; from: State[]; to: State }> = {
  withdraw: { role: 'sealer', from: ['reviewing'], to: 'withdrawn' },
  approve: { role: 'quota_officer', from: ['reviewing'], to: 'approved' },
  return: { role: 'quota_officer', from: ['reviewing'], to: 'returned' },
}

const enterpriseRoles: readonly Role[] = ['preparer', 'sealer', 'viewer']
const actor = (role: Role, change: Partial<Actor> = {}): Actor => {
  const own = enterpriseRoles.includes(role)
  return {
    accountId: 'a',
    personName: '某人',
    permissions: permissionsOf([role]),
    scope: own ? 'enterprise' : role === 'auditor' ? 'all' : 'authority',
    enterpriseId: own ? 'e1' : null,
    department: null,
    code13: null,
    authorityCode: own ? null : swapAuthority,
    ...change,
  }
}
const system: Actor = { ...actor('auditor'), permissions: new Set(), scope: 'system' }

const subject = (state: State, yearOver: string | null = null): Swap => ({
  state,
  enterpriseId: 'e1',
  department: null,
  createdBy: 'a',
  consignorCode: null,
  authorityCode: swapAuthority,
  yearOver,
})

test('the table written here names every action', () => {
  assert.deepEqual(Object.keys(expected).toSorted(), Object.keys(swap.actions).toSorted())
})

for (const action of swap.actionNames) {
  test(`${action}: every state and role, and the system`, () => {
    const row = expected[action]
    assert.equal(swap.actions[action].to, row.to)
    for (const state of Object.keys(states) as State[]) {
      for (const role of Object.keys(roles) as Role[]) {
        const byState = row.from.includes(state) ? undefined : 'state'
        const wanted = role === row.role ? byState : 'permission'
        assert.equal(swap.refusal(action, subject(state), actor(role))?.code, wanted, `${state} ${role}`)
      }
      assert.equal(swap.refusal(action, subject(state), system)?.code, 'permission', `${state} system`)
    }
  })
}

test('strangers do not find a request', () => {
  const on = subject('reviewing')
  for (const [action, stranger] of [
    ['withdraw', actor('sealer', { enterpriseId: 'e2' })],
    ['withdraw', actor('sealer', { scope: 'own', accountId: 'b' })],
    ['withdraw', actor('sealer', { scope: 'department', department: '出口部' })],
    ['withdraw', actor('sealer', { scope: 'consignor', code13: '1100DEM000014' })],
    ['approve', actor('quota_officer', { authorityCode: '03' })],
    ['return', actor('quota_officer', { authorityCode: '03' })],
  ] as const) {
    assert.equal(swap.refusal(action, on, stranger)?.code, 'scope', `${action} ${stranger.scope}`)
  }
})

test('once its year is over a request may go back, but not be approved', () => {
  const late = subject('reviewing', '2026 年度已经结束')
  const refused = swap.refusal('approve', late, actor('quota_officer'))
  assert.deepEqual([refused?.code, refused?.because], ['rule', '2026 年度已经结束'])
  assert.equal(swap.refusal('return', late, actor('quota_officer')), undefined)
  assert.equal(swap.refusal('withdraw', late, actor('sealer')), undefined)
})

test('a refusal needs its reason, an approval may go without', () => {
  const parses = (action: 'approve' | 'return', opinion: string) =>
    swap.actions[action].input?.safeParse({ opinion }).success
  assert.deepEqual(
    [parses('return', ''), parses('return', '比例待核'), parses('approve', '')],
    [false, true, true],
  )
})

test('what arrives is the quantity at the ratio, to four digits', () => {
  for (const [quantity, ratio, arrives] of [
    ['1000.5', '0.8', '800.4'],
    ['1', '0.33335', '0.3334'],
    ['0.0001', '0.4', '0'],
    ['99999999999', '1.5', '149999999998.5'],
  ] as const) {
    assert.equal(swapped(quantity, ratio), arrives, `${quantity} × ${ratio}`)
  }
})
