/** Ids of new applications, made by the page so that a repeated first save makes nothing twice. */
import { newId } from '#ui/request-id.ts'

/** A UUID of version 7: begins with the time, so that new rows stand together in the index. `now` in milliseconds. */
export function newApplicationId(now: number): string {
  const time = now.toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8, 12)}-7${newId().slice(15)}`
}

/** Ids made from the first one by counting on in its last group. */
export function idsFrom(first: string, count: number): string[] {
  const [head, last] = [first.slice(0, -6), Number.parseInt(first.slice(-6), 16)]
  return Array.from(
    { length: count },
    (_, index) => head + ((last + index) % 0x1000000).toString(16).padStart(6, '0'),
  )
}
