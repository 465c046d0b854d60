import type { KeyRequestRow, KeyRow } from '#api/key.ts'
import type { Tone } from '#ui/Words.tsx'

const ofRequest: Readonly<Record<KeyRequestRow['state'], Tone>> = {
  draft: 'plain',
  submitted: 'waiting',
  returned: 'bad',
  approved: 'waiting',
  issued: 'good',
  deleted: 'plain',
  revoked: 'plain',
}
export const requestTone = (state: KeyRequestRow['state']): Tone => ofRequest[state]

const ofKey: Readonly<Record<KeyRow['status'], Tone>> = {
  valid: 'good',
  expiring: 'waiting',
  expired: 'bad',
  revoked: 'plain',
}
export const keyTone = (status: KeyRow['status']): Tone => ofKey[status]
