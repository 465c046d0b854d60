/** QR codes as SVG, drawn to be placed on a page by the compiler. */
import { create } from 'qrcode'

/**
 * The text as a QR code with 15 % error correction, without a margin: the page leaves the four empty modules
 * around it. Rows overlap a little, since some viewers show a hairline between shapes that only touch.
 */
export function qrSvg(text: string): string {
  const { modules } = create(text, { errorCorrectionLevel: 'M' })
  const { size } = modules
  let path = ''
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size;) {
      const from = x
      while (x < size && modules.get(y, x) !== 0) x += 1
      if (x > from) path += `M${from} ${y}h${x - from}v${y + 1 < size ? 1.02 : 1}h${from - x}z`
      else x += 1
    }
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}"><path d="${path}"/></svg>`
}
