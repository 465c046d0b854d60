/**
 * What a PIN of an e-key file must be. A file can be copied and its PIN tried by machine, at some thousand a second, so
 * digits alone are too few; a token counts wrong PINs itself.
 */

/** What is wrong with a new PIN, in words for the user, or undefined. */
export function pinProblem(pin: string): string | undefined {
  const length = [...pin].length
  if (length < 8 || length > 20) return `PIN 应为 8 至 20 位，现为 ${length} 位`
  if (!/^[\x21-\x7E]+$/.test(pin)) return 'PIN 只能用英文字母、数字和英文符号，不能含空格'
  if (!/[A-Za-z]/.test(pin) || !/[0-9]/.test(pin)) return 'PIN 须同时含字母和数字'
  if (new Set(pin.toLowerCase()).size < 4) return 'PIN 中不同的字符至少 4 个'
  if (runs(pin) > pin.length / 2) return 'PIN 不能主要由连续的字符组成（如 abcd、1234），请换一个'
  return undefined
}

/** How many characters follow or precede their neighbour by one, as in 1234 and dcba. */
function runs(pin: string): number {
  const codes = [...pin.toLowerCase()].map((character) => character.charCodeAt(0))
  return codes.filter((code, index) => Math.abs(code - (codes[index - 1] ?? 0)) === 1).length
}
