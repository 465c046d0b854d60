/**
 * Roles and what each may do. A permission is the name of an action (`application.submit`) or of a page
 * (`rates.change`). Roles inside an enterprise: preparer 录入, sealer 盖章上报 (has a key), viewer 查看, and the
 * enterprise's administrator; inside an authority: reviewer 审核 (first and second review), issuer 制证 and customs,
 * quota_officer 配额, key_officer 电子钥匙, electromechanical_officer 机电办; across: supervisor, auditor,
 * platform_officer, administrator.
 */
const fill = [
  'application.create',
  'application.copy',
  'application.save',
  'application.edit',
  'application.delete',
  'application.print',
  'application.attach',
  'application.detach',
  'enterprise.change',
  'licence.download',
  'cancellation.save',
  'cancellation.delete',
  'write_off.save',
  'write_off.delete',
  'amendment.save',
  'amendment.delete',
  'quota.read',
  'service_request.request',
  'service_request.withdraw',
] as const

/** The key office, for whoever is to have a key: requests, binding, phones. */
const keys = [
  'key_request.save',
  'key_request.submit',
  'key_request.recall',
  'key_request.delete',
  'key_request.issue',
  'key_request.revoke',
  'phone_authorisation.create',
  'phone_authorisation.submit',
  'phone_authorisation.delete',
  'phone_authorisation.issue',
  'phone_authorisation.cancel',
] as const

/** All that a session may which a code alone has opened, of what the person's roles allow: the own keys, no colleague's. */
export const keyOfficePermissions: readonly string[] = keys

const review = [
  'cancellation.return',
  'cancellation.pass',
  'cancellation.stop_waiting',
  'write_off.return',
  'write_off.pass',
  'amendment.return',
  'amendment.pass_first',
  'amendment.pass_second',
  'amendment.return_second',
  'amendment.stop_waiting',
] as const

/** Accounts and enterprises from outside. */
const supervise = [
  'users.read',
  'account.suspend',
  'account.restore',
  'enterprise.suspend',
  'enterprise.restore',
  'enterprise.correct',
  'old_user.import',
] as const

/** What everybody may do with the own account, whatever the role. */
export const ownPermissions = [
  'account.change_password',
  'account.change_contact',
  'account.complete',
] as const

export const roles = {
  preparer: { label: '录入员', permissions: [...fill, ...keys] },
  sealer: {
    label: '盖章上报员',
    permissions: [
      ...fill,
      ...keys,
      'application.prepare_seal',
      'application.seal',
      'application.submit',
      'application.withdraw',
      'cancellation.submit',
      'cancellation.recall',
      'write_off.submit',
      'write_off.recall',
      'amendment.prepare_seal',
      'amendment.seal',
      'amendment.submit',
      'amendment.recall',
      'quota.hand_back',
      'swap.request',
      'swap.withdraw',
    ],
  },
  viewer: { label: '查看员', permissions: ['licence.download', 'quota.read'] },
  enterprise_administrator: {
    label: '企业管理员',
    permissions: [
      ...keys,
      'key_request.colleagues',
      'enterprise.change',
      'colleagues.read',
      'account.change_role',
      'account.suspend',
      'account.restore',
      'invitation.create',
      'invitation.resend',
      'invitation.withdraw',
      'service_request.request',
      'service_request.withdraw',
      'licence.download',
      'quota.read',
    ],
  },
  reviewer: {
    label: '审核员',
    permissions: [
      'application.claim',
      'application.release',
      'application.take_over',
      'application.pass_first',
      'application.return',
      'application.pass_second',
      'application.reject',
      'application.send_back',
      'application.agree_withdrawal',
      'application.refuse_withdrawal',
      ...review,
      'licence.revoke',
      'licence.download',
      'quota.read',
    ],
  },
  issuer: {
    label: '制证员',
    permissions: [
      'licence.issue',
      'licence.retry',
      'application.hand_back',
      'licence.register_use',
      'licence.download',
      'customs.read',
      'licence.resend',
      'difference.rejudge',
      'difference.accept',
      'difference.correct',
      'difference.send',
      'difference.take_back',
      'difference.close',
      'quota.read',
    ],
  },
  quota_officer: {
    label: '配额管理员',
    permissions: [
      'quota.read',
      'quota.grant',
      'quota.total',
      'quota.ratio',
      'quota.manage',
      'quota.warn',
      'swap.approve',
      'swap.return',
      'licence.download',
    ],
  },
  key_officer: {
    label: '电子钥匙管理员',
    permissions: [
      'key_request.read',
      'key_request.approve',
      'key_request.return',
      'key_request.revoke_by_officer',
    ],
  },
  electromechanical_officer: {
    label: '机电办审核员',
    permissions: ['service_request.read', 'service_request.approve_data', 'service_request.refuse_data'],
  },
  supervisor: {
    label: '局监督员',
    permissions: ['licence.download', 'quota.read', 'quota.oversee', 'customs.read', 'key_request.read'],
  },
  auditor: {
    label: '审计员',
    permissions: [
      'licence.download',
      'sign_in_log.read',
      'quota.read',
      'quota.oversee',
      'customs.read',
      'key_request.read',
      'settings.read',
    ],
  },
  platform_officer: {
    label: '平台管理员',
    permissions: [
      ...supervise,
      'sign_in_log.read',
      'service_request.read',
      'service_request.grant',
      'service_request.refuse',
      'service_request.close',
      'service.change_address',
    ],
  },
  administrator: {
    label: '系统管理员',
    permissions: [
      ...supervise,
      'officers.read',
      'account.create_officer',
      'account.change_duties',
      'account.reset_password',
      'rates.change',
      'settings.change',
      'sign_in_log.read',
      'calendar.change',
      'reference.inspect',
      'service.change_address',
      'message.read',
      'message.retry',
    ],
  },
} as const satisfies Record<string, { label: string; permissions: readonly string[] }>

export type Role = keyof typeof roles

export function isRole(name: string): name is Role {
  return Object.hasOwn(roles, name)
}

/** Roles that an enterprise's administrator gives; the sealer needs an e-key besides. */
export const enterpriseRoles = ['preparer', 'sealer', 'viewer', 'enterprise_administrator'] as const
/** Roles of officers. */
export const officerRoles = [
  'reviewer',
  'issuer',
  'quota_officer',
  'key_officer',
  'electromechanical_officer',
  'supervisor',
  'auditor',
  'platform_officer',
  'administrator',
] as const satisfies readonly Role[]

/** All permissions of a set of roles and those everybody has; unknown role names give none. */
export function permissionsOf(roleNames: readonly string[]): ReadonlySet<string> {
  return new Set<string>([
    ...ownPermissions,
    ...roleNames.filter(isRole).flatMap((name) => [...roles[name].permissions]),
  ])
}
