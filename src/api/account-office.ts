/** 用户: accounts as the platform officer and the administrator see them; officers are made here. */
import { z } from 'zod'
import { dutiesInput, states } from '#domain/account/actions.ts'
import { enterpriseRoles, officerRoles } from '#domain/account/roles.ts'
import { HistoryLine } from './application.ts'
import { endpoint, Id, IdParams, Offered, Paging, Total } from './endpoint.ts'
import { Email, LoginName, Mobile, plain } from './parts.ts'

const tag = '用户'
const Text = z.string()
const Named = z.object({ name: Text, label: Text })
const State = z.enum(Object.keys(states) as [keyof typeof states, ...(keyof typeof states)[]])

export const AccountRow = z.object({
  id: Id,
  version: z.number().int(),
  loginName: Text,
  personName: Text,
  typeLabel: Text,
  roles: z.array(Named),
  /** Of an operator. */
  enterprise: z.object({ id: Id, name: Text, code13: Text }).nullable(),
  department: Text.nullable(),
  /** Of an officer. */
  authority: z.object({ code: Text, name: Text }).nullable(),
  state: State,
  stateLabel: Text,
  lastSignedInAt: Text.nullable(),
})
export type AccountRow = z.infer<typeof AccountRow>

export const listAccounts = endpoint({
  method: 'GET',
  path: '/api/accounts',
  summary: '用户，最近创建的在前；平台管理员看企业用户，系统管理员看全部',
  tag,
  access: { anyOf: ['users.read'] },
  query: z.strictObject({
    state: State.optional(),
    /** How it begins, in capitals or not. */
    loginName: plain(50, '登录名').trim().optional(),
    /** A part of it. */
    personName: plain(30, '姓名').trim().optional(),
    /** A part of the name, or one of the numbers. */
    enterprise: plain(100, '企业').trim().optional(),
    role: z.enum([...enterpriseRoles, ...officerRoles]).optional(),
    authority: z
      .string()
      .regex(/^[0-9A-Z]{2}$/, '没有这个发证机构')
      .optional(),
    ...Paging,
  }),
  reply: z.object({
    rows: z.array(AccountRow),
    total: Total,
    counts: z.array(z.object({ state: State, label: Text, total: Total })),
    /** How far the list reaches, in words. */
    scope: Text,
  }),
})

export const AccountDetail = AccountRow.extend({
  officer: z.boolean(),
  dataScopeLabel: Text,
  duties: Text,
  email: z.object({ address: Text, confirmed: z.boolean() }).nullable(),
  mobile: z.object({ number: Text, confirmed: z.boolean() }).nullable(),
  mustChangePassword: z.boolean(),
  passwordChangedAt: Text.nullable(),
  createdAt: Text,
  suspended: z.object({ at: Text, reason: Text, byLabel: Text }).nullable(),
  /** The latest attempts with this login name, right and wrong. */
  signIns: z.array(z.object({ id: Text, at: Text, address: Text, outcome: Text, outcomeLabel: Text })),
  history: z.array(HistoryLine),
  offered: z.array(Offered),
})
export type AccountDetail = z.infer<typeof AccountDetail>

export const getAccount = endpoint({
  method: 'GET',
  path: '/api/accounts/:id',
  summary: '一个用户：资料、角色和职责、登录记录、经过',
  tag,
  access: { anyOf: ['users.read'] },
  params: IdParams,
  reply: AccountDetail,
})

export const officerInput = dutiesInput.extend({
  /** Of the new account, made by the client: the same id again makes nobody twice. */
  id: Id,
  loginName: LoginName,
  email: Email.optional(),
  mobile: Mobile.optional(),
})

export const createOfficer = endpoint({
  method: 'POST',
  path: '/api/officers',
  summary: '新建管理机构用户；初始密码只在这次回复中出现一次，首次登录须修改',
  tag,
  access: { anyOf: ['account.create_officer'] },
  body: officerInput,
  /** Without `password` the account had been made by this very request before. */
  reply: z.object({ id: Id, loginName: Text, password: Text.optional() }),
})
