/** Every thing's routes. A new thing adds one line. */
import type { FastifyInstance } from 'fastify'
import type { Context } from '../context.ts'
import { accountRoutes } from '../account/routes.ts'

export function allRoutes(app: FastifyInstance, ctx: Context): void {
  accountRoutes(app, ctx)
}
