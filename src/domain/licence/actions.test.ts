import assert from 'node:assert/strict'
import { test } from 'node:test'
import { permissionsOf, roles, type Role } from '../account/roles.ts'
import type { Actor } from '../machine.ts'
import {
  customsWords,
  licence,
  shownState,
  states,
  type Licence,
  type LicenceAction,
  type State,
} from './actions.ts'
import { closedYear, licenceNo, openYears, validity } from './validity.ts'

const expected: Record<LicenceAction, { roles: Role[]; from: State[]; to: State | undefined }> = {
  issue: { roles: ['issuer'], from: ['pending'], to: undefined },
  retry: { roles: ['issuer'], from: ['pending'], to: undefined },
  complete: { roles: [], from: ['pending'], to: 'valid' },
  fail: { roles: [], from: ['pending'], to: undefined },
  cancel: { roles: [], from: ['pending', 'valid', 'expired'], to: 'cancelled' },
  lapse: { roles: [], from: ['pending'], to: 'cancelled' },
  use: { roles: [], from: ['valid', 'expired', 'cleared'], to: undefined },
  correct_use: { roles: [], from: ['valid', 'expired', 'cleared'], to: undefined },
  take_back_use: { roles: [], from: ['valid', 'expired', 'cleared'], to: undefined },
  reopen: { roles: [], from: ['cleared'], to: 'valid' },
  clear: { roles: [], from: ['valid', 'expired'], to: 'cleared' },
  close_by_customs: { roles: [], from: ['valid', 'expired'], to: 'cleared' },
  write_off: { roles: [], from: ['cleared'], to: 'written_off' },
  replace: { roles: [], from: ['valid', 'expired'], to: 'replaced' },
  lose: { roles: [], from: ['valid', 'expired'], to: 'lost' },
  register_use: { roles: ['issuer'], from: ['valid', 'expired', 'cleared'], to: undefined },
  resend: {
    roles: ['issuer'],
    from: ['valid', 'cleared', 'written_off', 'cancelled', 'replaced', 'lost', 'expired', 'revoked'],
    to: undefined,
  },
  revoke: { roles: ['reviewer'], from: ['valid'], to: 'revoked' },
  expire: { roles: [], from: ['valid'], to: 'expired' },
}

const actor = (role: Role, change: Partial<Actor> = {}): Actor => ({
  accountId: 'a',
  personName: '某人',
  permissions: permissionsOf([role]),
  scope: role === 'issuer' || role === 'reviewer' ? 'authority' : 'all',
  enterpriseId: null,
  department: null,
  code13: null,
  authorityCode: 'AA',
  ...change,
})
const system: Actor = { ...actor('auditor'), permissions: new Set(), scope: 'system' }

function subject(state: State, change: Partial<Licence> = {}): Licence {
  return {
    state,
    enterpriseId: 'e1',
    department: null,
    createdBy: '',
    consignorCode: null,
    authorityCode: 'AA',
    applicationState: 'approved',
    issueStep: null,
    issueError: null,
    exchanged: false,
    yearOver: false,
    sealed: false,
    closedYear: null,
    signerRefusal: null,
    expiryDate: '2026-12-31',
    today: '2027-01-01',
    useCount: 0,
    openRequest: null,
    ...change,
  }
}

/** Facts under which nothing but state and role can refuse. */
const ideals: Record<LicenceAction, Partial<Licence>> = {
  issue: {},
  retry: { issueStep: 'document', issueError: '打印程序没有响应' },
  complete: { issueStep: 'done' },
  fail: {},
  cancel: {},
  lapse: { exchanged: true, yearOver: true },
  use: {},
  correct_use: {},
  take_back_use: {},
  reopen: {},
  clear: {},
  close_by_customs: {},
  write_off: {},
  replace: {},
  lose: {},
  register_use: {},
  resend: {},
  revoke: {},
  expire: {},
}

const allStates = Object.keys(states) as State[]

for (const action of licence.actionNames) {
  test(`licence ${action}: every state and role, and the system`, () => {
    const row = expected[action]
    assert.equal(licence.actions[action].to, row.to)
    for (const state of allStates) {
      const on = subject(state, ideals[action])
      const byState = row.from.includes(state) ? undefined : 'state'
      for (const role of Object.keys(roles) as Role[]) {
        const wanted = row.roles.includes(role) ? byState : 'permission'
        assert.equal(licence.refusal(action, on, actor(role))?.code, wanted, `${action} ${state} ${role}`)
      }
      const wanted = row.roles.length === 0 ? byState : 'permission'
      assert.equal(licence.refusal(action, on, system)?.code, wanted, `${action} ${state} system`)
    }
  })
}

test('another authority does not find the licence', () => {
  const refusal = licence.refusal('issue', subject('pending'), actor('issuer', { authorityCode: '03' }))
  assert.equal(refusal?.code, 'scope')
})

const rules: [LicenceAction, Partial<Licence>, RegExp][] = [
  ['issue', { issueStep: 'dates' }, /正在生成/],
  ['issue', { issueStep: 'document', issueError: '错' }, /再试/],
  ['issue', { applicationState: 'second_review' }, /退回复审/],
  ['issue', { closedYear: '2027 年度自 2026 年 12 月 10 日起受理' }, /12 月 10 日/],
  ['issue', { signerRefusal: '签章证书已到期' }, /到期/],
  ['retry', {}, /没有失败/],
  ['retry', { issueError: '错', applicationState: 'second_review' }, /退回复审/],
  ['retry', { issueError: '错', signerRefusal: '签章证书已到期' }, /到期/],
]
for (const [action, change, words] of rules) {
  test(`licence rule: ${action} ${JSON.stringify(change)}`, () => {
    const refusal = licence.refusal(action, subject('pending', change), actor('issuer'))
    assert.equal(refusal?.code, 'rule')
    assert.match(refusal.because, words)
  })
}

test('only what came by exchange, of a year that is over, lapses; not what is sealed or under way', () => {
  const on = (change: Partial<Licence>) =>
    licence.refusal('lapse', subject('pending', { exchanged: true, yearOver: true, ...change }), system)
      ?.because
  assert.equal(on({}), undefined)
  assert.equal(on({ issueStep: 'dates', issueError: '年度已经结束' }), undefined)
  assert.match(on({ exchanged: false }) ?? '', /退回复审/)
  assert.match(on({ yearOver: false }) ?? '', /还没有结束/)
  assert.match(on({ sealed: true, issueStep: 'message', issueError: '错' }) ?? '', /再试/)
  assert.match(on({ issueStep: 'document' }) ?? '', /正在生成/)
})

test('a sealed document needs neither an open year nor a certificate to be completed', () => {
  const late = {
    issueError: '错',
    sealed: true,
    closedYear: '2026 年度已经结束',
    signerRefusal: '签章证书已到期',
  }
  assert.equal(licence.refusal('retry', subject('pending', late), actor('issuer')), undefined)
  const back = { ...late, applicationState: 'second_review' }
  assert.equal(licence.refusal('retry', subject('pending', back), actor('issuer'))?.code, 'rule')
})

test('expiry is the day after the last day', () => {
  const on = (today: string) => licence.refusal('expire', subject('valid', { today }), system)?.code
  assert.equal(on('2026-12-31'), 'rule')
  assert.equal(on('2027-01-01'), undefined)
  assert.equal(shownState('valid', '2026-12-31', '2026-12-31'), 'valid')
  assert.equal(shownState('valid', '2026-12-31', '2027-01-01'), 'expired')
  assert.equal(shownState('cancelled', '2026-12-31', '2027-01-01'), 'cancelled')
})

// Issued on, quota year → starts, last day (出口许可证签发工作规范 第十三、十四条).
const terms: [string, number, string, string][] = [
  ['2026-01-01', 2026, '2026-01-01', '2026-07-01'],
  ['2026-06-15', 2026, '2026-06-15', '2026-12-15'],
  ['2026-06-30', 2026, '2026-06-30', '2026-12-30'],
  ['2026-07-01', 2026, '2026-07-01', '2026-12-31'],
  ['2026-08-31', 2026, '2026-08-31', '2026-12-31'],
  ['2026-12-31', 2026, '2026-12-31', '2026-12-31'],
  ['2026-12-10', 2027, '2027-01-01', '2027-07-01'],
  ['2026-12-31', 2027, '2027-01-01', '2027-07-01'],
  ['2026-12-10', 2026, '2026-12-10', '2026-12-31'],
]
for (const [issuedOn, year, from, to] of terms) {
  test(`validity: issued ${issuedOn} for ${year}`, () => {
    const found = validity(issuedOn, year)
    assert.deepEqual([found.validFrom, found.expiryDate], [from, to])
    assert.equal(found.remark !== '', year > Number(issuedOn.slice(0, 4)))
  })
}

test('goods with a term of their own: so many days after the first, never past the year', () => {
  assert.equal(validity('2026-06-15', 2026, 60).expiryDate, '2026-08-14')
  assert.equal(validity('2026-11-15', 2026, 60).expiryDate, '2026-12-31')
  assert.equal(validity('2026-01-01', 2026, 365).expiryDate, '2026-12-31')
  assert.equal(validity('2026-12-10', 2027, 60).expiryDate, '2027-03-02')
})

test('years that are open', () => {
  assert.deepEqual(openYears('2026-12-09'), [2026])
  assert.deepEqual(openYears('2026-12-10'), [2026, 2027])
  assert.deepEqual(openYears('2027-01-01'), [2027])
  assert.throws(() => validity('2026-12-09', 2027), RangeError)
  assert.throws(() => validity('2027-01-01', 2026), RangeError)
  assert.match(closedYear(2027, '2026-12-09') ?? '', /12 月 10 日/)
  assert.match(closedYear(2025, '2026-12-09') ?? '', /已经结束/)
  assert.match(closedYear(2030, '2026-12-09') ?? '', /不能申领/)
})

test('licence numbers as in manual 003', () => {
  assert.equal(licenceNo(2024, 'AA', 900009), '24AA900009')
  assert.equal(licenceNo(2026, '03', 1), '2603000001')
})

test('words of 海关状态', () => {
  assert.equal(customsWords('pending', 'none', 0), '未发送')
  assert.equal(customsWords('valid', 'queued', 0), '待发送')
  assert.equal(customsWords('valid', 'accepted', 0), '海关已接收')
  assert.equal(customsWords('valid', 'accepted', 2), '部分使用')
  assert.equal(customsWords('cleared', 'accepted', 2), '已清关')
  assert.equal(customsWords('cancelled', 'accepted', 0), '已删除')
})
