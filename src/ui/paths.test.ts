import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parameterPages } from '#domain/reference/lists.ts'
import { nameOf, paths, safeReturn } from './paths.ts'

test('every address of a page', () => {
  const id = '01980000-0000-7000-8000-000000000001'
  const printed = {
    home: paths.home(),
    signIn: paths.signIn(),
    signInBack: paths.signIn('/desk/licences?page=2'),
    desk: paths.desk(),
    newApplication: paths.newApplication(),
    toSubmit: paths.applications('to_submit'),
    underReview: paths.applications('under_review'),
    rejected: paths.applications('rejected'),
    toPrint: paths.applications('to_print'),
    printed: paths.applications('printed'),
    application: paths.application(id),
    applicationForm: paths.applicationForm(id),
    enterprise: paths.enterprise(),
    licences: paths.licences(),
    licence: paths.licence(id),
    customsStates: paths.customsStates(),
    customsUses: paths.customsUses(),
    check: paths.check(),
    quota: paths.quota(),
    quotaAccount: paths.quotaAccount(id),
    quotaWhatIf: paths.quotaWhatIf(),
    swaps: paths.swaps(),
    swap: paths.swap(id),
    authority: paths.authority(),
    firstReview: paths.queue('first_review'),
    secondReview: paths.queue('second_review'),
    withdrawing: paths.queue('withdrawing'),
    review: paths.review(id),
    authorityApplications: paths.authorityApplications(),
    licencesToIssue: paths.licencesToIssue(),
    authorityLicences: paths.authorityLicences(),
    authorityLicence: paths.authorityLicence(id),
    authorityCustomsStates: paths.authorityCustomsStates(),
    authorityCustomsUses: paths.authorityCustomsUses(),
    customsMessages: paths.customsMessages(),
    differences: paths.differences(),
    reconciliations: paths.reconciliations(),
    authorityQuota: paths.authorityQuota(),
    authorityQuotaAccount: paths.authorityQuotaAccount(id),
    quotaTotals: paths.quotaTotals(),
    quotaGrants: paths.quotaGrants(),
    quotaManagement: paths.quotaManagement(),
    authoritySwaps: paths.authoritySwaps(),
    authoritySwap: paths.authoritySwap(id),
    tables: parameterPages.map((name) => paths.table(name)),
    rates: paths.rates(),
    calendar: paths.calendar(),
    signInLog: paths.signInLog(),
    verify: paths.verify(),
  }
  assert.deepEqual(printed, {
    home: '/',
    signIn: '/sign-in',
    signInBack: '/sign-in?returnTo=%2Fdesk%2Flicences%3Fpage%3D2',
    desk: '/desk',
    newApplication: '/desk/applications/new',
    toSubmit: '/desk/applications/list/to-submit',
    underReview: '/desk/applications/list/under-review',
    rejected: '/desk/applications/list/rejected',
    toPrint: '/desk/applications/list/to-print',
    printed: '/desk/applications/list/printed',
    application: `/desk/applications/${id}`,
    applicationForm: `/desk/applications/${id}/edit`,
    enterprise: '/desk/enterprise',
    licences: '/desk/licences',
    licence: `/desk/licences/${id}`,
    customsStates: '/desk/customs/states',
    customsUses: '/desk/customs/uses',
    check: '/desk/customs/check',
    quota: '/desk/quota',
    quotaAccount: `/desk/quota/${id}`,
    quotaWhatIf: '/desk/quota/what-if',
    swaps: '/desk/quota/swaps',
    swap: `/desk/quota/swaps/${id}`,
    authority: '/authority',
    firstReview: '/authority/queues/first-review',
    secondReview: '/authority/queues/second-review',
    withdrawing: '/authority/queues/withdrawing',
    review: `/authority/applications/${id}`,
    authorityApplications: '/authority/applications',
    licencesToIssue: '/authority/licences/to-issue',
    authorityLicences: '/authority/licences',
    authorityLicence: `/authority/licences/${id}`,
    authorityCustomsStates: '/authority/customs/states',
    authorityCustomsUses: '/authority/customs/uses',
    customsMessages: '/authority/customs/messages',
    differences: '/authority/customs/differences',
    reconciliations: '/authority/customs/reconciliations',
    authorityQuota: '/authority/quota',
    authorityQuotaAccount: `/authority/quota/${id}`,
    quotaTotals: '/authority/quota/totals',
    quotaGrants: '/authority/quota/grants',
    quotaManagement: '/authority/quota/management',
    authoritySwaps: '/authority/quota/swaps',
    authoritySwap: `/authority/quota/swaps/${id}`,
    tables: [
      '/tables/commodity',
      '/tables/licence-trade-mode',
      '/tables/country',
      '/tables/payment-method',
      '/tables/customs-port',
      '/tables/transport-mode',
      '/tables/currency',
      '/tables/authority',
    ],
    rates: '/admin/rates',
    calendar: '/admin/calendar',
    signInLog: '/admin/sign-ins',
    verify: '/verify',
  })
})

test('an address part leads back to its name, and only to a known one', () => {
  assert.equal(nameOf(['to_submit', 'rejected'], 'to-submit'), 'to_submit')
  assert.equal(nameOf(['to_submit', 'rejected'], 'elsewhere'), undefined)
})

test('after signing in only an address of this system is followed', () => {
  assert.equal(safeReturn('/desk?page=2'), '/desk?page=2')
  for (const foreign of [
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    'javascript:1',
    '',
    undefined,
  ]) {
    assert.equal(safeReturn(foreign), '/')
  }
  assert.equal(safeReturn('/sign-in?returnTo=/sign-in'), '/')
})
