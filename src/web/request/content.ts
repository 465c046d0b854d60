/** What is typed on the pages of a request, as it starts and as it is sent. */
import type { LicenceShown, RequestDetail } from '#api/request.ts'
import { changeNames, changes, type ChangeName } from '#domain/amendment/changes.ts'
import { emptyAmendment, wholeAmendment, type AmendmentForm } from '#domain/amendment/form.ts'
import { isZero } from '#domain/decimal.ts'
import type { Issue } from '#domain/fields.ts'
import type { Kind } from '#domain/request/states.ts'
import { CallFailed } from '#ui/call.ts'
import { keeper, type Keeper, type Store } from '../keep.ts'
import { isExchange } from './words.ts'

export interface Content {
  reason: string
  writeOffQuantity: string
  form: AmendmentForm
}

/** A new request: the rows of the old licence, with its quantities while nothing of it was used. */
export function startOf(kind: Kind, licence: LicenceShown): Content {
  const { lines } = licence.boxes
  const whole = isZero(licence.usedQuantity)
  const quantityOf = (quantity: string) =>
    whole ? quantity : lines.length === 1 ? licence.unusedQuantity : ''
  return {
    reason: '',
    writeOffQuantity: kind === 'write_off' ? licence.usedQuantity : '',
    form: isExchange(kind)
      ? {
          ...emptyAmendment,
          lines: lines.map(({ spec, unitPrice, quantity }) => ({
            specGrade: spec,
            unitPrice,
            quantity: quantityOf(quantity),
          })),
        }
      : emptyAmendment,
  }
}

export const contentOf = (detail: RequestDetail): Content => ({
  reason: detail.reason,
  writeOffQuantity: detail.writeOffQuantity ?? '',
  form: wholeAmendment(detail.form),
})

/** Only what belongs to the kind is sent. */
export const bodyOf = (kind: Kind, content: Content) => ({
  reason: content.reason,
  ...(kind === 'write_off' ? { writeOffQuantity: content.writeOffQuantity } : {}),
  ...(isExchange(kind) ? { form: content.form } : {}),
})

/** What the old licence says where a change would stand. */
export function oldWordsOf(licence: LicenceShown, name: ChangeName): string {
  if (name === 'quotaDocNo') return licence.codes.quotaDocNo
  const boxes: Record<string, unknown> = licence.boxes
  const value = boxes[changes[name].box]
  return typeof value === 'string' ? value : ''
}

/** Fields a failed save names, by the paths of this page; the form stands alone here, not inside a body. */
export const issuesOf = (error: unknown): Issue[] =>
  error instanceof CallFailed
    ? (error.failure.issues ?? []).map((issue) => ({ ...issue, path: issue.path.replace(/^form\./, '') }))
    : []

/** The issues that still speak of what stands there: those of a field that was typed in since are gone until the next save. */
export const untouched = (issues: readonly Issue[], before: Content, after: Content): readonly Issue[] =>
  issues.filter(({ path }) => valueAt(before, path) === valueAt(after, path))

/** Those of the issues that are about what was typed since `start`; what is still empty may yet be filled. */
export const typedIn = (issues: readonly Issue[], start: Content, now: Content): readonly Issue[] =>
  issues.filter(({ path }) => {
    const value = valueAt(now, path)
    return value !== valueAt(start, path) && value !== JSON.stringify('')
  })

export const sameContent = (one: Content, other: Content): boolean =>
  JSON.stringify(one) === JSON.stringify(other)

/** What was typed and not saved, by the request or, before there is one, by licence and kind. */
export const keeperOf = (store: Store | undefined, accountId: string, name: string): Keeper<Content> =>
  keeper(store, accountId, `request.${name}`, (stored): Content | undefined => {
    const { reason, writeOffQuantity, form } = stored
    if (typeof reason !== 'string' || typeof writeOffQuantity !== 'string') return undefined
    return { reason, writeOffQuantity, form: wholeAmendment(form) }
  })

function valueAt({ reason, writeOffQuantity, form }: Content, path: string): string {
  let value: unknown = { reason, writeOffQuantity, ...form }
  for (const name of path.split('.')) {
    value =
      typeof value === 'object' && value !== null
        ? Object.entries(value).find(([key]) => key === name)?.[1]
        : undefined
  }
  return JSON.stringify(value) ?? ''
}

export const isChangeName = (name: string): name is ChangeName => changeNames.some((one) => one === name)
