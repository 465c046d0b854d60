/** The messages of an envelope, each read by itself: what it is, its digest, and what is wrong with its form. */
import { createHash } from 'node:crypto'
import type { z } from 'zod'
import { fieldNames, Inbound, messageIdPattern } from '#domain/customs/messages.ts'
import { unstorable } from '../http/malformed.ts'

export interface Line {
  /** As customs named it; what it is kept under. A message without a usable id is kept under its digest. */
  given: string
  id: string
  kind: 'answer' | 'use' | 'closing' | 'unknown'
  licenceNo: string
  /** Storable: what came, or a note that it can't be stored. */
  body: unknown
  digest: string
  message: Inbound | undefined
  malformed: string
}

/** Text with its keys in order, so that the same content has the same digest. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value === 'object' && value !== null) {
    const parts = Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, part]) => `${JSON.stringify(key)}:${canonical(part)}`)
    return `{${parts.join(',')}}`
  }
  return JSON.stringify(value)
}

const text = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 100) : '')
const kindOf = (value: unknown): Line['kind'] =>
  value === 'answer' || value === 'use' || value === 'closing' ? value : 'unknown'

/** The field in the words people know it by, with the name it has in the message, by which customs finds it. */
function fieldWords(path: readonly PropertyKey[]): string {
  const name = path.map(String).join('.')
  const known = Object.entries(fieldNames).find(([field]) => field === name)
  return known === undefined ? name : `${known[1]}（${name}）`
}

/** Our words where a schema has them, and in place of its general ones. */
function wrongWords(raw: unknown, issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return `含有报文格式没有的内容：${issue.keys.join('、')}`
  if (issue.code !== 'invalid_type') return issue.message
  const given = issue.path.reduce<unknown>(
    (so, key) =>
      typeof so === 'object' && so !== null ? Object.getOwnPropertyDescriptor(so, key)?.value : undefined,
    raw,
  )
  if (given === undefined || given === null) return '没有填写'
  return typeWords[issue.expected] === undefined ? issue.message : `应为${typeWords[issue.expected]}`
}
const typeWords: Partial<Record<string, string>> = {
  string: '文字',
  number: '数字',
  int: '整数',
  boolean: '是或否（true、false）',
}

export function readLine(raw: unknown): Line {
  const problem = unstorable(raw)[0]
  // Nested beyond measure it isn't walked again.
  const digest = createHash('sha256')
    .update(problem === undefined ? canonical(raw) : JSON.stringify(raw))
    .digest('hex')
  const fields: Record<string, unknown> =
    typeof raw === 'object' && raw !== null && problem === undefined ? { ...raw } : {}
  const given = text(fields['messageId'])
  const parsed = problem === undefined ? Inbound.safeParse(raw) : undefined
  const issue = parsed?.success === false ? parsed.error.issues[0] : undefined
  const where = issue === undefined || issue.path.length === 0 ? '' : `${fieldWords(issue.path)}：`
  return {
    given,
    id: messageIdPattern.test(given) ? given : `unnamed-${digest.slice(0, 40)}`,
    kind: kindOf(fields['kind']),
    licenceNo: text(fields['licenceNo']).slice(0, 20),
    body:
      problem !== undefined
        ? { unreadable: true }
        : typeof raw === 'object' && raw !== null
          ? raw
          : { value: raw },
    digest,
    message: parsed?.success === true ? parsed.data : undefined,
    malformed: problem?.words ?? (issue === undefined ? '' : `${where}${wrongWords(raw, issue)}`),
  }
}
