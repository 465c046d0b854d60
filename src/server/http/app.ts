/** The HTTP side of the system, put together: plugins, errors, every thing's routes, the pages. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import cookie from '@fastify/cookie'
import helmet from '@fastify/helmet'
import multipart from '@fastify/multipart'
import fastifyStatic from '@fastify/static'
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import fastify, { type FastifyInstance } from 'fastify'
import type { Context } from '../context.ts'
import { mapErrors } from './errors.ts'
import { allRoutes } from './routes.ts'

const pagesFolder = resolve(import.meta.dirname, '../../../dist/web')
/** JSON bodies: the largest form with every field full stays far below this. */
const bodyLimit = 512 * 1024
/** Sixteen files of 10 MB over one megabit a second take 21 minutes; whoever takes longer only holds a connection. */
const requestTimeout = 30 * 60_000
/** A connection on which nothing moves for so long is cut. */
const connectionTimeout = 2 * 60_000

/** Builds the server without listening; tests call it with `inject`. */
export async function buildApp(ctx: Context): Promise<FastifyInstance> {
  const tls = ctx.env.tls
  const app: FastifyInstance = fastify({
    bodyLimit,
    requestTimeout,
    connectionTimeout,
    trustProxy: ctx.env.trustProxy,
    forceCloseConnections: true,
    ...(tls === undefined ? {} : { https: tls }),
  })
  await app.register(cookie)
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'self'"],
        'script-src': ["'self'"],
        'style-src': ["'self'", "'unsafe-inline'"],
        'img-src': ["'self'", 'data:', 'blob:'],
        'font-src': ["'self'", 'data:'],
        // The key agent on the machine of whoever looks at the page.
        'connect-src': ["'self'", () => `http://127.0.0.1:${ctx.env.keyAgentPort}`],
        'worker-src': ["'self'", 'blob:'],
        'frame-src': ["'self'", 'blob:'],
        'object-src': ["'none'"],
        'base-uri': ["'self'"],
        'form-action': ["'self'"],
        'frame-ancestors': ["'self'"],
      },
    },
    // The window of the key agent, in which it asks for the PIN, is closed by the page that opened it.
    crossOriginOpenerPolicy: { policy: 'same-origin-allow-popups' },
    strictTransportSecurity: ctx.env.publicUrl.startsWith('https:'),
    referrerPolicy: { policy: 'same-origin' },
  })
  await app.register(multipart, { limits: { files: 20, fields: 20, fileSize: 50 * 1024 * 1024 } })
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'xuke 出口许可证系统接口',
        version: '1',
        description:
          '页面、脚本和企业系统使用同一套接口。写操作须带会话中的 x-csrf-token 和所见版本 version。',
      },
    },
  })
  mapErrors(app, ctx)
  allRoutes(app, ctx)
  app.get('/api/openapi.json', { schema: { hide: true } }, async () => app.swagger())
  // Under the policy of all pages; its own would block its styles. No picture is asked of a stranger's server.
  await app.register(swaggerUi, { routePrefix: '/api/docs', uiConfig: { validatorUrl: null } })
  if (existsSync(pagesFolder)) await servePages(app, ctx)
  return app
}

/** The built pages: hashed files are kept by the browser for good, the page itself is asked for each time. */
async function servePages(app: FastifyInstance, ctx: Context) {
  await app.register(fastifyStatic, {
    root: pagesFolder,
    wildcard: true,
    index: false,
    cacheControl: false,
    preCompressed: true,
    setHeaders: (response, path) =>
      void response.header(
        'cache-control',
        path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
      ),
  })
  const shell = { schema: { hide: true } }
  const page = [
    '/',
    '/sign-in',
    '/register',
    '/recover',
    '/old-entrance',
    '/find-code',
    '/help',
    '/invitation',
    '/account',
    '/hall',
    '/hall/*',
    '/desk',
    '/desk/*',
    '/authority',
    '/authority/*',
    '/admin/*',
    '/verify',
    '/key-office',
    '/key-office/new',
    '/key-check',
    '/issuing-bodies',
    '/key-agent',
    '/tables/*',
  ]
  if (ctx.env.mode === 'demo') page.push('/outbox')
  for (const path of page) app.get(path, shell, (_, reply) => reply.sendFile('index.html'))
}
