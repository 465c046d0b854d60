/** A fresh challenge, signed by the key: the proof that it is at hand. */
import { newKeyChallenge } from '#api/key.ts'
import { call } from '#ui/call.ts'
import { sign, type OpenKey } from '#ui/key/e-key.ts'

export async function answerChallenge(
  key: OpenKey,
  purpose: 'sign_in' | 'bind' | 'phone',
  /** What the key agrees to, with the challenge in it; without it the challenge alone is signed. */
  over: (challenge: string) => string = (challenge) => challenge,
) {
  const challenge = await call(newKeyChallenge, { body: { purpose } })
  const cms = await sign(key, new TextEncoder().encode(over(challenge.text)), new Date())
  return {
    challengeId: challenge.id,
    cms: btoa(Array.from(cms, (byte) => String.fromCharCode(byte)).join('')),
  }
}
