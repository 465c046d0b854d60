/** Files of an application (manual 004 附件, 003 上传附件): put, list, look at, take away. */
import { z } from 'zod'
import { AttachmentRow } from './application.ts'
import { endpoint, Id, IdParams } from './endpoint.ts'

const tag = '附件'
const attach = { anyOf: ['application.attach'] }
const AttachmentParams = z.strictObject({ id: Id, attachmentId: Id })

/** Where the application stands after the change, so that the page can go on saving without asking. */
const Moved = { version: z.number().int(), contentVersion: z.number().int() }

/** What became of one file of the request; `words` says why it was not taken. */
export const UploadResult = z.object({
  name: z.string(),
  ok: z.boolean(),
  attachment: AttachmentRow.nullable(),
  words: z.string().nullable(),
})
export type UploadResult = z.infer<typeof UploadResult>

export const uploadAttachments = endpoint({
  method: 'POST',
  path: '/api/applications/:id/attachments',
  summary:
    '上传附件：multipart/form-data，一次最多 16 个文件。每个文件之前可有字段 type（附件名称代码，对其后各文件有效）和 id（客户端生成的附件编号，只对下一个文件有效，重复上传同一编号只存一份）。逐个文件给出结果，一个失败不影响其他',
  tag,
  access: attach,
  params: IdParams,
  query: z.strictObject({ type: z.string().max(40).optional() }),
  takes: 'multipart',
  reply: z.object({ results: z.array(UploadResult), ...Moved }),
})

export const listAttachments = endpoint({
  method: 'GET',
  path: '/api/applications/:id/attachments',
  summary: '申请表的附件，按上传先后',
  tag,
  access: 'signed_in',
  params: IdParams,
  reply: z.object({ rows: z.array(AttachmentRow) }),
})

export const downloadAttachment = endpoint({
  method: 'GET',
  path: '/api/applications/:id/attachments/:attachmentId',
  summary: '附件内容；show=1 在页面内显示（仅 PDF 和图片），支持分段读取（Range）',
  tag,
  access: 'signed_in',
  params: AttachmentParams,
  query: z.strictObject({ show: z.enum(['1']).optional() }),
  sends: 'file',
})

export const deleteAttachment = endpoint({
  method: 'DELETE',
  path: '/api/applications/:id/attachments/:attachmentId',
  summary: '删除附件（暂存、初审退回、已撤销时）',
  tag,
  access: { anyOf: ['application.detach'] },
  params: AttachmentParams,
  reply: z.object(Moved),
})
