/**
 * What is open to the people of an enterprise before a key officer has approved a key on its papers. Registering proves
 * nothing: anybody can type a number. Until then an enterprise may draft, file and ask for a key and for services;
 * licences, quota and whatever else belongs to its past stay closed. Where somebody else had claimed the number before,
 * nothing is open but the key office. This is the only place that says so; sessions ask it (server/enterprise/status.ts).
 */
export const standings = {
  verified: '已核实',
  unverified: '待核实',
  contested: '待核实（号码已有登记）',
} as const
export type Standing = keyof typeof standings

/** Names end in `.` where everything of that thing is open. */
const open: Record<Exclude<Standing, 'verified'>, readonly string[]> = {
  unverified: [
    'account.change_password',
    'account.change_contact',
    'application.create',
    'application.copy',
    'application.save',
    'application.edit',
    'application.delete',
    'application.attach',
    'application.detach',
    'enterprise.change',
    'filing.',
    'key_request.',
    'service_request.',
  ],
  contested: ['account.change_password', 'account.change_contact', 'key_request.'],
}

/** The words for what is closed, with the way out; nothing when nothing is. */
export const closedWords: Record<Standing, string | undefined> = {
  verified: undefined,
  unverified:
    '本企业尚未核实：现在可以填写申请表草稿、办理备案和申请电子钥匙；许可证、配额和历史业务在电子钥匙核准后开放，请先申请电子钥匙',
  contested:
    '该统一社会信用代码此前已有登记，须凭营业执照等材料核实身份。请到“电子钥匙”办理申请，核准后即可办理业务',
}

/** What is left of a person's permissions in an enterprise of this standing. */
export function permissionsIn(standing: Standing, permissions: ReadonlySet<string>): ReadonlySet<string> {
  if (standing === 'verified') return permissions
  const names = open[standing]
  return new Set(
    [...permissions].filter((permission) =>
      names.some((name) => (name.endsWith('.') ? permission.startsWith(name) : permission === name)),
    ),
  )
}
