/**
 * Roles and what each may do. A permission is the name of an action (`application.submit`) or of a page
 * (`rates.change`). Roles inside an enterprise: preparer 录入, sealer 盖章上报 (has a key), viewer 查看;
 * inside an authority: reviewer 审核 (first and second review), issuer 制证; across: auditor, administrator.
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
] as const

export const roles = {
  preparer: { label: '录入员', permissions: fill },
  sealer: {
    label: '盖章上报员',
    permissions: [
      ...fill,
      'application.prepare_seal',
      'application.seal',
      'application.submit',
      'application.withdraw',
    ],
  },
  viewer: { label: '查看员', permissions: ['licence.download'] },
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
      'licence.download',
    ],
  },
  issuer: {
    label: '制证员',
    permissions: ['licence.issue', 'licence.retry', 'application.hand_back', 'licence.download'],
  },
  auditor: { label: '审计员', permissions: ['licence.download', 'sign_in_log.read'] },
  administrator: {
    label: '系统管理员',
    permissions: ['rates.change', 'calendar.change', 'reference.inspect'],
  },
} as const satisfies Record<string, { label: string; permissions: readonly string[] }>

export type Role = keyof typeof roles

export function isRole(name: string): name is Role {
  return Object.hasOwn(roles, name)
}

/** All permissions of a set of roles; unknown role names give none. */
export function permissionsOf(roleNames: readonly string[]): ReadonlySet<string> {
  return new Set<string>(roleNames.filter(isRole).flatMap((name) => [...roles[name].permissions]))
}
