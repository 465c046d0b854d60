// Pinyin of names, made when tables are loaded so that neither pages nor look-ups need the dictionary.
import { customPinyin, pinyin } from 'pinyin-pro'

// The dictionary reads 轧 as yà (轧花); of steel it is zhá.
customPinyin({ 热轧: 'rè zhá', 冷轧: 'lěng zhá', 轧制: 'zhá zhì', 轧有: 'zhá yǒu', 轧的: 'zhá de' })

const HAN = /\p{Script=Han}/u

/**
 * A name as people type it with the letters of a keyboard: in full ('lvcai' for 铝材, ü as v; other letters and
 * digits kept) and by first letters ('lc'; other letters kept, digits not).
 */
export function lettersOf(name: string): { letters: string; initials: string } {
  const syllables = pinyin(name, { toneType: 'none', type: 'array', nonZh: 'spaced', v: true })
  const characters = [...name]
  const parts = syllables.map((syllable, index) => ({ syllable, han: HAN.test(characters[index] ?? '') }))
  const plain = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, '')
  return {
    letters: parts.map(({ syllable }) => plain(syllable)).join(''),
    initials: parts
      .map(({ syllable, han }) => (han ? plain(syllable).charAt(0) : plain(syllable).replace(/\d/g, '')))
      .join(''),
  }
}
