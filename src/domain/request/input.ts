/** What an officer or operator says with an action: printed on proofs, so in characters that can be printed. */
import { z } from 'zod'
import { missingCharacters } from '../characters.ts'

const printed = (what: string) =>
  z
    .string()
    .trim()
    .max(500, `${what}最多 500 字`)
    .superRefine((value, refinement) => {
      const missing = missingCharacters(value)
      const message = `${what}中的“${missing.join('')}”不能印在证明上，请改用其他字`
      if (missing.length > 0) refinement.addIssue({ code: 'custom', message })
    })

/** 申请原因 of a request (manual 003, 004 have the field; 200 characters). */
export const requestReason = printed('申请原因').min(1, '请填写申请原因').max(200, '申请原因最多 200 字')

export const opinion = z.strictObject({ opinion: printed('意见').min(1, '请填写意见') })
export const optionalOpinion = z.strictObject({ opinion: printed('意见').optional() })
export const reason = z.strictObject({ opinion: printed('原因').min(1, '请填写原因') })

/** What customs said, for the history; it is not ours to judge. */
export const answer = z.strictObject({ opinion: z.string().max(1000).optional() })
