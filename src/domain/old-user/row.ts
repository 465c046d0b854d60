/**
 * A line of the file with old users: its columns, what each may hold, and what is wrong with it in words. Whether it
 * agrees with other lines and with what stands already is asked in merge.ts.
 */
import { isService, serviceCodes, serviceOf, type ServiceCode } from '../hall/catalogue.ts'
import { code13Problem, type CodeStrictness } from '../uscc.ts'
import { isOldSystem, oldSystemCodes, oldSystemOf, platformName, type OldSystemCode } from './systems.ts'

/** Lines of one file: wrapping so many digests takes one processor two minutes at most. */
export const mostRows = 5000
/** A file of that many lines, each with the longest digest, is smaller. */
export const mostFileBytes = 1536 * 1024

export const columns = {
  system: '系统',
  code13: '企业代码',
  oldName: '原用户名',
  digest: '口令摘要',
  kind: '摘要算法',
  salt: '盐值',
  saltPlace: '盐的位置',
  keyNo: '电子钥匙编号',
  services: '开通的应用',
} as const
export type Column = keyof typeof columns
export const columnNames = Object.keys(columns).filter((name): name is Column => Object.hasOwn(columns, name))
export const optionalColumns: ReadonlySet<Column> = new Set(['salt', 'saltPlace', 'keyNo', 'services'])

/** Hexadecimal digits of each kind of digest. */
export const digestKinds = { md5: 32, sha1: 40, sha256: 64 } as const
export type DigestKind = keyof typeof digestKinds
export const isDigestKind = (name: string): name is DigestKind => Object.hasOwn(digestKinds, name)

/** Where the salt stands: digest of salt and password (before), of password and salt (after). */
export const saltPlaces = { none: '无盐', before: '前', after: '后' } as const
export type SaltPlace = keyof typeof saltPlaces

export interface OldUserRow {
  line: number
  system: OldSystemCode
  code13: string
  oldName: string
  /** As it signs in on the platform. */
  loginName: string
  /** Of the old system, in hexadecimal: never kept, wrapped in a slow hash. */
  digest: string
  kind: DigestKind
  salt: string
  saltPlace: SaltPlace
  /** '' = none. */
  keyNo: string
  services: ServiceCode[]
}

export type Cells = Readonly<Record<Column, string>> & { line: number }

/** The row, and what is wrong with it. */
export function readRow(
  cells: Cells,
  strictness: CodeStrictness = {},
): { row?: OldUserRow; problems: string[] } {
  const problems: string[] = []
  const note = (words: string | undefined) => {
    if (words !== undefined) problems.push(words)
  }
  const system = oldSystemCodes.find((code) => [code, oldSystemOf(code).name].includes(cells.system))
  if (system === undefined) note(`没有“${cut(cells.system)}”系统，应为：${systemNames}`)
  const code13 = cells.code13.toUpperCase()
  note(code13Problem(code13, strictness))
  note(nameProblem(cells.oldName, system))
  const kind = cells.kind.toLowerCase().replace('-', '')
  note(digestProblem(cells.digest, kind))
  const saltPlace = placeOf(cells)
  if (saltPlace === undefined) note('有盐值时，盐的位置应填“前”（盐+密码）或“后”（密码+盐）；没有盐值时不填')
  if (cells.salt.length > longestSalt) note(`盐值最多 ${longestSalt} 个字符`)
  if (!/^[0-9A-Za-z-]{0,40}$/.test(cells.keyNo)) note('电子钥匙编号只能由字母、数字和 - 组成，最多 40 位')
  const { services, unknown } = servicesOf(cells.services, system)
  if (unknown.length > 0) note(`没有“${cut(unknown.join('、'))}”应用，可填：${serviceNames}`)
  if (problems.length > 0 || system === undefined || !isDigestKind(kind) || saltPlace === undefined) {
    return { problems }
  }
  const { line, oldName, salt } = cells
  const loginName = platformName(system, code13, oldName)
  const keyNo = cells.keyNo.toUpperCase()
  const digest = cells.digest.toLowerCase()
  return {
    row: { line, system, code13, oldName, loginName, digest, kind, salt, saltPlace, keyNo, services },
    problems,
  }
}

const longestSalt = 64
const systemNames = oldSystemCodes.map((code) => oldSystemOf(code).name).join('、')
const serviceNames = serviceCodes.map((code) => serviceOf(code).name).join('、')
/** What is told back of a text that may be anything. */
const cut = (text: string) => (text.length > 20 ? `${text.slice(0, 20)}…` : text)

/** Letters, digits, Chinese characters and . _ - @, and none of the last four in front: so no name is a formula anywhere. */
function nameProblem(name: string, system: OldSystemCode | undefined): string | undefined {
  if (name === '') return '请填写原用户名'
  if (name.length > 30) return `原用户名最多 30 位，现为 ${name.length} 位`
  if (/^[=+\-@]/.test(name)) return '原用户名不能以 = + - @ 开头（表格软件会把它当作公式）'
  if (!/^[0-9A-Za-z\u4e00-\u9fff][0-9A-Za-z\u4e00-\u9fff._@-]*$/.test(name)) {
    return '原用户名只能由字母、数字、汉字和 . _ - @ 组成'
  }
  // Otherwise it would be the platform's name of somebody else's user.
  if (system !== undefined && oldSystemOf(system).ownName === true && /^\d{4}[0-9A-Z]{9}-/.test(name)) {
    return '该系统的原用户名前不加 13 位企业代码'
  }
  return undefined
}

function digestProblem(digest: string, kind: string): string | undefined {
  if (!isDigestKind(kind)) return `摘要算法应为 ${Object.keys(digestKinds).join('、')}`
  const length = digestKinds[kind]
  return digest.length === length && /^[0-9a-f]+$/i.test(digest)
    ? undefined
    : `${kind} 口令摘要应为 ${length} 位十六进制数字`
}

function placeOf({ salt, saltPlace }: Cells): SaltPlace | undefined {
  if (salt === '') return saltPlace === '' || saltPlace === saltPlaces.none ? 'none' : undefined
  if (saltPlace === saltPlaces.before) return 'before'
  return saltPlace === saltPlaces.after ? 'after' : undefined
}

/** The services named, by name or code; where none is, that of the old system. */
function servicesOf(text: string, system: OldSystemCode | undefined) {
  const named = text.split(/[、,，;；|\s]+/).filter((part) => part !== '')
  const found = named.map((part) => ({
    part,
    code: serviceCodes.find(
      (code) => code === part || serviceOf(code).name === part || oldNameOf(code) === part,
    ),
  }))
  const services = found.flatMap(({ code }) => (code === undefined ? [] : [code]))
  const all = named.length === 0 && system !== undefined ? [system] : services
  return {
    services: [...new Set<ServiceCode>(all)].filter(isService),
    unknown: found.flatMap(({ part, code }) => (code === undefined ? [part] : [])),
  }
}

const oldNameOf = (code: string) => (isOldSystem(code) ? oldSystemOf(code).name : undefined)
