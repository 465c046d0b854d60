/** The facts the rules ask for, as the page knows them: from the goods, the code lists and the session. */
import { licenceTypeFor } from '#domain/commodity/goods.ts'
import type { Choices, Facts, Goods } from '#domain/application/check-facts.ts'
import { missingCharacters } from '#domain/characters.ts'
import type { Day } from '#domain/day.ts'
import { attachmentTypes, type AttachmentType } from '#domain/reference/attachment-rules.ts'
import type { Content } from './content.ts'

export interface CodeWords {
  name: string
  usable: boolean
}

/** What the page has read so far. */
export interface Known {
  today: Day
  exporter: { code13: string; uscc: string; name: string; region?: string }
  goods: Goods | undefined
  choices: Choices
  /** Lists by name; one that is not read yet is absent, and its codes count as right until it is. */
  lists: ReadonlyMap<string, ReadonlyMap<string, CodeWords>>
  /** Undefined until it was read: no amount is judged by a rate nobody knows yet. */
  usdRates: Readonly<Record<string, string>> | undefined
  /** The enterprise has never submitted an application. */
  firstApplication: boolean
  files: readonly { type: string }[]
}

/** The papers the application takes and needs as it stands (出口许可证签发工作规范 第五条). */
export function needsOf({ form }: Content, known: Known): AttachmentType[] {
  const { goods, exporter } = known
  return attachmentTypes({
    goodsKey: goods?.goodsKey ?? '',
    licenceType: goods === undefined ? 'licence' : licenceTypeFor(goods, form.destinationCountry),
    tradeMode: form.tradeMode,
    exporterIsConsignor: form.consignorCode === '' || form.consignorCode === exporter.code13,
    firstApplication: known.firstApplication,
    originCountry: form.originCountry,
  })
}

export function factsOf(content: Content, known: Known): Facts {
  return {
    today: known.today,
    exporter: known.exporter,
    goods: known.goods,
    choices: known.choices,
    code: (list, code) => {
      const entries = known.lists.get(list)
      return entries === undefined ? { name: code, usable: true } : entries.get(code)
    },
    usdRate: (currency) => (known.usdRates === undefined ? '1' : (known.usdRates[currency] ?? '')),
    attachmentNeeds: needsOf(content, known),
    attachments: known.files,
    unprintable: missingCharacters,
  }
}

/** Whether the quota or bidding rules hold for these goods to this country. */
export const isManaged = (goods: Goods | undefined, destinationCountry: string): boolean =>
  goods !== undefined && licenceTypeFor(goods, destinationCountry) !== 'licence'
