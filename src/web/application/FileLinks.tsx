import type { ReactNode } from 'react'
import type { z } from 'zod'
import type { AttachmentRow } from '#api/application.ts'
import { downloadAttachment } from '#api/attachment.ts'
import { shownInPlace } from '#domain/file/kinds.ts'
import { urlOf } from '#ui/call.ts'
import { Instant } from '#ui/Numbers.tsx'
import s from './FileLinks.module.css'

/** An attached file: its name (opens PDF and pictures), size, time, 下载, and what else may be done with it. */
export function FileLinks({
  applicationId,
  file,
  children,
}: {
  applicationId: string
  file: z.infer<typeof AttachmentRow>
  children?: ReactNode
}) {
  const params = { id: applicationId, attachmentId: file.id }
  const shows = shownInPlace.includes(file.mediaType)
  return (
    <span className={s['file']}>
      {shows ? (
        <a
          className={s['name']}
          href={urlOf(downloadAttachment, { params, query: { show: '1' } })}
          target="_blank"
          rel="noreferrer"
          title={file.name}
        >
          {file.name}
        </a>
      ) : (
        <span className={s['name']} title={file.name}>
          {file.name}
        </span>
      )}
      <span className={s['facts']}>
        {fileSize(file.size)} · <Instant at={file.createdAt} short />
      </span>
      <a href={urlOf(downloadAttachment, { params })} download={file.name} aria-label={`下载 ${file.name}`}>
        下载
      </a>
      {children}
    </span>
  )
}

/** A size in bytes as people read it: 734 KB, 2.4 MB. */
export function fileSize(bytes: number): string {
  if (bytes < 1024) return `${bytes} 字节`
  if (bytes < 1024 * 1024) return `${Math.ceil(bytes / 1024)} KB`
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`
}
