/** How reads are kept: fresh for a second, tried again only when the server could not answer at all. */
import { QueryClient } from '@tanstack/react-query'
import { CallFailed } from './call.ts'

const couldNotAnswer = (error: unknown) =>
  error instanceof CallFailed && [0, 502, 503, 504].includes(error.status)

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 1_000,
      retry: (count, error) => count < 2 && couldNotAnswer(error),
      retryDelay: 800,
    },
    mutations: { retry: false },
  },
})
