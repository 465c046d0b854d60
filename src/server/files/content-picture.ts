/** JPEG and PNG: walks through the whole file, so that a picture that breaks off or is too large is found here. */
import { crc32 } from 'node:zlib'
import { pictureLimits, type FileKind } from '#domain/file/kinds.ts'
import { BadFile } from './bad-file.ts'
import { Cursor, type Bytes } from './bytes.ts'

const damaged = () => new BadFile('图片不完整或已损坏，请重新扫描、拍照或导出后上传')

/** Real pictures have some hundred parts, a thousand when written in small pieces; more only take time. */
const mostParts = 10_000

function refuseTooLarge(width: number, height: number) {
  if (width === 0 || height === 0) throw damaged()
  const { side, pixels } = pictureLimits
  if (width <= side && height <= side && width * height <= pixels) return
  throw new BadFile(
    `图片有 ${width}×${height} 像素，超过上限（每边 ${side}、合计 ${pixels / 100_000_000} 亿像素），请缩小或降低扫描分辨率后上传`,
  )
}

/** Not data (FF 00), not filling (FF FF), not one of the marks inside a scan: restart marks, and TEM. */
const isMarker = (second: number) => second > 0x01 && second < 0xff && (second < 0xd0 || second > 0xd7)
/** Frame headers, which tell the size: SOF0 to SOF15 without DHT, JPG and DAC among them. */
const isFrame = (marker: number) =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc

/** JPEG (ITU T.81): segments from the start mark to the end mark, with at least one scan under a frame. */
export async function inspectJpeg(bytes: Bytes): Promise<FileKind> {
  const cursor = new Cursor(bytes, 2)
  let framed = false
  let scanned = false
  for (let parts = 0; parts < mostParts; parts += 1) {
    const marker = await cursor.seekPair(0xff, isMarker)
    if (marker === 0xd9 && framed && scanned) return 'jpeg'
    if (marker === undefined || marker === 0xd9 || marker === 0xd8) throw damaged()
    const start = cursor.position
    const length = (await exactly(cursor, 2)).readUInt16BE(0)
    if (length < 2 || start + length > bytes.size) throw damaged()
    if (isFrame(marker)) {
      const frame = await exactly(cursor, 5)
      refuseTooLarge(frame.readUInt16BE(3), frame.readUInt16BE(1))
      framed = true
    }
    scanned ||= marker === 0xda
    cursor.position = start + length
  }
  throw damaged()
}

const pngStart = 8

/** PNG (ISO/IEC 15948): chunks with their checksums, from IHDR over at least one IDAT to IEND. */
export async function inspectPng(bytes: Bytes): Promise<FileKind> {
  const cursor = new Cursor(bytes, pngStart)
  let data = false
  for (let parts = 0; parts < mostParts; parts += 1) {
    const first = parts === 0
    const header = await exactly(cursor, 8)
    const length = header.readUInt32BE(0)
    const name = header.toString('latin1', 4)
    if (cursor.position + length + 4 > bytes.size || first !== (name === 'IHDR')) throw damaged()
    if (first) await readHeader(cursor, length)
    const sum = await sumOf(cursor, length, crc32(header.subarray(4)))
    if ((await exactly(cursor, 4)).readUInt32BE(0) !== sum) throw damaged()
    data ||= name === 'IDAT'
    if (name === 'IEND' && data) return 'png'
  }
  throw damaged()
}

async function readHeader(cursor: Cursor, length: number) {
  if (length !== 13) throw damaged()
  const start = cursor.position
  const size = await exactly(cursor, 8)
  refuseTooLarge(size.readUInt32BE(0), size.readUInt32BE(4))
  cursor.position = start
}

async function sumOf(cursor: Cursor, length: number, begin: number): Promise<number> {
  let sum = begin
  for (let left = length; left > 0;) {
    const step = await cursor.take(Math.min(left, 64 * 1024))
    if (step.length === 0) throw damaged()
    sum = crc32(step, sum)
    left -= step.length
  }
  return sum
}

async function exactly(cursor: Cursor, length: number): Promise<Buffer> {
  const taken = await cursor.take(length)
  if (taken.length < length) throw damaged()
  return taken
}
