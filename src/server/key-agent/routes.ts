/** The key agent as people get it: one archive with the settings of this site. */
import { createReadStream } from 'node:fs'
import type { FastifyInstance } from 'fastify'
import { downloadKeyAgent, getKeyAgent } from '#api/key-agent.ts'
import type { Context } from '../context.ts'
import { open } from '../http/register.ts'
import { notFound } from '../refused.ts'
import { agentArchives } from './archive.ts'

export function keyAgentRoutes(app: FastifyInstance, ctx: Context): void {
  const archives = agentArchives(ctx.env)
  open(app, ctx, getKeyAgent, () => ({
    version: archives.version,
    port: ctx.env.keyAgentPort,
    archives: archives.platforms.map(({ platform, label, runtime }) => ({
      platform,
      label,
      hasRuntime: runtime !== undefined,
      address: `/api/key-agent/${archives.nameOf(platform)}`,
    })),
  }))
  open(app, ctx, downloadKeyAgent, async ({ params, reply }) => {
    const wanted = archives.platforms.find(({ platform }) => archives.nameOf(platform) === params.file)
    if (wanted === undefined) throw notFound('客户端控件')
    const made = await archives.make(wanted)
    await reply
      .type('application/zip')
      .header('content-disposition', `attachment; filename="${params.file}"`)
      .header('content-length', made.size)
      .header('cache-control', 'no-cache')
      .send(createReadStream(made.file))
    return undefined
  })
}
