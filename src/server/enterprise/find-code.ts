/** 查询 13 位进出口企业代码 (manual 001, Q1): for whoever knows the enterprise by its whole name or another code. */
import type { FastifyRequest } from 'fastify'
import type { z } from 'zod'
import type { findEnterpriseCode } from '#api/enterprise.ts'
import { requireCaptcha } from '../account/confirm.ts'
import type { Context } from '../context.ts'
import { Malformed } from '../refused.ts'

/** Enterprises of one name are few; more would be a list to read off. */
const most = 5

/**
 * Verified enterprises alone: what a stranger has registered is shown to nobody. All conditions that are given must
 * hold, a name as a whole. Refused: a wrong captcha (409), no condition (422).
 */
export async function findCode(
  ctx: Context,
  request: FastifyRequest,
  given: z.output<typeof findEnterpriseCode.body>,
) {
  const { name, uscc } = given
  const organisation = given.organisationCode.replace('-', '')
  if (name === '' && uscc === '' && organisation === '') {
    const words = '请填写企业名称、统一社会信用代码或组织机构代码中的一项'
    throw new Malformed(words, [{ path: 'name', words, rule: 'required' }])
  }
  await requireCaptcha(ctx, request, given)
  let query = ctx.db
    .selectFrom('enterprise')
    .select(['code13', 'name'])
    .where('verified_at', 'is not', null)
    .orderBy('code13')
    .limit(most)
  if (name !== '') query = query.where('name', '=', name)
  if (uscc !== '') query = query.where('uscc', '=', uscc)
  // The last nine characters of the 13-digit code are the organisation code (domain/uscc.ts).
  if (organisation !== '')
    query = query.where((eb) => eb(eb.fn('right', ['code13', eb.lit(9)]), '=', organisation))
  return { rows: await query.execute() }
}
