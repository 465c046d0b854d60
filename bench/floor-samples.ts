/** What the floor writes where the real server computes: taken from a journey that the real server made. */
import { z } from 'zod'

export const FloorSamples = z.object({
  account: z.string(),
  enterprise: z.string(),
  code13: z.string(),
  /** Fingerprint of the operator's certificate. */
  certificate: z.string(),
  /** The canonical text that is sealed. */
  content: z.string(),
  /** The words that are frozen at the submission. */
  words: z.unknown(),
  /** The grey fields of a reply. */
  filled: z.record(z.string(), z.unknown()),
})
export type FloorSamples = z.infer<typeof FloorSamples>
