import { useEffect, useRef, useState } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import type { LicenceRow } from '#api/licence.ts'
import { CallFailed, wordsOf } from '#ui/call.ts'
import { attempts, unanswered } from '#ui/request-id.ts'
import { licenceQuery, markStale, performOnLicence } from '../queries.ts'
import { isOver, seen, type Item } from './progress.ts'

/** Requests under way at once; the server queues the work anyhow. */
const atOnce = 3
/** A request that got no answer is sent once more under the same id. */
const tries = 2
const lookAgain = 1_000
/** Licences looked at together; the work is done in the order it was asked for. */
const lookedAt = 10

export interface Issuing {
  items: readonly Item[]
  /** Something of it is under way. */
  active: boolean
  /** Asks for each licence, one after the other; `retry` for those whose last attempt failed. */
  start: (rows: readonly LicenceRow[]) => void
  /** Does not ask for those that still wait; what runs is finished. */
  stop: () => void
  /** Forgets the results. */
  clear: () => void
}

/** Issuing of one or many licences, and how each of them came out. */
export function useIssuing(): Issuing {
  const client = useQueryClient()
  const [items, setItems] = useState<readonly Item[]>([])
  const stopped = useRef(false)
  const put = (id: string, change: (item: Item) => Item) =>
    setItems((before) => before.map((item) => (item.id === id ? change(item) : item)))

  async function ask(row: LicenceRow) {
    put(row.id, (item) => ({ ...item, phase: 'sending' }))
    const action = row.issueError === null ? 'issue' : 'retry'
    const attempt = attempts()
    for (let count = 1; ; count++) {
      try {
        await attempt.run(action, (requestId) =>
          performOnLicence(row.id)(action, { version: row.version, requestId }),
        )
        return put(row.id, (item) => ({ ...item, phase: 'running' }))
      } catch (error) {
        if (unanswered(error) && count < tries) continue
        return put(row.id, (item) => ({ ...item, phase: 'refused', words: wordsOf(error) }))
      }
    }
  }

  async function work(queue: LicenceRow[]) {
    for (let row = queue.shift(); row !== undefined; row = queue.shift()) {
      const { id } = row
      if (stopped.current) put(id, (item) => ({ ...item, phase: 'stopped', words: '没有生成' }))
      else await ask(row)
    }
  }

  const start = (rows: readonly LicenceRow[]) => {
    stopped.current = false
    const fresh = rows.map(({ id, licenceNo }): Item => ({ id, licenceNo, phase: 'waiting', words: '' }))
    // Results of what has ended give way to what begins.
    setItems((before) => [
      ...(before.every(isOver) ? [] : before.filter(({ id }) => !rows.some((row) => row.id === id))),
      ...fresh,
    ])
    const queue = [...rows]
    void Promise.all(Array.from({ length: atOnce }, () => work(queue))).then(() => markStale(client))
  }

  const running = items.filter(({ phase }) => phase === 'running').map(({ id }) => id)
  const watched = running.join()
  useEffect(() => {
    if (watched === '') return
    let left = false
    const look = async () => {
      const read = await Promise.all(watched.split(',').slice(0, lookedAt).map(readAgain))
      if (left) return
      for (const row of read) if (row !== undefined) put(row.id, (item) => seen(item, row))
      void client.invalidateQueries({ queryKey: ['licences'] })
    }
    const readAgain = (id: string) =>
      client.fetchQuery({ ...licenceQuery(id), staleTime: 0 }).catch((error: unknown) => {
        if (!(error instanceof CallFailed)) throw error
        return undefined
      })
    const timer = setInterval(() => void look(), lookAgain)
    return () => {
      left = true
      clearInterval(timer)
    }
  }, [watched, client])

  return {
    items,
    active: items.some((item) => !isOver(item)),
    start,
    stop: () => {
      stopped.current = true
    },
    clear: () => setItems([]),
  }
}
