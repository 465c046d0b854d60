/** Saving 申请企业信息: the version that was seen, the change and its history row in one transaction. */
import { enterpriseInfoFields, wholeEnterpriseInfo, type EnterpriseInfo } from '#domain/application/form.ts'
import type { Actor } from '#domain/machine.ts'
import type { Context } from '../context.ts'
import { notFound, Refused } from '../refused.ts'
import { noteChange } from './changes.ts'
import { infoOf } from './queries.ts'

/** Replaces the data; fields that were not sent become empty. `actor` is an operator of the enterprise. */
export async function saveInfo(
  ctx: Context,
  actor: Actor,
  id: string,
  request: { version: number; info: Record<string, unknown> },
): Promise<void> {
  const info = wholeEnterpriseInfo(request.info)
  await ctx.db.transaction().execute(async (tx) => {
    const row = await tx
      .selectFrom('enterprise')
      .select(['version', 'info'])
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst()
    if (row === undefined) throw notFound('企业')
    if (row.version !== request.version) {
      const words = '申请企业信息已被他人修改。页面显示的不是最新内容，请刷新后重新填写'
      throw new Refused(409, 'stale', words, { current: { version: row.version, state: '' } })
    }
    const now = ctx.clock()
    await tx
      .updateTable('enterprise')
      .set({
        info: JSON.stringify(info),
        version: row.version + 1,
        modified_at: now,
        modified_by: actor.accountId,
      })
      .where('id', '=', id)
      .execute()
    await noteChange(tx, { enterpriseId: id, before: infoOf(row.info), after: info, actor, now })
    await tx
      .insertInto('history')
      .values({
        thing: 'enterprise',
        thing_id: id,
        action: 'change',
        account_id: actor.accountId,
        actor_name: actor.personName,
        actor_place: actor.code13 ?? '',
        opinion: changesOf(infoOf(row.info), info),
        at: now,
      })
      .execute()
  })
}

/** Which fields differ, by label: the history says what was touched, not what stood there. */
function changesOf(before: EnterpriseInfo, after: EnterpriseInfo): string {
  const labels = Object.entries(enterpriseInfoFields).flatMap(([name, field]) =>
    Reflect.get(before, name) === Reflect.get(after, name) ? [] : [field.label],
  )
  return labels.length === 0 ? '没有改动' : `修改了${labels.join('、')}`
}
