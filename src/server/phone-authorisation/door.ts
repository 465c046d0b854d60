/** The door for phone authorisations, with everything their actions do. */
import { phoneAuthorisation } from '#domain/phone-authorisation/actions.ts'
import { door } from '../door.ts'
import { effects } from './effects.ts'
import { thing } from './act.ts'

export const { act, actIn } = door(phoneAuthorisation, thing, effects)
