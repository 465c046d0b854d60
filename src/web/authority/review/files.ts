/** The attachments of an application as tabs of the viewer: the contract first, each named by what it is. */
import { printApplication, type ApplicationDetail } from '#api/application.ts'
import { downloadAttachment } from '#api/attachment.ts'
import { fileKinds } from '#domain/file/kinds.ts'
import { urlOf } from '#ui/call.ts'
import type { TabbedFile } from '#ui/document/FileTabs.tsx'

type Attached = Pick<ApplicationDetail, 'id' | 'applicationNo' | 'attachments' | 'attachmentNeeds'>

export const contractType = 'CONTRACT'

/** The application itself as it is printed, with its seal. */
export function printedForm(detail: { id: string; applicationNo: string | null }): TabbedFile {
  const url = urlOf(printApplication, { params: { id: detail.id } })
  return {
    key: `form-${detail.id}`,
    label: '申请表',
    name: `申请表${detail.applicationNo ?? ''}.pdf`,
    mediaType: fileKinds.pdf.mediaType,
    showUrl: url,
    saveUrl: url,
  }
}

/** Order: the contract, then the papers the goods ask for, then the rest; within a kind as uploaded. */
export function tabsOf(detail: Attached, nameOf: (type: string) => string): TabbedFile[] {
  const asked = detail.attachmentNeeds.map(({ code }) => code)
  const rank = (type: string) => {
    if (type === contractType) return -1
    const at = asked.indexOf(type)
    return at === -1 ? asked.length : at
  }
  const files = detail.attachments.toSorted((a, b) => rank(a.type) - rank(b.type))
  return files.map((file) => {
    const same = files.filter(({ type }) => type === file.type)
    const number = same.length > 1 ? ` ${same.indexOf(file) + 1}` : ''
    const params = { id: detail.id, attachmentId: file.id }
    return {
      key: file.id,
      label: nameOf(file.type) + number,
      name: file.name,
      mediaType: file.mediaType,
      size: file.size,
      showUrl: urlOf(downloadAttachment, { params, query: { show: '1' } }),
      saveUrl: urlOf(downloadAttachment, { params }),
    }
  })
}
