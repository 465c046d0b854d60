/**
 * Which old users are one account: those with the same name on the platform, and those of one enterprise and one e-key
 * (manual 001: 对同一家企业、同一把电子钥匙的权限进行合并). Asked of the lines of a file together with what stands already.
 */
import { oldSystemName } from './systems.ts'
import type { OldUserRow } from './row.ts'

/** What stands already, as far as it touches the lines. */
export interface Standing {
  users: readonly { system: string; loginName: string; oldAccountId: string }[]
  accounts: readonly StandingAccount[]
  /** Login names of the platform's other accounts, in small letters. */
  names: ReadonlySet<string>
}
export interface StandingAccount {
  id: string
  code13: string
  keyNo: string | null
  completed: boolean
  members: number
}

export interface Merged {
  row: OldUserRow
  problems: string[]
  /** Lines with the same are one account; the id of the one they are added to, where it stands already. */
  group: string
  standing: string | undefined
}

/** So many names and passwords one account brings along at most: each may cost a slow hash at a sign-in. */
export const mostMembers = 10

const small = (name: string) => name.toLowerCase()

export function merge(rows: readonly OldUserRow[], standing: Standing): Merged[] {
  const sets = disjoint()
  for (const row of rows) {
    sets.join(rowNode(row), nameNode(row.loginName))
    if (row.keyNo !== '') sets.join(rowNode(row), keyNode(row.code13, row.keyNo))
  }
  for (const user of standing.users) sets.join(nameNode(user.loginName), accountNode(user.oldAccountId))
  for (const one of standing.accounts) {
    if (one.keyNo !== null) sets.join(keyNode(one.code13, one.keyNo), accountNode(one.id))
  }
  const groups = Map.groupBy(rows, (row) => sets.of(rowNode(row)))
  const accounts = Map.groupBy(standing.accounts, (one) => sets.of(accountNode(one.id)))
  const first = new Map<string, number>()
  const there = new Set(standing.users.map((user) => userKey(user.system, user.loginName)))
  return rows.map((row) => {
    const group = sets.of(rowNode(row))
    const own = userKey(row.system, row.loginName)
    const before = first.get(own)
    if (before === undefined) first.set(own, row.line)
    const held = accounts.get(group) ?? []
    const problems = [
      ...(before === undefined ? [] : [`与第 ${before} 行重复：${oldSystemName(row.system)}系统的同一用户`]),
      ...(there.has(own) ? [`${oldSystemName(row.system)}系统的该用户已经导入过`] : []),
      ...(standing.names.has(small(row.loginName))
        ? [`登录名 ${row.loginName} 已由平台的其他账号使用，请与企业商定后改名再导入`]
        : []),
      ...together(row, groups.get(group) ?? [], held),
    ]
    return { row, problems, group, standing: held[0]?.id }
  })
}

/** What speaks against these lines being one account. */
function together(row: OldUserRow, rows: readonly OldUserRow[], held: readonly StandingAccount[]): string[] {
  const codes = new Set([...rows.map(({ code13 }) => code13), ...held.map(({ code13 }) => code13)])
  if (codes.size > 1) {
    const others = [...codes].filter((code) => code !== row.code13).join('、')
    return [`用户名 ${row.loginName} 与另一企业（${others}）的用户相同，不能成为同一账号；请改名后再导入`]
  }
  if (held.length > 1) return ['这一行会把已导入的两个账号并为一个，系统不自动合并；请核对电子钥匙编号']
  const keys = new Set([
    ...rows.flatMap(({ keyNo }) => (keyNo === '' ? [] : [keyNo])),
    ...held.flatMap(({ keyNo }) => (keyNo === null ? [] : [keyNo])),
  ])
  if (keys.size > 1) return [`同一用户名的电子钥匙编号不一致：${[...keys].join('、')}`]
  const [account] = held
  if (account?.completed === true) {
    return ['该账号已经启用，原密码不再有效；需要增加的应用请企业在业务大厅“添加应用”']
  }
  const members = rows.length + (account?.members ?? 0)
  return members > mostMembers
    ? [`同一账号最多合并 ${mostMembers} 个原用户，现为 ${members} 个；请核对电子钥匙编号`]
    : []
}

const rowNode = (row: OldUserRow) => `line ${row.line}`
const nameNode = (name: string) => `name ${small(name)}`
const keyNode = (code13: string, keyNo: string) => `key ${code13} ${keyNo}`
const accountNode = (id: string) => `account ${id}`
const userKey = (system: string, loginName: string) => `${system} ${small(loginName)}`

/** Sets that grow together. */
function disjoint() {
  const above = new Map<string, string>()
  const of = (node: string): string => {
    let top = node
    for (let next = above.get(top); next !== undefined; next = above.get(top)) top = next
    // Shortens the way for the next question.
    for (let at = node; at !== top;) {
      const next = above.get(at) ?? top
      above.set(at, top)
      at = next
    }
    return top
  }
  return {
    of,
    join(a: string, b: string) {
      const [one, other] = [of(a), of(b)]
      if (one !== other) above.set(one, other)
    },
  }
}
