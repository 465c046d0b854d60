/**
 * The accounts of the demonstration: the one table that README, the start line, the sign-in page and the tests
 * read. Passwords and PINs are known to everybody; production refuses to run where one of these ids exists.
 */
import type { DataScope } from '#domain/account/data-scope.ts'
import type { Role } from '#domain/account/roles.ts'
import { demoEnterprises, type DemoEnterpriseName } from './enterprises.ts'

export interface DemoAccount {
  id: string
  loginName: string
  password: string
  personName: string
  roles: readonly Role[]
  dataScope: DataScope
  enterprise: DemoEnterpriseName | null
  department: string | null
  authorityCode: string | null
  /** Confirmed, so that a forgotten password can be tried. */
  email: string
  mobile: string
  /** PIN of the e-key file; null: this person has no e-key. */
  pin: string | null
  /** What one can do with this account, for the list on the sign-in page. */
  does: string
}

const password = 'Xuke-Demo-2026'
const pin = '20260101'
const id = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`

type Given = Pick<DemoAccount, 'loginName' | 'personName' | 'roles' | 'does'> & Partial<DemoAccount>

const account = (number: number, given: Given): DemoAccount => ({
  id: id(number),
  password,
  email: `${given.loginName}@example.com`,
  mobile: `13900000${number}`,
  dataScope: 'all',
  enterprise: null,
  department: null,
  authorityCode: null,
  pin: null,
  ...given,
})

const operator = { dataScope: 'enterprise' } as const
const officer = { dataScope: 'authority' } as const

export const demoAccounts: readonly DemoAccount[] = [
  account(201, {
    ...operator,
    loginName: 'steel01',
    personName: '赵一鸣',
    roles: ['preparer'],
    enterprise: 'steel',
    department: '出口一部',
    does: '录入申请表（没有电子钥匙，不能盖章上报）',
  }),
  account(202, {
    ...operator,
    loginName: 'steel02',
    personName: '钱思远',
    roles: ['sealer'],
    enterprise: 'steel',
    department: '出口一部',
    pin,
    does: '录入申请表、盖章、上报、下载电子许可证',
  }),
  account(203, {
    ...operator,
    loginName: 'trade01',
    personName: '冯立群',
    roles: ['sealer'],
    enterprise: 'trade',
    department: '业务部',
    pin,
    does: '另一家出口企业：录入、盖章、上报',
  }),
  account(204, {
    loginName: 'consignor01',
    personName: '蒋海平',
    roles: ['viewer'],
    dataScope: 'consignor',
    enterprise: 'consignor',
    department: '操作部',
    does: '发货人：只能查看以本公司为发货人的申请表和许可证',
  }),
  account(205, {
    ...officer,
    loginName: 'review01',
    personName: '孙敬文',
    roles: ['reviewer'],
    authorityCode: 'AA',
    does: '初审、复审（复审人不得为初审人）',
  }),
  account(206, {
    ...officer,
    loginName: 'review02',
    personName: '李正言',
    roles: ['reviewer'],
    authorityCode: 'AA',
    does: '初审、复审（复审人不得为初审人）',
  }),
  account(207, {
    ...officer,
    loginName: 'issue01',
    personName: '周启明',
    roles: ['issuer'],
    authorityCode: 'AA',
    does: '生成电子许可证',
  }),
  account(208, {
    ...officer,
    loginName: 'hebei01',
    personName: '吴冀平',
    roles: ['reviewer', 'issuer'],
    authorityCode: '03',
    does: '另一发证机构：审核、生成电子许可证',
  }),
  account(209, {
    loginName: 'audit01',
    personName: '郑观澜',
    roles: ['auditor'],
    does: '审计：查看全部，不能修改',
  }),
  account(210, {
    loginName: 'admin01',
    personName: '王守正',
    roles: ['administrator'],
    // No enterprise: it reaches nobody's applications.
    dataScope: 'own',
    does: '管理用户和企业，新建管理机构用户，维护汇率和工作日历，查看消息',
  }),
  account(211, {
    // 许可证局 grants quota to enterprises of the whole country.
    loginName: 'quota01',
    personName: '陈衡',
    roles: ['quota_officer'],
    authorityCode: 'AA',
    does: '下达配额、招标中标，审批钨锑钼配额调换',
  }),
  account(212, {
    ...operator,
    loginName: 'steel00',
    personName: '何静',
    roles: ['enterprise_administrator'],
    enterprise: 'steel',
    department: '综合部',
    does: '企业管理员：邀请本企业同事，设定角色和数据权限',
  }),
  // What the following four decide on is no application of anybody: their own scope reaches none.
  account(213, {
    loginName: 'platform01',
    personName: '沈书宁',
    roles: ['platform_officer'],
    dataScope: 'own',
    does: '平台管理员：用户与企业账号，导入存量用户',
  }),
  account(214, {
    loginName: 'key01',
    personName: '韩钥',
    roles: ['key_officer'],
    dataScope: 'own',
    authorityCode: 'AA',
    does: '电子钥匙管理员',
  }),
  account(215, {
    loginName: 'electro01',
    personName: '杨启电',
    roles: ['electromechanical_officer'],
    dataScope: 'own',
    authorityCode: 'AA',
    does: '机电办审核员',
  }),
  account(216, {
    loginName: 'super01',
    personName: '徐临川',
    roles: ['supervisor'],
    authorityCode: 'AA',
    does: '局监督员：查看全部业务，不能修改',
  }),
]

/** The demonstration account of that login name, or undefined. */
export const demoAccount = (loginName: string): DemoAccount | undefined =>
  demoAccounts.find((one) => one.loginName === loginName)

/** Who gets an e-key file, as the maker of keys takes it (DemoPeople of the certificate authority). */
export function demoOperators() {
  return demoAccounts.flatMap(({ loginName, personName, enterprise, pin: ownPin }) => {
    if (enterprise === null || ownPin === null) return []
    const { name: enterpriseName, uscc, code13 } = demoEnterprises[enterprise]
    return [{ loginName, personName, enterpriseName, uscc, code13, pin: ownPin }]
  })
}

/** What the terminal shows at the start: who can sign in, and with what. */
export function demoLines(publicUrl: string): string[] {
  const people = demoAccounts.map(
    ({ loginName, personName, does }) => `  ${loginName}  ${personName}：${does}`,
  )
  return [
    `演示账号（密码均为 ${password}）：`,
    ...people,
    `电子钥匙文件：${publicUrl}/demo/keys/（PIN 均为 ${pin}）`,
    `邮件和短信不会发出，都在演示发件箱：${publicUrl}/outbox`,
  ]
}
