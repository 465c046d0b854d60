/** The key office 电子钥匙: requests, their papers, making the key, the keys themselves, binding and checking. */
import { z } from 'zod'
import { kinds, states } from '#domain/certificate/actions.ts'
import { keyFields, paperKinds, wantedServices } from '#domain/certificate/form.ts'
import { certificateTypes, keyDevices, revocationCodes } from '#domain/certificate/kinds.ts'
import { draftSchema } from '#domain/fields.ts'
import { HistoryLine } from './application.ts'
import { ActionBody, endpoint, Id, IdParams, Offered, Paging, Total } from './endpoint.ts'

const tag = '电子钥匙'
const Text = z.string()
const oneOf = <K extends string>(table: Record<K, string>) => z.enum(Object.keys(table) as [K, ...K[]])
export const Kind = oneOf(kinds)
const State = oneOf(states)
const CertificateType = oneOf(certificateTypes)
const Device = oneOf(keyDevices)
/** Requests of one's own enterprise, or those that were sent to the office. */
const read = { anyOf: ['key_request.save', 'key_request.read'] }
const write = { anyOf: ['key_request.save'] }
const Fingerprint = z.string().regex(/^[0-9a-f]{64}$/, '不是证书的指纹')
/** Bytes as Base64, of at most so many characters. */
const base64 = (max: number, words: string) =>
  z
    .string()
    .max(max, words)
    .regex(/^[A-Za-z0-9+/]+={0,2}$/, words)

const Form = z.strictObject({
  fields: draftSchema(keyFields),
  services: z.array(oneOf(wantedServices)).max(Object.keys(wantedServices).length),
})

export const KeyRequestRow = z.object({
  id: Id,
  kind: Kind,
  kindLabel: Text,
  state: State,
  stateLabel: Text,
  version: z.number().int(),
  enterpriseName: Text,
  code13: Text,
  uscc: Text,
  applicantName: Text,
  loginName: Text,
  certificateType: CertificateType,
  certificateTypeLabel: Text,
  createdAt: Text,
  submittedAt: Text.nullable(),
  decidedAt: Text.nullable(),
  certificateSerial: Text.nullable(),
})
export type KeyRequestRow = z.infer<typeof KeyRequestRow>

export const listKeyRequests = endpoint({
  method: 'GET',
  path: '/api/key-requests',
  summary: '电子钥匙申请：本人（企业管理员：本企业）的，或已提交给发证机构的',
  tag,
  access: read,
  inKeyOffice: true,
  query: z.strictObject({
    kind: Kind.optional(),
    state: State.optional(),
    text: z.string().trim().max(50).optional(),
    ...Paging,
  }),
  reply: z.object({
    rows: z.array(KeyRequestRow),
    total: Total,
    counts: z.array(z.object({ state: State, label: Text, total: Total })),
  }),
})

export const Paper = z.object({
  id: Id,
  kind: oneOf(paperKinds),
  kindLabel: Text,
  name: Text,
  size: z.number().int(),
  mediaType: Text,
  createdAt: Text,
})
export type Paper = z.infer<typeof Paper>

export const KeyRequestDetail = KeyRequestRow.extend({
  /** Who is looking is the applicant. */
  own: z.boolean(),
  enterprise: z.object({
    id: Id,
    name: Text,
    code13: Text,
    uscc: Text,
    region: Text,
    city: Text.nullable(),
    /** 企业注册经营地址. */
    address: Text,
    verified: z.boolean(),
    contested: z.boolean(),
  }),
  fields: z.record(z.string(), Text),
  services: z.array(oneOf(wantedServices)),
  papers: z.array(Paper),
  needed: z.array(oneOf(paperKinds)),
  issues: z.array(z.object({ path: Text, words: Text, rule: Text })),
  /** The applicant has no account yet: it is opened, with this user name, when the key is issued. */
  opensAccount: z.boolean(),
  reason: Text.nullable(),
  opinion: Text.nullable(),
  /** The key that is renewed, replaced or revoked. */
  old: z.object({ fingerprint: Text, serial: Text, notAfter: Text, revokedAt: Text.nullable() }).nullable(),
  /** What the old key signs when a renewal is submitted. */
  toSign: Text.nullable(),
  /** What the certificate will say, for the request of the page that makes the key. */
  holder: z.object({
    personName: Text,
    enterpriseName: Text,
    code13: Text,
    uscc: Text,
    loginName: Text,
  }),
  offered: z.array(Offered),
  history: z.array(HistoryLine),
})
export type KeyRequestDetail = z.infer<typeof KeyRequestDetail>

export const createKeyRequest = endpoint({
  method: 'POST',
  path: '/api/key-requests',
  summary: '新建电子钥匙申请（申请、更新、补办），内容由账号和企业资料带入；同一编号重复提交只建一份',
  tag,
  access: write,
  inKeyOffice: true,
  body: z.strictObject({
    id: Id,
    kind: z.enum(['new', 'renew', 'reissue']),
    certificateType: CertificateType.default('general'),
    /** Of 更新 and 补办: the key it is about. */
    fingerprint: Fingerprint.optional(),
    reason: z.string().trim().max(200, '原因最多 200 字').optional(),
  }),
  reply: KeyRequestDetail,
})

export const getKeyRequest = endpoint({
  method: 'GET',
  path: '/api/key-requests/:id',
  summary: '电子钥匙申请的内容、材料、经过和可办的操作',
  tag,
  access: read,
  inKeyOffice: true,
  params: IdParams,
  reply: KeyRequestDetail,
})

export const saveKeyRequest = endpoint({
  method: 'PUT',
  path: '/api/key-requests/:id',
  summary: '保存申请内容（录入、退回时）',
  tag,
  access: write,
  inKeyOffice: true,
  params: IdParams,
  body: Form.extend({ version: z.number().int().min(1), requestId: Id, certificateType: CertificateType }),
  reply: KeyRequestDetail,
})

export const actOnKeyRequest = endpoint({
  method: 'POST',
  path: '/api/key-requests/:id/actions/:action',
  summary: '对申请办理一项操作：submit、recall、delete、approve、return',
  tag,
  access: read,
  inKeyOffice: true,
  params: IdParams.extend({ action: z.string().max(40) }),
  body: ActionBody,
  reply: z.object({ state: Text, stateLabel: Text, version: z.number().int() }),
})

export const submitRenewal = endpoint({
  method: 'POST',
  path: '/api/key-requests/:id/renewal',
  summary: '提交更新申请：cms 为原电子钥匙对 toSign 的签名（CMS，Base64）',
  tag,
  access: write,
  inKeyOffice: true,
  params: IdParams,
  body: z.strictObject({
    version: z.number().int().min(1),
    requestId: Id,
    cms: base64(20_000, '签名数据不正确，请重新签署'),
  }),
  reply: z.object({ state: Text, stateLabel: Text, version: z.number().int() }),
})

/** A certificate that was made, with the chain above it: everything public that goes into the e-key file. */
export const MadeCertificate = z.object({
  fingerprint: Text,
  serial: Text,
  notBefore: Text,
  notAfter: Text,
  certificatePem: Text,
  chainPem: Text,
})
export type MadeCertificate = z.infer<typeof MadeCertificate>

export const makeCertificate = endpoint({
  method: 'POST',
  path: '/api/key-requests/:id/certificate',
  summary: '为已批准的申请签发证书：request 为 PKCS#10 证书请求（DER，Base64），私钥不离开申请人的电脑',
  tag,
  access: write,
  inKeyOffice: true,
  params: IdParams,
  body: z.strictObject({
    version: z.number().int().min(1),
    requestId: Id,
    request: base64(8_000, '证书请求不正确，请重新制作'),
    device: z.enum(['file', 'token']).default('file'),
  }),
  reply: MadeCertificate,
})

const PaperParams = z.strictObject({ id: Id, paperId: Id })

export const uploadPapers = endpoint({
  method: 'POST',
  path: '/api/key-requests/:id/papers',
  summary: '上传材料：multipart/form-data，一个文件；kind 为材料种类',
  tag,
  access: write,
  inKeyOffice: true,
  params: IdParams,
  query: z.strictObject({ kind: oneOf(paperKinds) }),
  takes: 'multipart',
  reply: KeyRequestDetail,
})

export const downloadPaper = endpoint({
  method: 'GET',
  path: '/api/key-requests/:id/papers/:paperId',
  summary: '材料内容；show=1 在页面内显示（仅 PDF 和图片）',
  tag,
  access: read,
  inKeyOffice: true,
  params: PaperParams,
  query: z.strictObject({ show: z.enum(['1']).optional() }),
  sends: 'file',
})

export const deletePaper = endpoint({
  method: 'DELETE',
  path: '/api/key-requests/:id/papers/:paperId',
  summary: '删除材料（录入、退回时）',
  tag,
  access: write,
  inKeyOffice: true,
  params: PaperParams,
  reply: KeyRequestDetail,
})

/** One key: certificate, whose it is, to whom it is bound, whether it may be used. */
export const KeyRow = z.object({
  fingerprint: Text,
  serial: Text,
  holder: Text,
  loginName: Text.nullable(),
  enterpriseName: Text,
  code13: Text,
  device: Device,
  deviceLabel: Text,
  certificateType: CertificateType,
  certificateTypeLabel: Text,
  mobile: Text.nullable(),
  notBefore: Text,
  notAfter: Text,
  status: z.enum(['valid', 'expiring', 'expired', 'revoked']),
  statusLabel: Text,
  revokedAt: Text.nullable(),
  revocationReason: Text.nullable(),
  /** Made for whoever is looking. */
  own: z.boolean(),
  /** Login name of the account it is bound to. */
  boundTo: Text.nullable(),
  boundAt: Text.nullable(),
  /** Words why it can't be renewed now, or null. */
  notRenewable: Text.nullable(),
})
export type KeyRow = z.infer<typeof KeyRow>

export const listKeys = endpoint({
  method: 'GET',
  path: '/api/keys',
  summary: '电子钥匙：本人（企业管理员：本企业）的；发证机构查看全部',
  tag,
  access: read,
  inKeyOffice: true,
  query: z.strictObject({
    status: z.enum(['valid', 'expired', 'revoked']).optional(),
    text: z.string().trim().max(50).optional(),
    ...Paging,
  }),
  reply: z.object({ rows: z.array(KeyRow), total: Total }),
})

export const revokeKey = endpoint({
  method: 'POST',
  path: '/api/keys/:fingerprint/revocation',
  summary: '吊销电子钥匙，立即生效；id 由客户端生成，重复提交只吊销一次',
  tag,
  access: { anyOf: ['key_request.revoke', 'key_request.revoke_by_officer'] },
  inKeyOffice: true,
  params: z.strictObject({ fingerprint: Fingerprint }),
  body: z.strictObject({ id: Id, code: oneOf(revocationCodes), reason: z.string() }),
  reply: z.object({ id: Id }),
})

export const KeyChallenge = z.object({
  id: Id,
  /** What the key is to sign, as text. */
  text: Text,
  expiresAt: Text,
})

export const newKeyChallenge = endpoint({
  method: 'POST',
  path: '/api/key-challenges',
  summary: '取得一段待签文字，用电子钥匙签名以证明持有；只能用一次，2 分钟内有效',
  tag,
  access: 'public',
  body: z.strictObject({ purpose: z.enum(['sign_in', 'bind']) }),
  reply: KeyChallenge,
})

export const SignedChallenge = z.strictObject({
  challengeId: Id,
  cms: base64(20_000, '签名数据不正确，请重新插入电子钥匙'),
})

export const bindKey = endpoint({
  method: 'POST',
  path: '/api/keys/binding',
  summary: '绑卡：把电子钥匙与当前账号绑定，cms 为它对 purpose=bind 待签文字的签名',
  tag,
  access: write,
  body: SignedChallenge,
  reply: z.object({ serial: Text, boundAt: Text }),
})

export const unbindKey = endpoint({
  method: 'DELETE',
  path: '/api/keys/:fingerprint/binding',
  summary: '解除电子钥匙与当前账号的绑定',
  tag,
  access: write,
  params: z.strictObject({ fingerprint: Fingerprint }),
})

export const checkKey = endpoint({
  method: 'POST',
  path: '/api/key-checks',
  summary: '钥匙体检：服务器对一张证书的看法（是否本系统签发、是否注销、是否到期）和服务器时间',
  tag,
  access: 'public',
  body: z.strictObject({ certificate: base64(8_000, '不是证书') }),
  reply: z.object({
    now: Text,
    issued: z.boolean(),
    known: z.boolean(),
    revokedAt: Text.nullable(),
    notAfter: Text.nullable(),
    /** Bound to the account that is signed in; null: nobody is, or the certificate is not known. */
    boundToMe: z.boolean().nullable(),
  }),
})

export const AuthorityContact = z.object({
  code: Text,
  name: Text,
  region: Text,
  place: Text,
  address: Text.nullable(),
  phone: Text.nullable(),
})

export const listIssuingBodies = endpoint({
  method: 'GET',
  path: '/api/issuing-bodies',
  summary: '办理电子钥匙的发证机构地址和电话',
  tag,
  access: 'public',
  reply: z.object({ rows: z.array(AuthorityContact) }),
})
