/** Reads and the one write of the pages around messages. */
import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { z } from 'zod'
import { actOnMessage, demoOutbox, listMessages } from '#api/message.ts'
import type { MessageAction } from '#domain/message/actions.ts'
import type { ActionRequest } from '#ui/ActionBar.tsx'
import { call } from '#ui/call.ts'

/** Messages come and go by themselves. */
const watched = 5_000

export const messagesQuery = (query: z.input<(typeof listMessages)['query']>) =>
  queryOptions({
    queryKey: ['messages', query],
    queryFn: ({ signal }) => call(listMessages, { query, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: watched,
  })

export const outboxQuery = (query: z.input<(typeof demoOutbox)['query']>) =>
  queryOptions({
    queryKey: ['outbox', query],
    queryFn: ({ signal }) => call(demoOutbox, { query, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: watched,
  })

export const performOnMessage = (id: string) => (action: MessageAction, body: ActionRequest) =>
  call(actOnMessage, { params: { id, action }, body })
