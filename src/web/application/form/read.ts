/** What the server says of an application, as the form page takes it. */
import type { ApplicationDetail } from '#api/application.ts'
import { editable } from '#domain/application/actions.ts'
import { wholeContractSheet, wholeForm } from '#domain/application/form.ts'
import type { Content } from './content.ts'

/** The content of an application as the form holds it. */
export const contentOf = ({
  form,
  contractSheet,
}: Pick<ApplicationDetail, 'form' | 'contractSheet'>): Content => ({
  form: wholeForm(form),
  contractSheet: contractSheet === null ? null : wholeContractSheet(contractSheet),
})

/** Whether the person may write this application now. */
export const mayWrite = (detail: Pick<ApplicationDetail, 'state' | 'actions'>): boolean =>
  editable.some((state) => state === detail.state) && detail.actions.some(({ action }) => action === 'save')
