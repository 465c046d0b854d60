/** docx and xlsx: a ZIP whose [Content_Types].xml names its main part (ECMA-376 part 2). Only that list is unpacked. */
import { promisify } from 'node:util'
import { inflateRaw } from 'node:zlib'
import type { FileKind } from '#domain/file/kinds.ts'
import { BadFile } from './bad-file.ts'
import type { Bytes } from './bytes.ts'

const inflate = promisify(inflateRaw)

const damaged = () => new BadFile('文件不完整或已损坏，无法打开，请用 Office 或 WPS 打开原文件另存后重新上传')
const archive = () => new BadFile('内容是压缩包，请解压后把其中的文件逐个上传')
export const withMacros = () =>
  new BadFile('文件含有宏，不能上传，请另存为 PDF 或不含宏的文件（docx、xlsx）后上传')
export const withPassword = () =>
  new BadFile('文件设有打开密码，审核人员无法查看，请取消密码或另存为 PDF 后上传')

const endMark = Buffer.from('504b0506', 'hex')
const endBytes = 22
const endSearched = endBytes + 0xffff
const localHeaderBytes = 30
/** Far beyond any document: a directory of ten thousand parts, a list of their types. */
const mostDirectoryBytes = 1024 * 1024
const mostTypesBytes = 2 * 1024 * 1024

interface Entry {
  name: string
  encrypted: boolean
  method: number
  compressedSize: number
  /** As the archive says. */
  size: number
  offset: number
}

export async function inspectZip(bytes: Bytes): Promise<FileKind> {
  const entries = await directoryOf(bytes)
  const types = entries.find((entry) => entry.name === '[Content_Types].xml')
  if (types === undefined) throw archive()
  if (entries.some((entry) => entry.encrypted)) throw withPassword()
  const text = (await contentOf(bytes, types)).toString('utf8')
  if (
    /macroEnabled|vbaProject/i.test(text) ||
    entries.some((entry) => /vbaProject\.bin$/i.test(entry.name))
  ) {
    throw withMacros()
  }
  if (/wordprocessingml\.document\.main\+xml/i.test(text)) return 'docx'
  if (/spreadsheetml\.sheet\.main\+xml/i.test(text)) return 'xlsx'
  throw new BadFile('内容不是 Word 文档（docx）或 Excel 工作簿（xlsx），请另存为 PDF 后上传')
}

/** How large the parts of an archive are together, unpacked, as it says itself. */
export async function unpackedSize(bytes: Bytes): Promise<number> {
  return (await directoryOf(bytes)).reduce((sum, { size }) => sum + size, 0)
}

/** The central directory, which must lie whole and right before the end record, and name parts inside the file. */
async function directoryOf(bytes: Bytes): Promise<Entry[]> {
  const tailStart = Math.max(0, bytes.size - endSearched)
  const tail = await bytes.read(tailStart, endSearched)
  const at = tail.lastIndexOf(endMark)
  if (at < 0 || at + endBytes > tail.length) throw damaged()
  const count = tail.readUInt16LE(at + 10)
  const size = tail.readUInt32LE(at + 12)
  const start = tail.readUInt32LE(at + 16)
  if (size > mostDirectoryBytes || start + size !== tailStart + at) throw damaged()
  const directory = await bytes.read(start, size)
  const entries: Entry[] = []
  for (let position = 0; entries.length < count;) {
    if (position + 46 > directory.length || directory.readUInt32LE(position) !== 0x02014b50) throw damaged()
    const nameBytes = directory.readUInt16LE(position + 28)
    const entry: Entry = {
      encrypted: (directory.readUInt16LE(position + 8) & 1) === 1,
      method: directory.readUInt16LE(position + 10),
      compressedSize: directory.readUInt32LE(position + 20),
      size: directory.readUInt32LE(position + 24),
      offset: directory.readUInt32LE(position + 42),
      name: directory.toString('utf8', position + 46, position + 46 + nameBytes),
    }
    if (entry.offset + localHeaderBytes + entry.compressedSize > start) throw damaged()
    entries.push(entry)
    position += 46 + nameBytes + directory.readUInt16LE(position + 30) + directory.readUInt16LE(position + 32)
  }
  return entries
}

async function contentOf(bytes: Bytes, entry: Entry): Promise<Buffer> {
  const header = await bytes.read(entry.offset, localHeaderBytes)
  if (header.length < localHeaderBytes || header.readUInt32LE(0) !== 0x04034b50) throw damaged()
  const start = entry.offset + localHeaderBytes + header.readUInt16LE(26) + header.readUInt16LE(28)
  if (entry.compressedSize > mostTypesBytes) throw damaged()
  const packed = await bytes.read(start, entry.compressedSize)
  if (entry.method === 0) return packed
  if (entry.method !== 8) throw damaged()
  try {
    return await inflate(packed, { maxOutputLength: mostTypesBytes })
  } catch {
    throw damaged()
  }
}
