/** Questions in words that stand beside the captcha picture: numbers as they are read out, the answer in digits. */

const digits = '零一二三四五六七八九'
const digit = (n: number) => digits.charAt(n)

/** A number from 0 to 9999 as it is read out: 3047 三千零四十七, 15 十五. */
export function spokenNumber(n: number): string {
  if (n === 0) return digit(0)
  const places = [
    [1000, '千'],
    [100, '百'],
    [10, '十'],
    [1, ''],
  ] as const
  let words = ''
  let gap = false
  for (const [place, word] of places) {
    const at = Math.floor(n / place) % 10
    if (at === 0) {
      gap = words !== ''
      continue
    }
    words += `${gap ? digit(0) : ''}${at === 1 && place === 10 && words === '' ? '' : digit(at)}${word}`
    gap = false
  }
  return words
}

/** `random(from, to)`: a whole number, `to` left out. */
type Random = (from: number, to: number) => number
type Question = { question: string; answer: string }

const kinds: readonly ((random: Random) => Question)[] = [
  (random) => {
    const [a, b] = [random(11, 100), random(11, 100)]
    return { question: `${spokenNumber(a)}加${spokenNumber(b)}等于多少？请用数字回答`, answer: String(a + b) }
  },
  (random) => {
    const [a, b] = [random(51, 100), random(2, 50)]
    return { question: `${spokenNumber(a)}减${spokenNumber(b)}等于多少？请用数字回答`, answer: String(a - b) }
  },
  (random) => {
    const n = random(1001, 10_000)
    return { question: `请用数字写出：${spokenNumber(n)}`, answer: String(n) }
  },
  (random) => {
    const asked = Array.from({ length: 4 }, () => random(0, 10))
    return { question: `请依次输入四个数字：${asked.map(digit).join('、')}`, answer: asked.join('') }
  },
]

/** One question, of whatever kind, with its answer. */
export const questionInWords = (random: Random): Question =>
  (kinds[random(0, kinds.length)] ?? kinds[0])!(random)
