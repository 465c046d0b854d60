/** One mapper from whatever was thrown to the reply: words for people, details for the log. */
import { randomUUID } from 'node:crypto'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Failure } from '#api/endpoint.ts'
import type { Context } from '../context.ts'
import { Malformed, Refused } from '../refused.ts'

const frameworkWords: Record<string, [number, string]> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [415, '不支持的内容类型，请用 JSON 提交'],
  FST_ERR_CTP_BODY_TOO_LARGE: [413, '提交的内容太大，请减少内容后重试'],
  FST_ERR_CTP_EMPTY_JSON_BODY: [422, '没有收到内容，请重试'],
  FST_ERR_CTP_INVALID_JSON_BODY: [422, '提交的内容不是有效的 JSON'],
  FST_INVALID_MULTIPART_CONTENT_TYPE: [415, '请以 multipart/form-data 上传文件'],
  FST_ERR_BAD_URL: [404, '网址不正确'],
  FST_REQ_FILE_TOO_LARGE: [413, '文件太大，请压缩后重新上传'],
  FST_FILES_LIMIT: [413, '一次上传的文件太多，请分批上传'],
}

/** query_canceled: the patience of a connection is over. */
const STOPPED_BY_DATABASE = '57014'

/** A thing has one line of history for one request. */
const REQUEST_KNOWN = 'history_thing_id_request_id_key'

// What was asked under this id was another action: answered as done it would be a lie.
const asOtherAction = (error: FastifyError): FastifyError | Refused =>
  'constraint' in error && error.constraint === REQUEST_KNOWN
    ? new Refused(409, 'rule', '请求编号已用于另一项操作，请刷新页面后重新操作')
    : error

export function mapErrors(app: FastifyInstance, ctx: Context): void {
  app.setErrorHandler((thrown: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
    const error = asOtherAction(thrown)
    if (error instanceof Malformed) {
      return send(reply, 422, { words: error.message, code: 'malformed', issues: error.issues })
    }
    if (error instanceof Refused) {
      if (error.retryAfterSeconds !== undefined) reply.header('retry-after', error.retryAfterSeconds)
      return send(reply, error.status, {
        words: error.message,
        code: error.code,
        ...(error.current === undefined ? {} : { current: error.current }),
      })
    }
    if (error.code === STOPPED_BY_DATABASE) {
      ctx.log({
        level: 'warning',
        part: 'database',
        message: 'a statement took too long',
        route: request.routeOptions.url,
      })
      return send(reply, 503, {
        words: '这次操作用时过长，已停止，什么也没有改变。请缩小查询范围或稍后再试',
        code: 'busy',
      })
    }
    const known = frameworkWords[error.code]
    if (known !== undefined) return send(reply, known[0], { words: known[1], code: 'malformed' })
    if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) {
      return send(reply, error.statusCode, { words: '请求不正确，请刷新页面后重试', code: 'malformed' })
    }
    return fault(ctx, error, request, reply)
  })
  app.setNotFoundHandler((request, reply) =>
    send(reply, 404, { words: `没有这个地址：${request.url.split('?')[0] ?? ''}`, code: 'scope' }),
  )
}

function fault(ctx: Context, error: Error, request: FastifyRequest, reply: FastifyReply) {
  const number = randomUUID().slice(0, 8)
  ctx.log({
    level: 'error',
    number,
    method: request.method,
    route: request.routeOptions.url,
    error: error.stack ?? String(error),
  })
  const words = `系统出了问题，您的操作没有完成，可以再试一次。若仍不行，请告知管理员故障号 ${number}`
  return send(reply, 500, { words, code: 'fault', number })
}

function send(reply: FastifyReply, status: number, failure: Failure) {
  return reply.code(status).type('application/json; charset=utf-8').send(JSON.stringify(failure))
}
