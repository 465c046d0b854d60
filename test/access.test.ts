/**
 * Every request × every role, on things of one enterprise and one authority: who comes through, and how the others are
 * turned away. A request that is not in the table fails the test.
 */
import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { after, before, test } from 'node:test'
import * as account from '#api/account.ts'
import * as accountOffice from '#api/account-office.ts'
import * as application from '#api/application.ts'
import * as attachment from '#api/attachment.ts'
import * as colleague from '#api/colleague.ts'
import * as customs from '#api/customs.ts'
import * as demo from '#api/demo.ts'
import type { Endpoint } from '#api/endpoint.ts'
import * as enterprise from '#api/enterprise.ts'
import * as enterpriseOffice from '#api/enterprise-office.ts'
import * as health from '#api/health.ts'
import * as message from '#api/message.ts'
import * as keyAgent from '#api/key-agent.ts'
import * as key from '#api/key.ts'
import * as keyEntrance from '#api/key-entrance.ts'
import * as licence from '#api/licence.ts'
import * as notice from '#api/notice.ts'
import * as phone from '#api/phone.ts'
import * as phoneAuthorisation from '#api/phone-authorisation.ts'
import * as quota from '#api/quota.ts'
import * as quotaWarning from '#api/quota-warning.ts'
import * as reference from '#api/reference.ts'
import * as oldUser from '#api/old-user.ts'
import * as ownAccount from '#api/own-account.ts'
import * as registration from '#api/registration.ts'
import * as request from '#api/request.ts'
import { demoAccount, demoAccounts } from '#server/demo/accounts.ts'
import { queueLetter } from '#server/message/queue.ts'
import { envelope, pack, post as postSigned } from '#test/customs.ts'
import * as service from '#api/hall.ts'
import * as setting from '#api/setting.ts'
import * as swap from '#api/swap.ts'
import { demoEnterprises } from '#server/demo/enterprises.ts'
import { makeDemoQuota } from '#server/demo/quota.ts'
import { completeDraft, passing, sealed, submitted, typed, type Draft } from '#test/journey.ts'
import { steelForm } from '#test/forms.ts'
import { doingKey, filled, getRequest } from '#test/keys.ts'
import { certificateFingerprint } from '#server/pki/signature.ts'
import { as, eKeyOf, startTestApp, testClock, visitor, type TestApp, type TestClient } from '#test/people.ts'
import { authorise, phoneAction, phoneOf } from '#test/phones.ts'
import { makeTestPki } from '#test/pki.ts'
import { applied, entered } from '#test/key-entrance.ts'
import { clientOf, newCompany } from '#test/registration.ts'

let it: TestApp
const clients = new Map<string, TestClient>()
/** Of 演示钢铁集团 and authority AA: a draft, one in the first review, one approved with a pending licence. */
const things = {
  draft: '',
  sent: '',
  approved: '',
  licence: '',
  licenceNo: '',
  difference: '',
  file: '',
  asked: '',
  sentRequest: '',
  quota: '',
  swap: '',
  message: '',
  invitation: '',
  service: '',
  keyRequest: '',
  paper: '',
  fingerprint: '',
  phone: '',
}

before(async () => {
  const clock = testClock()
  const pki = await makeTestPki(clock())
  const press = { application: async () => Buffer.from('%PDF-1.4') }
  it = await startTestApp({ clock, context: { trust: pki.trust, press: { ...noPress, ...press } } })
  for (const { loginName } of demoAccounts) clients.set(loginName, await as(it, loginName))
  const [steel, first, second] = [client('steel02'), client('review01'), client('review02')]
  const eKey = await eKeyOf(it, pki, 'steel02')
  things.draft = (await completeDraft(it, steel)).id
  const sent: Draft = await submitted(it, steel, eKey)
  things.sent = sent.id
  const approved = await passing(
    second,
    await passing(first, await submitted(it, steel, eKey), 'pass_first'),
    'pass_second',
  )
  things.approved = approved.id
  const seen = await steel.call(application.getApplication, { params: { id: approved.id } })
  things.licence = seen.licence?.id ?? ''
  things.licenceNo = seen.licence?.licenceNo ?? ''
  const closing = { messageId: 'a1', kind: 'closing', licenceNo: things.licenceNo, reason: '' }
  await postSigned(it, await pack(envelope([closing])))
  things.difference = (
    await it.ctx.db.selectFrom('customs_difference').select('id').executeTakeFirstOrThrow()
  ).id
  things.file =
    (await steel.call(application.getApplication, { params: { id: sent.id } })).attachments[0]?.id ?? ''
  await sealed(it, steel, eKey, await completeDraft(it, steel))
  await makeRequests(steel)
  await makeQuota(steel)
  things.service = randomUUIDv7()
  const asked = { id: things.service, service: 'electromechanical_enterprise' } as const
  await steel.call(service.requestService, { body: asked })
  const letter = {
    channel: 'sms',
    recipient: '13912345678',
    kind: 'invitation',
    subject: '',
    text: '试验',
  } as const
  things.message = await it.ctx.db.transaction().execute((tx) => queueLetter(tx, it.ctx, letter))
  things.invitation = randomUUIDv7()
  await client('steel00').call(colleague.inviteColleague, {
    body: {
      id: things.invitation,
      personName: '新同事',
      email: 'invited@example.cn',
      roles: ['viewer'],
      dataScope: 'enterprise',
      department: '',
    },
  })
  things.fingerprint = certificateFingerprint(eKey.certificate.der)
  const askedKey = await doingKey(steel, await filled(steel), 'submit')
  things.keyRequest = askedKey.id
  things.paper = (await getRequest(steel, askedKey.id)).papers[0]?.id ?? ''
  things.phone = (await authorise(it, steel, eKey.open, { mobile: phoneNumber })).id
})
after(() => it.close())

const phoneNumber = '13900000777'

/** A draft of a cancellation and one with the authority, on licences as they are once issued. */
async function makeRequests(steel: TestClient) {
  const { id: accountId } = steel.account ?? { id: '' }
  const licence = await it.ctx.db
    .selectFrom('licence')
    .selectAll()
    .where('id', '=', things.licence)
    .executeTakeFirstOrThrow()
  const now = it.clock()
  for (const [name, kind, state] of [
    ['asked', 'cancellation', 'ready'],
    ['sentRequest', 'extension', 'approved'],
  ] as const) {
    things[name] = randomUUIDv7()
    await it.ctx.db
      .insertInto('licence_request')
      .values({
        id: things[name],
        kind,
        state,
        licence_id: licence.id,
        licence_no: licence.licence_no,
        enterprise_id: licence.enterprise_id,
        department: null,
        authority_code: licence.authority_code,
        quota_year: licence.quota_year,
        reason: '试验',
        created_by: accountId,
        created_at: now,
        modified_by: accountId,
        modified_at: now,
        submitted_at: state === 'approved' ? now : null,
      })
      .execute()
  }
}

/** Tungsten quota of 演示钢铁集团, and a request to swap some of it. */
async function makeQuota(steel: TestClient) {
  await makeDemoQuota(it.ctx)
  const found = await it.ctx.db
    .selectFrom('quota_account')
    .select('id')
    .where('goods_key', '=', 'tungsten')
    .where('enterprise_id', '=', demoEnterprises.steel.id)
    .executeTakeFirstOrThrow()
  things.quota = found.id
  things.swap = randomUUIDv7()
  const asked = { toGoods: 'antimony', quantity: '10', ratio: '1.5', reason: '订单改变' } as const
  await steel.call(swap.requestSwap, { body: { id: things.swap, fromAccountId: found.id, ...asked } })
}

const noPress = {
  licence: async () => Promise.reject(new Error('not here')),
  application: async () => Promise.reject(new Error('not here')),
  proof: async () => Promise.reject(new Error('not here')),
  ready: async () => undefined,
  close: async () => undefined,
}

function client(loginName: string): TestClient {
  const found = clients.get(loginName)
  assert.ok(found)
  return found
}

const everybody = demoAccounts.map((one) => one.loginName)
const steelWriters = ['steel01', 'steel02']
const steelPeople = ['steel00', ...steelWriters]
const writers = [...steelWriters, 'trade01']
const reviewers = ['review01', 'review02', 'hebei01']
/** Who sees what 演示钢铁集团 has submitted to AA. */
const seers = [...steelPeople, 'review01', 'review02', 'issue01', 'audit01', 'quota01', 'super01']
/** Whose work has nothing to do with applications: no permission there, and no reach. */
const apart = ['platform01', 'key01', 'electro01', 'admin01']
const without = (names: string[]) => everybody.filter((name) => !names.includes(name))

interface Row {
  of: Endpoint
  send: (client: TestClient) => Promise<{ statusCode: number }>
  /** Come through: to an answer, or as far as a rule (409) or the form (422). */
  through: string[]
  /** Turned away, with the status. */
  away?: { names: string[]; status: 401 | 403 | 404 }[] | undefined
  public?: true
}

const action = { version: 999, requestId: randomUUIDv7() }
const at = (endpoint: Endpoint, params: Record<string, string>) =>
  endpoint.path.replace(/:(\w+)/g, (_, name: string) => params[name] ?? '')
const get = (
  of: Endpoint,
  through: string[],
  away: Row['away'] = [],
  params: () => Record<string, string> = () => ({}),
  query = '',
): Row => ({
  of,
  send: (one) => one.get(at(of, params()) + query),
  through,
  away,
})
const post = (
  of: Endpoint,
  through: string[],
  away: Row['away'],
  params: () => Record<string, string>,
  body: () => object,
): Row => ({
  of,
  send: (one) => one.inject({ method: of.method, url: at(of, params()), payload: body() }),
  through,
  away,
})
const open = (of: Endpoint, url: string): Row => ({
  of,
  send: (one) => one.get(url),
  through: everybody,
  public: true,
})
const openPost = (of: Endpoint): Row => ({
  ...post(
    of,
    everybody,
    [],
    () => ({}),
    () => ({}),
  ),
  public: true,
})
const onDraft = () => ({ id: things.draft })
const form = () => typed(steelForm({ code13: '1100DEM000014', uscc: '91110000DEM000014E', name: '演示' }))
const strangersTo = (names: string[], permitted: string[]): Row['away'] => [
  { names: permitted.filter((name) => !names.includes(name)), status: 404 },
  { names: without([...permitted, ...names]), status: 403 },
]
/** An action at the door: who has the permission but not the thing gets 404, who lacks the permission 403. */
const doing = (name: string, id: () => string, through: string[], permitted: string[]): Row =>
  post(
    application.actOnApplication,
    through,
    strangersTo(through, permitted),
    () => ({ id: id(), action: name }),
    () => action,
  )
const issuing = (name: string, through: string[], permitted: string[]): Row =>
  post(
    licence.actOnLicence,
    through,
    strangersTo(through, permitted),
    () => ({ id: things.licence, action: name }),
    () => action,
  )

/** The same for a request; drafts are the enterprise's own, and only the sealer's may be sealed. */
const asking = (name: string, id: () => string, through: string[], permitted: string[]): Row =>
  post(
    request.actOnRequest,
    through,
    strangersTo(through, permitted),
    () => ({ id: id(), action: name }),
    () => action,
  )
const sealers = ['steel02', 'trade01']

const customsOfficers = ['issue01', 'hebei01']
const customsReaders = [...customsOfficers, 'audit01', 'super01']
const swapping = (name: string, through: string[]): Row =>
  post(
    swap.actOnSwap,
    through,
    strangersTo(through, through),
    () => ({ id: things.swap, action: name }),
    () => action,
  )
const ofYear = (of: Endpoint) => (of === quota.listQuotaCategories ? '?year=2026' : '')
/** Who may ask about quota at all, and who reaches that of 演示钢铁集团: AA has seen its applications. */
const quotaReaders = everybody.filter((name) => !apart.includes(name))
const quotaSeers = seers
const swapSeers = quotaSeers

const operators = [...steelPeople, 'trade01', 'consignor01']
const changers = ['steel00', ...writers]
const keepers = ['steel00', 'platform01', 'admin01']
const serviceOfficers = ['platform01', 'electro01']
const platformOffice = ['platform01', 'admin01']
const logReaders = ['audit01', 'platform01', 'admin01']
/** Who may have a key; who sees the request of steel02; and who reads the office. */
const keyWriters = [...steelPeople, 'trade01']
const keyOffice = ['key01', 'audit01', 'super01']
const keyReaders = [...keyWriters, ...keyOffice]
const keyOwners = ['steel00', 'steel02']
const keySeers = [...keyOwners, ...keyOffice]
const keyAction = (name: string, through: string[], permitted: string[]): Row =>
  post(
    key.actOnKeyRequest,
    through,
    strangersTo(through, permitted),
    () => ({ id: things.keyRequest, action: name }),
    () => action,
  )
/** Nobody comes in with a page's session: phones have their own (phone-authorisation/phone-sign-in.test.ts). */
const ofPhones = (of: Endpoint): Row =>
  post(
    of,
    [],
    [{ names: everybody, status: 401 }],
    () => ({ id: things.phone }),
    () => ({}),
  )
const phoneRow = (name: string, through: string[], away: Row['away']): Row =>
  post(
    phoneAuthorisation.actOnPhoneAuthorisation,
    through,
    away,
    () => ({ id: things.phone, action: name }),
    () => action,
  )
function keyBody(of: Endpoint): object {
  if (of === key.saveKeyRequest) return { ...action, certificateType: 'general', fields: {}, services: [] }
  return of === key.submitRenewal ? { ...action, cms: 'AAAA' } : { ...action, request: 'AAAA' }
}

const reviewPermission = { names: without(reviewers), status: 403 } as const
const unseen = [{ names: without(seers), status: 404 }] as const satisfies Row['away']

const table: Row[] = [
  open(account.newCaptcha, '/api/captcha'),
  ...[
    account.signIn,
    registration.sendRegistrationCodes,
    registration.register,
    oldUser.oldEntrance,
    registration.sendRecoveryCode,
    registration.recoverPassword,
    keyEntrance.sendEntranceCode,
    keyEntrance.enterKeyOffice,
    keyEntrance.sendApplicantCodes,
    keyEntrance.applyForKey,
    colleague.readInvitation,
    colleague.sendInvitationCode,
    colleague.acceptInvitation,
  ].map((of) => openPost(of)),
  open(registration.registrationPlaces, registration.registrationPlaces.path),
  get(account.whoAmI, everybody),
  get(account.signInLog, logReaders, [{ names: without(logReaders), status: 403 }]),

  get(application.listApplications, everybody),
  get(application.listQueue, reviewers, [reviewPermission], () => ({ queue: 'first_review' })),
  get(application.nextInQueue, reviewers, [reviewPermission], () => ({ queue: 'first_review' })),
  get(
    application.placeInQueue,
    ['review01', 'review02'],
    [
      { names: ['hebei01'], status: 404 },
      { names: without(reviewers), status: 403 },
    ],
    () => ({ queue: 'first_review', id: things.sent }),
  ),
  get(application.getApplication, steelPeople, [{ names: without(steelPeople), status: 404 }], onDraft),
  get(application.getApplication, seers, unseen, () => ({ id: things.sent })),
  get(application.goodsFacts, writers, [{ names: without(writers), status: 403 }], () => ({
    year: '2026',
    hsCode: '7208271000',
  })),
  post(
    application.createApplication,
    writers,
    [{ names: without(writers), status: 403 }],
    () => ({}),
    () => ({ id: randomUUIDv7(), form: form() }),
  ),
  post(application.saveApplication, steelWriters, strangersTo(steelWriters, writers), onDraft, () => ({
    version: 999,
    contractSheet: null,
  })),
  post(application.copyApplication, steelWriters, strangersTo(steelWriters, writers), onDraft, () => ({
    ids: [randomUUIDv7()],
  })),
  post(
    application.prepareSeal,
    ['steel02'],
    strangersTo(['steel02'], ['steel02', 'trade01']),
    onDraft,
    () => action,
  ),
  post(
    application.sealApplication,
    ['steel02'],
    strangersTo(['steel02'], ['steel02', 'trade01']),
    onDraft,
    () => ({ ...action, cms: 'AAAA' }),
  ),
  get(application.printApplication, seers, unseen, () => ({ id: things.sent })),
  ...['edit', 'delete', 'print'].map((name) => doing(name, () => things.draft, steelWriters, writers)),
  ...['submit', 'withdraw'].map((name) =>
    doing(name, () => things.draft, ['steel02'], ['steel02', 'trade01']),
  ),
  ...[
    'claim',
    'release',
    'take_over',
    'pass_first',
    'return',
    'pass_second',
    'reject',
    'send_back',
    'agree_withdrawal',
    'refuse_withdrawal',
  ].map((name) => doing(name, () => things.sent, ['review01', 'review02'], reviewers)),
  doing('hand_back', () => things.approved, ['issue01'], ['issue01', 'hebei01']),

  post(attachment.uploadAttachments, steelWriters, strangersTo(steelWriters, writers), onDraft, () => ({})),
  get(attachment.listAttachments, seers, unseen, () => ({ id: things.sent })),
  get(attachment.downloadAttachment, seers, unseen, () => ({ id: things.sent, attachmentId: things.file })),
  post(
    attachment.deleteAttachment,
    steelWriters,
    strangersTo(steelWriters, writers),
    () => ({ id: things.sent, attachmentId: things.file }),
    () => ({}),
  ),

  // Whoever holds customs' key is customs; nobody else comes in (customs/inbound.test.ts).
  {
    of: customs.inbox,
    send: async () => postSigned(it, await pack(envelope([]))),
    through: everybody,
    public: true,
  },
  get(customs.listCustomsStates, everybody),
  get(customs.listUses, everybody),
  get(customs.licenceCustoms, seers, unseen, () => ({ id: things.licence })),
  post(
    customs.checkDeclaration,
    seers,
    unseen,
    () => ({}),
    () => ({
      licenceNo: things.licenceNo,
      declaredOn: '2026-06-20',
      customsCode: '0202',
      declarantCode: '1100DEM000014',
      hsCode: '7208271000',
      quantity: '1',
    }),
  ),
  ...[customs.listMessages, customs.listDifferences, customs.listReconciliations].map((of) =>
    get(of, customsReaders, [{ names: without(customsReaders), status: 403 }]),
  ),
  post(
    customs.runReconciliation,
    customsOfficers,
    [{ names: without(customsOfficers), status: 403 }],
    () => ({}),
    () => ({ day: '2026-06-14' }),
  ),
  ...['rejudge', 'accept', 'close'].map((name) =>
    post(
      customs.actOnDifference,
      ['issue01'],
      strangersTo(['issue01'], customsOfficers),
      () => ({ id: things.difference, action: name }),
      () => action,
    ),
  ),
  post(
    customs.actOnDifference,
    [],
    [{ names: everybody, status: 403 }],
    () => ({ id: things.difference, action: 'vanish' }),
    () => action,
  ),

  open(demo.demoAccountList, '/api/demo/accounts'),
  open(demo.demoKeyList, '/demo/keys/'),
  open(demo.demoKey, '/demo/keys/steel02.pem'),

  open(keyAgent.getKeyAgent, '/api/key-agent'),
  open(keyAgent.downloadKeyAgent, '/api/key-agent/xuke-key-agent-1.0.0-any.zip'),

  get(enterprise.ownEnterprise, operators, [{ names: without(operators), status: 404 }]),
  post(
    enterprise.saveEnterpriseInfo,
    changers,
    [{ names: without(changers), status: 403 }],
    () => ({}),
    () => ({ version: 999, info: {} }),
  ),
  get(enterprise.ownChanges, operators, [{ names: without(operators), status: 404 }]),
  get(enterpriseOffice.listEnterprises, platformOffice, [{ names: without(platformOffice), status: 403 }]),
  get(
    enterpriseOffice.getEnterprise,
    platformOffice,
    [{ names: without(platformOffice), status: 403 }],
    () => ({ id: demoEnterprises.steel.id }),
  ),
  ...['suspend', 'restore', 'correct', 'verify', 'supersede'].map((name) => {
    const through = ['verify', 'supersede'].includes(name) ? [] : platformOffice
    return post(
      enterpriseOffice.actOnEnterprise,
      through,
      [{ names: without(through), status: 403 }],
      () => ({ id: demoEnterprises.steel.id, action: name }),
      () => action,
    )
  }),
  ...[oldUser.listOldUsers, oldUser.listOldUserImports, oldUser.oldUserSample].map((of) =>
    get(of, platformOffice, [{ names: without(platformOffice), status: 403 }]),
  ),
  ...[oldUser.lookAtOldUsers, oldUser.importOldUsers].map((of) =>
    post(
      of,
      platformOffice,
      [{ names: without(platformOffice), status: 403 }],
      () => ({}),
      () => ({ id: randomUUIDv7(), fileName: 'a.csv', file: '' }),
    ),
  ),
  // Nobody here comes from an old system: the rule says so (409).
  get(oldUser.getCompletion, everybody),
  ...[oldUser.sendCompletionCodes, oldUser.complete].map((of) =>
    post(
      of,
      everybody,
      [],
      () => ({}),
      () => ({ email: 'a@example.cn', mobile: '13912345678' }),
    ),
  ),
  get(oldUser.ownOldUsers, everybody),
  get(accountOffice.listAccounts, platformOffice, [{ names: without(platformOffice), status: 403 }]),
  get(accountOffice.getAccount, platformOffice, [{ names: without(platformOffice), status: 403 }], () => ({
    id: demoAccount('steel01')?.id ?? '',
  })),
  // An officer: the platform officer does not find him.
  get(
    accountOffice.getAccount,
    ['admin01'],
    [
      { names: ['platform01'], status: 404 },
      { names: without(platformOffice), status: 403 },
    ],
    () => ({ id: demoAccount('review01')?.id ?? '' }),
  ),
  post(
    accountOffice.createOfficer,
    ['admin01'],
    [{ names: without(['admin01']), status: 403 }],
    () => ({}),
    () => ({}),
  ),
  get(enterprise.enterpriseByCode, everybody, [], () => ({ code13: '1100DEM000014' })),

  open(health.alive, '/healthz'),
  open(health.ready, '/readyz'),

  get(key.listKeyRequests, keyReaders, [{ names: without(keyReaders), status: 403 }]),
  get(key.listKeys, keyReaders, [{ names: without(keyReaders), status: 403 }]),
  get(key.getKeyRequest, keySeers, strangersTo(keySeers, keyReaders), () => ({ id: things.keyRequest })),
  post(
    key.createKeyRequest,
    keyWriters,
    [{ names: without(keyWriters), status: 403 }],
    () => ({}),
    () => ({ id: randomUUIDv7(), kind: 'new' }),
  ),
  ...[key.saveKeyRequest, key.submitRenewal, key.makeCertificate].map((of) =>
    post(
      of,
      keyOwners,
      strangersTo(keyOwners, keyWriters),
      () => ({ id: things.keyRequest }),
      () => keyBody(of),
    ),
  ),
  ...['submit', 'recall', 'delete'].map((name) => keyAction(name, keyOwners, keyWriters)),
  ...['approve', 'return'].map((name) => keyAction(name, ['key01'], ['key01'])),
  // Not by this way: what they are about comes with them elsewhere.
  ...['save', 'issue', 'revoke', 'revoke_by_officer', 'vanish'].map((name) =>
    post(
      key.actOnKeyRequest,
      [],
      [
        { names: keyReaders, status: 404 },
        { names: without(keyReaders), status: 403 },
      ],
      () => ({ id: things.keyRequest, action: name }),
      () => action,
    ),
  ),
  {
    of: key.uploadPapers,
    send: (one) =>
      one.inject({
        method: 'POST',
        url: at(key.uploadPapers, { id: things.keyRequest }) + '?kind=other',
        payload: {},
      }),
    through: keyOwners,
    away: strangersTo(keyOwners, keyWriters),
  },
  get(key.downloadPaper, keySeers, strangersTo(keySeers, keyReaders), () => ({
    id: things.keyRequest,
    paperId: things.paper,
  })),
  post(
    key.deletePaper,
    keyOwners,
    strangersTo(keyOwners, keyWriters),
    () => ({ id: things.keyRequest, paperId: things.paper }),
    () => ({}),
  ),
  post(
    key.revokeKey,
    ['key01', 'steel00', 'steel02'],
    strangersTo(['key01', 'steel00', 'steel02'], [...keyWriters, 'key01']),
    () => ({ fingerprint: things.fingerprint }),
    () => ({ id: randomUUIDv7(), code: 'superseded', reason: '' }),
  ),
  post(
    key.bindKey,
    keyWriters,
    [{ names: without(keyWriters), status: 403 }],
    () => ({}),
    () => ({ challengeId: randomUUIDv7(), cms: 'AAAA' }),
  ),
  post(
    key.unbindKey,
    [],
    strangersTo([], keyWriters),
    () => ({ fingerprint: 'ab'.repeat(32) }),
    () => ({}),
  ),
  {
    ...post(
      key.newKeyChallenge,
      everybody,
      [],
      () => ({}),
      () => ({ purpose: 'bind' }),
    ),
    public: true,
  },
  {
    ...post(
      key.checkKey,
      everybody,
      [],
      () => ({}),
      () => ({ certificate: 'AAAA' }),
    ),
    public: true,
  },
  open(key.listIssuingBodies, '/api/issuing-bodies'),

  get(phoneAuthorisation.phoneStanding, keyWriters, [{ names: without(keyWriters), status: 403 }]),
  get(phoneAuthorisation.listPhoneAuthorisations, keyWriters, [{ names: without(keyWriters), status: 403 }]),
  get(phoneAuthorisation.getPhoneAuthorisation, keyOwners, strangersTo(keyOwners, keyWriters), () => ({
    id: things.phone,
  })),
  post(
    phoneAuthorisation.createPhoneAuthorisation,
    keyWriters,
    [{ names: without(keyWriters), status: 403 }],
    () => ({}),
    () => ({}),
  ),
  ...['submit', 'delete'].map((name) => phoneRow(name, keyOwners, strangersTo(keyOwners, keyWriters))),
  // Not by this way: on the phone, and with a request of its own.
  ...['issue', 'cancel', 'end', 'vanish'].map((name) =>
    phoneRow(
      name,
      [],
      [
        { names: keyWriters, status: 404 },
        { names: without(keyWriters), status: 403 },
      ],
    ),
  ),
  post(
    phoneAuthorisation.cancelPhoneCertificates,
    keyWriters,
    [{ names: without(keyWriters), status: 403 }],
    () => ({}),
    () => ({ id: randomUUIDv7(), reason: '试验' }),
  ),
  ...[phone.sendPhoneCode, phone.signInPhone].map((of) => openPost(of)),
  ...[phone.phoneHome, phone.signOutPhone, phone.makePhoneCertificate, phone.getPhoneCertificate].map((of) =>
    ofPhones(of),
  ),
  openPost(enterprise.findEnterpriseCode),

  get(licence.listLicences, everybody),
  get(licence.getLicence, seers, unseen, () => ({ id: things.licence })),
  get(
    licence.downloadLicence,
    seers,
    [
      { names: without([...seers, ...apart]), status: 404 },
      { names: apart, status: 403 },
    ],
    () => ({ id: things.licence }),
  ),
  ...['issue', 'retry'].map((name) => issuing(name, ['issue01'], ['issue01', 'hebei01'])),
  issuing('revoke', ['review01', 'review02'], reviewers),
  ...['register_use', 'resend'].map((name) => issuing(name, ['issue01'], ['issue01', 'hebei01'])),
  ...[
    'complete',
    'fail',
    'cancel',
    'expire',
    'write_off',
    'replace',
    'lose',
    'use',
    'clear',
    'close_by_customs',
  ].map((name) => issuing(name, [], [])),
  open(licence.verifyLicence, '/api/verify?no=26AA000001&code=AAAAAAAA'),

  get(request.listRequests, everybody, [], undefined, '?kind=cancellation'),
  get(request.listRequestQueue, reviewers, [reviewPermission]),
  get(
    request.readLicenceIn,
    [],
    [
      { names: writers, status: 404 },
      { names: without(writers), status: 403 },
    ],
    undefined,
    '?licenceNo=26AA999999',
  ),
  post(
    request.createRequest,
    [],
    [
      { names: writers, status: 404 },
      { names: without(writers), status: 403 },
    ],
    () => ({}),
    () => ({ id: randomUUIDv7(), kind: 'cancellation', licenceNo: '26AA999999', reason: '试验' }),
  ),
  post(
    request.checkRequest,
    [],
    [
      { names: writers, status: 404 },
      { names: without(writers), status: 403 },
    ],
    () => ({}),
    () => ({ kind: 'cancellation', licenceNo: '26AA999999' }),
  ),
  post(
    request.saveRequest,
    steelWriters,
    strangersTo(steelWriters, writers),
    () => ({ id: things.asked }),
    () => ({ version: 999, requestId: randomUUIDv7(), reason: '试验' }),
  ),
  get(request.getRequest, steelPeople, [{ names: without(steelPeople), status: 404 }], () => ({
    id: things.asked,
  })),
  get(request.getRequest, seers, unseen, () => ({ id: things.sentRequest })),
  post(
    request.prepareRequestSeal,
    ['steel02'],
    strangersTo(['steel02'], sealers),
    () => ({ id: things.sentRequest }),
    () => action,
  ),
  post(
    request.sealRequest,
    ['steel02'],
    strangersTo(['steel02'], sealers),
    () => ({ id: things.sentRequest }),
    () => ({ ...action, cms: 'AAAA' }),
  ),
  asking('delete', () => things.asked, steelWriters, writers),
  ...['submit', 'recall'].map((name) => asking(name, () => things.asked, ['steel02'], sealers)),
  // Not submitted: no officer finds it.
  ...['return', 'pass', 'stop_waiting'].map((name) => asking(name, () => things.asked, [], reviewers)),
  ...['return', 'pass_first', 'pass_second', 'return_second', 'stop_waiting'].map((name) =>
    asking(name, () => things.sentRequest, ['review01', 'review02'], reviewers),
  ),
  ...['customs_yes', 'customs_no'].map((name) => asking(name, () => things.sentRequest, [], [])),
  get(
    request.requestProof,
    steelPeople,
    [
      { names: without([...steelPeople, ...apart]), status: 404 },
      { names: apart, status: 403 },
    ],
    () => ({ id: things.asked }),
  ),
  get(notice.listNotices, everybody),

  get(message.listMessages, ['admin01'], [{ names: without(['admin01']), status: 403 }]),
  post(
    message.actOnMessage,
    ['admin01'],
    [{ names: without(['admin01']), status: 403 }],
    () => ({ id: things.message, action: 'retry' }),
    () => action,
  ),
  open(message.demoOutbox, message.demoOutbox.path),

  get(quota.listQuotaAccounts, quotaReaders, [{ names: without(quotaReaders), status: 403 }]),
  ...[quota.getQuotaAccount, quota.quotaStatement, quota.downloadStatement].map((of) =>
    get(of, quotaSeers, strangersTo(quotaSeers, quotaReaders), () => ({ id: things.quota })),
  ),
  get(
    quota.quotaBalance,
    quotaReaders,
    [{ names: without(quotaReaders), status: 403 }],
    undefined,
    '?year=2026&hsCode=7208271000',
  ),
  post(
    quota.quotaWhatIf,
    steelWriters,
    strangersTo(steelWriters, writers),
    () => ({}),
    () => ({ ids: [things.draft] }),
  ),
  post(
    quota.handBackQuota,
    ['steel02'],
    strangersTo(['steel02'], ['steel02', 'trade01']),
    () => ({ id: things.quota }),
    () => ({ seq: 0, requestId: randomUUIDv7(), quantity: '1' }),
  ),
  get(
    quota.listQuotaTotals,
    ['quota01', 'audit01', 'super01'],
    [{ names: without(['quota01', 'audit01', 'super01']), status: 403 }],
    undefined,
    '?year=2026',
  ),
  get(
    setting.listSettings,
    ['admin01', 'audit01'],
    [{ names: without(['admin01', 'audit01']), status: 403 }],
  ),
  get(
    setting.getSetting,
    ['admin01', 'audit01'],
    [{ names: without(['admin01', 'audit01']), status: 403 }],
    () => ({ name: 'review_days' }),
  ),
  post(
    setting.changeSetting,
    ['admin01'],
    [{ names: without(['admin01']), status: 403 }],
    () => ({ name: 'review_days' }),
    () => ({}),
  ),
  get(
    quotaWarning.getLowPercent,
    ['quota01', 'audit01', 'super01'],
    [{ names: without(['quota01', 'audit01', 'super01']), status: 403 }],
  ),
  ...[quota.listQuotaCategories, quota.listGoodsManagement, quota.listGrantBatches, quota.grantTemplate].map(
    (of) => get(of, ['quota01'], [{ names: without(['quota01']), status: 403 }], undefined, ofYear(of)),
  ),
  get(quota.getGrantBatch, ['quota01'], [{ names: without(['quota01']), status: 403 }], () => ({
    id: '00000000-0000-4000-8300-000000002026',
  })),
  ...[
    quota.setQuotaTotal,
    quota.addGoodsManagement,
    quota.readGrants,
    quota.grantQuota,
    quotaWarning.setLowPercent,
    swap.addSwapRatio,
  ].map((of) =>
    post(
      of,
      ['quota01'],
      [{ names: without(['quota01']), status: 403 }],
      () => ({ year: '2026', categoryCode: 'C90290' }),
      () => ({}),
    ),
  ),
  get(service.hall, everybody),
  post(
    service.requestService,
    changers,
    [{ names: without(changers), status: 403 }],
    () => ({}),
    () => ({ id: randomUUIDv7(), service: 'export_licence' }),
  ),
  get(service.listServiceRequests, serviceOfficers, [{ names: without(serviceOfficers), status: 403 }]),
  get(
    service.getServiceRequest,
    [...steelPeople, ...serviceOfficers],
    [{ names: without([...steelPeople, ...serviceOfficers]), status: 404 }],
    () => ({ id: things.service }),
  ),
  ...(
    [
      ['withdraw', steelPeople, changers],
      ['approve_data', ['electro01'], ['electro01']],
      ['refuse_data', ['electro01'], ['electro01']],
      ['grant', ['platform01'], ['platform01']],
      ['refuse', ['platform01'], ['platform01']],
      ['close', ['platform01'], ['platform01']],
      ['came_with_key', [], []],
      ['grant_with_key', [], []],
    ] as const
  ).map(([name, through, permitted]) =>
    post(
      service.actOnServiceRequest,
      [...through],
      strangersTo([...through], [...permitted]),
      () => ({ id: things.service, action: name }),
      () => action,
    ),
  ),
  get(service.listServices, platformOffice, [{ names: without(platformOffice), status: 403 }]),
  post(
    service.changeServiceAddress,
    platformOffice,
    [{ names: without(platformOffice), status: 403 }],
    () => ({ code: 'dual_use' }),
    () => ({}),
  ),
  get(swap.listSwaps, quotaReaders, [{ names: without(quotaReaders), status: 403 }]),
  get(swap.listSwapRatios, quotaReaders, [{ names: without(quotaReaders), status: 403 }]),
  get(swap.getSwap, swapSeers, strangersTo(swapSeers, quotaReaders), () => ({ id: things.swap })),
  post(
    swap.requestSwap,
    ['steel02'],
    strangersTo(['steel02'], ['steel02', 'trade01']),
    () => ({}),
    () => ({
      id: randomUUIDv7(),
      fromAccountId: things.quota,
      toGoods: 'tungsten',
      quantity: '1',
      ratio: '1',
      reason: '看看',
    }),
  ),
  ...['approve', 'return'].map((name) => swapping(name, ['quota01'])),
  post(
    swap.actOnSwap,
    ['steel02'],
    strangersTo(['steel02'], ['steel02', 'trade01']),
    () => ({ id: things.swap, action: 'withdraw' }),
    () => action,
  ),

  get(reference.getCodeList, everybody, [], () => ({ list: 'country' })),
  get(reference.lookUpCode, everybody, [], () => ({ list: 'country' }), '?q=hg'),
  get(reference.listCommodities, everybody, [], undefined, '?year=2026'),
  get(reference.lookUpCommodity, everybody, [], undefined, '?year=2026&q=gang'),
  get(reference.getCommodity, everybody, [], () => ({ year: '2026', hsCode: '7208271000' })),
  get(reference.listRates, everybody),
  get(reference.listRateChanges, ['admin01'], [{ names: without(['admin01']), status: 403 }], () => ({
    currency: 'EUR',
  })),
  post(
    reference.addRate,
    ['admin01'],
    [{ names: without(['admin01']), status: 403 }],
    () => ({}),
    () => ({}),
  ),
  get(reference.getCalendar, everybody, [], () => ({ year: '2026' })),
  get(reference.listCalendarChanges, ['admin01'], [{ names: without(['admin01']), status: 403 }], () => ({
    year: '2026',
  })),
  ...[reference.setCalendarDay, reference.removeCalendarDay].map((of) =>
    post(
      of,
      ['admin01'],
      [{ names: without(['admin01']), status: 403 }],
      () => ({ day: '2026-10-01' }),
      () => ({}),
    ),
  ),
  get(colleague.listColleagues, ['steel00'], [{ names: without(['steel00']), status: 403 }]),
  post(
    colleague.inviteColleague,
    ['steel00'],
    [{ names: without(['steel00']), status: 403 }],
    () => ({}),
    () => ({}),
  ),
  ...['resend', 'withdraw'].map((name) =>
    post(
      colleague.actOnInvitation,
      ['steel00'],
      [{ names: without(['steel00']), status: 403 }],
      () => ({ id: things.invitation, action: name }),
      () => action,
    ),
  ),
  ...['change_role', 'suspend', 'restore'].map((name) =>
    post(
      colleague.actOnAccount,
      name === 'change_role' ? ['steel00'] : keepers,
      [{ names: without(name === 'change_role' ? ['steel00'] : keepers), status: 403 }],
      () => ({ id: demoAccount('steel01')?.id ?? '', action: name }),
      () => action,
    ),
  ),
  // An officer: the platform officer and an enterprise's administrator don't find him.
  post(
    colleague.actOnAccount,
    ['admin01'],
    [
      { names: ['steel00', 'platform01'], status: 404 },
      { names: without(keepers), status: 403 },
    ],
    () => ({ id: demoAccount('review01')?.id ?? '', action: 'suspend' }),
    () => action,
  ),
  ...['change_duties', 'reset_password'].map((name) =>
    post(
      colleague.actOnAccount,
      ['admin01'],
      [{ names: without(['admin01']), status: 403 }],
      () => ({ id: demoAccount('review01')?.id ?? '', action: name }),
      () => action,
    ),
  ),
  ...['join', 'leave', 'recover_password'].map((name) =>
    post(
      colleague.actOnAccount,
      [],
      [{ names: everybody, status: 403 }],
      () => ({ id: demoAccount('steel01')?.id ?? '', action: name }),
      () => action,
    ),
  ),
  get(ownAccount.ownAccount, everybody),
  ...[ownAccount.changePassword, ownAccount.sendContactCode, ownAccount.changeContact].map((of) =>
    post(
      of,
      everybody,
      [],
      () => ({}),
      () => ({}),
    ),
  ),
  // Somebody else's session is none.
  post(
    ownAccount.endSession,
    [],
    [{ names: everybody, status: 404 }],
    () => ({ id: randomUUIDv7() }),
    () => ({}),
  ),
  post(
    ownAccount.endOtherSessions,
    everybody,
    [],
    () => ({}),
    () => ({}),
  ),
  // Last: it ends the sessions.
  post(
    account.signOut,
    everybody,
    [],
    () => ({}),
    () => ({}),
  ),
]

const isEndpoint = (value: unknown): value is Endpoint =>
  typeof value === 'object' && value !== null && 'access' in value && 'path' in value && 'reply' in value

test('every request is in the table', () => {
  const declared = [
    account,
    accountOffice,
    application,
    attachment,
    customs,
    demo,
    colleague,
    enterprise,
    enterpriseOffice,
    health,
    keyAgent,
    licence,
    message,
    reference,
    request,
    notice,
    oldUser,
    ownAccount,
    phone,
    phoneAuthorisation,
    quota,
    key,
    keyEntrance,
    quotaWarning,
    reference,
    registration,
    swap,
  ]
    .flatMap((module) => Object.values(module))
    .filter(isEndpoint)
  const listed = new Set(table.map((row) => row.of))
  assert.deepEqual(
    declared.filter((one) => !listed.has(one)).map((one) => `${one.method} ${one.path}`),
    [],
  )
})

for (const row of table) {
  test(`${row.of.method} ${row.of.path}: who comes through`, async () => {
    const stranger = await row.send(visitor(it))
    if (row.public === true) assert.ok(![401, 403].includes(stranger.statusCode), String(stranger.statusCode))
    else assert.equal(stranger.statusCode, 401)
    for (const name of row.through) {
      const { statusCode } = await row.send(client(name))
      const far =
        [200, 204, 304, 409, 415, 422].includes(statusCode) ||
        (row.public === true && [404, 503].includes(statusCode))
      assert.ok(far, `${name}: ${statusCode}`)
    }
    for (const { names, status } of row.away ?? []) {
      for (const name of names) assert.equal((await row.send(client(name))).statusCode, status, name)
    }
    const known = new Set([...row.through, ...(row.away ?? []).flatMap((one) => one.names)])
    assert.deepEqual(
      everybody.filter((name) => !known.has(name)),
      [],
      'nobody is left out',
    )
  })
}

/** What answers somebody whose enterprise nobody has verified: own drafts, own data, public tables; nothing of a past. */
const openToUnverified: readonly unknown[] = [
  account.whoAmI,
  account.signOut,
  ownAccount.endSession,
  ownAccount.endOtherSessions,
  application.listApplications,
  application.goodsFacts,
  application.createApplication,
  enterprise.ownChanges,
  enterprise.ownEnterprise,
  enterprise.saveEnterpriseInfo,
  enterprise.enterpriseByCode,
  notice.listNotices,
  reference.getCodeList,
  reference.lookUpCode,
  reference.listCommodities,
  reference.lookUpCommodity,
  reference.getCommodity,
  reference.listRates,
  reference.getCalendar,
  service.hall,
  service.requestService,
]
/** The way to the key office, for whoever has only registered. */
const openToAll: readonly unknown[] = [key.listKeyRequests, key.listKeys, key.createKeyRequest, key.bindKey]
/** Lists that answer everybody with what is theirs: here with nothing. */
const emptyToUnverified: readonly unknown[] = [
  customs.listCustomsStates,
  customs.listUses,
  licence.listLicences,
  request.listRequests,
]

test('an enterprise that nobody has verified: its own drafts, and nothing of a past', async () => {
  for (const standing of ['unverified', 'contested'] as const) {
    // Contested: a stranger who typed the number of 演示钢铁集团, whose things the table asks for.
    const { uscc, code13 } = demoEnterprises.steel
    const { client: company } = await (standing === 'contested'
      ? newCompany(it, 2, { uscc, code13 })
      : newCompany(it, 1))
    for (const row of table) {
      // The own account is everybody's own (account/own-account.test.ts).
      if (row.public === true || row.of === account.signOut || row.of.tag === '我的账号') continue
      if (row.of.access === 'phone') continue
      const sent = await row.send(company)
      const said = `${standing}: ${row.of.method} ${row.of.path} ${sent.statusCode}`
      if (openToAll.includes(row.of)) continue
      const writes = row.of.method !== 'GET' && row.of !== account.signOut
      if (openToUnverified.includes(row.of) && !(standing === 'contested' && writes)) continue
      if (emptyToUnverified.includes(row.of)) {
        assert.equal(sent.statusCode, 200, said)
        assert.match('body' in sent ? String(sent.body) : '', /"rows":\[\]/, said)
      } else assert.ok([403, 404].includes(sent.statusCode), said)
    }
  }
})

test('before an old user has completed the account nothing else answers', async () => {
  const name = 'steel01'
  const must = (must_complete: boolean) =>
    it.ctx.db.updateTable('account').set({ must_complete }).where('login_name', '=', name).execute()
  const { client: operator } = await clientOf(it, name)
  await must(true)
  try {
    for (const row of table) {
      if (row.public === true || row.of.access === 'phone' || row.of.beforeCompletion === true) continue
      const sent = await row.send(operator)
      assert.equal(sent.statusCode, 403, `${row.of.method} ${row.of.path} ${sent.statusCode}`)
      assert.match('body' in sent ? String(sent.body) : '', /must_complete/)
    }
    assert.equal((await operator.call(account.whoAmI, {})).account.mustComplete, true)
  } finally {
    await must(false)
  }
})

test('before a password of the own is set nothing else answers', async () => {
  const name = 'review01'
  const must = (must_change_password: boolean) =>
    it.ctx.db.updateTable('account').set({ must_change_password }).where('login_name', '=', name).execute()
  const { client: officer } = await clientOf(it, name)
  await must(true)
  try {
    for (const row of table) {
      if (row.public === true || row.of.access === 'phone') continue
      if (row.of.withAnyPassword === true) continue
      const { statusCode } = await row.send(officer)
      assert.equal(statusCode, 403, `${row.of.method} ${row.of.path} ${statusCode}`)
    }
    assert.equal((await officer.call(account.whoAmI, {})).account.mustChangePassword, true)
    const { failure } = await officer.refused(licence.listLicences, { query: {} })
    assert.equal(failure.code, 'must_change_password')
  } finally {
    await must(false)
  }
})

/** A session that a code has opened without a password. */
const inKeyOffice: readonly unknown[] = [
  account.whoAmI,
  account.signOut,
  key.listKeyRequests,
  key.createKeyRequest,
  key.getKeyRequest,
  key.saveKeyRequest,
  key.actOnKeyRequest,
  key.submitRenewal,
  key.makeCertificate,
  key.uploadPapers,
  key.downloadPaper,
  key.deletePaper,
  key.listKeys,
  key.revokeKey,
  phoneAuthorisation.phoneStanding,
  phoneAuthorisation.listPhoneAuthorisations,
  phoneAuthorisation.getPhoneAuthorisation,
  phoneAuthorisation.createPhoneAuthorisation,
  phoneAuthorisation.actOnPhoneAuthorisation,
  phoneAuthorisation.cancelPhoneCertificates,
]

test('a session of the key office opens the key office and nothing else', async () => {
  await it.ctx.db.deleteFrom('throttle').execute()
  const { uscc } = demoEnterprises.steel
  const mobile = demoAccount('steel02')?.mobile ?? ''
  const people = [
    (await entered(it, { uscc, loginName: 'steel02', by: 'sms' }, mobile)).client,
    (await applied(it, 77)).client,
  ]
  for (const one of people) {
    for (const row of table) {
      if (row.public === true || row.of === account.signOut) continue
      const { statusCode } = await row.send(one)
      const said = `${row.of.method} ${row.of.path} ${statusCode}`
      if (inKeyOffice.includes(row.of)) assert.ok(![401, 500].includes(statusCode), said)
      else assert.equal(statusCode, row.of.access === 'phone' ? 401 : 403, said)
    }
    const { failure } = await one.refused(licence.listLicences, { query: {} })
    assert.equal(failure.code, 'key_office_only')
  }
})

test('a phone that signed in by SMS comes through to its own requests and to nothing else', async () => {
  const steel = (await clientOf(it, 'steel02')).client
  const { version } = await steel.call(phoneAuthorisation.getPhoneAuthorisation, {
    params: { id: things.phone },
  })
  await steel.call(
    phoneAuthorisation.actOnPhoneAuthorisation,
    phoneAction({ id: things.phone, version }, 'submit'),
  )
  const device = await phoneOf(it, phoneNumber)
  for (const row of table) {
    if (row.public === true || row.of === phone.signOutPhone) continue
    const { statusCode } = await row.send(device)
    const said = `${row.of.method} ${row.of.path} ${statusCode}`
    if (row.of.access === 'phone') assert.ok([200, 404, 422].includes(statusCode), said)
    else assert.equal(statusCode, 401, said)
  }
})
