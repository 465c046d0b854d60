/** What is wrong with a request, as issues with paths, in Chinese: a failed parse, and what no schema may let through. */
import { z } from 'zod'
import type { Issue } from '#domain/fields.ts'

z.config(z.locales.zhCN())

export function issuesOf(error: z.ZodError): Issue[] {
  return error.issues.map((issue) => ({
    path: issue.path.join('.'),
    words: issue.message,
    rule: 'malformed',
  }))
}

/** No request of ours is nested half as deep. */
const deepest = 20

/** The first text that the database can't hold, whatever its schema says of it: with NUL, or half a character. */
export function unstorable(data: unknown): Issue[] {
  const waiting: { path: string; value: unknown; depth: number }[] = [{ path: '', value: data, depth: 0 }]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { path, value, depth } = next
    const problem = problemOf(value, depth)
    if (problem !== undefined) return [{ path, words: problem, rule: 'malformed' }]
    if (typeof value !== 'object' || value === null) continue
    for (const [name, part] of Object.entries(value)) {
      waiting.push({ path: path === '' ? name : `${path}.${name}`, value: part, depth: depth + 1 })
    }
  }
  return []
}

function problemOf(value: unknown, depth: number): string | undefined {
  if (depth > deepest) return '内容的层级太深'
  if (typeof value !== 'string') return undefined
  return value.includes('\u0000') || !value.isWellFormed()
    ? '含有不能保存的字符，请删除后重新输入'
    : undefined
}
