/**
 * Every address of a page, as a function. The server serves the pages below these prefixes; whoever adds a page
 * adds its address here and its line in src/web/pages.ts. A snapshot test prints them all.
 */
import type { Group as RequestGroup } from '#api/request.ts'
import type { ListName, QueueName } from '#domain/application/actions.ts'
import type { parameterPages } from '#domain/reference/lists.ts'
import type { SettingName } from '#domain/setting/table.ts'

/** Address part of a list or queue: `to_submit` stands in the address as `to-submit`. */
export const slugOf = (name: string): string => name.replaceAll('_', '-')
/** The name behind an address part, or undefined when there is none. */
export const nameOf = <Name extends string>(names: readonly Name[], slug: string): Name | undefined =>
  names.find((name) => slugOf(name) === slug)

/** A page of 参数列表. */
export type TableName = (typeof parameterPages)[number]

const query = (values: Record<string, string | undefined>): string => {
  const given = Object.entries(values).filter((pair): pair is [string, string] => pair[1] !== undefined)
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`
}

export const paths = {
  home: () => '/',
  /** `returnTo`: where to go after signing in; only an address of this system is followed. */
  signIn: (returnTo?: string) => `/sign-in${query({ returnTo })}`,

  register: () => '/register',
  recover: () => '/recover',
  /** 原系统入口 */
  oldEntrance: () => '/old-entrance',
  /** 查询 13 位企业代码 */
  findCode: () => '/find-code',
  /** 常见问题和浏览器说明 */
  help: () => '/help',
  /** 我的账号 */
  ownAccount: () => '/account',
  colleagues: () => '/desk/colleagues',

  desk: () => '/desk',
  newApplication: () => '/desk/applications/new',
  applications: (list: ListName) => `/desk/applications/list/${slugOf(list)}`,
  application: (id: string) => `/desk/applications/${id}`,
  applicationForm: (id: string) => `/desk/applications/${id}/edit`,
  enterprise: () => '/desk/enterprise',
  licences: () => '/desk/licences',
  licence: (id: string) => `/desk/licences/${id}`,

  customsStates: (licenceNo?: string) => `/desk/customs/states${query({ licenceNo })}`,
  customsUses: (licenceNo?: string) => `/desk/customs/uses${query({ licenceNo })}`,
  check: () => '/desk/customs/check',
  quota: () => '/desk/quota',
  quotaAccount: (id: string) => `/desk/quota/${id}`,
  quotaWhatIf: () => '/desk/quota/what-if',
  swaps: () => '/desk/quota/swaps',
  swap: (id: string) => `/desk/quota/swaps/${id}`,

  /** 许可证退换. `licenceNo`: read in at once; `kind` of an exchange. */
  requestEntry: (group: RequestGroup, licenceNo?: string, kind?: string) =>
    `/desk/requests/new/${slugOf(group)}${query({ licenceNo, kind })}`,
  requests: (group: RequestGroup, list: 'manage' | 'all') => `/desk/requests/list/${slugOf(group)}/${list}`,
  request: (id: string) => `/desk/requests/${id}`,
  requestForm: (id: string) => `/desk/requests/${id}/edit`,
  keys: () => '/desk/keys',
  keyRequest: (id: string) => `/desk/keys/requests/${id}`,
  keyCard: () => '/desk/keys/card',
  keyQueue: () => '/authority/keys',
  keyReview: (id: string) => `/authority/keys/requests/${id}`,
  keyCertificates: () => '/authority/keys/certificates',
  /** 办理电子钥匙 without a password; and somebody without an account. */
  keyEntrance: () => '/key-office',
  keyApplicant: () => '/key-office/new',
  keyCheck: () => '/key-check',
  issuingBodies: () => '/issuing-bodies',

  authority: () => '/authority',
  requestQueue: () => '/authority/requests',
  requestReview: (id: string) => `/authority/requests/${id}`,
  queue: (queue: QueueName) => `/authority/queues/${slugOf(queue)}`,
  review: (id: string) => `/authority/applications/${id}`,
  authorityApplications: () => '/authority/applications',
  licencesToIssue: () => '/authority/licences/to-issue',
  authorityLicences: () => '/authority/licences',
  authorityLicence: (id: string) => `/authority/licences/${id}`,
  authorityQuota: () => '/authority/quota',
  authorityQuotaAccount: (id: string) => `/authority/quota/${id}`,
  quotaTotals: () => '/authority/quota/totals',
  /** `batch`: opened at once. */
  quotaGrants: (batch?: string) => `/authority/quota/grants${query({ batch })}`,
  quotaManagement: () => '/authority/quota/management',
  quotaWarning: () => '/authority/quota/warning',
  authoritySwaps: () => '/authority/quota/swaps',
  authoritySwap: (id: string) => `/authority/quota/swaps/${id}`,

  authorityCustomsStates: (licenceNo?: string) => `/authority/customs/states${query({ licenceNo })}`,
  authorityCustomsUses: (licenceNo?: string) => `/authority/customs/uses${query({ licenceNo })}`,
  customsMessages: () => '/authority/customs/messages',
  differences: () => '/authority/customs/differences',
  reconciliations: () => '/authority/customs/reconciliations',

  table: (name: TableName) => `/tables/${slugOf(name)}`,

  /** 业务大厅, and a request for one of its services. */
  hall: () => '/hall',
  serviceRequest: (id: string) => `/hall/requests/${id}`,
  services: () => '/authority/services',
  serviceAddresses: () => '/admin/services',

  /** `enterprise`: the list begins with its people. */
  accounts: (enterprise?: string) => `/admin/accounts${query({ enterprise })}`,
  account: (id: string) => `/admin/accounts/${id}`,
  enterprises: () => '/admin/enterprises',
  enterpriseOf: (id: string) => `/admin/enterprises/${id}`,

  /** 存量用户; `import`: those of one import. */
  oldUsers: (from?: string) => `/admin/old-users${query({ import: from })}`,
  oldUserImport: () => '/admin/old-users/import',

  settings: () => '/admin/settings',
  setting: (name: SettingName) => `/admin/settings/${slugOf(name)}`,
  rates: () => '/admin/rates',
  calendar: () => '/admin/calendar',
  signInLog: () => '/admin/sign-ins',
  messages: () => '/admin/messages',

  verify: () => '/verify',
  /** In a demonstration alone. */
  outbox: () => '/outbox',
  /** 客户端控件下载. */
  keyAgent: () => '/key-agent',
} as const

/** The address to follow after signing in: one of this system's own, never a foreign one. */
export const safeReturn = (returnTo: string | undefined): string =>
  returnTo !== undefined && /^\/(?![/\\])/.test(returnTo) && !returnTo.startsWith('/sign-in')
    ? returnTo
    : paths.home()
