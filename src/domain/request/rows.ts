/** Rows that the three action tables of requests share word for word. */
import type { Action } from '../machine.ts'
import { opinion } from './input.ts'
import type { LicenceRequest, State } from './states.ts'

type Row = Action<State, LicenceRequest>

export const recall = {
  label: '撤回',
  from: ['reviewing'],
  to: 'ready',
  side: 'enterprise',
} as const satisfies Row

/** 退回 by the first (or only) reviewer, with the opinion. */
export const sendBack = {
  label: '退回',
  from: ['reviewing'],
  to: 'returned',
  side: 'authority',
  input: opinion,
  opinion: 'required',
} as const satisfies Row
