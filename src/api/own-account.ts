/** 我的账号: password, contact, own sessions, own sign-ins. */
import { z } from 'zod'
import { endpoint, Id } from './endpoint.ts'
import { Code, CodeSent, NewPassword, OldPassword, plain } from './parts.ts'

const tag = '我的账号'
const Text = z.string()

export const ownAccount = endpoint({
  method: 'GET',
  path: '/api/account',
  summary: '我的账号：联系方式、密码修改时间、正在使用的登录、最近的登录记录',
  tag,
  access: 'signed_in',
  withAnyPassword: true,
  reply: z.object({
    version: z.number().int(),
    loginName: Text,
    personName: Text,
    typeLabel: Text,
    email: z.object({ address: Text, confirmedAt: Text.nullable() }).nullable(),
    mobile: z.object({ number: Text, confirmedAt: Text.nullable() }).nullable(),
    passwordChangedAt: Text.nullable(),
    sessions: z.array(
      z.object({
        id: Id,
        createdAt: Text,
        lastSeenAt: Text,
        address: Text,
        /** Browser and system, as far as they say. */
        device: Text,
        own: z.boolean(),
      }),
    ),
    signIns: z.array(z.object({ id: Text, at: Text, address: Text, outcome: Text, outcomeLabel: Text })),
  }),
})

export const changePassword = endpoint({
  method: 'PUT',
  path: '/api/account/password',
  summary: '修改密码；其他登录全部退出',
  tag,
  access: { anyOf: ['account.change_password'] },
  withAnyPassword: true,
  body: z.strictObject({ requestId: Id, oldPassword: OldPassword, newPassword: NewPassword }),
})

const contact = {
  by: z.enum(['email', 'sms'], '请选择邮箱或手机'),
  recipient: plain(254, '邮箱或手机号码').trim().min(1, '请填写邮箱或手机号码'),
}

export const sendContactCode = endpoint({
  method: 'POST',
  path: '/api/account/contact/codes',
  summary: '向新的邮箱或手机发送验证码',
  tag,
  access: { anyOf: ['account.change_contact'] },
  body: z.strictObject(contact),
  reply: CodeSent,
})

export const changeContact = endpoint({
  method: 'PUT',
  path: '/api/account/contact',
  summary: '更换邮箱或手机：须输入密码和新地址收到的验证码',
  tag,
  access: { anyOf: ['account.change_contact'] },
  body: z.strictObject({ requestId: Id, ...contact, code: Code, password: OldPassword }),
})

export const endSession = endpoint({
  method: 'DELETE',
  path: '/api/account/sessions/:id',
  summary: '退出另一处登录',
  tag,
  access: 'signed_in',
  params: z.strictObject({ id: Id }),
})

export const endOtherSessions = endpoint({
  method: 'DELETE',
  path: '/api/account/sessions',
  summary: '退出其他：除当前登录以外全部退出',
  tag,
  access: 'signed_in',
  reply: z.object({ ended: z.number().int() }),
})
