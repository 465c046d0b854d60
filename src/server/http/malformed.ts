/** A failed parse as issues with paths, in Chinese. */
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
