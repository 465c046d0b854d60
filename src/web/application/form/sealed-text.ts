/** The text that is going to be sealed, read back into words: what is shown before signing is what is signed. */
import { z } from 'zod'
import { wholeContractSheet, wholeForm } from '#domain/application/form.ts'
import { wordsOf, type NameOf, type WordsSection } from '#domain/application/words.ts'
import type { Content } from './content.ts'

const Text = z.string()
const Filled = z.object({
  exporterCode: Text,
  exporterUscc: Text,
  exporterName: Text,
  goodsName: Text,
  goodsCategory: Text,
  goodsUnit: Text,
  applyDate: Text,
  totalQuantity: Text,
  totalAmount: Text,
  totalAmountUsd: Text,
  lines: z.array(
    z.object({ specGrade: Text, unitPrice: Text, quantity: Text, amount: Text, amountUsd: Text }),
  ),
})
const Sealed = z.object({
  id: Text,
  applicationNo: Text,
  form: z.record(z.string(), z.unknown()),
  contractSheet: z.record(z.string(), z.unknown()),
  attachments: z.array(z.object({ type: Text, name: Text, size: z.number(), sha256: Text })),
})

export interface SealedText {
  id: string
  applicationNo: string
  content: Content
  sections: readonly WordsSection[]
}

/** Throws when the text is not one that this page can show: what can't be shown is not signed. */
export function readSealedText(text: string, nameOf: NameOf): SealedText {
  const sealed = Sealed.parse(JSON.parse(text))
  const { lines, ...filled } = Filled.parse(sealed.form)
  const plain = lines.map(({ specGrade, unitPrice, quantity }) => ({ specGrade, unitPrice, quantity }))
  const form = wholeForm({ ...sealed.form, lines: plain })
  const contractSheet = wholeContractSheet(sealed.contractSheet)
  return {
    id: sealed.id,
    applicationNo: sealed.applicationNo,
    content: { form, contractSheet },
    sections: wordsOf({ form, contractSheet, filled, totals: { lines }, files: sealed.attachments }, nameOf),
  }
}
