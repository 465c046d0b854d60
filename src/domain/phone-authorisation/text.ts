/** What the PC key signs when a phone is authorised: the server's challenge, and everything that was confirmed. */
import type { KeyFields } from '../certificate/form.ts'
import { canonicalText } from '../seal/canonical.ts'
import type { MakingKind } from './actions.ts'

/** `challenge` is the text of a challenge of purpose `phone`; `mobile` the number that will hold the certificate. */
export const authorisationText = (of: {
  challenge: string
  id: string
  kind: MakingKind
  mobile: string
  oldMobile: string | null
  fields: KeyFields
}): string =>
  canonicalText({
    kind: 'phone_authorisation',
    challenge: of.challenge,
    id: of.id,
    authorisation: of.kind,
    mobile: of.mobile,
    oldMobile: of.oldMobile ?? '',
    fields: { ...of.fields },
  })
