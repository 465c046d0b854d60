/** What the checks say, put at the lines of the application: ✓ agrees with the contract, ! differs, × not by today's rules. */
import type { ApplicationDetail } from '#api/application.ts'
import type { SheetSection } from './sheet.ts'

type Difference = ApplicationDetail['differences'][number]
type Issue = ApplicationDetail['issues'][number]

export type Mark =
  | { kind: 'agrees' }
  /** A paper that is asked for and there. */
  | { kind: 'there' }
  | { kind: 'differs'; difference: Difference }
  | { kind: 'refused'; words: string }
  | { kind: 'mind'; words: string }

export interface Place {
  path: string
  label: string
}

export interface Checks {
  /** What is to be seen at a line, a table or a section. */
  at: (path: string) => readonly Mark[]
  /** Rules that speak of nothing on the page. */
  stray: readonly Issue[]
  agrees: number
  differs: number
  refused: number
  mind: number
  /** Where there is something to look at, in the order of the page. */
  places: readonly Place[]
}

export type Checked = Pick<ApplicationDetail, 'differences' | 'agreements' | 'issues' | 'warnings'>

/** Beside the lines of the form: the list of attachments. */
const further: readonly Place[] = [{ path: 'attachments', label: '附件' }]
const tableLabels: Readonly<Record<string, string>> = {
  lines: '规格型号信息',
  producers: '生产商',
  productCertificates: '产品证明编号',
}

export function checksOf(checked: Checked, sheet: readonly SheetSection[]): Checks {
  const places: readonly Place[] = [
    ...sheet.flatMap((section) => [
      ...(section.path === undefined ? [] : [{ path: section.path, label: '合同信息表' }]),
      ...section.lines,
      ...section.tables.map(({ path }) => ({ path, label: tableLabels[path] ?? section.title })),
    ]),
    ...further,
  ]
  const known = new Set(places.map(({ path }) => path))
  const marks = new Map<string, Mark[]>()
  const stray: Issue[] = []
  const put = (path: string, mark: Mark) => {
    const place = placeOf(path, known)
    if (place !== undefined) marks.set(place, [...(marks.get(place) ?? []), mark])
    return place !== undefined
  }
  for (const issue of checked.issues) {
    if (!put(issue.path, { kind: 'refused', words: issue.words })) stray.push(issue)
  }
  for (const difference of checked.differences) put(difference.path, { kind: 'differs', difference })
  for (const { path, words } of checked.warnings) put(path, { kind: 'mind', words })
  for (const path of checked.agreements) put(path, { kind: 'agrees' })
  return {
    at: (path) => marks.get(path) ?? [],
    stray,
    agrees: checked.agreements.length,
    differs: checked.differences.length,
    refused: checked.issues.length,
    mind: checked.warnings.length,
    places: places.filter(({ path }) => marks.get(path)?.some(({ kind }) => kind !== 'agrees') === true),
  }
}

/** `lines.0.quantity` stands at `lines` when the page shows the table as one. */
function placeOf(path: string, known: ReadonlySet<string>): string | undefined {
  const parts = path.split('.')
  for (let length = parts.length; length > 0; length--) {
    const part = parts.slice(0, length).join('.')
    if (known.has(part)) return part
  }
  return undefined
}
