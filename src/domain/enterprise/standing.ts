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
    '本企业尚未核实：现在可以申请电子钥匙、在业务大厅申请开通应用，开通“出口许可证”后可填写申请表草稿；许可证、配额和历史业务在电子钥匙核准后开放，请先申请电子钥匙',
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

/**
 * What a person of an enterprise loses where the enterprise has not been granted 出口许可证 (manual 001: 业务办理模块的权限与
 * 办理电子钥匙申请开通的权限一致): everything that writes at the export desk. What is there already is read and printed on.
 */
const deskWrites = ['application.', 'cancellation.', 'write_off.', 'amendment.', 'swap.', 'quota.hand_back']
const alwaysOpen = ['application.print']

export const withheldWords =
  '本企业还没有开通“出口许可证”。请在业务大厅“添加应用”中申请，或在申请电子钥匙时一并申请，开通后即可办理'

/** The permissions that are withheld without the service; the rest is as it was. */
export function withheldOf(permissions: ReadonlySet<string>, hasDeskService: boolean): ReadonlySet<string> {
  if (hasDeskService) return new Set()
  return new Set(
    [...permissions].filter(
      (name) => !alwaysOpen.includes(name) && deskWrites.some((start) => name.startsWith(start)),
    ),
  )
}
