/**
 * The pages: one line each, loaded when first opened. Addresses stand in #ui/paths.ts; the server serves index.html
 * for those below /desk, /hall, /authority, /admin, /tables and for /sign-in and /verify (server/http/app.ts).
 */
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  type RouterHistory,
} from '@tanstack/react-router'
import { parseSearch, stringifySearch } from './search.ts'

const root = createRootRoute({
  notFoundComponent: lazyRouteComponent(() => import('./NotFoundPage.tsx'), 'NotFoundPage'),
})

type Importer = Parameters<typeof lazyRouteComponent>[0]

/** A page without the frame: no sign-in needed. */
const open = (path: string, page: Importer, name: string) =>
  createRoute({ getParentRoute: () => root, path, component: lazyRouteComponent(page, name) })

/** Everything below needs a signed-in person: top bar, menu, e-key. */
const frame = createRoute({
  getParentRoute: () => root,
  id: 'frame',
  component: lazyRouteComponent(() => import('./Frame.tsx'), 'Frame'),
})
const page = (path: string, importer: Importer, name: string) =>
  createRoute({ getParentRoute: () => frame, path, component: lazyRouteComponent(importer, name) })

const pages = [
  page('/', () => import('./desk/HomePage.tsx'), 'HomePage'),
  page('/desk', () => import('./desk/HomePage.tsx'), 'HomePage'),
  page('/authority', () => import('./desk/HomePage.tsx'), 'HomePage'),

  page('/account', () => import('./account/OwnAccountPage.tsx'), 'OwnAccountPage'),
  page('/desk/colleagues', () => import('./enterprise/ColleaguesPage.tsx'), 'ColleaguesPage'),

  // the exporter's desk
  page('/desk/applications/new', () => import('./application/form/NewPage.tsx'), 'NewPage'),
  page('/desk/applications/list/$list', () => import('./application/ListPage.tsx'), 'ListPage'),
  page('/desk/applications/$id', () => import('./application/DetailPage.tsx'), 'DetailPage'),
  page('/desk/applications/$id/edit', () => import('./application/form/FormPage.tsx'), 'FormPage'),
  page('/desk/licences', () => import('./licence/ListPage.tsx'), 'LicenceListPage'),
  page('/desk/licences/$id', () => import('./licence/LicencePage.tsx'), 'LicencePage'),
  page('/desk/enterprise', () => import('./enterprise/EnterprisePage.tsx'), 'EnterprisePage'),

  page('/desk/customs/states', () => import('./customs/StatesPage.tsx'), 'CustomsStatesPage'),
  page('/desk/customs/uses', () => import('./customs/UsesPage.tsx'), 'CustomsUsesPage'),
  page('/desk/customs/check', () => import('./customs/CheckPage.tsx'), 'CheckPage'),
  // quota: the same pages at both desks
  page('/desk/quota', () => import('./quota/AccountsPage.tsx'), 'AccountsPage'),
  page('/desk/quota/what-if', () => import('./quota/WhatIfPage.tsx'), 'WhatIfPage'),
  page('/desk/quota/swaps', () => import('./quota/SwapsPage.tsx'), 'SwapsPage'),
  page('/desk/quota/swaps/$id', () => import('./quota/SwapPage.tsx'), 'SwapPage'),
  page('/desk/quota/$id', () => import('./quota/AccountPage.tsx'), 'AccountPage'),
  page('/authority/quota', () => import('./quota/AccountsPage.tsx'), 'AccountsPage'),
  page('/authority/quota/totals', () => import('./quota/TotalsPage.tsx'), 'TotalsPage'),
  page('/authority/quota/grants', () => import('./quota/GrantsPage.tsx'), 'GrantsPage'),
  page('/authority/quota/management', () => import('./quota/ManagementPage.tsx'), 'ManagementPage'),
  page('/authority/quota/warning', () => import('./quota/WarningPage.tsx'), 'WarningPage'),
  page('/authority/quota/swaps', () => import('./quota/SwapsPage.tsx'), 'SwapsPage'),
  page('/authority/quota/swaps/$id', () => import('./quota/SwapPage.tsx'), 'SwapPage'),
  page('/authority/quota/$id', () => import('./quota/AccountPage.tsx'), 'AccountPage'),
  // 许可证退换
  page('/desk/requests/new/$group', () => import('./request/EntryPage.tsx'), 'EntryPage'),
  page('/desk/requests/list/$group/$list', () => import('./request/ListPage.tsx'), 'RequestListPage'),
  page('/desk/requests/$id', () => import('./request/DetailPage.tsx'), 'RequestPage'),
  page('/desk/requests/$id/edit', () => import('./request/EditPage.tsx'), 'EditPage'),
  page('/authority/requests', () => import('./authority/request/QueuePage.tsx'), 'RequestQueuePage'),
  page('/authority/requests/$id', () => import('./authority/request/ReviewPage.tsx'), 'RequestReviewPage'),

  // 电子钥匙
  page('/desk/keys', () => import('./key/KeyOfficePage.tsx'), 'KeyOfficePage'),
  page('/desk/keys/card', () => import('./key/CardPage.tsx'), 'CardPage'),
  page('/desk/keys/requests/$id', () => import('./key/RequestPage.tsx'), 'KeyRequestPage'),
  page('/authority/keys', () => import('./key/OfficePages.tsx'), 'KeyQueuePage'),
  page('/authority/keys/certificates', () => import('./key/OfficePages.tsx'), 'KeyCertificatesPage'),
  page('/authority/keys/requests/$id', () => import('./key/RequestPage.tsx'), 'KeyRequestPage'),

  // the authority's desk: /authority/queues/…, /authority/applications/…, /authority/licences/…
  page('/authority/queues/$queue', () => import('./authority/QueuePage.tsx'), 'QueuePage'),
  page('/authority/applications/$id', () => import('./authority/review/ReviewPage.tsx'), 'ReviewPage'),
  page(
    '/authority/applications',
    () => import('./authority/ApplicationsPage.tsx'),
    'AuthorityApplicationsPage',
  ),
  page('/authority/licences/to-issue', () => import('./authority/issue/ToIssuePage.tsx'), 'ToIssuePage'),
  page('/authority/licences/$id', () => import('./authority/issue/LicencePage.tsx'), 'AuthorityLicencePage'),
  page('/authority/licences', () => import('./authority/LicencesPage.tsx'), 'AuthorityLicencesPage'),

  page('/authority/customs/states', () => import('./customs/StatesPage.tsx'), 'CustomsStatesPage'),
  page('/authority/customs/uses', () => import('./customs/UsesPage.tsx'), 'CustomsUsesPage'),
  page('/authority/customs/messages', () => import('./customs/MessagesPage.tsx'), 'CustomsMessagesPage'),
  page('/authority/customs/differences', () => import('./customs/DifferencesPage.tsx'), 'DifferencesPage'),
  page(
    '/authority/customs/reconciliations',
    () => import('./customs/ReconciliationsPage.tsx'),
    'ReconciliationsPage',
  ),

  // 业务大厅
  page('/hall', () => import('./hall/HallPage.tsx'), 'HallPage'),
  page('/hall/requests/$id', () => import('./hall/RequestPage.tsx'), 'ServiceRequestPage'),
  page('/authority/services', () => import('./hall/RequestsPage.tsx'), 'ServiceRequestsPage'),
  page('/admin/services', () => import('./hall/AddressesPage.tsx'), 'AddressesPage'),

  // 用户和企业
  page('/admin/accounts', () => import('./office/AccountsPage.tsx'), 'AccountsPage'),
  page('/admin/accounts/$id', () => import('./office/AccountPage.tsx'), 'AccountPage'),
  page('/admin/enterprises', () => import('./office/EnterprisesPage.tsx'), 'EnterprisesPage'),
  page('/admin/enterprises/$id', () => import('./office/EnterprisePage.tsx'), 'EnterpriseOfficePage'),
  page('/admin/old-users', () => import('./old-user/OldUsersPage.tsx'), 'OldUsersPage'),
  page('/admin/old-users/import', () => import('./old-user/ImportPage.tsx'), 'OldUserImportPage'),

  // 参数列表
  page('/tables/commodity', () => import('./tables/CommodityPage.tsx'), 'CommodityPage'),
  page('/tables/$list', () => import('./tables/CodeListPage.tsx'), 'CodeListPage'),

  // 系统管理
  page('/admin/settings', () => import('./setting/SettingsPage.tsx'), 'SettingsPage'),
  page('/admin/settings/$name', () => import('./setting/SettingPage.tsx'), 'SettingPage'),
  page('/admin/rates', () => import('./admin/RatesPage.tsx'), 'RatesPage'),
  page('/admin/calendar', () => import('./admin/CalendarPage.tsx'), 'CalendarPage'),
  page('/admin/sign-ins', () => import('./admin/SignInLogPage.tsx'), 'SignInLogPage'),
  page('/admin/messages', () => import('./message/MessagesPage.tsx'), 'MessagesPage'),
]

const tree = root.addChildren([
  open('/sign-in', () => import('./account/SignInPage.tsx'), 'SignInPage'),
  open('/register', () => import('./account/RegisterPage.tsx'), 'RegisterPage'),
  open('/recover', () => import('./account/RecoverPage.tsx'), 'RecoverPage'),
  open('/old-entrance', () => import('./account/OldEntrancePage.tsx'), 'OldEntrancePage'),
  open('/find-code', () => import('./help/FindCodePage.tsx'), 'FindCodePage'),
  open('/help', () => import('./help/HelpPage.tsx'), 'HelpPage'),
  open('/invitation', () => import('./account/InvitationPage.tsx'), 'InvitationPage'),
  open('/key-office', () => import('./key/KeyEntrancePage.tsx'), 'KeyEntrancePage'),
  open('/key-office/new', () => import('./key/KeyApplicantPage.tsx'), 'KeyApplicantPage'),
  open('/key-check', () => import('./key/KeyCheckPage.tsx'), 'KeyCheckPage'),
  open('/issuing-bodies', () => import('./key/IssuingBodiesPage.tsx'), 'IssuingBodiesPage'),
  open('/verify', () => import('./licence/VerifyPage.tsx'), 'VerifyPage'),
  open('/outbox', () => import('./message/OutboxPage.tsx'), 'OutboxPage'),
  open('/key-agent', () => import('./key-agent/KeyAgentPage.tsx'), 'KeyAgentPage'),
  frame.addChildren(pages),
])

/** `history` only for tests; the pages take the browser's. */
export const newRouter = (history?: RouterHistory) =>
  createRouter({
    routeTree: tree,
    parseSearch,
    stringifySearch,
    scrollRestoration: true,
    defaultPendingMs: 300,
    defaultErrorComponent: lazyRouteComponent(() => import('./ErrorPage.tsx'), 'ErrorPage'),
    ...(history === undefined ? {} : { history }),
  })
