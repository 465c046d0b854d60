/**
 * Passwords that are guessed first although they keep the rule of length and characters. Lists of leaked passwords hold
 * few of that form as they stand; what they show is how people make one: a common word, a run on the keyboard, a year
 * or their own name, a capital in front and digits or a sign behind. So a password is read that way: signs that stand for
 * letters become letters, then common words, runs, repeats and years are taken out, and what is left must be
 * something.
 */
const words = `
  password passwd passw pass welcome admin administrator root user login guest test letmein master monkey
  dragon iloveyou sunshine princess football baseball superman batman shadow michael charlie hello secret
  changeme default china beijing shanghai zhongguo woaini wodemima mima nihao taobao alibaba huawei
  company export import licence license mofcom xukezheng system office google summer winter spring autumn
  january monday love qwe asd zxc abc aaa`
  .trim()
  .split(/\s+/)

/** Rows of keys and of letters and digits; three or more in a row, either way, are a run. */
const rows = [
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  '1234567890',
  'abcdefghijklmnopqrstuvwxyz',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm',
  'q1w2e3r4t5y6u7i8o9p0',
  '1q2w3e4r5t6y7u8i9o0p',
]
const lines = rows.flatMap((row) => [row, [...row].toReversed().join('')])

const standsFor: Record<string, string> = {
  '@': 'a',
  '4': 'a',
  '3': 'e',
  '1': 'i',
  '!': 'i',
  '0': 'o',
  $: 's',
  '5': 's',
}
const asLetters = (text: string) => text.replace(/[@4310!$5]/g, (sign) => standsFor[sign] ?? sign)

/** Takes out the longest runs first, so that no piece of one is left. */
function withoutRuns(text: string): string {
  for (let length = text.length; length >= 3; length--) {
    for (let at = 0; at + length <= text.length; at++) {
      const part = text.slice(at, at + length)
      if (lines.some((line) => line.includes(part))) {
        return `${withoutRuns(text.slice(0, at))} ${withoutRuns(text.slice(at + length))}`
      }
    }
  }
  return text
}

const withoutWords = (text: string, more: readonly string[]) =>
  [...more, ...words].reduce((rest, word) => rest.replaceAll(word, ' '), text)

/** Years, repeats of one sign, and famous numbers (520, 1314: I love you for ever; 888, 666 are repeats). */
const withoutNumbers = (text: string) =>
  text
    .replace(/(19|20)\d\d/g, ' ')
    .replace(/(.)\1{2,}/g, ' ')
    .replace(/1314|5201?|147258369|147258|159357/g, ' ')

/** Different signs that have to be left for a password to count as one's own. */
const enough = 4

/**
 * Whether a password is among the first that anybody would try. `known` are words everybody knows of the person, such as
 * the login name.
 */
export function isCommonPassword(password: string, known: readonly string[] = []): boolean {
  const plain = password.toLowerCase()
  const own = known.map((word) => word.toLowerCase()).filter((word) => word.length >= 4)
  const left = [plain, asLetters(plain)].map((text) => {
    const rest = withoutRuns(withoutNumbers(withoutWords(text, own)))
    return new Set(rest.replace(/[^\p{L}\p{N}]/gu, '')).size
  })
  return Math.min(...left) < enough
}
