/** What only administrators see of a row of a table: 待核实, and where it comes from. */
import type { Column } from '#ui/DataTable.tsx'
import { StateWord, shown } from '#ui/Words.tsx'

interface Provenance {
  provisional?: boolean | undefined
  source?: string | undefined
  note?: string | undefined
  /** How well a row of the catalogue is known, in words. */
  confidence?: string | undefined
}

export const provenanceColumns = <Row extends Provenance>(): Column<Row>[] => [
  {
    key: 'provisional',
    title: '核实',
    width: 90,
    render: (row) =>
      row.provisional === true ? (
        <StateWord tone="waiting">待核实</StateWord>
      ) : (
        <StateWord tone="good">已核实</StateWord>
      ),
  },
  { key: 'source', title: '依据', width: 240, render: (row) => <Basis row={row} /> },
]

/** How well a row is known, in few words; what it rests on opens below them. */
function Basis({ row }: { row: Provenance }) {
  const note = row.note ?? ''
  const short = row.confidence ?? (note === '' ? '来源' : note.length > 18 ? `${note.slice(0, 17)}…` : note)
  return (
    <details>
      <summary>{short}</summary>
      {note !== '' && <p>{note}</p>}
      <p>来源：{shown(row.source)}</p>
    </details>
  )
}

/** Whether a row may be chosen on an application, with the reason where it may not. */
export function Selectable({
  row,
}: {
  row: { active: boolean; selectable: boolean; because: string | null }
}) {
  if (!row.active) return <StateWord>已停用</StateWord>
  if (row.selectable) return <StateWord tone="good">可选</StateWord>
  return <StateWord tone="bad">不可选：{row.because}</StateWord>
}
