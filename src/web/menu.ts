/**
 * The menu of the left side, in the words and order of manual 000, by what the person may do. The home page shows
 * the same entries as tiles.
 */
import type { AnyRouter } from '@tanstack/react-router'
import type { Me } from '#api/account.ts'
import { lists, queues } from '#domain/application/actions.ts'
import { codeLists, parameterPages } from '#domain/reference/lists.ts'
import { paths } from '#ui/paths.ts'

export interface MenuEntry {
  label: string
  to: string
  /** One line on the tile. */
  line: string
}
export interface MenuGroup {
  label: string
  /** Two letters for the folded menu. */
  short: string
  entries: readonly MenuEntry[]
}

export type Who = Pick<Me, 'permissions' | 'enterprise' | 'authority' | 'dataScope' | 'keyOffice'>

interface Entry extends MenuEntry {
  when?: (who: Who) => boolean
}
interface Group {
  label: string
  short: string
  when: (who: Who) => boolean
  entries: readonly Entry[]
}

const may =
  (...permissions: string[]) =>
  (who: Who) =>
    permissions.some((permission) => who.permissions.includes(permission))

/** Officers and auditors: see papers of enterprises, are none themselves. */
const reads = (who: Who) => who.enterprise === null && may('licence.download')(who)

/**
 * Works for the enterprise itself. A consignor's operator sees what others have submitted with its name on it: no drafts,
 * no requests about licences, no swaps (server/account/scope.ts).
 */
const ownWork = (who: Who) => who.enterprise !== null && who.dataScope.name !== 'consignor'

const listLine = {
  to_submit: '暂存、待上报、初审退回和已撤销的申请表',
  under_review: '待初审、待复审、待撤销的申请表',
  rejected: '复审未通过的申请表，可复制后重新申请',
  to_print: '复审通过、还没有打印的申请表',
  printed: '已打印的申请表，可再次打印',
} as const
const list = (name: keyof typeof lists): Entry => ({
  label: lists[name].label,
  to: paths.applications(name),
  line: listLine[name],
})

const queueLine = {
  first_review: '企业已上报，等待初审',
  second_review: '初审已通过，等待另一位审核员复审',
  withdrawing: '企业申请撤销，等待答复',
} as const
const queue = (name: keyof typeof queues): Entry => ({
  label: queues[name].label,
  to: paths.queue(name),
  line: queueLine[name],
})

const groups: readonly Group[] = [
  {
    label: '业务大厅',
    short: '大厅',
    when: (who) => who.enterprise !== null,
    entries: [{ label: '业务大厅', to: paths.hall(), line: '本企业已开通的应用，添加应用' }],
  },
  {
    label: '申请出口许可证',
    short: '申请',
    when: (who) => who.enterprise !== null,
    entries: [
      {
        label: '录入申请',
        to: paths.newApplication(),
        line: '填写新的出口许可证申请表',
        when: may('application.create'),
      },
      { ...list('to_submit'), when: ownWork },
      list('under_review'),
      list('rejected'),
      list('to_print'),
      list('printed'),
      { label: '申请企业信息', to: paths.enterprise(), line: '合同信息表自动带入的企业资料' },
      {
        label: '企业用户管理',
        to: paths.colleagues(),
        line: '邀请同事，设定角色和数据权限，停用账号',
        when: may('colleagues.read'),
      },
      {
        label: '查看电子许可证',
        to: paths.licences(),
        line: '查看、下载本企业的电子许可证',
        when: may('licence.download'),
      },
    ],
  },
  {
    label: '许可证退换',
    short: '退换',
    when: (who) => ownWork(who) && may('licence.download')(who),
    entries: [
      {
        label: '许可证删除申请',
        to: paths.requestEntry('cancellation'),
        line: '许可证没有使用，申请删除、退回配额',
        when: may('cancellation.save'),
      },
      {
        label: '删除申请表管理',
        to: paths.requests('cancellation', 'manage'),
        line: '待上报和退回的删除申请表',
      },
      { label: '删除申请表查询', to: paths.requests('cancellation', 'all'), line: '本企业全部删除申请表' },
      {
        label: '许可证核销申请',
        to: paths.requestEntry('write_off'),
        line: '许可证已清关，申请核销',
        when: may('write_off.save'),
      },
      {
        label: '核销申请表管理',
        to: paths.requests('write_off', 'manage'),
        line: '待上报和退回的核销申请表',
      },
      { label: '核销申请表查询', to: paths.requests('write_off', 'all'), line: '本企业全部核销申请表' },
      {
        label: '更改/延期/遗失申请',
        to: paths.requestEntry('amendment'),
        line: '更改内容、延期或遗失补发，换发新证',
        when: may('amendment.save'),
      },
      { label: '更改申请管理', to: paths.requests('amendment', 'manage'), line: '待上报和退回的更改申请' },
      {
        label: '更改申请查询',
        to: paths.requests('amendment', 'all'),
        line: '本企业全部更改、延期、遗失申请',
      },
    ],
  },
  {
    label: '配额',
    short: '配额',
    when: (who) => who.enterprise !== null && may('quota.read')(who),
    entries: [
      { label: '配额查询', to: paths.quota(), line: '本企业配额的下达、占用和未使用量，明细账' },
      {
        label: '配额试算',
        to: paths.quotaWhatIf(),
        line: '几份申请表一起上报，配额够不够',
        when: may('application.save'),
      },
      {
        label: '有色金属钨锑钼配额调换',
        to: paths.swaps(),
        line: '申请调换和调换记录',
        when: ownWork,
      },
    ],
  },
  {
    label: '海关',
    short: '海关',
    when: (who) => who.enterprise !== null && may('licence.download')(who),
    entries: [
      { label: '海关状态查询', to: paths.customsStates(), line: '许可证在海关的状态、已用和剩余数量' },
      { label: '核销数据查询', to: paths.customsUses(), line: '报关单逐项使用记录' },
      { label: '报关前核对', to: paths.check(), line: '申报以前，先看报关单能否使用许可证' },
    ],
  },
  {
    label: '电子钥匙',
    short: '钥匙',
    when: may('key_request.save'),
    entries: [
      { label: '电子钥匙', to: paths.keys(), line: '申请、更新、补办、吊销电子钥匙，制作电子钥匙' },
      {
        label: '手机授权',
        to: paths.phones(),
        line: '授权手机安装手机证书，续签、变更、注销',
        when: may('phone_authorisation.submit'),
      },
      { label: '我的IC卡', to: paths.keyCard(), line: '把电子钥匙与账号绑定、解除绑定' },
      { label: '钥匙体检', to: paths.keyCheck(), line: '申报以前，检查电子钥匙能不能用' },
    ],
  },
  {
    label: '电子钥匙',
    short: '钥匙',
    when: (who) => who.enterprise === null && may('key_request.read')(who),
    entries: [
      { label: '电子钥匙申请', to: paths.keyQueue(), line: '企业提交的申请、更新、补办，等待审核' },
      { label: '电子钥匙证书', to: paths.keyCertificates(), line: '已签发的电子钥匙，查询和吊销' },
    ],
  },
  {
    label: '审核',
    short: '审核',
    when: may('application.pass_first', 'application.pass_second', 'application.agree_withdrawal'),
    entries: [
      queue('first_review'),
      queue('second_review'),
      queue('withdrawing'),
      {
        label: '待审退换',
        to: paths.requestQueue(),
        line: '删除、核销、更改申请，等待审核',
        when: may('cancellation.pass'),
      },
    ],
  },
  {
    label: '制证',
    short: '制证',
    when: reads,
    entries: [
      {
        label: '待发证',
        to: paths.licencesToIssue(),
        line: '复审通过，等待生成电子许可证',
        when: may('licence.issue'),
      },
      { label: '许可证', to: paths.authorityLicences(), line: '已签发的许可证和海关状态' },
    ],
  },
  {
    label: '配额',
    short: '配额',
    when: (who) => who.enterprise === null && may('quota.read')(who),
    entries: [
      { label: '配额查询', to: paths.authorityQuota(), line: '各企业配额账户的余额和明细账' },
      {
        label: '配额下达',
        to: paths.quotaGrants(),
        line: '下达配额、登记招标中标，单笔或按表',
        when: may('quota.grant'),
      },
      {
        label: '配额总量',
        to: paths.quotaTotals(),
        line: '按年度和大类的总量及使用情况',
        when: may('quota.total', 'quota.oversee'),
      },
      {
        label: '管理方式',
        to: paths.quotaManagement(),
        line: '某年度按配额、招标还是许可证管理',
        when: may('quota.manage'),
      },
      {
        label: '余量预警',
        to: paths.quotaWarning(),
        line: '余量低于多少时提醒企业',
        when: may('quota.warn', 'quota.oversee'),
      },
      {
        label: '有色金属钨锑钼配额调换',
        to: paths.authoritySwaps(),
        line: '审批调换申请，公布调换比例',
        when: may('swap.approve', 'quota.oversee'),
      },
    ],
  },
  {
    label: '海关',
    short: '海关',
    when: reads,
    entries: [
      { label: '海关状态查询', to: paths.authorityCustomsStates(), line: '许可证在海关的状态和余量' },
      { label: '核销数据查询', to: paths.authorityCustomsUses(), line: '报关单逐项使用记录' },
      {
        label: '海关报文',
        to: paths.customsMessages(),
        line: '待发、失败和被拒的报文，重发',
        when: may('customs.read'),
      },
      {
        label: '海关差异',
        to: paths.differences(),
        line: '与海关不一致之处，逐项处理',
        when: may('customs.read'),
      },
      {
        label: '逐日核对',
        to: paths.reconciliations(),
        line: '每天的使用记录与海关清单核对',
        when: may('customs.read'),
      },
    ],
  },
  {
    label: '查询',
    short: '查询',
    when: reads,
    entries: [
      { label: '申请查询', to: paths.authorityApplications(), line: '按编号、商品、口岸等查询申请表' },
    ],
  },
  {
    label: '平台',
    short: '平台',
    when: may('users.read', 'service_request.read', 'service.change_address'),
    entries: [
      {
        label: '用户管理',
        to: paths.accounts(),
        line: '查询用户，停用、恢复；新建管理机构用户',
        when: may('users.read'),
      },
      {
        label: '企业管理',
        to: paths.enterprises(),
        line: '查询企业，停用、恢复，更正登记',
        when: may('users.read'),
      },
      {
        label: '存量用户',
        to: paths.oldUsers(),
        line: '导入原各系统的用户，查看启用情况',
        when: may('old_user.import'),
      },
      {
        label: '应用申请',
        to: paths.services(),
        line: '企业申请开通的应用，等待审核',
        when: may('service_request.read'),
      },
      {
        label: '应用网址',
        to: paths.serviceAddresses(),
        line: '业务大厅的各项应用通向哪里',
        when: may('service.change_address'),
      },
    ],
  },
  {
    label: '系统管理',
    short: '管理',
    when: may(
      'settings.read',
      'settings.change',
      'rates.change',
      'calendar.change',
      'sign_in_log.read',
      'message.read',
    ),
    entries: [
      {
        label: '系统设置',
        to: paths.settings(),
        line: '期限、比例等可以调整的规则，每次修改都有记录',
        when: may('settings.read', 'settings.change'),
      },
      { label: '折算率', to: paths.rates(), line: '各币种折算美元的比率', when: may('rates.change') },
      {
        label: '工作日历',
        to: paths.calendar(),
        line: '节假日和调休，决定办理期限',
        when: may('calendar.change'),
      },
      { label: '登录日志', to: paths.signInLog(), line: '谁在什么时候登录过', when: may('sign_in_log.read') },
      {
        label: '消息',
        to: paths.messages(),
        line: '发给用户的邮件和短信，没有发出的再发',
        when: may('message.read'),
      },
    ],
  },
  {
    label: '参数列表',
    short: '参数',
    when: () => true,
    entries: parameterPages.map((name) => ({
      label: name === 'commodity' ? '商品目录' : codeLists[name],
      to: paths.table(name),
      line: name === 'commodity' ? '出口许可证管理货物目录' : '只供查询',
    })),
  },
]

/** What there is for who has entered the key office by a code. */
const keyOfficeMenu: Group = {
  label: '电子钥匙',
  short: '钥匙',
  when: (who) => who.keyOffice !== null,
  entries: [
    { label: '电子钥匙', to: paths.keys(), line: '申请、更新、补办、吊销电子钥匙，制作电子钥匙' },
    {
      label: '手机授权',
      to: paths.phones(),
      line: '用电子钥匙授权手机，查看和注销手机证书',
      when: may('phone_authorisation.submit'),
    },
    { label: '钥匙体检', to: paths.keyCheck(), line: '检查电子钥匙能不能用' },
    { label: '发证机构地址', to: paths.issuingBodies(), line: '办理电子钥匙的发证机构' },
  ],
}

/** The groups and entries of one person. */
export const menuOf = (who: Who): MenuGroup[] =>
  (who.keyOffice === null ? groups : [keyOfficeMenu])
    .filter((group) => group.when(who))
    .map(({ label, short, entries }) => ({
      label,
      short,
      entries: entries.filter((entry) => entry.when?.(who) ?? true),
    }))
    .filter((group) => group.entries.length > 0)

/** Where the person starts: exporters at their desk, everybody else at the authority's. */
export function homeOf(who: Who): string {
  if (who.keyOffice !== null) return paths.keys()
  return who.enterprise !== null ? paths.desk() : paths.authority()
}

/** Whether a page belongs to the key office: its list, its requests and phones, not the binding of keys. */
export const inKeyOffice = (pathname: string): boolean =>
  pathname === paths.keys() ||
  pathname.startsWith(paths.keyRequest('')) ||
  pathname === paths.phones() ||
  pathname.startsWith(`${paths.phones()}/`)

/** Leaves out what has no page. */
export const existing = (menu: readonly MenuGroup[], pages: Pages): MenuGroup[] =>
  menu
    .map((group) => ({ ...group, entries: group.entries.filter(({ to }) => leadsToPage(pages, to)) }))
    .filter((group) => group.entries.length > 0)

/** The part of the router that knows which addresses are pages. */
export type Pages = Pick<AnyRouter, 'getMatchedRoutes'>

/** `**` is what was left over of an address that no page took whole. */
export function leadsToPage(pages: Pages, to: string): boolean {
  const [, leftOver, found] = pages.getMatchedRoutes(to)
  return found !== undefined && leftOver['**'] === undefined
}
