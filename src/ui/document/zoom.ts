/** How large a sheet is shown: fitted to the room, or by a factor (1 = as large as on paper). */
export type Zoom = 'width' | 'page' | number

export interface Size {
  width: number
  height: number
}

const steps = [0.1, 0.25, 0.33, 0.5, 0.67, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2, 2.5, 3, 4, 6] as const
const least = steps[0]
const most = 6

/** The factor at which a sheet is shown; a fitted one is never blown up beyond the largest step. */
export function scaleOf(zoom: Zoom, sheet: Size, room: Size): number {
  if (typeof zoom === 'number') return zoom
  const byWidth = room.width / sheet.width
  const fitted = zoom === 'width' ? byWidth : Math.min(byWidth, room.height / sheet.height)
  return Math.min(most, Math.max(least, fitted))
}

/** The next larger (1) or smaller (-1) step from a factor; at the end of the steps the factor stays. */
export function zoomed(scale: number, direction: 1 | -1): number {
  const slack = 0.005
  const next =
    direction === 1
      ? steps.find((step) => step > scale + slack)
      : steps.findLast((step) => step < scale - slack)
  return next ?? scale
}

export type Turn = 0 | 90 | 180 | 270

/** A quarter further, clockwise. */
export const turned = (turn: Turn): Turn => (turn === 0 ? 90 : turn === 90 ? 180 : turn === 180 ? 270 : 0)

/** The size of a sheet after it was turned. */
export const turnedSize = (size: Size, turn: Turn): Size =>
  turn === 90 || turn === 270 ? { width: size.height, height: size.width } : size

/** A size of a file in words: 512 字节, 38 KB, 2.4 MB. */
export function sizeWords(bytes: number): string {
  if (bytes < 1024) return `${bytes} 字节`
  const kilobytes = bytes / 1024
  return kilobytes < 1000 ? `${Math.round(kilobytes)} KB` : `${(kilobytes / 1024).toFixed(1)} MB`
}
