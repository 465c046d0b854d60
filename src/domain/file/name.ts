/** Names of uploaded files as they are shown, sealed and given back: what the user called it, and nothing dangerous. */

/** Most characters (code points) a name keeps, its extension included. */
export const fileNameMax = 120

const unnamed = '未命名'

// Control characters, invisible and direction-changing ones (U+202E makes “fdp.exe” read “exe.pdf”), lone
// surrogates and noncharacters: none of them can be shown, sealed or printed.
const hidden = /[\p{Cc}\p{Cf}\p{Cs}\p{Noncharacter_Code_Point}]/gu

/**
 * The name without folders (of any system), line breaks, invisible characters and leading dots, at most
 * `fileNameMax` characters with the extension kept. Never empty.
 */
export function safeFileName(given: string): string {
  const plain = given
    .normalize('NFC')
    .replaceAll(/[\s\p{Zl}\p{Zp}]+/gu, ' ')
    .replaceAll(hidden, '')
  const name = plain
    .slice(plain.search(/[^/\\]*$/))
    .replace(/^[\s.]+/, '')
    .replace(/[\s.]+$/, '')
  if (name === '') return unnamed
  const characters = [...name]
  if (characters.length <= fileNameMax) return name
  const extension = extensionOf(name)
  const tail = extension === '' || extension.length > 10 ? '' : `.${name.slice(-extension.length)}`
  return (
    characters
      .slice(0, fileNameMax - tail.length)
      .join('')
      .trimEnd() + tail
  )
}

/** The extension in lower case, without the dot; '' when there is none. */
export function extensionOf(name: string): string {
  const dot = name.lastIndexOf('.')
  return dot <= 0 ? '' : name.slice(dot + 1).toLowerCase()
}
