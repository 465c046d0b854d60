/** Reminders to an enterprise: quota low, hand-back day near, a licence near its end. */
import { z } from 'zod'
import { endpoint, Id } from './endpoint.ts'

export const NoticeRow = z.object({
  id: z.string(),
  kind: z.string(),
  /** What it is about: `quota` (an account), `licence`, …; the page links it. */
  thing: z.string(),
  thingId: Id.nullable(),
  words: z.string(),
  at: z.string(),
})
export type NoticeRow = z.infer<typeof NoticeRow>

export const listNotices = endpoint({
  method: 'GET',
  path: '/api/notices',
  summary: '给本企业（管理员：给系统管理员）的提醒，新的在前，最多 100 条',
  tag: '提醒',
  access: 'signed_in',
  reply: z.object({ rows: z.array(NoticeRow) }),
})
