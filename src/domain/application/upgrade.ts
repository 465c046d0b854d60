/**
 * Stored forms of earlier versions, brought to today's meaning when they are read: one function per version, in
 * order. Version 1 is the first.
 */
import { formVersion } from './form.ts'

type Stored = Record<string, unknown>
type Step = (stored: Stored) => Stored

/** `formSteps[n]` turns a form of version n + 1 into one of version n + 2. */
const formSteps: readonly Step[] = []
const sheetSteps: readonly Step[] = []

function upgraded(steps: readonly Step[], stored: unknown, version: number): Stored {
  if (version < 1 || version > formVersion) throw new RangeError(`unknown form version ${version}`)
  const start: Stored = typeof stored === 'object' && stored !== null ? { ...stored } : {}
  return steps.slice(version - 1).reduce((form, step) => step(form), start)
}

export const upgradedForm = (stored: unknown, version: number): Stored => upgraded(formSteps, stored, version)
export const upgradedSheet = (stored: unknown, version: number): Stored =>
  upgraded(sheetSteps, stored, version)
