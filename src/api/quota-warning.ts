/** Requests around 余量预警: below how much of what was granted an enterprise is warned, with every change there was. */
import { z } from 'zod'
import { LowPercent } from '#domain/quota/warning.ts'
import { Day, endpoint } from './endpoint.ts'

const Text = z.string()
const tag = '配额'

export const LowPercentChange = z.object({
  id: Text,
  validFrom: Text,
  /** What held on that day before, and what holds since. */
  from: z.number().int(),
  to: z.number().int(),
  reason: Text,
  changedBy: Text.nullable(),
  changedAt: Text,
  /** Whether it is the one that holds today. */
  holds: z.boolean(),
})

const Reply = z.object({
  /** Per cent that hold today. */
  percent: z.number().int(),
  /** Number of the last change, 0 if there was none. */
  version: z.number().int(),
  /** The newest first. */
  changes: z.array(LowPercentChange),
})

export const getLowPercent = endpoint({
  method: 'GET',
  path: '/api/quota/low-percent',
  summary: '余量预警：可用余量低于下达量的百分之几时提醒企业，以及历次修改',
  tag,
  access: { anyOf: ['quota.warn', 'quota.oversee'] },
  reply: Reply,
})

export const NewLowPercent = z.strictObject({
  version: z.number().int().min(0),
  percent: LowPercent,
  validFrom: Day,
  reason: z.string().trim().min(1, '请填写修改原因').max(200, '修改原因最多 200 字'),
})

export const setLowPercent = endpoint({
  method: 'POST',
  path: '/api/quota/low-percent',
  summary: '修改余量预警线，自某日起适用；须带所见的最后一次修改的序号（没有修改过为 0）',
  tag,
  access: { anyOf: ['quota.warn'] },
  body: NewLowPercent,
  reply: Reply,
})
