/**
 * The printed 出口许可证申请表: the boxes of the paper form, the contract sheet, the attachments and the seal, all
 * in the words frozen at submission (words.ts), so that an old application prints as it was.
 */
import { withBoxes } from '../characters.ts'
import { formatInstant } from '../day.ts'
import { fingerprint } from '../seal/content.ts'
import { sheetBlocks, type WordsSection } from './words.ts'

export type PrintedField = { readonly label: string; readonly words: string }
export type PrintedTable = {
  readonly headings: readonly string[]
  readonly cells: readonly (readonly string[])[]
}
export type PrintedBlock = { readonly title: string; readonly fields: readonly PrintedField[] }

/** Answers that have a box of their own; the others follow in a list. */
export const faceNames = [
  'exporterCode',
  'exporterUscc',
  'exporterName',
  'consignorCode',
  'consignorUscc',
  'consignorName',
  'quotaYear',
  'customsPort',
  'tradeMode',
  'destinationCountry',
  'transportMode',
  'paymentMethod',
  'contractNo',
  'importerNameZh',
  'importerNameEn',
  'contractQuantity',
  'contractSignedOn',
  'contractAmount',
  'contractCurrency',
  'contractValidUntil',
  'hsCode',
  'goodsName',
  'goodsCategory',
  'goodsUnit',
  'priceCurrency',
  'originCountry',
  'totalQuantity',
  'totalAmount',
  'totalAmountUsd',
  'remark',
  'oneBatch',
  'issuingAuthority',
  'applicantName',
  'applicantPhone',
  'applyDate',
  'additionalInfo',
  'declarationAccepted',
] as const
export type FaceName = (typeof faceNames)[number]

export type PrintedSeal = {
  readonly enterpriseName: string
  readonly signer: string
  /** China time, '2026-11-21 14:03:22'. */
  readonly signedAt: string
  readonly certificateSerial: string
  /** The sealed content's SHA-256 in groups, as it was shown before signing. */
  readonly fingerprint: string
}

export type PrintedReview = {
  /** 初审, 复审 … */
  readonly step: string
  readonly officer: string
  readonly at: string
  readonly opinion: string
}

export type ApplicationDocument = {
  readonly applicationNo: string
  readonly windowNo: string
  /** '' before one is given. */
  readonly licenceNo: string
  /** 复审通过 … */
  readonly state: string
  /** Answers by name; one that was not asked is absent. */
  readonly face: Readonly<Partial<Record<FaceName, string>>>
  /** Answers that only some goods ask for, where there is one. */
  readonly more: readonly PrintedField[]
  readonly lines: PrintedTable | null
  /** Producers, product certificates: only where there are rows. */
  readonly tables: readonly PrintedTable[]
  readonly contractSheet: readonly PrintedBlock[]
  readonly attachments: PrintedTable | null
  /** null: printed as 尚未盖章. */
  readonly seal: PrintedSeal | null
  readonly reviews: readonly PrintedReview[]
  /** China time, in the foot of each page. */
  readonly printedAt: string
  /** Instant (ISO 8601) that the file gives as its own: the same document gives the same bytes. */
  readonly createdAt: string
}

export type ApplicationFacts = {
  readonly applicationNo: string
  readonly windowNo: string
  readonly licenceNo: string | null
  readonly state: string
  /** From `wordsOf`, or as frozen with the submission. */
  readonly sections: readonly WordsSection[]
  readonly seal: {
    readonly enterpriseName: string
    readonly signer: string
    readonly signedAt: Date
    readonly certificateSerial: string
    /** SHA-256 of the sealed content, lower-case hex. */
    readonly digest: string
  } | null
  readonly reviews: readonly {
    readonly step: string
    readonly officer: string
    readonly at: Date
    readonly opinion: string
  }[]
  readonly createdAt: Date
}

const isFaceName = (name: string): name is FaceName => faceNames.some((known) => known === name)
const goodsTitle = '商品信息'
const attachmentsTitle = '附件'
const sheetTitles: ReadonlySet<string> = new Set(sheetBlocks.map((block) => block.title))

/** The document of an application from its words and its seal. */
export function applicationDocument(facts: ApplicationFacts): ApplicationDocument {
  const sheet = facts.sections.filter((section) => sheetTitles.has(section.title))
  const attachments = facts.sections.find((section) => section.title === attachmentsTitle)
  const own = facts.sections.filter((section) => !sheet.includes(section) && section !== attachments)
  const answers = own.flatMap((section) => section.answers)
  const face: Partial<Record<FaceName, string>> = {}
  for (const { name, text } of answers) if (isFaceName(name)) face[name] = text
  const { seal } = facts
  return {
    applicationNo: facts.applicationNo,
    windowNo: facts.windowNo,
    licenceNo: facts.licenceNo ?? '',
    state: facts.state,
    face,
    more: answers.filter(({ name, text }) => !isFaceName(name) && text !== '—').map(asField),
    lines: own.find((section) => section.title === goodsTitle)?.rows?.[0] ?? null,
    tables: own
      .filter((section) => section.title !== goodsTitle)
      .flatMap((section) => section.rows ?? [])
      .filter((table) => table.cells.length > 0),
    contractSheet: sheet.map((section) => ({ title: section.title, fields: section.answers.map(asField) })),
    attachments: withFingerprints(attachments?.rows?.find((table) => table.cells.length > 0)),
    seal: seal && {
      enterpriseName: seal.enterpriseName,
      signer: seal.signer,
      signedAt: formatInstant(seal.signedAt),
      certificateSerial: seal.certificateSerial,
      fingerprint: fingerprint(seal.digest),
    },
    reviews: facts.reviews.map((review) => ({ ...review, at: formatInstant(review.at) })),
    printedAt: formatInstant(facts.createdAt),
    createdAt: facts.createdAt.toISOString(),
  }
}

// A digest is compared by eye: in groups, and so it breaks between lines too. Names of files come from anywhere; the
// digest beside it says which file is meant.
const withFingerprints = (table: PrintedTable | undefined): PrintedTable | null =>
  table === undefined
    ? null
    : {
        headings: table.headings,
        cells: table.cells.map((row) =>
          row.map((cell) => (/^[0-9a-f]{64}$/.test(cell) ? fingerprint(cell) : withBoxes(cell))),
        ),
      }

const asField = ({ label, text }: { label: string; text: string }): PrintedField => ({ label, words: text })
