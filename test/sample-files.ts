// Files of every kind that can be attached, made as small as they can be, and parts to make bad ones from.
import { crc32, deflateRawSync, deflateSync } from 'node:zlib'

/** A PDF of one page that says `text` (ASCII). `padding` bytes of comment make it longer. */
export function pdfFile(text = 'contract', padding = 0): Buffer {
  const drawing = `BT /F1 18 Tf 72 720 Td (${text}) Tj ET`
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${drawing.length} >>\nstream\n${drawing}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ]
  let file = `%PDF-1.4\n%${'x'.repeat(padding)}\n`
  const offsets = objects.map((object, index) => {
    const offset = file.length
    file += `${index + 1} 0 obj\n${object}\nendobj\n`
    return offset
  })
  const start = file.length
  const entries = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`)
  file += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${entries.join('')}`
  file += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`
  return Buffer.from(file, 'latin1')
}

/** A PDF of exactly this many bytes. */
export function pdfOfSize(size: number, text?: string): Buffer {
  // Offsets grow by a digit or two with the padding: approach from below.
  let padding = size - pdfFile(text).length
  while (pdfFile(text, padding).length > size) padding -= 1
  return pdfFile(text, padding)
}

export function pngChunk(name: string, data: Uint8Array): Buffer {
  const chunk = Buffer.alloc(12 + data.length)
  chunk.writeUInt32BE(data.length, 0)
  chunk.write(name, 4, 'latin1')
  chunk.set(data, 8)
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + data.length)), 8 + data.length)
  return chunk
}

/** A PNG in shades of grey, black all over. */
export function pngFile(width = 4, height = 3): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header[8] = 8
  const rows = Buffer.alloc(Math.min(height, 100) * (1 + Math.min(width, 100)))
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(rows)),
    pngChunk('IEND', Buffer.alloc(0)),
  ])
}

const segment = (marker: number, data: Uint8Array) =>
  Buffer.concat([Buffer.from([0xff, marker, (data.length + 2) >> 8, (data.length + 2) & 0xff]), data])

/** A baseline JPEG in shades of grey. `data` is what stands in its scan. */
export function jpegFile(
  width = 8,
  height = 8,
  data: Uint8Array = Buffer.from('d2cf20ff00a2', 'hex'),
): Buffer {
  const frame = Buffer.from([8, height >> 8, height & 0xff, width >> 8, width & 0xff, 1, 1, 0x11, 0])
  const table = (kind: number) => Buffer.from([kind, 1, ...Array<number>(15).fill(0), 0])
  return Buffer.concat([
    Buffer.from('ffd8', 'hex'),
    segment(0xe0, Buffer.from('JFIF\0\u0001\u0001\0\0\u0001\0\u0001\0\0', 'latin1')),
    segment(0xdb, Buffer.alloc(65, 1).fill(0, 0, 1)),
    segment(0xc0, frame),
    segment(0xc4, table(0)),
    segment(0xc4, table(0x10)),
    segment(0xda, Buffer.from([1, 1, 0, 0, 63, 0])),
    data,
    Buffer.from('ffd9', 'hex'),
  ])
}

export interface ZipPart {
  name: string
  text: string
  /** Bit 0 says that the part is encrypted. */
  flags?: number
}

export function zipFile(parts: readonly ZipPart[]): Buffer {
  const locals: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const { name, text, flags = 0 } of parts) {
    const content = Buffer.from(text)
    const packed = deflateRawSync(content)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(flags, 2)
    common.writeUInt16LE(8, 4)
    common.writeUInt32LE(crc32(content), 10)
    common.writeUInt32LE(packed.length, 14)
    common.writeUInt32LE(content.length, 18)
    common.writeUInt16LE(name.length, 22)
    const local = Buffer.concat([Buffer.from('504b0304', 'hex'), common, Buffer.from(name), packed])
    const end = Buffer.alloc(14)
    end.writeUInt32LE(offset, 10)
    directory.push(Buffer.concat([Buffer.from('504b01021400', 'hex'), common, end, Buffer.from(name)]))
    locals.push(local)
    offset += local.length
  }
  const list = Buffer.concat(directory)
  const tail = Buffer.alloc(22)
  tail.write('PK\u0005\u0006', 'latin1')
  tail.writeUInt16LE(parts.length, 8)
  tail.writeUInt16LE(parts.length, 10)
  tail.writeUInt32LE(list.length, 12)
  tail.writeUInt32LE(offset, 16)
  return Buffer.concat([...locals, list, tail])
}

const types = (main: string) =>
  `<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/main.xml" ContentType="${main}"/></Types>`

/** A package whose main part has this content type; `more` adds parts. */
export const officeFile = (main: string, more: readonly ZipPart[] = []): Buffer =>
  zipFile([
    { name: '[Content_Types].xml', text: types(main) },
    { name: '_rels/.rels', text: '<Relationships/>' },
    ...more,
  ])

export const docxFile = (): Buffer =>
  officeFile('application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml')
export const xlsxFile = (): Buffer =>
  officeFile('application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml')

/** A compound file (doc, xls, msi, …) whose root holds these streams, each at most a sector of 512 bytes. */
export function oleFile(streams: readonly { name: string; begin?: Uint8Array; size?: number }[]): Buffer {
  const [free, end, table] = [0xffffffff, 0xfffffffe, 0xfffffffd]
  const perSector = 4
  const directorySectors = Math.ceil((streams.length + 1) / perSector)
  const header = Buffer.alloc(512, 0xff)
  header.fill(0, 0, 76)
  header.write('d0cf11e0a1b11ae1', 'hex')
  header.writeUInt16LE(9, 30)
  header.writeUInt32LE(1, 44)
  header.writeUInt32LE(1, 48)
  header.writeUInt32LE(4096, 56)
  header.writeUInt32LE(end, 60)
  header.writeUInt32LE(end, 68)
  header.writeUInt32LE(0, 76)

  const allocation = Buffer.alloc(512, 0xff)
  allocation.writeUInt32LE(table, 0)
  for (let at = 1; at <= directorySectors; at += 1) {
    allocation.writeUInt32LE(at === directorySectors ? end : at + 1, at * 4)
  }
  const directory = Buffer.alloc(directorySectors * 512)
  const entry = (
    index: number,
    name: string,
    numbers: { child?: number; right?: number; start?: number; size?: number },
  ) => {
    const at = index * 128
    directory.write(name, at, 'utf16le')
    directory.writeUInt16LE((name.length + 1) * 2, at + 64)
    directory[at + 66] = index === 0 ? 5 : 2
    directory.writeUInt32LE(free, at + 68)
    directory.writeUInt32LE(numbers.right ?? free, at + 72)
    directory.writeUInt32LE(numbers.child ?? free, at + 76)
    directory.writeUInt32LE(numbers.start ?? end, at + 116)
    directory.writeUInt32LE(numbers.size ?? 0, at + 120)
  }
  entry(0, 'Root Entry', { child: streams.length === 0 ? free : 1 })
  const sectors = streams.map(({ name, begin = Buffer.alloc(0), size = 4096 }, index) => {
    const sector = 1 + directorySectors + index
    allocation.writeUInt32LE(end, sector * 4)
    const right = index + 1 < streams.length ? index + 2 : free
    entry(index + 1, name, { right, start: sector, size })
    const bytes = Buffer.alloc(512)
    bytes.set(begin)
    return bytes
  })
  return Buffer.concat([header, allocation, directory, ...sectors])
}

export const docFile = (): Buffer => oleFile([{ name: 'WordDocument' }, { name: '1Table' }])
export const xlsFile = (): Buffer => oleFile([{ name: 'Workbook' }])
