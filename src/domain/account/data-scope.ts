/** How far a person's data reaches; each list names it at its top right (manual 000: 本人、本部门、本公司). */
import type { Actor } from '../machine.ts'

export type DataScope = Exclude<Actor['scope'], 'system'>

export const dataScopes = {
  own: '本人',
  department: '本部门',
  enterprise: '本公司',
  consignor: '委托本公司的',
  authority: '本机构',
  all: '全部',
} as const satisfies Record<DataScope, string>

export function isDataScope(name: string): name is DataScope {
  return Object.hasOwn(dataScopes, name)
}
