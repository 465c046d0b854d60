/**
 * Kinds of files that may be attached, and how much. The page asks `fileProblem` before it sends a file, the
 * server asks it again; what a file really holds only the server can tell (server/files/content.ts).
 */
import { attachmentExtensions, attachmentMaxBytes } from '../reference/attachment-rules.ts'
import { extensionOf } from './name.ts'

export const fileKinds = {
  pdf: { label: 'PDF', mediaType: 'application/pdf' },
  jpeg: { label: 'JPG 图片', mediaType: 'image/jpeg' },
  png: { label: 'PNG 图片', mediaType: 'image/png' },
  doc: { label: 'Word 97-2003 文档（doc）', mediaType: 'application/msword' },
  docx: {
    label: 'Word 文档（docx）',
    mediaType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  },
  xls: { label: 'Excel 97-2003 工作簿（xls）', mediaType: 'application/vnd.ms-excel' },
  xlsx: {
    label: 'Excel 工作簿（xlsx）',
    mediaType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  },
} as const
export type FileKind = keyof typeof fileKinds

type Extension = (typeof attachmentExtensions)[number]

const kindOfExtension: Readonly<Record<Extension, FileKind>> = {
  pdf: 'pdf',
  jpg: 'jpeg',
  jpeg: 'jpeg',
  png: 'png',
  doc: 'doc',
  docx: 'docx',
  xls: 'xls',
  xlsx: 'xlsx',
}

const isTaken = (extension: string): extension is Extension => Object.hasOwn(kindOfExtension, extension)

/** The kind a name promises, or nothing when such files are not taken. */
export function kindByName(name: string): FileKind | undefined {
  const extension = extensionOf(name)
  return isTaken(extension) ? kindOfExtension[extension] : undefined
}

/** Media types that are shown in place; everything else is only given to save. */
export const shownInPlace: readonly string[] = [
  fileKinds.pdf.mediaType,
  fileKinds.jpeg.mediaType,
  fileKinds.png.mediaType,
]

/** What one application may hold, and how many files are taken in one request. Proposed, like the 10 MB a file. */
export const attachmentLimits = { files: 60, bytes: 200 * 1024 * 1024, filesAtOnce: 16 } as const

/** A scan of A3 at 600 dpi is 7,000 × 9,900; more pixels than this only tie up the machine of who looks at them. */
export const pictureLimits = { side: 12_000, pixels: 100_000_000 } as const

const megabytes = (bytes: number) => Math.floor(bytes / 1024 / 1024)

export const tooLargeWords = (maxBytes = attachmentMaxBytes) =>
  `文件超过 ${megabytes(maxBytes)} MB，请降低扫描分辨率、压缩或拆成几个文件后重新上传`

export const emptyWords = '文件是空的（0 字节），请检查原文件后重新选择'

/** Words of what name and size already tell, or nothing. `size` is in bytes. */
export function fileProblem(file: { name: string; size?: number }): string | undefined {
  if (kindByName(file.name) === undefined) {
    const extension = extensionOf(file.name)
    const what = extension === '' ? '没有扩展名的文件' : ` .${extension} 文件`
    return `不能上传${what}，只接受 ${attachmentExtensions.join('、')}，请另存为 PDF 后上传`
  }
  if (file.size === 0) return emptyWords
  if (file.size !== undefined && file.size > attachmentMaxBytes) return tooLargeWords()
  return undefined
}

/** Words when this is more than an application may hold, or nothing. */
export function overLimit(held: { files: number; bytes: number }): string | undefined {
  if (held.files > attachmentLimits.files) {
    return `一份申请表最多 ${attachmentLimits.files} 个附件，请删除不需要的附件或合并成一个 PDF 后上传`
  }
  if (held.bytes > attachmentLimits.bytes) {
    return `一份申请表的附件合计不能超过 ${megabytes(attachmentLimits.bytes)} MB，请压缩文件或删除不需要的附件后上传`
  }
  return undefined
}
