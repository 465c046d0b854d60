/** The use that customs tells in a difference, where it tells one that may be recorded. */
import { UseLine, UseMessage } from '#domain/customs/messages.ts'

export type ReportedUse = UseLine & { declarantCode?: string; hsCode?: string }

/** Undefined where there is none: an answer, a closing, an item that is recorded already with other facts. */
export function reportedUse(row: { kind: string; theirs: unknown }): ReportedUse | undefined {
  if (row.kind === 'refused_use') {
    const message = UseMessage.safeParse(row.theirs)
    return message.success ? message.data : undefined
  }
  if (row.kind !== 'missing_here') return undefined
  const line = UseLine.safeParse(row.theirs)
  return line.success ? line.data : undefined
}
