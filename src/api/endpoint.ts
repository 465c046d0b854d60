/**
 * What a request of the system is: method, path, who may call it, and the schemas of what goes in and out. The
 * server registers it, the pages and scripts call it, OpenAPI is printed from it. One file per thing in this folder.
 */
import { z } from 'zod'
import { isDay } from '#domain/day.ts'

/**
 * `public`: no sign-in. `signed_in`: any account. `{ anyOf }`: an account with one of these permissions; what a
 * single thing allows is decided by its machine under the lock.
 */
export type Access = 'public' | 'signed_in' | { anyOf: readonly string[] }

export interface Endpoint<
  P extends z.ZodType = z.ZodType,
  Q extends z.ZodType = z.ZodType,
  B extends z.ZodType = z.ZodType,
  R extends z.ZodType = z.ZodType,
> {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Fastify path, e.g. `/api/applications/:id`. */
  path: string
  summary: string
  tag: string
  access: Access
  params: P
  query: Q
  body: B
  reply: R
  /** What comes instead of JSON: a file to show or save, or a multipart body to read as a stream. */
  sends?: 'file'
  takes?: 'multipart'
  /** Answers also while the person has still to set a password of the own. */
  withAnyPassword?: true
  /** Answers also in a session that opens the key office alone. */
  inKeyOffice?: true
  /** Answers also somebody from an old system who has not given password, mobile and e-mail yet. */
  beforeCompletion?: true
  /** Bytes of a JSON body, where it may be larger than all others. */
  largestBody?: number
}

type Given<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType> = Omit<
  Endpoint,
  'params' | 'query' | 'body' | 'reply'
> & { params?: P; query?: Q; body?: B; reply?: R }

export const None = z.undefined()

/** Declares a request; schemas left out mean that nothing is taken or returned there. */
export function endpoint<
  P extends z.ZodType = typeof None,
  Q extends z.ZodType = typeof None,
  B extends z.ZodType = typeof None,
  R extends z.ZodType = typeof None,
>(given: Given<P, Q, B, R>): Endpoint<P, Q, B, R> {
  return { params: None, query: None, body: None, reply: None, ...given } as unknown as Endpoint<P, Q, B, R>
}

export const Id = z.uuid()
export const IdParams = z.strictObject({ id: Id })

/** A day in China. Years that no calendar of ours has (0000) are no days. */
export const Day = z.string().refine(isDay, '应为存在的日期，格式 2026-01-31')

/** A page of a list: from 1, 20 rows unless asked. Paging ends at 10,000 rows; filters narrow from there. */
export const Paging = {
  page: z.coerce.number().int().min(1).max(1000).default(1),
  pageSize: z.coerce.number().int().min(1).max(100).default(20),
}

/** Total of a list: exact up to 10,000; beyond that `more` is true and the words are “10,000+”. */
export const Total = z.object({ count: z.number().int(), more: z.boolean() })

/** The words of a failed request; `number` names a fault in the log, `issues` the fields of a malformed one. */
export const Failure = z.object({
  words: z.string(),
  code: z.string(),
  number: z.string().optional(),
  issues: z.array(z.object({ path: z.string(), words: z.string(), rule: z.string() })).optional(),
  /** The newer version of a thing that lost a race. */
  current: z.object({ version: z.number().int(), state: z.string() }).optional(),
})
export type Failure = z.infer<typeof Failure>

/** An action a thing offers now; `because` = refused by a rule, the button shows the words. */
export const Offered = z.object({ action: z.string(), because: z.string().optional() })

/** Body of every action: the version the page saw and an id made by the client that makes a repeat harmless. */
export const ActionBody = z.strictObject({
  version: z.number().int().min(1),
  requestId: Id,
  input: z.record(z.string(), z.unknown()).optional(),
})
