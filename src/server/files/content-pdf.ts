/**
 * PDF (ISO 32000): follows the chain of cross-reference sections from the end of the file, as a viewer does, and
 * reads their dictionaries. They are plain text even where everything else is compressed, so nothing is unpacked.
 */
import type { FileKind } from '#domain/file/kinds.ts'
import { BadFile } from './bad-file.ts'
import type { Bytes } from './bytes.ts'

const encrypted = () =>
  new BadFile('PDF 设有密码或使用限制，审核人员无法查看，请取消密码和限制后重新上传，或打印为新的 PDF 上传')
const damaged = () => new BadFile('PDF 已损坏，无法打开，请重新扫描，或用 PDF 软件打开后另存为新的 PDF 上传')
const incomplete = () => new BadFile('PDF 不完整（缺少结尾），可能没有下载或传输完，请用完整的原文件重新上传')

/** How far before its end a file must say where its cross-reference section is; most have it in the last 50 bytes. */
const tailBytes = 16 * 1024
const dictionaryBytes = 32 * 1024
const stepBytes = 256 * 1024
/** Every saved change adds a section; more are not followed. */
const mostSections = 200

export async function inspectPdf(bytes: Bytes): Promise<FileKind> {
  const tail = await bytes.read(Math.max(0, bytes.size - tailBytes), tailBytes)
  const at = tail.lastIndexOf('startxref')
  if (at < 0) throw incomplete()
  const start = Number(
    /^startxref\s+(\d{1,10})\b/.exec(tail.toString('latin1', at, at + 40))?.[1] ?? Number.NaN,
  )
  const followed = await follow(bytes, start)
  const dictionaries = followed.length > 0 ? followed : await trailersAnywhere(bytes)
  if (dictionaries.some((dictionary) => dictionary.has('Encrypt'))) throw encrypted()
  if (!dictionaries.some((dictionary) => /^\d+ \d+ R$/.test(dictionary.get('Root') ?? ''))) throw damaged()
  return 'pdf'
}

/** Names of a dictionary with their values, as far as they are numbers or references; '' for other values. */
type Dictionary = Map<string, string>

/** The dictionaries of all sections, newest first. A broken link ends the chain; viewers put up with that. */
async function follow(bytes: Bytes, start: number): Promise<Dictionary[]> {
  const found: Dictionary[] = []
  const waiting = [start]
  const seen = new Set<number>()
  for (
    let offset = waiting.shift();
    offset !== undefined && found.length < mostSections;
    offset = waiting.shift()
  ) {
    if (!(offset > 0 && offset < bytes.size) || seen.has(offset)) continue
    seen.add(offset)
    const dictionary = await sectionAt(bytes, offset)
    if (dictionary === undefined) continue
    found.push(dictionary)
    for (const name of ['XRefStm', 'Prev']) {
      if (dictionary.has(name)) waiting.push(Number(dictionary.get(name)))
    }
  }
  return found
}

/** The dictionary of a cross-reference table (it stands behind the table) or of a cross-reference stream. */
async function sectionAt(bytes: Bytes, offset: number): Promise<Dictionary | undefined> {
  const begin = (await bytes.read(offset, 64)).toString('latin1')
  if (/^\s*xref\b/.test(begin)) {
    const trailer = await find(bytes, 'trailer', offset)
    return trailer === undefined ? undefined : dictionaryAt(bytes, trailer + 'trailer'.length)
  }
  const object = /^\s*\d+\s+\d+\s+obj\b/.exec(begin)
  if (object === null) return undefined
  const dictionary = await dictionaryAt(bytes, offset + object[0].length)
  return dictionary?.has('W') === true ? dictionary : undefined
}

/** Where the chain can't be entered at all, viewers look for the sections; so do we. */
async function trailersAnywhere(bytes: Bytes): Promise<Dictionary[]> {
  const found: Dictionary[] = []
  let at = await find(bytes, 'trailer', 0)
  for (let tried = 0; at !== undefined && tried < mostSections; tried += 1) {
    const dictionary = await dictionaryAt(bytes, at + 'trailer'.length)
    if (dictionary !== undefined) found.push(dictionary)
    at = await find(bytes, 'trailer', at + 1)
  }
  return found
}

async function find(bytes: Bytes, word: string, from: number): Promise<number | undefined> {
  for (let position = from; position < bytes.size; position += stepBytes) {
    const step = await bytes.read(position, stepBytes + word.length - 1)
    const at = step.indexOf(word)
    if (at >= 0) return position + at
  }
  return undefined
}

async function dictionaryAt(bytes: Bytes, position: number): Promise<Dictionary | undefined> {
  return parseDictionary((await bytes.read(position, dictionaryBytes)).toString('latin1'))
}

/**
 * The names at the top level of the dictionary this text begins with, or nothing if it does not begin with one or
 * it does not end. A name that is the value of another counts as a name as well: for what is asked here
 * (Root, Prev, Encrypt, …) that makes no difference.
 */
export function parseDictionary(text: string): Dictionary | undefined {
  const token = /\s*(?:(<<|>>|[[\](){}]|<[0-9A-Fa-f\s]*>|\/[^\s()<>[\]{}/%]*|%[^\r\n]*|[^\s()<>[\]{}/%]+))/y
  const dictionary: Dictionary = new Map()
  let depth = 0
  let name: string | undefined
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const word = match[1] ?? ''
    if (word.startsWith('%')) continue
    if (depth === 0 && word !== '<<') return undefined
    if (word === '<<' || word === '[') depth += 1
    if (word === '>>' || word === ']') depth -= 1
    if (depth === 0) return dictionary
    if (word === '(') {
      token.lastIndex = endOfString(text, token.lastIndex)
    } else if (depth === 1 && word.startsWith('/')) {
      name = decodedName(word.slice(1))
      dictionary.set(name, '')
    } else if (depth === 1 && name !== undefined) {
      dictionary.set(name, `${dictionary.get(name) ?? ''} ${word}`.trim())
    }
  }
  return undefined
}

/** Position behind the parenthesis that ends a string; strings nest parentheses and escape with a backslash. */
function endOfString(text: string, from: number): number {
  let open = 1
  for (let at = from; at < text.length; at += 1) {
    const character = text[at]
    if (character === '\\') at += 1
    else if (character === '(') open += 1
    else if (character === ')') open -= 1
    if (open === 0) return at + 1
  }
  return text.length
}

const decodedName = (name: string) =>
  name.replaceAll(/#([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
