/** Requests around 系统设置: every setting with what holds, what begins later, and every change there was. */
import { z } from 'zod'
import { settingNames } from '#domain/setting/table.ts'
import { Day, endpoint, Id } from './endpoint.ts'

const Text = z.string()
const tag = '系统设置'
const read = { anyOf: ['settings.read', 'settings.change'] }

const Name = z.enum(settingNames)
const Value = z.union([
  z.number(),
  z.boolean(),
  z.object({ otherwise: z.number().nullable(), byCode: z.record(z.string(), z.number()) }),
])

export const SettingRow = z.object({
  name: Name,
  /** What holds today, as a page changes it and in words. */
  value: Value,
  words: Text,
  /** First day of what holds; null where nothing was ever set. */
  since: Text.nullable(),
  /** Values that begin later, the nearest first. */
  later: z.array(z.object({ validFrom: Text, words: Text })),
  /** Number of the last change, 0 if there was none. */
  version: z.number().int(),
  /** Whether whoever asks may change it here. */
  mayChange: z.boolean(),
  /** Codes that stand in the value, with their names. */
  names: z.record(z.string(), Text),
})
export type SettingRow = z.infer<typeof SettingRow>

export const listSettings = endpoint({
  method: 'GET',
  path: '/api/settings',
  summary: '全部系统设置：今天适用的值、以后开始的值',
  tag,
  access: read,
  reply: z.object({ settings: z.array(SettingRow) }),
})

export const SettingChangeLine = z.object({
  id: Text,
  validFrom: Text,
  /** What held on that day before, and what holds since. */
  from: Text,
  to: Text,
  reason: Text,
  changedBy: Text.nullable(),
  changedAt: Text,
  /** Whether it is the one that holds today. */
  holds: z.boolean(),
})
export type SettingChangeLine = z.infer<typeof SettingChangeLine>

const WithChanges = z.object({
  setting: SettingRow,
  /** The newest first; at most 500. */
  changes: z.array(SettingChangeLine),
})

const params = z.strictObject({ name: Name })

export const getSetting = endpoint({
  method: 'GET',
  path: '/api/settings/:name',
  summary: '一项系统设置及其历次修改',
  tag,
  access: read,
  params,
  reply: WithChanges,
})

export const NewSetting = z.strictObject({
  version: z.number().int().min(0),
  requestId: Id,
  validFrom: Day,
  /** Judged by the setting's own schema (domain/setting/table.ts). */
  value: z.unknown(),
  reason: Text.trim().min(1, '请填写修改原因').max(200, '修改原因最多 200 字'),
})

export const changeSetting = endpoint({
  method: 'POST',
  path: '/api/settings/:name',
  summary: '修改一项系统设置，自某日起适用；须带所见的最后一次修改的序号（没有修改过为 0）',
  tag,
  access: { anyOf: ['settings.change'] },
  params,
  body: NewSetting,
  reply: WithChanges,
})
