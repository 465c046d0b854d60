/** Ids of new applications, made by the page so that a repeated first save makes nothing twice. */
import { newId } from '#ui/request-id.ts'

/** A UUID of version 7: begins with the time, so that new rows stand together in the index. `now` in milliseconds. */
export function newApplicationId(now: number): string {
  const time = now.toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8, 12)}-7${newId().slice(15)}`
}
