/** 系统设置 over HTTP. */
import type { FastifyInstance } from 'fastify'
import * as api from '#api/setting.ts'
import type { Context } from '../context.ts'
import { guarded } from '../http/register.ts'
import { setSetting } from './change.ts'
import { listOfSettings, oneSetting } from './list.ts'

export function settingRoutes(app: FastifyInstance, ctx: Context): void {
  guarded(app, ctx, api.listSettings, ({ actor }) => listOfSettings(ctx, actor))
  guarded(app, ctx, api.getSetting, ({ actor, params }) => oneSetting(ctx, actor, params.name))
  guarded(app, ctx, api.changeSetting, async ({ actor, params, body }) => {
    await setSetting(ctx, actor, params.name, body)
    return oneSetting(ctx, actor, params.name)
  })
}
