/** What a verifier fetches: the chain of certificates and the list of revoked ones. */
import { readFile } from 'node:fs/promises'
import type { FastifyInstance } from 'fastify'
import type { Context } from '../context.ts'
import { Refused } from '../refused.ts'
import { pkiFiles } from './pki-files.ts'
import { renewCrl } from './renew-crl.ts'

export function pkiRoutes(app: FastifyInstance, ctx: Context): void {
  const files = pkiFiles(ctx.env.pkiDir)
  const served = [
    ['/pki/chain.pem', files.chain, 'application/x-pem-file', '签发机构与根证书（PEM）'],
    ['/pki/issuing.cer', files.issuingDer, 'application/pkix-cert', '签发机构证书（DER）'],
    ['/pki/issuing.crl', files.crl, 'application/pkix-crl', '证书注销列表（DER）'],
  ] as const
  for (const [path, file, type, summary] of served) {
    app.get(path, { schema: { summary, tags: ['公众'] } }, async (_, reply) => {
      const bytes = await readFile(file).catch(() => undefined)
      if (bytes === undefined) throw new Refused(404, 'scope', '证书文件尚未生成，请联系系统管理员')
      return reply.type(type).header('cache-control', 'public, max-age=300').send(bytes)
    })
  }
}

/** The list of revoked certificates made anew from the table: daily, and after each revocation. */
export async function renewRevocations(ctx: Context): Promise<void> {
  await renewCrl({
    clock: ctx.clock,
    pkiDir: ctx.env.pkiDir,
    issuingPassphrase: ctx.env.passphrases.issuing,
    listRevoked: async () => {
      const rows = await ctx.db
        .selectFrom('certificate')
        .select(['serial', 'revoked_at'])
        .where('revoked_at', 'is not', null)
        .orderBy('revoked_at')
        .execute()
      return rows.flatMap(({ serial, revoked_at: revokedAt }) =>
        revokedAt === null ? [] : [{ serial, revokedAt }],
      )
    },
  })
}
