/** What the rules of an application are asked with, and how a rule answers. */
import { licenceTypeFor } from '../commodity/goods.ts'
import { isDay, type Day } from '../day.ts'
import type { Issue } from '../fields.ts'
import type { Totals } from './content.ts'
import type { ApplicationForm, ContractSheet } from './form.ts'
import type { OldRule } from './special-goods.ts'

/** What the rules need to know of the commodity of the form. */
export interface Goods {
  hsCode: string
  goodsKey: string
  name: string
  categoryCode: string
  unitName: string
  licenceType: 'quota' | 'bidding' | 'licence'
  active: boolean
  selectable: boolean
  unselectableReason: string | null
  /** Several declarations on one licence are possible (非一批一证). */
  multiUse: boolean
  unitDecimals: number
  /** A term of their own, in days; null: the usual six months. */
  licenceDays: number | null
  steel: boolean
  coke: boolean
  naturalSand: boolean
  standardSand: boolean
  ods: boolean
  frozen: boolean
}

export interface CodeFacts {
  name: string
  usable: boolean
}

export interface AttachmentNeed {
  code: string
  name: string
  required: boolean
  because: string
}

/** Box 6 of the licence holds so many characters (出口许可证签证填制规则); today's contract numbers are longer. */
export const usualContractNoLength = 17

/** What an administrator decides for the rules (domain/setting/table.ts): the sources are silent or not verified. */
export interface Choices {
  /** More than the contract has can't be sealed; else it is a hint. */
  withinContract: boolean
  /** Goods whose whole heading is dual-use can't be sealed; else it is a hint. */
  dualUseRefused: boolean
  /** A longer contract number is a hint. */
  contractNoLength: number
  /** Rules of 2007 that hold; the others are hints. */
  inForce: readonly OldRule[]
}
/** As nobody has set anything. */
export const usualChoices: Choices = {
  withinContract: true,
  dualUseRefused: true,
  contractNoLength: usualContractNoLength,
  inForce: [],
}

export interface Facts {
  today: Day
  exporter: { code13: string; uscc: string; name: string; region?: string }
  choices: Choices
  goods: Goods | undefined
  /** Looks a code up; undefined = no such code. */
  code: (list: string, code: string) => CodeFacts | undefined
  /** US dollars for one unit of the currency, '' = no rate known. */
  usdRate: (currency: string) => string
  attachmentNeeds: readonly AttachmentNeed[]
  attachments: readonly { type: string }[]
  /** Characters of a text that can't be printed on the documents; empty where only the server can tell. */
  unprintable: (text: string) => string[]
}

export interface CheckInput {
  form: ApplicationForm
  contractSheet: ContractSheet | null
}

/** Under quota or bidding for this destination. */
export const managed = (goods: Goods, form: ApplicationForm) =>
  licenceTypeFor(goods, form.destinationCountry) !== 'licence'

/** One rule: the open issues it finds. */
export type Rule = (input: CheckInput, facts: Facts, totals: Totals) => Issue[]

export const issue = (rule: string, path: string, words: string): Issue[] => [{ rule, path, words }]
/** A field's day; undefined where none is typed yet. */
export const day = (value: string) => (isDay(value) ? value : undefined)
