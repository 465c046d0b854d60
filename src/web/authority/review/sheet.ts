/** The application as the reviewer reads it: the words of the form in the paper's order, each line with its path. */
import type { ApplicationDetail } from '#api/application.ts'
import {
  applicationTable,
  contractSheetTable,
  wholeContractSheet,
  wholeForm,
  type ApplicationForm,
} from '#domain/application/form.ts'
import { sheetBlocks, wordsOf, type NameOf } from '#domain/application/words.ts'
import type { FieldTable } from '#domain/fields.ts'

export interface SheetLine {
  /** As the rules name it: `paymentMethod`, `contractSheet.address`. */
  path: string
  label: string
  text: string
}
export interface SheetTable {
  /** `lines`, `producers`, `productCertificates`. */
  path: string
  headings: readonly string[]
  cells: readonly (readonly string[])[]
}
export interface SheetSection {
  title: string
  /** The section as a whole, where a rule may speak of all of it: `contractSheet`. */
  path: string | undefined
  lines: readonly SheetLine[]
  tables: readonly SheetTable[]
}

type Read = Pick<ApplicationDetail, 'form' | 'contractSheet' | 'filled' | 'names'>

const tablePaths: Readonly<Record<string, readonly string[]>> = {
  商品信息: ['lines'],
  生产商与产品证明: ['producers', 'productCertificates'],
}

/** Sections from 基本数据 to the last block of the contract sheet; attachments stand apart. */
export function sheetOf(detail: Read): SheetSection[] {
  const form = wholeForm(detail.form)
  const contractSheet = detail.contractSheet === null ? null : wholeContractSheet(detail.contractSheet)
  const words = wordsOf(
    {
      form,
      contractSheet,
      filled: detail.filled,
      totals: { lines: detail.filled.lines },
      files: [],
    },
    namesOf(detail.names, form, contractSheet),
  )
  return words
    .filter(({ title }) => title !== '附件')
    .map((section) => {
      const inSheet = sheetBlocks.some(({ title }) => title === section.title)
      const prefix = inSheet ? 'contractSheet.' : ''
      const first = section.title === sheetBlocks[0].title
      return {
        title: section.title,
        path: first ? 'contractSheet' : undefined,
        lines: section.answers.map(({ name, label, text }) => ({ path: prefix + name, label, text })),
        tables: (section.rows ?? []).flatMap((table, index) => {
          const path = tablePaths[section.title]?.[index]
          return path === undefined || table.cells.length === 0 ? [] : [{ path, ...table }]
        }),
      }
    })
}

/** Names of the codes in the form, by list, from the names by path that came with it. */
function namesOf(
  names: Readonly<Record<string, string>>,
  form: ApplicationForm,
  contractSheet: object | null,
): NameOf {
  const known = new Map([
    ...namesIn(applicationTable, form, '', names),
    ...namesIn(contractSheetTable, contractSheet ?? {}, 'contractSheet.', names),
  ])
  return (list, code) => known.get(`${list} ${code}`)
}

function namesIn(
  table: FieldTable,
  values: object,
  prefix: string,
  names: Readonly<Record<string, string>>,
): [string, string][] {
  return Object.entries(values).flatMap(([name, value]): [string, string][] => {
    const field = table[name]
    const known = names[prefix + name]
    return field?.kind === 'code' && typeof value === 'string' && known !== undefined
      ? [[`${field.list} ${value}`, known]]
      : []
  })
}
