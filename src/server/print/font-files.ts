/** The fonts documents are set in. Which characters they can print is kept in domain/characters.ts. */
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const require = createRequire(import.meta.url)

/**
 * The two weights documents use, of the Chinese font first and then of the one that adds Latin, Greek and
 * Cyrillic letters. Only the package's own folder is asked for: its entry point is for another runtime.
 */
export const FONT_FILES: readonly string[] = [
  ['@expo-google-fonts/noto-sans-sc', '400Regular/NotoSansSC_400Regular.ttf'],
  ['@expo-google-fonts/noto-sans-sc', '700Bold/NotoSansSC_700Bold.ttf'],
  ['@expo-google-fonts/source-sans-3', '400Regular/SourceSans3_400Regular.ttf'],
  ['@expo-google-fonts/source-sans-3', '700Bold/SourceSans3_700Bold.ttf'],
].map(([name = '', file = '']) => join(dirname(require.resolve(`${name}/package.json`)), file))

/** Folders with nothing but these fonts in them. */
export const FONT_FOLDERS: readonly string[] = FONT_FILES.map((file) => dirname(file))
