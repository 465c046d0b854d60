/** The link in an invitation's letter: 32 random bytes, of which only the SHA-256 is kept. */
import { createHash, randomBytes } from 'node:crypto'
import { invitationLifeMs } from '#domain/invitation/actions.ts'
import type { Context } from '../context.ts'
import type { Tx } from '../db/connect.ts'
import { queueLetter } from '../message/queue.ts'

export interface Link {
  token: string
  digest: Buffer
  expiresAt: Date
}

export const linkDigest = (token: string): Buffer => createHash('sha256').update(token).digest()

export function freshLink(now: Date): Link {
  const token = randomBytes(32).toString('base64url')
  return { token, digest: linkDigest(token), expiresAt: new Date(now.getTime() + invitationLifeMs) }
}

/** Queues the letter. The token stands behind `#`: browsers send that part to no server and into no log. */
export async function sendLink(
  tx: Tx,
  ctx: Context,
  to: { email: string; person_name: string; enterprise_id: string },
  link: Link,
): Promise<void> {
  const { name } = await tx
    .selectFrom('enterprise')
    .select('name')
    .where('id', '=', to.enterprise_id)
    .executeTakeFirstOrThrow()
  await queueLetter(tx, ctx, {
    channel: 'email',
    recipient: to.email,
    kind: 'invitation',
    subject: '邀请您加入出口许可证系统',
    text: `${to.person_name}：\n${name}邀请您加入出口许可证系统。请在 7 天内打开下面的链接，设定登录名和密码：\n${ctx.env.publicUrl}/invitation#${link.token}\n链接只能使用一次。如果您不认识该企业，请忽略本邮件。`,
    secret: { value: link.token, until: link.expiresAt },
    enterpriseId: to.enterprise_id,
  })
}
