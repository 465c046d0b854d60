/** 打印: opens the PDF of the application in a window of its own; that it was printed is an action beside it. */
import { printApplication } from '#api/application.ts'
import { urlOf } from '#ui/call.ts'

export const documentUrl = (id: string): string => urlOf(printApplication, { params: { id } })

/** Opens the PDF; must be called while the click is handled, or the browser holds the window back. */
export const openDocument = (id: string): void => {
  window.open(documentUrl(id), '_blank', 'noopener')
}
