/** Values and errors of a form before signing in; what the server found wrong goes to its field. */
import { useState } from 'react'
import type { z } from 'zod'
import { CallFailed } from '#ui/call.ts'
import { idOf, type FormOf } from './FormLine.tsx'

export interface UsedForm extends FormOf {
  failed: unknown
  busy: boolean
  fill: (values: Readonly<Record<string, string>>) => void
  /** Runs what sends it; what it throws is shown, at its fields where it names them. Answers whether it went through. */
  send: (work: () => Promise<void>) => Promise<boolean>
  /** Says what is missing: names with their words. Answers whether nothing is. */
  complete: (required: Readonly<Record<string, string>>) => boolean
}

export function useForm(first: Readonly<Record<string, string>>): UsedForm {
  const [values, setValues] = useState(first)
  const [errors, setErrors] = useState<Readonly<Record<string, string>>>({})
  const [failed, setFailed] = useState<unknown>()
  const [busy, setBusy] = useState(false)
  const show = (found: Readonly<Record<string, string>>) => {
    setErrors(found)
    const name = Object.keys(found)[0]
    if (name !== undefined) document.getElementById(idOf(name))?.focus()
  }
  return {
    values,
    errors,
    failed,
    busy,
    fill: (more) => setValues((before) => ({ ...before, ...more })),
    set: (name, value) => {
      setValues((before) => ({ ...before, [name]: value }))
      setErrors((before) => Object.fromEntries(Object.entries(before).filter(([each]) => each !== name)))
    },
    complete: (required) => {
      const missing = Object.entries(required).filter(([name]) => (values[name] ?? '').trim() === '')
      show(Object.fromEntries(missing))
      return missing.length === 0
    },
    send: async (work) => {
      if (busy) return false
      setBusy(true)
      setFailed(undefined)
      setErrors({})
      try {
        await work()
        return true
      } catch (error) {
        const issues = error instanceof CallFailed ? (error.failure.issues ?? []) : []
        const there = issues.filter(({ path }) => document.getElementById(idOf(path)) !== null)
        if (there.length === 0) setFailed(error)
        else show(Object.fromEntries(there.toReversed().map(({ path, words }) => [path, words])))
        return false
      } finally {
        setBusy(false)
      }
    },
  }
}

/** What is to be sent, or a failure with the same words and fields as the server's. */
export function checked<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const issues = parsed.error.issues.map(({ path, message }) => ({
    path: path.join('.'),
    words: message,
    rule: 'form',
  }))
  throw new CallFailed(422, { words: issues[0]?.words ?? '', code: 'malformed', issues })
}
