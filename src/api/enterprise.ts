/** The enterprise's own data (申请企业信息) and the look-up of a consignor by its code. */
import { z } from 'zod'
import { EnterpriseInfoDraft } from '#domain/application/form.ts'
import { EnterpriseOf } from './account.ts'
import { endpoint } from './endpoint.ts'
import { captchaAnswer, plain } from './parts.ts'

export const Enterprise = EnterpriseOf.extend({
  version: z.number().int(),
  modifiedAt: z.iso.datetime(),
  /** Fields of 申请企业信息 by name; '' = not filled in. */
  info: z.record(z.string(), z.string()),
  /** Applications are not accepted until this day (含当日), in words; null = no bar. */
  barred: z.object({ until: z.string(), words: z.string() }).nullable(),
})
export type Enterprise = z.infer<typeof Enterprise>

export const ownEnterprise = endpoint({
  method: 'GET',
  path: '/api/enterprise',
  summary: '本企业的基本数据和申请企业信息',
  tag: '企业',
  access: 'signed_in',
  reply: Enterprise,
})

export const saveEnterpriseInfo = endpoint({
  method: 'PUT',
  path: '/api/enterprise/info',
  summary: '保存申请企业信息；须带所见版本',
  tag: '企业',
  access: { anyOf: ['enterprise.change'] },
  body: z.strictObject({ version: z.number().int().min(1), info: EnterpriseInfoDraft }),
  reply: Enterprise,
})

/** One change of the data: which fields, from what to what, by whom. '' = was empty. */
export const EnterpriseChange = z.object({
  id: z.string(),
  at: z.iso.datetime(),
  who: z.string(),
  /** 本企业, or that an officer did it. */
  side: z.string(),
  fields: z.array(z.object({ label: z.string(), from: z.string(), to: z.string() })),
})
export type EnterpriseChange = z.infer<typeof EnterpriseChange>

export const ownChanges = endpoint({
  method: 'GET',
  path: '/api/enterprise/changes',
  summary: '本企业资料的变更记录，最近的在前，最多 100 次',
  tag: '企业',
  access: 'signed_in',
  reply: z.object({ rows: z.array(EnterpriseChange) }),
})

export const enterpriseByCode = endpoint({
  method: 'GET',
  path: '/api/enterprises/by-code/:code13',
  summary: '按进出口企业代码查企业（发货人）',
  tag: '企业',
  access: 'signed_in',
  params: z.strictObject({
    code13: z.string().regex(/^[0-9A-Z]{13}$/, '进出口企业代码应为 13 位数字或大写字母'),
  }),
  reply: z.object({ code13: z.string(), uscc: z.string(), name: z.string() }),
})

/** Any one of the conditions is enough (manual 001, Q1). */
export const findEnterpriseCode = endpoint({
  method: 'POST',
  path: '/api/enterprise-codes/find',
  summary: '查询 13 位进出口企业代码：企业全称、统一社会信用代码或组织机构代码，任填一项，并填写验证码',
  tag: '企业',
  access: 'public',
  body: z.strictObject({
    ...captchaAnswer,
    name: plain(200, '企业名称').trim().default(''),
    uscc: plain(18, '统一社会信用代码').trim().toUpperCase().default(''),
    organisationCode: plain(10, '组织机构代码').trim().toUpperCase().default(''),
  }),
  reply: z.object({ rows: z.array(z.object({ code13: z.string(), name: z.string() })) }),
})
