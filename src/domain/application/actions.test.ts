/** Every state × role × action, against the table of the manuals written out once more by hand. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { permissionsOf, roles, type Role } from '../account/roles.ts'
import type { Actor } from '../machine.ts'
import { application, states, type Application, type ApplicationAction, type State } from './actions.ts'

const operators: Role[] = ['sealer']
const writers: Role[] = ['preparer', 'sealer']
const reviewers: Role[] = ['reviewer']

/** Who may do it, from which states, where it leads; `system` can't be asked for by anybody. */
const expected: Record<ApplicationAction, { roles: Role[]; from: State[]; to: State | undefined }> = {
  save: { roles: writers, from: ['draft', 'returned', 'withdrawn'], to: undefined },
  attach: { roles: writers, from: ['draft', 'returned', 'withdrawn'], to: undefined },
  detach: { roles: writers, from: ['draft', 'returned', 'withdrawn'], to: undefined },
  prepare_seal: { roles: operators, from: ['draft', 'returned', 'withdrawn'], to: undefined },
  seal: { roles: operators, from: ['draft', 'returned', 'withdrawn'], to: 'ready' },
  edit: { roles: writers, from: ['ready'], to: 'draft' },
  submit: { roles: operators, from: ['ready'], to: 'first_review' },
  delete: { roles: writers, from: ['draft', 'ready', 'returned', 'withdrawn'], to: 'deleted' },
  withdraw: { roles: operators, from: ['first_review'], to: 'withdrawing' },
  print: { roles: writers, from: ['approved'], to: undefined },
  claim: { roles: reviewers, from: ['first_review', 'second_review', 'withdrawing'], to: undefined },
  release: { roles: reviewers, from: ['first_review', 'second_review', 'withdrawing'], to: undefined },
  take_over: { roles: reviewers, from: ['first_review', 'second_review', 'withdrawing'], to: undefined },
  pass_first: { roles: reviewers, from: ['first_review'], to: 'second_review' },
  return: { roles: reviewers, from: ['first_review'], to: 'returned' },
  pass_second: { roles: reviewers, from: ['second_review'], to: 'approved' },
  reject: { roles: reviewers, from: ['second_review'], to: 'rejected' },
  send_back: { roles: reviewers, from: ['second_review'], to: 'first_review' },
  agree_withdrawal: { roles: reviewers, from: ['withdrawing'], to: 'withdrawn' },
  refuse_withdrawal: { roles: reviewers, from: ['withdrawing'], to: 'first_review' },
  hand_back: { roles: ['issuer'], from: ['approved'], to: 'second_review' },
}

const me = 'account-1'
function actor(role: Role, change: Partial<Actor> = {}): Actor {
  const authority = role === 'reviewer' || role === 'issuer'
  return {
    accountId: me,
    personName: '某人',
    permissions: permissionsOf([role]),
    scope: authority ? 'authority' : role === 'auditor' ? 'all' : 'enterprise',
    enterpriseId: authority ? null : 'e1',
    department: null,
    code13: authority ? null : '1100717850555',
    authorityCode: authority ? 'AA' : null,
    ...change,
  }
}

/** Everything as the action would want it: claimed by me, sealed, nothing open. */
function subject(state: State, change: Partial<Application> = {}): Application {
  return {
    state,
    enterpriseId: 'e1',
    department: null,
    createdBy: me,
    consignorCode: '1100717850555',
    authorityCode: 'AA',
    claimedBy: me,
    claimedByName: '某人',
    firstReviewer: 'account-2',
    openIssues: [],
    sealed: true,
    sealBroken: null,
    quotaRefusal: null,
    barred: null,
    yearClosed: false,
    totalQuantity: '1',
    licence: null,
    ...change,
  }
}

/** The subject on which this action is refused by nothing but state, role or reach. */
function ideal(action: ApplicationAction, state: State): Application {
  if (action === 'claim') return subject(state, { claimedBy: null, claimedByName: null })
  if (action === 'take_over') return subject(state, { claimedBy: 'account-3', claimedByName: '别人' })
  if (action === 'hand_back') {
    return subject(state, { licence: { state: 'pending', sealed: false, issuing: false } })
  }
  return subject(state)
}

const allStates = Object.keys(states) as State[]
const allRoles = Object.keys(roles) as Role[]

test('the table written here names every action', () => {
  assert.deepEqual(Object.keys(expected).toSorted(), [...application.actionNames].toSorted())
})

for (const action of application.actionNames) {
  test(`application ${action}: every state and role`, () => {
    const row = expected[action]
    assert.equal(application.actions[action].to, row.to)
    for (const state of allStates) {
      for (const role of allRoles) {
        const refusal = application.refusal(action, ideal(action, state), actor(role))
        const wanted = !row.roles.includes(role)
          ? 'permission'
          : row.from.includes(state)
            ? undefined
            : 'state'
        assert.equal(refusal?.code, wanted, `${action} ${state} ${role}: ${refusal?.because}`)
      }
    }
  })

  test(`application ${action}: out of reach looks as if it were not there`, () => {
    const [role] = expected[action].roles
    const [state] = expected[action].from
    assert.ok(role !== undefined && state !== undefined)
    const strangers: Partial<Actor>[] = [
      { enterpriseId: 'e2', authorityCode: '03' },
      { scope: 'consignor', code13: '9999999999999', enterpriseId: 'e2' },
      { scope: 'own', accountId: 'account-9' },
      { scope: 'department', department: '出口二部' },
    ]
    for (const stranger of strangers) {
      const refusal = application.refusal(action, ideal(action, state), actor(role, stranger))
      assert.equal(refusal?.code, 'scope', JSON.stringify(stranger))
      assert.equal(refusal?.because, '没有找到该申请表')
    }
  })
}

const rules: {
  name: string
  action: ApplicationAction
  state: State
  change: Partial<Application>
  words: RegExp
}[] = [
  {
    name: 'open issues',
    action: 'prepare_seal',
    state: 'draft',
    change: { openIssues: ['请填写合同号'] },
    words: /请填写合同号$/,
  },
  {
    name: 'several open issues',
    action: 'seal',
    state: 'draft',
    change: { openIssues: ['甲', '乙'] },
    words: /甲（共 2 项/,
  },
  { name: 'no seal', action: 'submit', state: 'ready', change: { sealed: false }, words: /还没有有效的签章/ },
  {
    name: 'broken seal',
    action: 'submit',
    state: 'ready',
    change: { sealBroken: '钥匙已注销' },
    words: /钥匙已注销/,
  },
  {
    name: 'rules of today',
    action: 'submit',
    state: 'ready',
    change: { openIssues: ['合同有效日期已过'] },
    words: /合同有效日期已过/,
  },
  {
    name: 'no quota',
    action: 'submit',
    state: 'ready',
    change: { quotaRefusal: '未查到配额' },
    words: /未查到配额/,
  },
  {
    name: 'a licence exists',
    action: 'delete',
    state: 'withdrawn',
    change: { licence: { state: 'pending', sealed: false, issuing: false } },
    words: /已有许可证号/,
  },
  {
    name: 'not claimed',
    action: 'pass_first',
    state: 'first_review',
    change: { claimedBy: null },
    words: /请先领取/,
  },
  {
    name: 'claimed by another',
    action: 'return',
    state: 'first_review',
    change: { claimedBy: 'x', claimedByName: '赵六' },
    words: /赵六正在处理/,
  },
  {
    name: 'claim: claimed by another',
    action: 'claim',
    state: 'withdrawing',
    change: { claimedBy: 'x', claimedByName: '赵六' },
    words: /赵六正在处理/,
  },
  {
    name: 'release: not mine',
    action: 'release',
    state: 'first_review',
    change: { claimedBy: 'x' },
    words: /不在您手上/,
  },
  {
    name: 'take over: free',
    action: 'take_over',
    state: 'first_review',
    change: { claimedBy: null },
    words: /直接领取/,
  },
  ...(['claim', 'pass_second', 'reject', 'send_back'] as const).map((action) => ({
    name: `${action} by the first reviewer`,
    action,
    state: 'second_review' as const,
    change: { firstReviewer: me, ...(action === 'claim' ? { claimedBy: null } : {}) },
    words: /须由另一位审核员/,
  })),
  {
    name: 'take over by the first reviewer',
    action: 'take_over',
    state: 'second_review',
    change: { firstReviewer: me, claimedBy: 'x' },
    words: /须由另一位审核员/,
  },
  {
    name: 'quota gone before the second review',
    action: 'pass_second',
    state: 'second_review',
    change: { quotaRefusal: '配额不足' },
    words: /配额不足/,
  },
  {
    name: 'the year is over before the second review',
    action: 'pass_second',
    state: 'second_review',
    change: { yearClosed: true },
    words: /该年度已经结束/,
  },
  {
    name: 'hand back: sealed',
    action: 'hand_back',
    state: 'approved',
    change: { licence: { state: 'pending', sealed: true, issuing: false } },
    words: /已经生成/,
  },
  {
    name: 'hand back: under way',
    action: 'hand_back',
    state: 'approved',
    change: { licence: { state: 'pending', sealed: false, issuing: true } },
    words: /正在生成/,
  },
]

for (const rule of rules) {
  test(`application rule: ${rule.name}`, () => {
    const role = expected[rule.action].roles[0]
    assert.ok(role !== undefined)
    const refusal = application.refusal(rule.action, subject(rule.state, rule.change), actor(role))
    assert.equal(refusal?.code, 'rule')
    assert.match(refusal.because, rule.words)
  })
}

test('what is offered: nothing without permission or in another state, a rule keeps its words', () => {
  const offered = application.offered(subject('first_review', { claimedBy: null }), actor('reviewer'))
  const names = offered.map((one) => one.action)
  assert.deepEqual(names, ['claim', 'release', 'take_over', 'pass_first', 'return'])
  assert.equal(offered.find((one) => one.action === 'claim')?.because, undefined)
  assert.match(offered.find((one) => one.action === 'pass_first')?.because ?? '', /请先领取/)
  assert.deepEqual(application.offered(subject('deleted'), actor('sealer')), [])
  assert.deepEqual(application.offered(subject('first_review'), actor('auditor')), [])
})
