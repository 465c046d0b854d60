/** What is typed into 更改、延期、遗失申请: the new values, the rows of the new licence, and of a loss its notice. */
import { z } from 'zod'
import { fields as applicationFields } from '../application/form.ts'
import { malformed, type DayField, type Field, type TextField } from '../fields.ts'
import { changeNames, changes, type ChangeName } from './changes.ts'

/** Version of the stored form; it is sealed with it. */
export const amendmentFormVersion = 1

/** Rows of the new licence: the fields of the application's rows, at most four (box 12 to 17 of the licence). */
export const lineFields = applicationFields.lines.fields
export const mostLines = applicationFields.lines.max

/** 出口许可证签发工作规范: a loss is published in a national economic paper. */
export const noticeFields = {
  newspaper: { kind: 'text', label: '刊登遗失声明的报刊', max: 60 } satisfies TextField,
  publishedOn: { kind: 'day', label: '刊登日期' } satisfies DayField,
} as const

export type AmendmentLine = { specGrade: string; unitPrice: string; quantity: string }

export interface AmendmentForm {
  /** New values by name; what is not named stays. */
  changes: Partial<Record<ChangeName, string>>
  /** The new licence's quantity is meant to differ from the unused part. */
  changeQuantity: boolean
  lines: AmendmentLine[]
  notice: { newspaper: string; publishedOn: string }
}

export const emptyAmendment: AmendmentForm = {
  changes: {},
  changeQuantity: false,
  lines: [],
  notice: { newspaper: '', publishedOn: '' },
}

const typed = (field: Field) =>
  z
    .string()
    .max(4000)
    .superRefine((value, refinement) => {
      const words = malformed(field, value)
      if (words !== undefined) refinement.addIssue({ code: 'custom', message: words })
    })

const typedAll = (table: Record<string, Field>) =>
  z.strictObject(Object.fromEntries(Object.entries(table).map(([name, field]) => [name, typed(field)])))

/** A draft: nothing required, nothing malformed, nothing unknown. */
export const AmendmentDraft = z.strictObject({
  changes: z.strictObject(
    Object.fromEntries(changeNames.map((name) => [name, typed(changes[name].field).optional()])),
  ),
  changeQuantity: z.boolean(),
  lines: z.array(typedAll(lineFields)).max(mostLines, `规格型号信息最多 ${mostLines} 行`),
  notice: typedAll(noticeFields),
})

/** What was stored or sent, as a whole form: absent parts empty, unknown ones gone. */
export function wholeAmendment(given: unknown): AmendmentForm {
  const of = (value: unknown): Record<string, unknown> =>
    typeof value === 'object' && value !== null ? { ...value } : {}
  const text = (value: unknown) => (typeof value === 'string' ? value : '')
  const form = of(given)
  const changed = of(form['changes'])
  const notice = of(form['notice'])
  const lines: unknown[] = Array.isArray(form['lines']) ? form['lines'] : []
  return {
    changes: Object.fromEntries(
      changeNames.flatMap((name) => (typeof changed[name] === 'string' ? [[name, changed[name]]] : [])),
    ),
    changeQuantity: form['changeQuantity'] === true,
    lines: lines.map(of).map((line) => ({
      specGrade: text(line['specGrade']),
      unitPrice: text(line['unitPrice']),
      quantity: text(line['quantity']),
    })),
    notice: { newspaper: text(notice['newspaper']), publishedOn: text(notice['publishedOn']) },
  }
}
