/** doc and xls: a compound file ([MS-CFB]) whose root holds the stream of a Word document or an Excel workbook. */
import type { FileKind } from '#domain/file/kinds.ts'
import { BadFile } from './bad-file.ts'
import type { Bytes } from './bytes.ts'
import { withMacros, withPassword } from './content-zip.ts'

const damaged = () =>
  new BadFile('文件不完整或已损坏，无法打开，请用 Office 或 WPS 打开原文件另存为 PDF 后上传')

const headerBytes = 512
const entryBytes = 128
const inHeader = 109
/** The directory of a document has some dozen entries; one of a workbook with many objects some thousand. */
const mostDirectorySectors = 4096
const none = 0xffffffff

interface Entry {
  name: string
  left: number
  right: number
  child: number
  start: number
  size: number
}

export async function inspectOle(bytes: Bytes): Promise<FileKind> {
  const file = await CompoundFile.open(bytes)
  const parts = await file.root()
  const has = (name: string) => parts.some((part) => part.name === name)
  if (has('EncryptedPackage')) throw withPassword()
  if (has('Macros') || has('_VBA_PROJECT_CUR')) throw withMacros()
  const word = parts.find((part) => part.name === 'WordDocument')
  if (word !== undefined) {
    if (await wordIsEncrypted(file, word)) throw withPassword()
    return 'doc'
  }
  const book = parts.find((part) => part.name === 'Workbook' || part.name === 'Book')
  if (book === undefined) {
    throw new BadFile(
      '内容不是 Word 文档或 Excel 工作簿（可能是安装程序或其他 Office 文件），请另存为 PDF 后上传',
    )
  }
  if (await bookIsEncrypted(file, book)) throw withPassword()
  return 'xls'
}

/** [MS-DOC] 2.5.2: bit fEncrypted of the FIB. */
async function wordIsEncrypted(file: CompoundFile, part: Entry): Promise<boolean> {
  const begin = await file.beginningOf(part)
  return begin.length >= 12 && (begin.readUInt16LE(10) & 0x0100) !== 0
}

/** [MS-XLS] 2.4.117: a FilePass record comes among the first, right behind the BOF. */
async function bookIsEncrypted(file: CompoundFile, part: Entry): Promise<boolean> {
  const begin = await file.beginningOf(part)
  for (let position = 0; position + 4 <= begin.length; position += 4 + begin.readUInt16LE(position + 2)) {
    if (begin.readUInt16LE(position) === 0x002f) return true
  }
  return false
}

class CompoundFile {
  readonly #bytes: Bytes
  readonly #header: Buffer
  readonly #sectorBytes: number
  /** Sectors of the allocation table, as far as they were asked for, beyond those the header names. */
  readonly #furtherTables: number[] = []
  #nextTableList: number

  static async open(bytes: Bytes): Promise<CompoundFile> {
    const header = await bytes.read(0, headerBytes)
    if (header.length < headerBytes) throw damaged()
    const shift = header.readUInt16LE(30)
    if (shift !== 9 && shift !== 12) throw damaged()
    return new CompoundFile(bytes, header, 1 << shift)
  }

  private constructor(bytes: Bytes, header: Buffer, sectorBytes: number) {
    this.#bytes = bytes
    this.#header = header
    this.#sectorBytes = sectorBytes
    this.#nextTableList = header.readUInt32LE(68)
  }

  /** What lies in the root: a tree of siblings below the root entry. */
  async root(): Promise<Entry[]> {
    const entries = await this.#directory()
    const found: Entry[] = []
    const seen = new Set<number>()
    const waiting = [entries[0]?.child ?? none]
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
      const entry = entries[id]
      if (entry === undefined || seen.has(id)) continue
      seen.add(id)
      found.push(entry)
      waiting.push(entry.left, entry.right)
    }
    return found
  }

  /** The first sector of a part; nothing of one so small that it lies among the small ones. */
  async beginningOf(part: Entry): Promise<Buffer> {
    return part.size < this.#header.readUInt32LE(56) ? Buffer.alloc(0) : this.#sector(part.start)
  }

  async #directory(): Promise<Entry[]> {
    const entries: Entry[] = []
    let sector = this.#header.readUInt32LE(48)
    for (let read = 0; sector < 0xfffffffa; read += 1) {
      if (read >= mostDirectorySectors) throw damaged()
      const view = await this.#sector(sector)
      for (let at = 0; at + entryBytes <= view.length; at += entryBytes) entries.push(entryAt(view, at))
      sector = await this.#after(sector)
    }
    if (entries.length === 0) throw damaged()
    return entries
  }

  async #sector(id: number): Promise<Buffer> {
    const view = await this.#bytes.read((id + 1) * this.#sectorBytes, this.#sectorBytes)
    if (view.length < this.#sectorBytes) throw damaged()
    return view
  }

  /** The sector that follows in the chain, by the allocation table. */
  async #after(id: number): Promise<number> {
    const perSector = this.#sectorBytes / 4
    const table = await this.#sector(await this.#tableSector(Math.floor(id / perSector)))
    return table.readUInt32LE((id % perSector) * 4)
  }

  async #tableSector(index: number): Promise<number> {
    if (index < inHeader) return this.#header.readUInt32LE(76 + index * 4)
    const perSector = this.#sectorBytes / 4
    while (this.#furtherTables.length <= index - inHeader) {
      if (this.#nextTableList >= 0xfffffffa) throw damaged()
      const list = await this.#sector(this.#nextTableList)
      for (let at = 0; at < perSector - 1; at += 1) this.#furtherTables.push(list.readUInt32LE(at * 4))
      this.#nextTableList = list.readUInt32LE((perSector - 1) * 4)
    }
    return this.#furtherTables[index - inHeader] ?? none
  }
}

function entryAt(view: Buffer, at: number): Entry {
  const nameBytes = Math.min(Math.max(view.readUInt16LE(at + 64) - 2, 0), 62)
  return {
    name: view.toString('utf16le', at, at + nameBytes),
    left: view.readUInt32LE(at + 68),
    right: view.readUInt32LE(at + 72),
    child: view.readUInt32LE(at + 76),
    start: view.readUInt32LE(at + 116),
    size: view.readUInt32LE(at + 120),
  }
}
