/**
 * Which characters the documents' fonts can print. A font draws a character it lacks as an empty box and nobody
 * is warned, so texts are asked before they are accepted and once more before they are set.
 */
import { PRINTABLE_RANGES } from './characters.gen.ts'

const BITS = 0x30000
let printable: Uint8Array | undefined

function printableBits(): Uint8Array {
  const bits = new Uint8Array(BITS / 8)
  let at = 0
  for (const pair of PRINTABLE_RANGES.split(';')) {
    const [gap = '', length = ''] = pair.split(',')
    at += parseInt(gap, 36)
    for (const end = at + parseInt(length, 36); at < end; at += 1)
      bits[at >> 3] = (bits[at >> 3] ?? 0) | (1 << (at & 7))
  }
  return bits
}

/** The text with a box for each character that can't be printed: for names of others' making, which no rule refuses. */
export const withBoxes = (text: string): string => {
  const missing = new Set(missingCharacters(text))
  return missing.size === 0 ? text : [...text].map((one) => (missing.has(one) ? '□' : one)).join('')
}

/**
 * The characters of a text that can't be printed, each once, in the order they appear: rare Chinese ones outside
 * 通用规范汉字表 and GBK such as 𠮷, Hangul, Arabic, Devanagari, most emoji, everything invisible. A line break
 * is printable. Usually the answer is empty.
 */
export function missingCharacters(text: string): string[] {
  printable ??= printableBits()
  const found = new Set<string>()
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    const drawn = code < BITS && ((printable[code >> 3] ?? 0) & (1 << (code & 7))) !== 0
    if (!drawn && character !== '\n') found.add(character)
  }
  return [...found]
}
