/** Requests around attachments. Whoever may see the application may see its files; the door decides on changes. */
import type { FastifyInstance } from 'fastify'
import * as api from '#api/attachment.ts'
import { application } from '#domain/application/actions.ts'
import type { Actor } from '#domain/machine.ts'
import { subjectOf, unread } from '../application/act.ts'
import { contentShown, seesSubmission } from '../application/as-submitted.ts'
import { visibleRow } from '../application/detail.ts'
import type { Context } from '../context.ts'
import { sendFile } from '../files/send.ts'
import { guarded } from '../http/register.ts'
import { notFound, refusedBy } from '../refused.ts'
import { detach } from './attach.ts'
import { attachmentOf, attachmentReply, attachmentsOf } from './queries.ts'
import { receiveFiles } from './upload.ts'

export function attachmentRoutes(app: FastifyInstance, ctx: Context): void {
  guarded(app, ctx, api.uploadAttachments, async ({ actor, params, query, request }) => {
    await refuseEarly(ctx, actor, params.id)
    return receiveFiles({ ctx, actor, applicationId: params.id }, request, query.type)
  })
  guarded(app, ctx, api.listAttachments, async ({ actor, params }) => {
    const isShown = await filesShown(ctx, actor, params.id)
    const rows = await attachmentsOf(ctx.db, params.id)
    return { rows: rows.filter(({ id }) => isShown(id)).map(attachmentReply) }
  })
  guarded(app, ctx, api.downloadAttachment, async ({ actor, params, query, request, reply }) => {
    const isShown = await filesShown(ctx, actor, params.id)
    const row = await attachmentOf(ctx.db, params.id, params.attachmentId)
    if (row === undefined || !isShown(row.id)) throw notFound('附件')
    return sendFile(ctx, request, reply, attachmentReply(row), query.show === '1')
  })
  guarded(app, ctx, api.deleteAttachment, async ({ actor, params }) => {
    await visibleRow(ctx, actor, params.id)
    return detach(ctx, actor, params.id, params.attachmentId)
  })
}

/** Which attachments of an application this person may see; refuses (404) when it is not to be seen at all. */
async function filesShown(ctx: Context, actor: Actor, id: string): Promise<(file: string) => boolean> {
  const row = await visibleRow(ctx, actor, id)
  if (!seesSubmission(actor, row)) return () => true
  const { content } = await contentShown(ctx.db, actor, row)
  const shown = new Set(content.files.map((file) => file.id))
  return (file) => shown.has(file)
}

/** Nobody sends ten megabytes to be told what was clear before; the door asks the same again under the lock. */
async function refuseEarly(ctx: Context, actor: Actor, id: string) {
  const row = await visibleRow(ctx, actor, id)
  const subject = subjectOf(row, null, unread, { claimedByName: null, licence: null })
  const refusal = application.refusal('attach', subject, actor)
  if (refusal !== undefined) throw refusedBy(refusal, { version: row.version, state: row.state })
}
