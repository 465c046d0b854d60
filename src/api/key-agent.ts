/** 客户端控件: the key agent that people download, and where pages look for it. */
import { z } from 'zod'
import { endpoint } from './endpoint.ts'

const tag = '电子钥匙'
const Text = z.string()

export const KeyAgentOffer = z.object({
  /** Of the agent that is offered here. */
  version: Text,
  /** Where it listens on the person's machine, 127.0.0.1. */
  port: z.number().int(),
  archives: z.array(
    z.object({
      platform: Text,
      label: Text,
      /** Brings its Node.js along. */
      hasRuntime: z.boolean(),
      address: Text,
    }),
  ),
})
export type KeyAgentOffer = z.infer<typeof KeyAgentOffer>

export const getKeyAgent = endpoint({
  method: 'GET',
  path: '/api/key-agent',
  summary: '客户端控件（钥匙代理）：本站提供的版本、端口和下载地址',
  tag,
  access: 'public',
  reply: KeyAgentOffer,
})

export const downloadKeyAgent = endpoint({
  method: 'GET',
  path: '/api/key-agent/:file',
  summary: '下载客户端控件（ZIP）：程序、本站的设置、说明，有的附带运行环境',
  tag,
  access: 'public',
  params: z.strictObject({ file: z.string().max(60) }),
  sends: 'file',
})
