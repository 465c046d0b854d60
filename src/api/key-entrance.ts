/**
 * The way into the key office without signing in (manual 003 用户登录): 企业代码, 登录名 and a code that reached a contact
 * confirmed before; and the first request of somebody who has no account yet (manual 001: 凭电子钥匙中附的用户名、密码登录).
 */
import { z } from 'zod'
import { Me } from './account.ts'
import { endpoint } from './endpoint.ts'
import { captchaAnswer, Code, CodeSent, Email, filled, LoginName, Mobile, plain } from './parts.ts'

const tag = '电子钥匙'

/** 企业代码 is the 18 characters of the business licence (manual 003 企业代码); 登录名 may be the confirmed e-mail. */
const Whom = {
  uscc: filled(30, '企业代码').transform((code) => code.toUpperCase()),
  loginName: filled(254, '登录名'),
  by: z.enum(['sms', 'email'], '请选择手机或邮箱'),
}

export const sendEntranceCode = endpoint({
  method: 'POST',
  path: '/api/key-office/codes',
  summary: '办理电子钥匙：企业代码与登录名相符时，向该登录名已确认的手机或邮箱发送验证码；答复不透露是否相符',
  tag,
  access: 'public',
  body: z.strictObject({ ...captchaAnswer, ...Whom }),
  reply: CodeSent,
})

export const enterKeyOffice = endpoint({
  method: 'POST',
  path: '/api/key-office/entry',
  summary: '凭验证码进入电子钥匙办理；会话保存在 Cookie 中，只能办理本登录名的电子钥匙',
  tag,
  access: 'public',
  body: z.strictObject({ ...Whom, code: Code }),
  reply: Me,
})

export const sendApplicantCodes = endpoint({
  method: 'POST',
  path: '/api/key-office/applicants/codes',
  summary: '没有账号的申请者：向其邮箱和手机各发一个验证码，5 分钟内有效',
  tag,
  access: 'public',
  body: z.strictObject({ ...captchaAnswer, email: Email, mobile: Mobile }),
  reply: CodeSent,
})

export const applyForKey = endpoint({
  method: 'POST',
  path: '/api/key-office/applicants',
  summary:
    '没有账号的申请者登记企业、联系方式和希望使用的用户名，随即进入电子钥匙办理；账号在电子钥匙签发时开通',
  tag,
  access: 'public',
  body: z.strictObject({
    loginName: LoginName,
    personName: filled(30, '申请者姓名'),
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
  reply: Me,
})
