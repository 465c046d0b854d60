/** What goes to people by e-mail and SMS: kinds, who may be written to, and how texts are made fit to be sent. */
import { emailProblem, mobileProblem } from '../phone.ts'

export const channels = { email: '电子邮件', sms: '短信' } as const
export type Channel = keyof typeof channels
export const isChannel = (name: string): name is Channel => Object.hasOwn(channels, name)

/** What a letter is about. */
export const letterKinds = {
  code: '验证码',
  invitation: '邀请',
  service_decided: '应用申请结果',
  key_request_decided: '电子钥匙申请结果',
  certificate_ready: '证书可以安装',
  account_opened: '账号开通',
  password_changed: '账号安全提示',
} as const
export type LetterKind = keyof typeof letterKinds
export const isLetterKind = (name: string): name is LetterKind => Object.hasOwn(letterKinds, name)

/** Characters. A long SMS of most gateways ends at 500. */
export const longest = { subject: 150, email: 20_000, sms: 500 } as const

/** How a recipient is kept and compared: addresses in small letters, no blanks around. */
export const tidyRecipient = (channel: Channel, text: string): string =>
  channel === 'email' ? text.trim().toLowerCase() : text.trim()

/**
 * What is wrong with a recipient, or undefined. Stricter for e-mail than what a form may hold: one plain address in
 * ASCII, so that nothing in it can be read as a second recipient, a group, a name or another header.
 */
export function recipientProblem(channel: Channel, text: string): string | undefined {
  if (channel === 'sms') return mobileProblem(text)
  const problem = emailProblem(text)
  if (problem !== undefined) return problem
  const [local = '', domain = ''] = text.split('@')
  const plain =
    local.length <= 64 &&
    /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/.test(local) &&
    /^([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/.test(domain)
  return plain ? undefined : '电子邮箱的格式不正确，例如 name@example.cn'
}

/** One line: line breaks and other control characters become blanks, what is too long ends in “…”. */
export function oneLine(text: string, most: number = longest.subject): string {
  return cut(text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim(), most)
}

/** Lines of text: line breaks stay, other control characters go. */
export function lines(text: string, most: number): string {
  const plain = text.replace(/\r\n?|[\u2028\u2029]/g, '\n').replace(/(?!\n)\p{Cc}+/gu, ' ')
  return cut(plain.trim(), most)
}

/** Cut between characters, never inside one. */
function cut(text: string, most: number): string {
  if (text.length <= most) return text
  const kept = text.slice(0, most - 1)
  return `${/[\uD800-\uDBFF]$/.test(kept) ? kept.slice(0, -1) : kept}…`
}

export const mask = '••••••'

/** `名称 <a@example.cn>` or `a@example.cn`, as a name and an address; undefined when it is neither. */
export function mailboxOf(text: string): { name: string; address: string } | undefined {
  const [, name = '', inside] = /^([^<>\p{Cc}]*)<([^<>]*)>$/u.exec(text.trim()) ?? []
  const address = (inside ?? text).trim()
  return recipientProblem('email', address) === undefined
    ? { name: name.trim().replace(/^"(.*)"$/, '$1'), address }
    : undefined
}
