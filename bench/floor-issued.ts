/** What the floor of `issue` answers. */
import { z } from 'zod'

export const FloorIssued = z.object({ documents: z.number(), seconds: z.number() })
export type FloorIssued = z.infer<typeof FloorIssued>
