/** Reads from the font files which characters documents can print; the answer is kept in domain/characters.gen.ts. */
import { readFile } from 'node:fs/promises'
import { create, type Font } from 'fontkit'
import { FONT_FILES } from './font-files.ts'

// Invisible ones would let two texts look alike: controls, direction marks, joiners, variation selectors.
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}\p{Variation_Selector}]/u

/** Code points that every weight of the Chinese or of the western font draws, in ascending order. */
export async function printableCharacters(): Promise<number[]> {
  const fonts: Font[] = []
  for (const file of FONT_FILES) {
    const font = create(await readFile(file))
    if (!('characterSet' in font)) throw new Error(`${file}: a collection, not a font`)
    fonts.push(font)
  }
  const families = Map.groupBy(fonts, (font) => font.familyName).values()
  const drawn = new Set<number>()
  for (const weights of families) {
    const [first, ...others] = weights
    for (const code of first?.characterSet ?? []) {
      if (weights.every((font) => fits(font, code)) && others.length > 0) drawn.add(code)
    }
  }
  return [...drawn].filter((code) => !INVISIBLE.test(String.fromCodePoint(code))).toSorted((a, b) => a - b)
}

// The templates count on it that no letter is wider than its body: what is wider (⸺) can't be printed.
const fits = (font: Font, code: number): boolean =>
  font.hasGlyphForCodePoint(code) && font.glyphForCodePoint(code).advanceWidth <= font.unitsPerEm

/** Runs of consecutive code points as 'gap,length' pairs in base 36, each gap counted from the run before. */
export function rangesText(codes: readonly number[]): string {
  const pairs: string[] = []
  let end = 0
  for (let at = 0; at < codes.length;) {
    const start = codes[at] ?? 0
    let length = 1
    while (codes[at + length] === start + length) length += 1
    pairs.push(`${(start - end).toString(36)},${length.toString(36)}`)
    end = start + length
    at += length
  }
  return pairs.join(';')
}
