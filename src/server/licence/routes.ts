/** Requests around the licence, and the public check that the QR code leads to. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import * as api from '#api/licence.ts'
import { licence, states } from '#domain/licence/actions.ts'
import { addressOf, networkOf } from '../account/address.ts'
import { countVerification } from '../account/throttle.ts'
import type { Context } from '../context.ts'
import { sendFile } from '../files/send.ts'
import { guarded, open } from '../http/register.ts'
import { notFound, Refused } from '../refused.ts'
import { act, licenceState, type LicenceRow } from './act.ts'
import { isReady, licenceDetail, listLicencesOf, publicCheck, visibleLicence } from './query.ts'

export function licenceRoutes(app: FastifyInstance, ctx: Context): void {
  guarded(app, ctx, api.listLicences, ({ actor, query }) => listLicencesOf(ctx, actor, query))
  guarded(app, ctx, api.getLicence, ({ actor, params }) => licenceDetail(ctx, actor, params.id))
  guarded(app, ctx, api.actOnLicence, async ({ actor, params, body }) => {
    if (!licence.isAction(params.action)) throw notFound('操作')
    const done = await act(ctx, actor, params.id, params.action, body)
    return { ...done, stateLabel: states[licenceState(done.state)] }
  })
  guarded(app, ctx, api.downloadLicence, async ({ actor, params, query, request, reply }) =>
    sendDocument(ctx, await visibleLicence(ctx, actor, params.id), query.show === '1', request, reply),
  )
  open(app, ctx, api.verifyLicence, async ({ query, request }) => {
    await countVerification(ctx.db, networkOf(addressOf(request)), ctx.clock())
    const found = await publicCheck(ctx, query.no, query.code)
    if (found === undefined) {
      throw new Refused(
        404,
        'scope',
        '许可证号与核验码不符，或许可证尚未签发。请按许可证上的二维码或文字重新输入',
      )
    }
    return found
  })
}

async function sendDocument(
  ctx: Context,
  row: LicenceRow,
  show: boolean,
  request: FastifyRequest,
  reply: FastifyReply,
) {
  const { document_sha256: sha256, document_size: size } = row
  if (sha256 === null || size === null || !isReady(row)) {
    throw new Refused(409, 'rule', '电子许可证还没有生成，发证机构生成后即可下载')
  }
  const file = { sha256, size, name: `出口许可证${row.licence_no}.pdf`, mediaType: 'application/pdf' }
  return sendFile(ctx, request, reply, file, show)
}
