/** Whether the server lives, and whether it can do its work: for whoever watches over it. */
import { z } from 'zod'
import { endpoint } from './endpoint.ts'

export const alive = endpoint({
  method: 'GET',
  path: '/healthz',
  summary: '服务进程是否存活',
  tag: '运行状态',
  access: 'public',
  reply: z.object({ alive: z.literal(true) }),
})

/** Each part is `ok` or the words of what is wrong with it. */
export const Readiness = z.object({
  ready: z.boolean(),
  parts: z.object({
    database: z.string(),
    migrations: z.string(),
    jobs: z.string(),
    documents: z.string(),
  }),
  /** What is not set, a line each: the rest works, this waits. */
  missing: z.array(z.string()),
})
export type Readiness = z.infer<typeof Readiness>

export const ready = endpoint({
  method: 'GET',
  path: '/readyz',
  summary:
    '能否提供服务：数据库、表结构、后台任务、文书排版；不能时为 503，并说明是哪一项；missing 为没有设置、因而只能等待的部分',
  tag: '运行状态',
  access: 'public',
  reply: Readiness,
})
