/** How a state looks beside its words: done, wrong or final, waiting for somebody, or neither. */
import type { State } from '#domain/application/actions.ts'
import type { State as LicenceState } from '#domain/licence/actions.ts'
import type { Tone } from '#ui/Words.tsx'

const tones: Readonly<Record<State, Tone>> = {
  draft: 'plain',
  ready: 'plain',
  first_review: 'waiting',
  returned: 'bad',
  second_review: 'waiting',
  rejected: 'bad',
  withdrawing: 'waiting',
  withdrawn: 'plain',
  approved: 'good',
  deleted: 'bad',
}
export const toneOf = (state: State): Tone => tones[state]

const licenceTones: Readonly<Record<LicenceState, Tone>> = {
  pending: 'waiting',
  valid: 'good',
  cleared: 'plain',
  written_off: 'plain',
  cancelled: 'bad',
  replaced: 'plain',
  lost: 'bad',
  expired: 'bad',
  revoked: 'bad',
}
export const licenceTone = (state: LicenceState): Tone => licenceTones[state]
