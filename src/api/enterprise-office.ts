/** 企业: enterprises as the platform officer and the administrator see them. */
import { z } from 'zod'
import { HistoryLine } from './application.ts'
import { ActionBody, endpoint, Id, IdParams, Offered, Paging, Total } from './endpoint.ts'
import { EnterpriseChange } from './enterprise.ts'
import { plain } from './parts.ts'

const tag = '企业'
const Text = z.string()

/** How an enterprise stands as the list sorts it: what is suspended or lost first, then how far it is verified. */
export const enterpriseStandings = {
  unverified: '待核实',
  contested: '号码已有登记',
  verified: '已核实',
  suspended: '已停用',
  superseded: '登记失效',
} as const
export type EnterpriseStanding = keyof typeof enterpriseStandings
const Standing = z.enum(Object.keys(enterpriseStandings) as [EnterpriseStanding, ...EnterpriseStanding[]])

export const EnterpriseRow = z.object({
  id: Id,
  version: z.number().int(),
  name: Text,
  uscc: Text,
  code13: Text,
  region: Text,
  city: Text.nullable(),
  standing: Standing,
  standingLabel: Text,
  /** Accounts that are not closed. */
  accounts: z.number().int(),
  createdAt: Text,
})
export type EnterpriseRow = z.infer<typeof EnterpriseRow>

export const listEnterprises = endpoint({
  method: 'GET',
  path: '/api/enterprises',
  summary: '企业，最近登记的在前',
  tag,
  access: { anyOf: ['users.read'] },
  query: z.strictObject({
    standing: Standing.optional(),
    /** A part of it. */
    name: plain(100, '企业名称').trim().optional(),
    /** How they begin, in capitals or not. */
    uscc: plain(18, '统一社会信用代码').trim().optional(),
    code13: plain(13, '企业代码').trim().optional(),
    ...Paging,
  }),
  reply: z.object({
    rows: z.array(EnterpriseRow),
    total: Total,
    counts: z.array(z.object({ standing: Standing, label: Text, total: Total })),
  }),
})

export const EnterpriseDetail = EnterpriseRow.extend({
  centralEnterprise: z.boolean(),
  verifiedAt: Text.nullable(),
  suspended: z.object({ at: Text, reason: Text }).nullable(),
  /** Applications are not accepted for a time, in words. */
  barred: Text.nullable(),
  /** 申请企业信息 by field; '' = not filled in. */
  info: z.record(z.string(), Text),
  /** At most 100, the oldest first. */
  people: z.array(
    z.object({
      id: Id,
      loginName: Text,
      personName: Text,
      roles: z.array(Text),
      state: Text,
      stateLabel: Text,
    }),
  ),
  /** Services asked for and granted, the newest first; at most 100. */
  services: z.array(
    z.object({ id: Id, name: Text, state: Text, stateLabel: Text, sourceLabel: Text, at: Text }),
  ),
  changes: z.array(EnterpriseChange),
  history: z.array(HistoryLine),
  offered: z.array(Offered),
})
export type EnterpriseDetail = z.infer<typeof EnterpriseDetail>

export const getEnterprise = endpoint({
  method: 'GET',
  path: '/api/enterprises/:id',
  summary: '一个企业：登记信息、企业资料、账号、应用、变更记录',
  tag,
  access: { anyOf: ['users.read'] },
  params: IdParams,
  reply: EnterpriseDetail,
})

export const actOnEnterprise = endpoint({
  method: 'POST',
  path: '/api/enterprises/:id/actions/:action',
  summary: '停用、恢复企业，更正登记；规则见 docs/rules/enterprise.md',
  tag,
  access: 'signed_in',
  params: z.strictObject({ id: Id, action: z.string().regex(/^[a-z_]{2,40}$/) }),
  body: ActionBody,
  reply: z.object({ state: Text, version: z.number().int(), repeated: z.boolean() }),
})
