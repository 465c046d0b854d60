/**
 * What happens to an account after it was made: its person's own changes, what the enterprise's administrator, the
 * platform officer and the system administrator decide, and what follows from the enterprise being verified.
 */
import { z } from 'zod'
import { machine, type Action, type Actor, type Subject } from '../machine.ts'
import { reason } from '../request/input.ts'
import { dataScopes, isDataScope, type DataScope } from './data-scope.ts'
import { enterpriseRoles, officerRoles } from './roles.ts'

export const states = {
  active: '正常',
  suspended: '已停用',
  /** Asked for the first key without an account; opened when the key is issued. */
  awaiting_key: '待发电子钥匙',
  closed: '已注销',
} as const
export type State = keyof typeof states

/** Registration asks for the first two (manual 002 账号类型); officers are made by an administrator. */
export const accountTypes = {
  enterprise: '进出口企业（申领许可证）',
  consignor: '发货人（委托他人申领，只查看）',
  officer: '管理机构',
} as const
export type AccountType = keyof typeof accountTypes

export interface AccountSubject extends Subject<State> {
  accountId: string
  type: AccountType
  /** The only one left who can manage the others: of the enterprise, or of the whole system. */
  lastAdministrator: boolean
  suspendedBy: 'enterprise' | 'platform' | null
  /** Came from an old system and has not given password, mobile, e-mail and enterprise yet. */
  mustComplete: boolean
}

const ofPlatform = (actor: Actor) => actor.permissions.has('users.read')
const self = (it: AccountSubject, actor: Actor) => it.accountId === actor.accountId

const scopesOfColleagues = ['own', 'department', 'enterprise', 'consignor'] as const

/** Department of a person, as typed; '' = none. */
const department = z.string().trim().max(50, '部门最多 50 字')

/** What an enterprise's administrator sets for a colleague; data scope: 本人、本部门、本公司 (manual 000). */
export const colleagueInput = z
  .strictObject({
    roles: z.array(z.enum(enterpriseRoles)).min(1, '请至少选择一个角色').max(enterpriseRoles.length),
    dataScope: z.enum(scopesOfColleagues, '请选择数据权限'),
    department,
  })
  .refine(({ dataScope, department: name }) => dataScope !== 'department' || name !== '', {
    path: ['department'],
    message: '数据权限为“本部门”时，请填写部门',
  })

/** What an administrator sets for an officer. Whose rows he reaches follows from authority and roles. */
export const dutiesInput = z.strictObject({
  personName: z.string().trim().min(1, '请填写姓名').max(30, '姓名最多 30 字'),
  authorityCode: z
    .string()
    .regex(/^[0-9A-Z]{2}$/, '请选择发证机构')
    .nullable(),
  roles: z.array(z.enum(officerRoles)).min(1, '请至少选择一个角色').max(officerRoles.length),
  duties: z.string().trim().max(200, '职责最多 200 字'),
})
/** Changing them takes a reason besides: who does what in an authority is an order of somebody. */
export const dutiesChange = dutiesInput.extend(reason.shape)

/** Roles whose work is the applications of an authority. */
const deskRoles: readonly string[] = ['reviewer', 'issuer', 'quota_officer']
/** Roles that read what was submitted anywhere. */
const overseers: readonly string[] = ['supervisor', 'auditor']

/** How far an officer's data reaches: everything, one authority, or no applications at all. */
export function officerScope(roles: readonly string[]): DataScope {
  if (roles.some((role) => overseers.includes(role))) return 'all'
  return roles.some((role) => deskRoles.includes(role)) ? 'authority' : 'own'
}

/** What speaks against these roles together, in words. */
export function officerRolesProblem(
  roles: readonly string[],
  authorityCode: string | null,
): string | undefined {
  if (roles.some((role) => deskRoles.includes(role)) && authorityCode === null) {
    return '审核员、制证员、配额管理员须属于一个发证机构，请选择发证机构'
  }
  // Who reads everything acts nowhere: 局监督员 and auditor change nothing.
  if (roles.some((role) => overseers.includes(role)) && !roles.every((role) => overseers.includes(role))) {
    return '局监督员、审计员只能查看，不能与其他角色兼任'
  }
  return undefined
}

const actions = {
  change_password: {
    label: '修改密码',
    from: ['active'],
    side: 'enterprise',
    unless: (it, actor) => (self(it, actor) ? undefined : '只能修改自己的密码'),
  },
  change_contact: {
    label: '修改联系方式',
    from: ['active'],
    side: 'enterprise',
    unless: (it, actor) => (self(it, actor) ? undefined : '只能修改自己的联系方式'),
  },
  /** The first sign-in of an old user: new password, mobile, e-mail, enterprise (manual 001 存量用户登录). */
  complete: {
    label: '启用原系统账号',
    from: ['active'],
    side: 'enterprise',
    unless: (it, actor) => {
      if (!self(it, actor)) return '只能启用自己的账号'
      return it.mustComplete ? undefined : '账号已经启用，不必再补充'
    },
  },
  /** By a code to the confirmed mobile or e-mail (manual 001 密码找回). */
  recover_password: { label: '找回密码', from: ['active'], side: 'system' },
  change_role: {
    label: '设定角色',
    from: ['active', 'suspended'],
    side: 'enterprise',
    input: colleagueInput,
  },
  suspend: {
    label: '停用账号',
    from: ['active'],
    to: 'suspended',
    side: 'enterprise',
    unless: (it, actor) => {
      if (self(it, actor)) return '不能停用自己的账号'
      if (!it.lastAdministrator) return undefined
      if (it.type === 'officer') return '这是唯一的系统管理员，不能停用；请先设定另一位系统管理员'
      return ofPlatform(actor) ? undefined : '这是本企业唯一的企业管理员，不能停用'
    },
    confirm: '停用后，该账号立即退出，不能再登录。',
    danger: true,
    input: reason,
    opinion: 'required',
  },
  restore: {
    label: '恢复账号',
    from: ['suspended'],
    to: 'active',
    side: 'enterprise',
    unless: (it, actor) =>
      it.suspendedBy === 'platform' && !ofPlatform(actor)
        ? '该账号由平台停用，请联系平台管理员恢复'
        : undefined,
    input: reason,
    opinion: 'required',
  },
  change_duties: {
    label: '调整职责',
    from: ['active', 'suspended'],
    side: 'authority',
    unless: (it) => (it.type === 'officer' ? undefined : '企业用户的角色由本企业管理员设定'),
    input: dutiesChange,
    opinion: 'required',
  },
  reset_password: {
    label: '重置密码',
    from: ['active', 'suspended'],
    side: 'authority',
    unless: (it, actor) => {
      if (it.type !== 'officer') return '企业用户请用“密码找回”自行设置新密码'
      return self(it, actor) ? '自己的密码请在“我的账号”修改' : undefined
    },
    confirm: '原密码立即失效，新的初始密码只显示一次，首次登录须修改。',
    danger: true,
    input: reason,
    opinion: 'required',
  },
  /** A key officer has approved a key on this person's papers. */
  join: { label: '核实加入企业', from: ['active', 'suspended', 'awaiting_key'], side: 'system' },
  /** The key of somebody without an account has been issued (manual 001: 凭电子钥匙中附的用户名、密码登录). */
  issue_key: { label: '随电子钥匙开户', from: ['awaiting_key'], to: 'active', side: 'system' },
  /** Nobody has gone on with the request, or the enterprise belongs to somebody else: the name is free again. */
  lapse: { label: '登记失效', from: ['awaiting_key'], to: 'closed', side: 'system' },
  /** Somebody else has shown the papers of the enterprise that this account merely claimed. */
  leave: { label: '登记失效，退出企业', from: ['active', 'suspended', 'closed'], side: 'system' },
} as const satisfies Record<string, Action<State, AccountSubject>>

export type AccountAction = keyof typeof actions

/** The own account; colleagues for the enterprise's administrator; enterprises' people for the platform; officers for the administrator. */
export function reachesAccount(actor: Actor, it: AccountSubject): boolean {
  if (actor.scope === 'system' || self(it, actor)) return true
  if (it.type === 'officer') return actor.permissions.has('officers.read')
  if (ofPlatform(actor)) return true
  return (
    actor.permissions.has('colleagues.read') &&
    actor.enterpriseId !== null &&
    it.enterpriseId === actor.enterpriseId
  )
}

export const account = machine<State, AccountSubject, AccountAction>(
  'account',
  '账号',
  states,
  actions,
  reachesAccount,
)

/** Scopes that fit an account of this type, for the choice on the page. */
export const scopesOf = (type: AccountType): { name: DataScope; label: string }[] =>
  (type === 'consignor' ? (['consignor'] as const) : (['enterprise', 'department', 'own'] as const))
    .filter(isDataScope)
    .map((name) => ({ name, label: dataScopes[name] }))
