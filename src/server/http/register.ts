/**
 * Joins an endpoint of src/api to its handler: who is calling, is it allowed, is what came in well-formed; the
 * reply is written by Fastify from the JSON Schema, which also drops what the schema does not name.
 */
import fastJson from 'fast-json-stringify'
import type { FastifyInstance, FastifyReply, FastifyRequest, FastifySchema } from 'fastify'
import { z } from 'zod'
import type { Access, Endpoint } from '#api/endpoint.ts'
import type { Actor } from '#domain/machine.ts'
import type { Context } from '../context.ts'
import { Malformed, Refused } from '../refused.ts'
import { signedIn, type SignedIn } from '../account/session.ts'
import { issuesOf, unstorable } from './malformed.ts'

export interface Call<P, Q, B> {
  ctx: Context
  params: P
  query: Q
  body: B
  request: FastifyRequest
  reply: FastifyReply
}
export interface SignedInCall<P, Q, B> extends Call<P, Q, B> {
  actor: Actor
  session: SignedIn
}

type Handler<C, R> = (call: C) => Promise<R> | R

/** Registers a request anybody may make. */
export function open<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType>(
  app: FastifyInstance,
  ctx: Context,
  endpoint: Endpoint<P, Q, B, R>,
  handler: Handler<Call<z.output<P>, z.output<Q>, z.output<B>>, z.input<R>>,
): void {
  add(app, endpoint, async (request, reply) => {
    if (endpoint.method !== 'GET') refuseForeignOrigin(request)
    return handler({ ctx, request, reply, ...parsed(endpoint, request) })
  })
}

/** Registers a request for people who have signed in. */
export function guarded<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType>(
  app: FastifyInstance,
  ctx: Context,
  endpoint: Endpoint<P, Q, B, R>,
  handler: Handler<SignedInCall<z.output<P>, z.output<Q>, z.output<B>>, z.input<R>>,
): void {
  add(app, endpoint, async (request, reply) => {
    const session = await signedIn(ctx, request)
    if (endpoint.method !== 'GET' && request.headers['x-csrf-token'] !== session.csrfToken) {
      throw new Refused(403, 'csrf', '页面已过期，请刷新后重新操作')
    }
    refuseOutsideKeyOffice(endpoint, session)
    refuseUnlessComplete(endpoint, session)
    refuseUnlessOwnPassword(endpoint, session)
    refuseWithout(endpoint.access, session.actor)
    return handler({
      ctx,
      request,
      reply,
      session,
      actor: session.actor,
      ...parsed(endpoint, request),
    })
  })
}

function refuseWithout(access: Access, actor: Actor) {
  if (typeof access === 'string') return
  if (!access.anyOf.some((permission) => actor.permissions.has(permission))) {
    const withheld = access.anyOf.some((permission) => actor.withheld?.permissions.has(permission) === true)
    const words = withheld ? actor.withheld?.words : actor.closed
    throw new Refused(403, 'permission', words ?? '您的账号没有此项权限，请联系管理员')
  }
}

/** A code that reached somebody's telephone opens the key office and nothing else. */
function refuseOutsideKeyOffice(endpoint: Endpoint, session: SignedIn) {
  if (session.kind === 'whole' || endpoint.inKeyOffice === true) return
  throw new Refused(
    403,
    'key_office_only',
    '您是凭验证码进入的，只能办理电子钥匙。办理其他业务请用登录名和密码登录',
  )
}

/** A password that somebody else has made, or that is known to be weak, opens its own change and nothing else. */
function refuseUnlessOwnPassword(endpoint: Endpoint, session: SignedIn) {
  const { mustChangePassword, mustComplete } = session.account
  if (!mustChangePassword || mustComplete || endpoint.withAnyPassword === true) return
  // Not opened with that password.
  if (session.kind === 'key_office') return
  throw new Refused(403, 'must_change_password', '请先设置自己的新密码，再办理业务')
}

/** Who comes from an old system gives password, mobile, e-mail and enterprise before anything else (manual 001). */
function refuseUnlessComplete(endpoint: Endpoint, session: SignedIn) {
  if (!session.account.mustComplete || endpoint.beforeCompletion === true) return
  throw new Refused(403, 'must_complete', '请先设置新密码，确认手机和邮箱，登记企业，再办理业务')
}

/** A browser tells where a request comes from; a form on a foreign page can't sign anybody in here. */
function refuseForeignOrigin(request: FastifyRequest) {
  const site = request.headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && site !== 'none') {
    throw new Refused(403, 'csrf', '请求来自其他网站，已拒绝。请直接打开本系统的网址操作')
  }
}

function parsed<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType>(
  endpoint: Endpoint<P, Q, B, R>,
  request: FastifyRequest,
) {
  return {
    params: parse(endpoint.params, request.params, '地址'),
    query: parse(endpoint.query, request.query, '查询条件'),
    body:
      endpoint.takes === 'multipart'
        ? parse(endpoint.body, undefined, '')
        : parse(endpoint.body, request.body, '内容'),
  }
}

function parse<S extends z.ZodType>(schema: S, value: unknown, word: string): z.output<S> {
  if (isNone(schema)) return schema.parse(undefined)
  const result = schema.safeParse(value ?? {})
  const issues = result.success ? unstorable(result.data) : issuesOf(result.error)
  if (result.success && issues.length === 0) return result.data
  throw new Malformed(`${word}不正确：${issues[0]?.words ?? ''}`, issues)
}

const isNone = (schema: z.ZodType) => schema instanceof z.ZodUndefined

function add(
  app: FastifyInstance,
  endpoint: Endpoint,
  handler: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>,
) {
  app.route({
    method: endpoint.method,
    url: endpoint.path,
    ...(endpoint.largestBody === undefined ? {} : { bodyLimit: endpoint.largestBody }),
    // The zod schema judges in the handler, with Chinese words. What it says in JSON Schema is made when the
    // description is asked for, what a reply needs of it at the first reply: a start needs neither.
    schema: isNone(endpoint.reply) ? {} : { response: { 200: {} } },
    config: { swaggerTransform: () => ({ schema: described(endpoint), url: endpoint.path }) },
    serializerCompiler: () => writer(endpoint.reply),
    handler: async (request, reply) => {
      const result = await handler(request, reply)
      if (reply.sent) return reply
      return result === undefined && !endpoint.sends ? reply.code(204).send() : result
    },
  })
}

/** The endpoint as `/api/openapi.json` shows it. */
function described(endpoint: Endpoint): FastifySchema {
  const schema: Record<string, unknown> = { summary: endpoint.summary, tags: [endpoint.tag] }
  const put = (name: string, given: z.ZodType) => {
    if (!isNone(given)) schema[name] = jsonSchema(given, 'input')
  }
  put('params', endpoint.params)
  put('querystring', endpoint.query)
  put('body', endpoint.body)
  if (!isNone(endpoint.reply)) schema['response'] = { 200: jsonSchema(endpoint.reply, 'output') }
  return schema
}

const jsonSchema = (schema: z.ZodType, io: 'input' | 'output'): object =>
  z.toJSONSchema(schema, { target: 'draft-7', io, unrepresentable: 'any' })

/** Writes replies as the schema says, dropping what it does not name. */
function writer(reply: z.ZodType): (value: unknown) => string {
  let write: ((value: unknown) => string) | undefined
  return (value) => {
    write ??= fastJson(jsonSchema(reply, 'output'))
    return write(value)
  }
}
