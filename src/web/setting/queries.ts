import { queryOptions } from '@tanstack/react-query'
import { getSetting, listSettings } from '#api/setting.ts'
import type { SettingName } from '#domain/setting/table.ts'
import { call } from '#ui/call.ts'

export const settingsQuery = queryOptions({
  queryKey: ['settings'],
  queryFn: ({ signal }) => call(listSettings, { signal }),
})

export const settingQuery = (name: SettingName) =>
  queryOptions({
    queryKey: ['settings', name],
    queryFn: ({ signal }) => call(getSetting, { params: { name }, signal }),
  })
