/**
 * The phone's side of 手机授权 (manual 003): signing in with the authorised number and a code by SMS, what waits there, the
 * certificate for a key that the phone has made. The session is a cookie `xuke_phone` and good for nothing else.
 */
import { z } from 'zod'
import { kinds, states } from '#domain/phone-authorisation/actions.ts'
import { endpoint, Id, IdParams } from './endpoint.ts'
import { base64, MadeCertificate, oneOf } from './key.ts'
import { Code, CodeSent, Mobile, plain } from './parts.ts'

const tag = '手机端'
const Text = z.string()

export const sendPhoneCode = endpoint({
  method: 'POST',
  path: '/api/phone/codes',
  summary: '获取登录手机端的短信验证码；号码是否已授权，答复都一样',
  tag,
  access: 'public',
  body: z.strictObject({ mobile: Mobile }),
  reply: CodeSent,
})

/** 证书状态查询、安装页面. */
export const PhoneHome = z.object({
  /** To be sent as `x-csrf-token` with everything that changes something. */
  csrfToken: Text,
  /** 授权号码. */
  mobile: Text,
  loginName: Text,
  enterpriseName: Text,
  code13: Text,
  uscc: Text,
  authorisations: z.array(
    z.object({
      id: Id,
      version: z.number().int(),
      kind: oneOf(kinds),
      kindLabel: Text,
      state: oneOf(states),
      stateLabel: Text,
      submittedAt: Text,
      /** Until when the certificate can be made. */
      makeUntil: Text,
      /** Words why 制作证书 can't be done, or null; also null where it has been done. */
      because: Text.nullable(),
      /** What the certificate will say: the name of the PKCS#10 request. */
      holder: z.object({
        personName: Text,
        enterpriseName: Text,
        code13: Text,
        uscc: Text,
        loginName: Text,
      }),
      certificate: z
        .object({
          fingerprint: Text,
          serial: Text,
          notBefore: Text,
          notAfter: Text,
          revokedAt: Text.nullable(),
          /** 续签 can be begun at the PC, or the certificate has run out. */
          renewable: z.boolean(),
        })
        .nullable(),
    }),
  ),
})
export type PhoneHome = z.infer<typeof PhoneHome>

export const signInPhone = endpoint({
  method: 'POST',
  path: '/api/phone/session',
  summary: '用授权手机号码和短信验证码登录手机端',
  tag,
  access: 'public',
  body: z.strictObject({ mobile: Mobile, code: Code }),
  reply: PhoneHome,
})

export const phoneHome = endpoint({
  method: 'GET',
  path: '/api/phone/session',
  summary: '手机端：本号码的授权、状态和证书',
  tag,
  access: 'phone',
  reply: PhoneHome,
})

export const signOutPhone = endpoint({
  method: 'DELETE',
  path: '/api/phone/session',
  summary: '退出手机端',
  tag,
  access: 'phone',
  withAnyPassword: true,
})

export const makePhoneCertificate = endpoint({
  method: 'POST',
  path: '/api/phone/authorisations/:id/certificate',
  summary: '制作证书：request 为手机上新生成的 P-256 密钥的 PKCS#10 证书请求（DER，Base64），私钥不离开手机',
  tag,
  access: 'phone',
  params: IdParams,
  body: z.strictObject({
    version: z.number().int().min(1),
    requestId: Id,
    request: base64(8_000, '证书请求不正确，请重新制作'),
    /** What the phone calls itself, for the list at the PC. */
    deviceName: plain(50, '手机名称').default(''),
  }),
  reply: MadeCertificate,
})

export const getPhoneCertificate = endpoint({
  method: 'GET',
  path: '/api/phone/authorisations/:id/certificate',
  summary: '查看本机证书：已制作的证书和证书链',
  tag,
  access: 'phone',
  params: IdParams,
  reply: MadeCertificate,
})
