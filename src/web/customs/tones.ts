import type { messageStates } from '#api/customs.ts'
import type { Tone } from '#ui/Words.tsx'

/** How the state of a message looks. */
export const messageTones: Readonly<Record<keyof typeof messageStates, Tone>> = {
  queued: 'waiting',
  sent: 'waiting',
  accepted: 'good',
  rejected: 'bad',
  failed: 'bad',
  withdrawn: 'plain',
}
