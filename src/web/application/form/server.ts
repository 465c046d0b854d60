/** How an opened form is sent to the server and read again. */
import type { QueryClient } from '@tanstack/react-query'
import { createApplication, saveApplication } from '#api/application.ts'
import type { Issue } from '#domain/fields.ts'
import { call, CallFailed } from '#ui/call.ts'
import { applicationQuery } from '../queries.ts'
import { sameForm, sameSheet } from './content.ts'
import { contentOf, mayWrite } from './read.ts'
import type { Newest, SessionParts } from './session.ts'

/** Sends the parts that changed; what the server finds malformed is told to `onRefused` by the page's paths. */
export function senderOf(id: string, onRefused: (issues: readonly Issue[]) => void): SessionParts['send'] {
  return async (content, saved, version) => {
    const { form, contractSheet } = content
    try {
      if (saved === undefined) return await call(createApplication, { body: { id, form, contractSheet } })
      return await call(saveApplication, {
        params: { id },
        body: {
          version,
          ...(sameForm(content, saved) ? {} : { form }),
          ...(sameSheet(content, saved) ? {} : { contractSheet }),
        },
      })
    } catch (error) {
      if (error instanceof CallFailed && error.failure.issues !== undefined) {
        onRefused(error.failure.issues.map((issue) => ({ ...issue, path: pagePath(issue.path) })))
      }
      throw error
    }
  }
}

/** `form.contractNo` of a request is `contractNo` of the form. */
const pagePath = (path: string) => path.replace(/^form\./, '')

export async function newestOf(client: QueryClient, id: string): Promise<Newest> {
  const detail = await client.fetchQuery({ ...applicationQuery(id), staleTime: 0 })
  return { version: detail.version, content: contentOf(detail), editable: mayWrite(detail) }
}
