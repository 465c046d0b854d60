/** Requests for reminders. */
import type { FastifyInstance } from 'fastify'
import { listNotices } from '#api/notice.ts'
import type { Context } from '../context.ts'
import { guarded } from '../http/register.ts'
import { noticesFor } from './notices.ts'

export function noticeRoutes(app: FastifyInstance, ctx: Context): void {
  guarded(app, ctx, listNotices, async ({ actor }) => ({ rows: await noticesFor(ctx.db, actor) }))
}
