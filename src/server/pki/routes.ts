/** What a verifier fetches: the chain of certificates and the list of revoked ones. */
import { readFile } from 'node:fs/promises'
import type { FastifyInstance } from 'fastify'
import type { Context } from '../context.ts'
import { Refused } from '../refused.ts'
import { pkiFiles } from './pki-files.ts'
import { answerOcsp } from './answer-ocsp.ts'
import { crlReason } from './crl.ts'
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
  ocspRoutes(app, ctx)
}

/** Far more than a request about twenty certificates needs. */
const ocspLimit = 8 * 1024
const ocspType = 'application/ocsp-response'

/** Clients ask by GET with the request in the address first, then by POST (RFC 6960 appendix A). */
function ocspRoutes(app: FastifyInstance, ctx: Context): void {
  const schema = { summary: '证书状态在线查询（OCSP）', tags: ['公众'] }
  app.addContentTypeParser(
    'application/ocsp-request',
    { parseAs: 'buffer', bodyLimit: ocspLimit },
    (_, body, done) => done(null, body),
  )
  app.post('/pki/ocsp', { schema, bodyLimit: ocspLimit }, async ({ body }, reply) => {
    const request = Buffer.isBuffer(body) ? body : Buffer.alloc(0)
    return reply
      .type(ocspType)
      .header('cache-control', 'no-store')
      .send(await answerOcsp(ctx, request))
  })
  app.get<{ Params: { '*': string } }>('/pki/ocsp/*', { schema }, async ({ params }, reply) => {
    const text = params['*'].slice(0, 2 * ocspLimit)
    return reply
      .type(ocspType)
      .header('cache-control', 'no-store')
      .send(await answerOcsp(ctx, Buffer.from(text, 'base64')))
  })
}

/** The list of revoked certificates made anew from the table: daily, and after each revocation. */
export async function renewRevocations(ctx: Context): Promise<void> {
  await renewCrl({
    clock: ctx.clock,
    pkiDir: ctx.env.pkiDir,
    issuing: ctx.issuing,
    listRevoked: async () => {
      const rows = await ctx.db
        .selectFrom('certificate')
        .select(['serial', 'revoked_at', 'revocation_code'])
        .where('revoked_at', 'is not', null)
        .orderBy('revoked_at')
        .execute()
      return rows.flatMap(({ serial, revoked_at: revokedAt, revocation_code: code }) =>
        revokedAt === null ? [] : [{ serial, revokedAt, reason: crlReason(code) }],
      )
    },
  })
}
