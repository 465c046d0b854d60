/**
 * What a file really is, by its bytes, and whether it can be read by whoever opens it later. The name only says
 * what was promised. Every check reads in small steps: a 10 MB file holds up neither memory nor other requests.
 */
import { fileTypeFromBuffer } from 'file-type'
import { emptyWords, fileKinds, fileProblem, kindByName, type FileKind } from '#domain/file/kinds.ts'
import { extensionOf } from '#domain/file/name.ts'
import { BadFile } from './bad-file.ts'
import type { Bytes } from './bytes.ts'
import { inspectOle } from './content-ole.ts'
import { inspectPdf } from './content-pdf.ts'
import { inspectJpeg, inspectPng } from './content-picture.ts'
import { inspectZip } from './content-zip.ts'

/** How a container begins, and what looks into it: it answers the kind it found, or throws BadFile. */
interface Container {
  begins: (head: Buffer) => boolean
  kinds: readonly FileKind[]
  label: string
  inspect: (bytes: Bytes) => Promise<FileKind>
}

const magic = (hex: string) => (head: Buffer) => head.toString('hex', 0, hex.length / 2) === hex

const containers: readonly Container[] = [
  // White space or a byte order mark in front is harmless; anything else there makes it two files in one.
  {
    begins: (head) => /^(?:\u00EF\u00BB\u00BF)?\s*%PDF-\d/.test(head.toString('latin1', 0, 64)),
    kinds: ['pdf'],
    label: fileKinds.pdf.label,
    inspect: inspectPdf,
  },
  { begins: magic('ffd8ff'), kinds: ['jpeg'], label: fileKinds.jpeg.label, inspect: inspectJpeg },
  { begins: magic('89504e470d0a1a0a'), kinds: ['png'], label: fileKinds.png.label, inspect: inspectPng },
  { begins: magic('504b0304'), kinds: ['docx', 'xlsx'], label: 'ZIP 压缩文件', inspect: inspectZip },
  // A docx or xlsx with a password is such a file too.
  {
    begins: magic('d0cf11e0a1b11ae1'),
    kinds: ['doc', 'xls', 'docx', 'xlsx'],
    label: 'Office 97-2003 文件',
    inspect: inspectOle,
  },
]

/**
 * The kind of a file called `name` (a safe name). Throws BadFile when the content is not what the name promises,
 * is damaged or incomplete, locked with a password, holds macros, or is a picture of too many pixels.
 */
export async function contentKind(bytes: Bytes, name: string): Promise<FileKind> {
  const problem = fileProblem({ name })
  const promised = kindByName(name)
  if (promised === undefined) throw new BadFile(problem)
  if (bytes.size === 0) throw new BadFile(emptyWords)
  const head = await bytes.read(0, 4100)
  const container = containers.find(({ begins }) => begins(head))
  if (container === undefined) throw otherThan(name, promised, await foreignLabel(head))
  if (!container.kinds.includes(promised)) throw otherThan(name, promised, container.label)
  const found = await container.inspect(bytes)
  if (found !== promised) throw otherThan(name, promised, fileKinds[found].label)
  return found
}

function otherThan(name: string, promised: FileKind, found: string): BadFile {
  return new BadFile(
    `文件名以 .${extensionOf(name)} 结尾，内容却是${spaced(found)}，请上传真正的${spaced(fileKinds[promised].label)}，或另存为 PDF 后上传`,
  )
}

/** Latin letters stand apart from Chinese ones. */
const spaced = (label: string) => (/^\w/.test(label) ? ` ${label}` : label)

/** Names for what people (or programs) send most; the rest goes by its extension. */
const foreign: Readonly<Record<string, string>> = {
  exe: 'Windows 程序（exe）',
  elf: '程序文件',
  macho: '程序文件',
  rar: 'RAR 压缩文件',
  '7z': '7z 压缩文件',
  gz: 'GZIP 压缩文件',
  gif: 'GIF 图片',
  bmp: 'BMP 图片',
  tif: 'TIFF 图片',
  webp: 'WEBP 图片',
  heic: 'HEIC 图片',
  rtf: 'RTF 文档',
}

async function foreignLabel(head: Buffer): Promise<string> {
  const found = await fileTypeFromBuffer(head).catch(() => undefined)
  if (found !== undefined && found.ext !== 'xml') return foreign[found.ext] ?? `${found.ext} 文件`
  const text = textOf(head)
  if (text === undefined) return '无法识别的数据'
  if (/^(?:<!doctype html|<(?:html|head|body|script)\b)/i.test(text)) return '网页（HTML）'
  return /<svg\b/i.test(text) ? 'SVG 图片' : '纯文本'
}

/** The beginning as text, if it is text (UTF-16 with its mark, else taken for UTF-8 or a code page of its like). */
function textOf(head: Buffer): string | undefined {
  const encoding = head.toString('latin1', 0, 2) === '\u00FF\u00FE' ? 'utf-16le' : 'utf-8'
  const text = new TextDecoder(encoding).decode(head).trimStart()
  // oxlint-disable-next-line no-control-regex -- text has none of these
  return /[\u0000-\u0008\u000E-\u001A\u001C-\u001F]/.test(text) ? undefined : text
}
