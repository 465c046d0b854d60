/** 应用申请: which action of whom goes through in which state, as one table. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { permissionsOf, type Role } from '../account/roles.ts'
import { withheldOf } from '../enterprise/standing.ts'
import type { Actor } from '../machine.ts'
import { isState, serviceRequest, states, type ServiceRequestSubject } from './actions.ts'

const actor = (role: Role, of: Partial<Actor> = {}): Actor => ({
  accountId: 'a',
  personName: '某',
  permissions: permissionsOf([role]),
  scope: 'own',
  enterpriseId: null,
  department: null,
  code13: null,
  authorityCode: null,
  ...of,
})
const subject = (of: Partial<ServiceRequestSubject>): ServiceRequestSubject => ({
  state: 'requested',
  office: true,
  missing: [],
  enterpriseId: 'e',
  department: null,
  createdBy: 'a',
  consignorCode: null,
  authorityCode: null,
  ...of,
})
const people = {
  preparer: actor('preparer', { enterpriseId: 'e', scope: 'enterprise' }),
  administrator: actor('enterprise_administrator', { enterpriseId: 'e', scope: 'enterprise' }),
  stranger: actor('sealer', { enterpriseId: 'other', scope: 'enterprise' }),
  viewer: actor('viewer', { enterpriseId: 'e', scope: 'enterprise' }),
  platform: actor('platform_officer'),
  office: actor('electromechanical_officer'),
  key: actor('key_officer'),
  auditor: actor('auditor', { scope: 'all' }),
}

test('states × people: what is offered', () => {
  const offered = Object.entries(people).flatMap(([name, person]) =>
    Object.keys(states)
      .filter(isState)
      .flatMap((state) => {
        const names = serviceRequest.offered(subject({ state }), person).map((one) => one.action)
        return names.length === 0 ? [] : [`${name} ${state}: ${names.join(' ')}`]
      }),
  )
  assert.deepEqual(offered, [
    'preparer data_review: withdraw',
    'preparer requested: withdraw',
    'administrator data_review: withdraw',
    'administrator requested: withdraw',
    'platform requested: grant refuse',
    'platform granted: close',
    'office data_review: approve_data refuse_data',
  ])
})

test('the office reaches its own services alone, and says what is missing', () => {
  const other = subject({ state: 'data_review', office: false })
  assert.equal(serviceRequest.refusal('approve_data', other, people.office)?.code, 'scope')
  const bare = subject({ state: 'data_review', missing: ['企业地址', '企业联系人'] })
  assert.match(
    serviceRequest.refusal('approve_data', bare, people.office)?.because ?? '',
    /还缺企业地址、企业联系人/,
  )
  assert.equal(serviceRequest.refusal('refuse_data', bare, people.office), undefined)
})

test('without the service everything that writes at the export desk is withheld, and nothing else', () => {
  const sealer = permissionsOf(['sealer', 'enterprise_administrator'])
  assert.equal(withheldOf(sealer, true).size, 0)
  const left = [...sealer].filter((name) => !withheldOf(sealer, false).has(name)).toSorted()
  assert.deepEqual(left, [
    'account.change_contact',
    'account.change_password',
    'account.change_role',
    'account.complete',
    'account.restore',
    'account.suspend',
    'application.print',
    'colleagues.read',
    'enterprise.change',
    'invitation.create',
    'invitation.resend',
    'invitation.withdraw',
    ...['colleagues', 'delete', 'issue', 'recall', 'revoke', 'save', 'submit'].map(
      (name) => `key_request.${name}`,
    ),
    'licence.download',
    ...['cancel', 'create', 'delete', 'issue', 'submit'].map((name) => `phone_authorisation.${name}`),
    'quota.read',
    'service_request.request',
    'service_request.withdraw',
  ])
})
