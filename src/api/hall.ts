/** Requests of the business hall: tiles, 添加应用, the officers' queue, and where tiles lead. */
import { z } from 'zod'
import { states } from '#domain/hall/actions.ts'
import { addressProblem, isService, serviceCodes } from '#domain/hall/catalogue.ts'
import { HistoryLine } from './application.ts'
import { ActionBody, endpoint, Id, IdParams, Offered, Paging, Total } from './endpoint.ts'

const Text = z.string()
const tag = '业务大厅'
const State = z.enum(Object.keys(states) as [keyof typeof states, ...(keyof typeof states)[]])
const Code = z.enum(serviceCodes, '没有这项应用')

export const ServiceRequestRow = z.object({
  id: Id,
  version: z.number().int(),
  service: Code,
  serviceName: Text,
  state: State,
  stateLabel: Text,
  enterpriseName: Text,
  code13: Text,
  /** Whether a key officer has seen the enterprise's papers. */
  standingLabel: Text,
  /** How it came about: asked for, or with an e-key. */
  sourceLabel: Text,
  purpose: Text,
  requestedBy: Text.nullable(),
  createdAt: Text,
  decidedAt: Text.nullable(),
  /** Opinion or reason of the last decision. */
  decision: Text.nullable(),
  offered: z.array(Offered),
})
export type ServiceRequestRow = z.infer<typeof ServiceRequestRow>

export const Tile = z.object({
  code: Code,
  name: Text,
  group: Text,
  line: Text,
  /** Where it leads outside of this system; null: it opens here. */
  address: Text.nullable(),
})
export type Tile = z.infer<typeof Tile>

export const hall = endpoint({
  method: 'GET',
  path: '/api/hall',
  summary: '业务大厅：本企业已开通的应用、可以申请的应用和申请记录',
  tag,
  access: 'signed_in',
  reply: z.object({
    tiles: z.array(Tile),
    /** Services that may be asked for now: they lead somewhere and are neither granted nor asked for. */
    askable: z.array(Tile.omit({ address: true }).extend({ office: z.boolean() })),
    /** The enterprise's requests, the newest first; at most 100. */
    requests: z.array(ServiceRequestRow),
  }),
})

export const requestService = endpoint({
  method: 'POST',
  path: '/api/service-requests',
  summary: '添加应用：申请开通一项应用',
  tag,
  access: { anyOf: ['service_request.request'] },
  body: z.strictObject({
    /** Id of the request, made by the client. */
    id: Id,
    service: Code,
    purpose: z.string().trim().max(200, '申请说明最多 200 字').default(''),
  }),
  reply: ServiceRequestRow,
})

export const listServiceRequests = endpoint({
  method: 'GET',
  path: '/api/service-requests',
  summary: '应用申请，管理机构审核',
  tag,
  access: { anyOf: ['service_request.read'] },
  query: z.strictObject({
    state: State.optional(),
    service: Code.optional(),
    /** How the 13-digit code begins, or a part of the name. */
    enterprise: z.string().trim().max(100).optional(),
    ...Paging,
  }),
  reply: z.object({
    rows: z.array(ServiceRequestRow),
    total: Total,
    counts: z.array(z.object({ state: State, label: Text, total: Total })),
  }),
})

export const ServiceRequestDetail = ServiceRequestRow.extend({
  uscc: Text,
  region: Text,
  city: Text.nullable(),
  /** 申请企业信息, as the electromechanical office looks at it. */
  info: z.record(z.string(), Text),
  history: z.array(HistoryLine),
})
export type ServiceRequestDetail = z.infer<typeof ServiceRequestDetail>

export const getServiceRequest = endpoint({
  method: 'GET',
  path: '/api/service-requests/:id',
  summary: '一份应用申请，含企业信息和办理记录',
  tag,
  access: 'signed_in',
  params: IdParams,
  reply: ServiceRequestDetail,
})

export const actOnServiceRequest = endpoint({
  method: 'POST',
  path: '/api/service-requests/:id/actions/:action',
  summary: '撤回、审核应用申请；规则见 docs/rules/service-request.md',
  tag,
  access: 'signed_in',
  params: z.strictObject({ id: Id, action: z.string().regex(/^[a-z_]{2,40}$/) }),
  body: ActionBody,
  reply: z.object({ state: Text, stateLabel: Text, version: z.number().int(), repeated: z.boolean() }),
})

export const ServiceEntry = z.object({
  code: Code,
  name: Text,
  group: Text,
  /** It opens here and takes no address. */
  here: z.boolean(),
  address: Text.nullable(),
  /** Number of the last change, 0 if there was none. */
  version: z.number().int(),
  granted: z.number().int(),
  changes: z.array(
    z.object({
      id: Text,
      from: Text.nullable(),
      to: Text.nullable(),
      reason: Text,
      changedBy: Text,
      changedAt: Text,
    }),
  ),
})
export type ServiceEntry = z.infer<typeof ServiceEntry>
const Services = z.object({ services: z.array(ServiceEntry) })

export const listServices = endpoint({
  method: 'GET',
  path: '/api/services',
  summary: '平台的全部应用、各自的网址和历次修改',
  tag,
  access: { anyOf: ['service.change_address'] },
  reply: Services,
})

export const changeServiceAddress = endpoint({
  method: 'POST',
  path: '/api/services/:code/address',
  summary: '设定应用的网址（空为不显示）；须带所见的最后一次修改的序号',
  tag,
  access: { anyOf: ['service.change_address'] },
  params: z.strictObject({ code: z.string().refine(isService, '没有这项应用') }),
  body: z.strictObject({
    version: z.number().int().min(0),
    address: z
      .string()
      .trim()
      .superRefine((text, refinement) => {
        const message = text === '' ? undefined : addressProblem(text)
        if (message !== undefined) refinement.addIssue({ code: 'custom', message })
      }),
    reason: z.string().trim().min(1, '请填写修改原因').max(200, '修改原因最多 200 字'),
  }),
  reply: Services,
})
