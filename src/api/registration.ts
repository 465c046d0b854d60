/** 注册 (manual 001 新用户注册): codes to e-mail and mobile, then the account with its enterprise; 密码找回. */
import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import {
  captchaAnswer,
  Code,
  CodeSent,
  Email,
  filled,
  LoginName,
  Mobile,
  NewPassword,
  plain,
} from './parts.ts'

const tag = '注册'
const Text = z.string()

export const registrationPlaces = endpoint({
  method: 'GET',
  path: '/api/registration/places',
  summary: '注册时可选的省（自治区、直辖市）',
  tag,
  access: 'public',
  reply: z.object({ regions: z.array(Text), relaxedCodes: z.boolean() }),
})

export const sendRegistrationCodes = endpoint({
  method: 'POST',
  path: '/api/registration/codes',
  summary: '向注册人的邮箱和手机各发一个验证码，5 分钟内有效',
  tag,
  access: 'public',
  body: z.strictObject({ ...captchaAnswer, email: Email, mobile: Mobile }),
  reply: CodeSent,
})

export const registeringTypes = ['enterprise', 'consignor'] as const

export const register = endpoint({
  method: 'POST',
  path: '/api/registration',
  summary: '注册企业用户；邮箱和手机须用验证码确认',
  tag,
  access: 'public',
  body: z.strictObject({
    loginName: LoginName,
    password: NewPassword,
    accountType: z.enum(registeringTypes, '请选择账号类型'),
    personName: filled(30, '联系人姓名'),
    department: plain(50, '部门').trim().default(''),
    email: Email,
    emailCode: Code,
    mobile: Mobile,
    mobileCode: Code,
    enterpriseName: filled(100, '企业名称'),
    uscc: plain(30, '统一社会信用代码').trim(),
    code13: plain(30, '进出口企业代码').trim(),
    region: filled(20, '所在省（自治区、直辖市）'),
    city: plain(20, '城市').trim().default(''),
  }),
  /** `words`: what is open now and what comes next. */
  reply: z.object({ loginName: Text, standing: z.enum(['unverified', 'contested']), words: Text }),
})

export const sendRecoveryCode = endpoint({
  method: 'POST',
  path: '/api/recovery/codes',
  summary: '找回密码：账号存在且已确认该邮箱或手机时发送验证码；答复不透露账号是否存在',
  tag: '登录',
  access: 'public',
  body: z.strictObject({
    ...captchaAnswer,
    loginName: filled(50, '登录名'),
    by: z.enum(['email', 'sms'], '请选择邮箱或手机'),
    recipient: filled(254, '邮箱或手机号码'),
  }),
  reply: CodeSent,
})

export const recoverPassword = endpoint({
  method: 'POST',
  path: '/api/recovery',
  summary: '凭验证码设置新密码；该账号的其他登录全部退出',
  tag: '登录',
  access: 'public',
  body: z.strictObject({
    loginName: filled(50, '登录名'),
    by: z.enum(['email', 'sms'], '请选择邮箱或手机'),
    recipient: filled(254, '邮箱或手机号码'),
    code: Code,
    newPassword: NewPassword,
  }),
})
