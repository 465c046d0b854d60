import type { State } from '#domain/swap/actions.ts'
import type { Tone } from '#ui/Words.tsx'

const tones: Readonly<Record<State, Tone>> = {
  reviewing: 'waiting',
  approved: 'good',
  returned: 'bad',
  withdrawn: 'plain',
}
export const swapTone = (state: State): Tone => tones[state]
