/**
 * The catalogue is published for a year at a time (出口许可证管理货物目录), the next one only days before it comes into
 * force; applications for the next year begin on 10 December (出口许可证签发工作规范 第十三条). Until a year has a catalogue
 * of its own it uses the last one before it, marked 沿用. Nothing is copied: this is a rule of every look-up.
 */

/** The year whose catalogue holds for `asked`: the latest of the loaded years that is not after it, if any. */
export function catalogueYear(asked: number, loaded: readonly number[]): number | undefined {
  const earlier = loaded.filter((year) => year <= asked)
  return earlier.length === 0 ? undefined : Math.max(...earlier)
}

/** The note on goods taken from an earlier year's catalogue; nothing when the year has its own. */
export const carriedForwardNote = (asked: number, from: number): string =>
  from === asked ? '' : `沿用 ${from} 年度目录，${asked} 年度目录公布前适用`
