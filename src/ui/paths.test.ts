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
    cancellationEntry: paths.requestEntry('cancellation'),
    extensionEntry: paths.requestEntry('amendment', '26AA000001', 'extension'),
    writeOffs: paths.requests('write_off', 'manage'),
    request: paths.request(id),
    requestForm: paths.requestForm(id),
    requestQueue: paths.requestQueue(),
    requestReview: paths.requestReview(id),
    authority: paths.authority(),
    firstReview: paths.queue('first_review'),
    secondReview: paths.queue('second_review'),
    withdrawing: paths.queue('withdrawing'),
    review: paths.review(id),
    authorityApplications: paths.authorityApplications(),
    licencesToIssue: paths.licencesToIssue(),
    authorityLicences: paths.authorityLicences(),
    authorityLicence: paths.authorityLicence(id),
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
    cancellationEntry: '/desk/requests/new/cancellation',
    extensionEntry: '/desk/requests/new/amendment?licenceNo=26AA000001&kind=extension',
    writeOffs: '/desk/requests/list/write-off/manage',
    request: `/desk/requests/${id}`,
    requestForm: `/desk/requests/${id}/edit`,
    requestQueue: '/authority/requests',
    requestReview: `/authority/requests/${id}`,
    authority: '/authority',
    firstReview: '/authority/queues/first-review',
    secondReview: '/authority/queues/second-review',
    withdrawing: '/authority/queues/withdrawing',
    review: `/authority/applications/${id}`,
    authorityApplications: '/authority/applications',
    licencesToIssue: '/authority/licences/to-issue',
    authorityLicences: '/authority/licences',
    authorityLicence: `/authority/licences/${id}`,
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
