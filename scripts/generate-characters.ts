// Writes src/domain/characters.gen.ts from the fonts documents are set in (`node scripts/generate-characters.ts`).
import { writeFile } from 'node:fs/promises'
import { printableCharacters, rangesText } from '../src/server/print/font-characters.ts'

const lines = rangesText(await printableCharacters()).match(/.{1,100}/g) ?? []
const source = [
  '// Written by scripts/generate-characters.ts from the fonts; not to be edited.',
  'export const PRINTABLE_RANGES =',
  `${lines.map((line) => `  '${line}'`).join(' +\n')}`,
  '',
].join('\n')
await writeFile(new URL('../src/domain/characters.gen.ts', import.meta.url), source)
