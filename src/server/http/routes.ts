/** Every thing's routes. A new thing adds one line. */
import type { FastifyInstance } from 'fastify'
import type { Context } from '../context.ts'
import { accountRoutes } from '../account/routes.ts'
import { applicationRoutes } from '../application/routes.ts'
import { attachmentRoutes } from '../attachment/routes.ts'
import { customsRoutes } from '../customs/routes.ts'
import { demoRoutes } from '../demo/routes.ts'
import { enterpriseRoutes } from '../enterprise/routes.ts'
import { healthRoutes } from './health.ts'
import { invitationRoutes } from '../invitation/routes.ts'
import { keyAgentRoutes } from '../key-agent/routes.ts'
import { keyRoutes } from '../key/routes.ts'
import { licenceRoutes } from '../licence/routes.ts'
import { messageRoutes } from '../message/routes.ts'
import { noticeRoutes } from '../notice/routes.ts'
import { oldUserRoutes } from '../old-user/routes.ts'
import { pkiRoutes } from '../pki/routes.ts'
import { quotaRoutes } from '../quota/routes.ts'
import { referenceRoutes } from '../reference/routes.ts'
import { requestRoutes } from '../request/routes.ts'
import { serviceRoutes } from '../hall/routes.ts'
import { settingRoutes } from '../setting/routes.ts'
import { swapRoutes } from '../swap/routes.ts'

export function allRoutes(app: FastifyInstance, ctx: Context): void {
  accountRoutes(app, ctx)
  applicationRoutes(app, ctx)
  attachmentRoutes(app, ctx)
  customsRoutes(app, ctx)
  demoRoutes(app, ctx)
  enterpriseRoutes(app, ctx)
  healthRoutes(app, ctx)
  invitationRoutes(app, ctx)
  keyAgentRoutes(app, ctx)
  keyRoutes(app, ctx)
  licenceRoutes(app, ctx)
  messageRoutes(app, ctx)
  noticeRoutes(app, ctx)
  oldUserRoutes(app, ctx)
  pkiRoutes(app, ctx)
  quotaRoutes(app, ctx)
  referenceRoutes(app, ctx)
  requestRoutes(app, ctx)
  serviceRoutes(app, ctx)
  settingRoutes(app, ctx)
  swapRoutes(app, ctx)
}
