/**
 * 用户基本信息、用户联系方式 of a request for an e-key (manual 003 企业信息确认页面): who applies, with which identity
 * card, for which services. What the registration says of the enterprise is shown beside it and never typed.
 */
import { missing, type FieldTable, type FormOf, type Issue } from '../fields.ts'
import { emailProblem, mobileProblem, phoneProblem, postcodeProblem } from '../phone.ts'
import { idNumberProblem } from './id-number.ts'

/** Version of the stored form. */
export const keyFormVersion = 1

export const genders = { male: '男', female: '女' } as const
export const identityTypes = { id_card: '身份证', passport: '护照', other: '其他有效证件' } as const

/** Business that the key is to open (manual 001 业务办理模块的权限与办理电子钥匙申请开通的权限一致). */
export const wantedServices = {
  export_licence: '出口许可证',
  import_licence: '进口许可证',
  automatic_import_electromechanical: '自动进口许可证（机电）',
  automatic_import_general: '自动进口许可证（非机电）',
  dual_use: '两用物项和技术许可证',
  farm_quota: '农产品进口配额',
  fertiliser_quota: '化肥进口配额',
  textile_origin: '纺织品产地证',
  used_car_filing: '二手车出口备案',
} as const
export type WantedService = keyof typeof wantedServices
export const isWantedService = (name: string): name is WantedService => Object.hasOwn(wantedServices, name)

const oneOf =
  (values: Readonly<Record<string, string>>) =>
  (value: string): string | undefined =>
    Object.hasOwn(values, value) ? undefined : '请从列表中选择'

export const applicantFields = {
  applicantName: { kind: 'text', label: '申请者姓名', max: 30, required: true },
  gender: { kind: 'text', label: '申请者性别', max: 10, required: true, problem: oneOf(genders) },
  identityType: { kind: 'text', label: '证件名称', max: 20, required: true, problem: oneOf(identityTypes) },
  identityNumber: { kind: 'text', label: '证件号码', max: 30, required: true },
  email: { kind: 'text', label: '电子邮箱', max: 100, required: true, problem: emailProblem },
} as const satisfies FieldTable

export const contactFields = {
  address: { kind: 'text', label: '联系地址', max: 100, required: true },
  mobile: { kind: 'text', label: '联系电话（手机）', max: 11, required: true, problem: mobileProblem },
  phone: { kind: 'text', label: '联系电话（座机）', max: 30, required: true, problem: phoneProblem },
  department: { kind: 'text', label: '部门', max: 50, required: true },
  position: { kind: 'text', label: '职务', max: 30, required: true },
  workAddress: { kind: 'text', label: '工作地址', max: 100, required: true },
  postcode: { kind: 'text', label: '邮政编码', max: 6, required: true, problem: postcodeProblem },
} as const satisfies FieldTable

export const keyFields = { ...applicantFields, ...contactFields } as const satisfies FieldTable
export type KeyFields = FormOf<typeof keyFields>
export type KeyForm = KeyFields & { services: WantedService[] }

/** Papers of a request. */
export const paperKinds = {
  business_licence: '营业执照',
  identity: '申请者证件',
  authorisation: '法定代表人授权书',
  other: '其他材料',
} as const
export type PaperKind = keyof typeof paperKinds
export const isPaperKind = (name: string): name is PaperKind => Object.hasOwn(paperKinds, name)

/** What a stored or sent form holds, whole: what is absent is empty, what is unknown gone. */
export function wholeKeyForm(given: unknown): KeyForm {
  const values = new Map<string, unknown>(Object.entries(given ?? {}))
  const text = (name: string) => {
    const value = values.get(name)
    return typeof value === 'string' ? value : ''
  }
  const services: unknown = values.get('services')
  return {
    applicantName: text('applicantName'),
    gender: text('gender'),
    identityType: text('identityType'),
    identityNumber: text('identityNumber'),
    email: text('email'),
    address: text('address'),
    mobile: text('mobile'),
    phone: text('phone'),
    department: text('department'),
    position: text('position'),
    workAddress: text('workAddress'),
    postcode: text('postcode'),
    services: Array.isArray(services)
      ? services.filter((name): name is WantedService => typeof name === 'string' && isWantedService(name))
      : [],
  }
}

/** Which papers a kind of request needs: an enterprise that nobody has looked at yet also its business licence. */
export function neededPapers(kind: string, verified: boolean): PaperKind[] {
  if (kind === 'renew') return []
  return verified && kind !== 'new' ? ['identity'] : ['business_licence', 'identity']
}

/** What is missing or wrong in what a person says of himself. */
export function personIssues(form: KeyFields): Issue[] {
  const wrong =
    form.identityType === 'id_card' && form.identityNumber !== ''
      ? idNumberProblem(form.identityNumber)
      : undefined
  return [
    ...missing(keyFields, form),
    ...(wrong === undefined ? [] : [{ path: 'identityNumber', words: wrong, rule: 'id-number' }]),
  ]
}

/** Everything that stands against submitting, with its path. */
export function keyFormIssues(
  form: KeyForm,
  of: { kind: string; verified: boolean; papers: readonly string[] },
): Issue[] {
  return [
    ...personIssues(form),
    ...(form.services.length > 0
      ? []
      : [{ path: 'services', words: '请至少选择一项需要开通的业务', rule: 'required' }]),
    ...neededPapers(of.kind, of.verified)
      .filter((paper) => !of.papers.includes(paper))
      .map((paper) => ({ path: `papers.${paper}`, words: `请上传${paperKinds[paper]}`, rule: 'papers' })),
  ]
}
