/** What exists in demonstration mode alone: accounts with their passwords, e-key files to download. */
import { z } from 'zod'
import { endpoint } from './endpoint.ts'

export const DemoAccountRow = z.object({
  loginName: z.string(),
  password: z.string(),
  personName: z.string(),
  /** Name of the enterprise or authority; 系统 for the others. */
  place: z.string(),
  roles: z.string(),
  does: z.string(),
  /** Where the e-key file is, and its PIN; null for people without one. */
  eKey: z.object({ address: z.string(), pin: z.string() }).nullable(),
})

export const demoAccountList = endpoint({
  method: 'GET',
  path: '/api/demo/accounts',
  summary: '演示账号（仅演示模式）',
  tag: '演示',
  access: 'public',
  reply: z.object({
    accounts: z.array(DemoAccountRow),
    /** Users of the old systems, who sign in for the first time. */
    oldUsers: z.array(z.object({ loginName: z.string(), password: z.string(), does: z.string() })),
    /** What they say of their enterprise when they complete the account. */
    oldEnterprise: z.object({ name: z.string(), code13: z.string(), uscc: z.string() }),
  }),
})

export const demoKeyList = endpoint({
  method: 'GET',
  path: '/demo/keys/',
  summary: '演示电子钥匙文件的列表（仅演示模式）',
  tag: '演示',
  access: 'public',
  reply: z.object({
    keys: z.array(
      z.object({ loginName: z.string(), personName: z.string(), address: z.string(), pin: z.string() }),
    ),
  }),
})

export const demoKey = endpoint({
  method: 'GET',
  path: '/demo/keys/:file',
  summary: '下载演示电子钥匙文件（仅演示模式）',
  tag: '演示',
  access: 'public',
  params: z.strictObject({ file: z.string().max(60) }),
  sends: 'file',
})
