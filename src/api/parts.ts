/** Parts of requests about people that several of them share. */
import { z } from 'zod'
import { loginNameProblem } from '#domain/account/login-name.ts'
import { recipientProblem, tidyRecipient, type Channel } from '#domain/message/letter.ts'
import { Id } from './endpoint.ts'

// Control characters and lone surrogates can't be stored, shown or compared.
// oxlint-disable-next-line no-control-regex -- finding them is its purpose
const strange = /[\u0000-\u001F\u007F]|\p{Cs}/u

/** One line of text; words of its own for what is wrong. */
export const plain = (max: number, what: string) =>
  z
    .string(`${what}应为文字`)
    .max(max, `${what}最多 ${max} 个字符`)
    .refine((value) => !strange.test(value), `${what}含有不能输入的字符`)

/** One line that must not be empty. */
export const filled = (max: number, what: string) => plain(max, what).trim().min(1, `请填写${what}`)

const judged = (schema: z.ZodType<string, string>, problem: (text: string) => string | undefined) =>
  schema.superRefine((value, refinement) => {
    const message = problem(value)
    if (message !== undefined) refinement.addIssue({ code: 'custom', message })
  })

export const LoginName = judged(plain(50, '登录名').trim(), loginNameProblem)
/** Its rule needs the login name beside it: the server says what is wrong with it. */
export const NewPassword = plain(128, '密码').min(1, '请填写密码')
export const OldPassword = plain(128, '密码').min(1, '请填写密码')

const recipient = (channel: Channel) =>
  judged(
    z.string().transform((text) => tidyRecipient(channel, text)),
    (text) => recipientProblem(channel, text),
  )
export const Email = recipient('email')
export const Mobile = recipient('sms')
export const Code = z.string().trim().min(1, '请填写验证码').max(20, '验证码应为 6 位数字')

/** The answered captcha of a request that anybody may make. */
export const captchaAnswer = {
  captchaId: Id.optional(),
  captchaAnswer: plain(20, '验证码').trim().optional(),
}

/** What is told of a code that was sent. */
export const CodeSent = z.object({
  validSeconds: z.number().int(),
  /** Another one can be asked for after so long. */
  againSeconds: z.number().int(),
})
