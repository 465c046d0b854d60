/** 手机授权 at the PC (manual 003): what is authorised, what may be begun, the requests and their history. */
import { z } from 'zod'
import { keyFields } from '#domain/certificate/form.ts'
import { draftSchema } from '#domain/fields.ts'
import { kinds, states } from '#domain/phone-authorisation/actions.ts'
import { HistoryLine } from './application.ts'
import { ActionBody, endpoint, Id, IdParams, Offered, Paging, Total } from './endpoint.ts'
import { CertificateType, oneOf, SignedChallenge } from './key.ts'
import { Mobile } from './parts.ts'

const tag = '手机授权'
const Text = z.string()
const read = { anyOf: ['phone_authorisation.submit'] }
const Kind = oneOf(kinds)
const State = oneOf(states)
const MakingKind = z.enum(['new', 'renew', 'change_number', 'change_device'])

export const PhoneStanding = z.object({
  /** 已授权手机号 and 已授权证书到期时间, or null. */
  authorised: z.object({ mobile: Text, notAfter: Text, expired: z.boolean() }).nullable(),
  /** Each kind, with the words why it can't be begun now. */
  kinds: z.array(z.object({ kind: MakingKind, label: Text, because: Text.nullable() })),
  /** The PC keys of this person that may authorise: bound, in date. */
  keys: z.array(
    z.object({
      fingerprint: Text,
      serial: Text,
      deviceLabel: Text,
      certificateType: CertificateType,
      certificateTypeLabel: Text,
      notAfter: Text,
    }),
  ),
  enterprise: z.object({ name: Text, code13: Text, uscc: Text, address: Text }),
  loginName: Text,
  /** What is known of the person; `approved`: the key office has compared the identity with the papers. */
  fields: z.record(z.string(), Text),
  approved: z.boolean(),
})
export type PhoneStanding = z.infer<typeof PhoneStanding>

export const phoneStanding = endpoint({
  method: 'GET',
  path: '/api/phone-authorisations/standing',
  summary: '手机授权：已授权的手机号码和到期时间、现在可办的业务、企业和本人资料',
  tag,
  access: read,
  inKeyOffice: true,
  reply: PhoneStanding,
})

export const PhoneAuthorisationRow = z.object({
  id: Id,
  kind: Kind,
  kindLabel: Text,
  state: State,
  stateLabel: Text,
  version: z.number().int(),
  enterpriseName: Text,
  code13: Text,
  uscc: Text,
  loginName: Text,
  holder: Text,
  certificateType: CertificateType,
  certificateTypeLabel: Text,
  mobile: Text,
  oldMobile: Text.nullable(),
  createdAt: Text,
  submittedAt: Text.nullable(),
  /** Whoever is looking has authorised it. */
  own: z.boolean(),
  /** What was made on the phone. */
  certificate: z
    .object({
      fingerprint: Text,
      serial: Text,
      notBefore: Text,
      notAfter: Text,
      expired: z.boolean(),
      revokedAt: Text.nullable(),
      revocationReason: Text.nullable(),
      deviceName: Text,
    })
    .nullable(),
  offered: z.array(Offered),
})
export type PhoneAuthorisationRow = z.infer<typeof PhoneAuthorisationRow>

export const listPhoneAuthorisations = endpoint({
  method: 'GET',
  path: '/api/phone-authorisations',
  summary: '手机授权的历史信息：本人（企业管理员：本企业）的',
  tag,
  access: read,
  inKeyOffice: true,
  query: z.strictObject({ kind: Kind.optional(), state: State.optional(), ...Paging }),
  reply: z.object({
    rows: z.array(PhoneAuthorisationRow),
    total: Total,
    counts: z.array(z.object({ state: State, label: Text, total: Total })),
  }),
})

export const PhoneAuthorisationDetail = PhoneAuthorisationRow.extend({
  enterprise: z.object({ name: Text, code13: Text, uscc: Text, address: Text }),
  fields: z.record(z.string(), Text),
  /** Serial of the PC key that agreed to it. */
  pcSerial: Text.nullable(),
  reason: Text.nullable(),
  /** Until when the certificate can be made, once it was submitted. */
  makeUntil: Text.nullable(),
  history: z.array(HistoryLine),
})
export type PhoneAuthorisationDetail = z.infer<typeof PhoneAuthorisationDetail>

export const getPhoneAuthorisation = endpoint({
  method: 'GET',
  path: '/api/phone-authorisations/:id',
  summary: '一份手机授权的内容、证书、经过和可办的操作',
  tag,
  access: read,
  inKeyOffice: true,
  params: IdParams,
  reply: PhoneAuthorisationDetail,
})

export const createPhoneAuthorisation = endpoint({
  method: 'POST',
  path: '/api/phone-authorisations',
  summary:
    '授权：确认资料后新建，内容不能再改；cms 为 PC 端电子钥匙对授权内容和 purpose=phone 待签文字的签名。同一编号重复提交只建一份',
  tag,
  access: { anyOf: ['phone_authorisation.create'] },
  inKeyOffice: true,
  body: SignedChallenge.extend({
    id: Id,
    kind: MakingKind,
    /** Of a new authorisation and of a change of number; the others keep the number. */
    mobile: Mobile.optional(),
    fields: draftSchema(keyFields),
  }),
  reply: PhoneAuthorisationDetail,
})

export const actOnPhoneAuthorisation = endpoint({
  method: 'POST',
  path: '/api/phone-authorisations/:id/actions/:action',
  summary: '对手机授权办理一项操作：submit、delete',
  tag,
  access: read,
  inKeyOffice: true,
  params: IdParams.extend({ action: z.string().max(40) }),
  body: ActionBody,
  reply: z.object({ state: Text, stateLabel: Text, version: z.number().int() }),
})

export const cancelPhoneCertificates = endpoint({
  method: 'POST',
  path: '/api/phone-authorisations/cancellation',
  summary:
    '手机证书注销，立即生效：authorisationId 为其中一份，不填则注销本人全部手机证书；id 由客户端生成，重复提交只注销一次',
  tag,
  access: { anyOf: ['phone_authorisation.cancel'] },
  inKeyOffice: true,
  body: z.strictObject({ id: Id, authorisationId: Id.optional(), reason: z.string() }),
  reply: z.object({ id: Id, cancelled: z.number().int() }),
})
