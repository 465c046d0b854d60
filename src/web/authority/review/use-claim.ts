import { useEffect, useRef, useState } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import type { ApplicationDetail } from '#api/application.ts'
import { CallFailed } from '#ui/call.ts'
import { newId } from '#ui/request-id.ts'
import { markStale, performOnApplication } from '../queries.ts'
import { keep, readKept } from './kept.ts'

export interface Claim {
  /** The claim is being asked for, or about to be. */
  pending: boolean
  /** Taken by opening the page; given back when moving on. */
  byOpening: boolean
  /** Gives back what opening alone has taken and nothing was typed for. Never stands in the way of moving on. */
  moveOn: () => Promise<void>
}

/** Opening an application that nobody handles claims it, once. */
export function useClaim(detail: ApplicationDetail, may: boolean): Claim {
  const client = useQueryClient()
  const { id, version } = detail
  const [ended, setEnded] = useState(false)
  const [byOpening, setByOpening] = useState(() => readKept(id).byOpening)
  const free =
    may &&
    detail.claimedBy === null &&
    detail.actions.some(({ action, because }) => action === 'claim' && because === undefined)
  // Only what was free when it was opened, and once: what is given back by hand is not taken again by itself.
  const [openedFree] = useState(free)
  const tried = useRef(!openedFree)

  useEffect(() => {
    if (!free || tried.current) return
    tried.current = true
    const take = async () => {
      try {
        await performOnApplication(id)('claim', { version, requestId: newId() })
        keep(id, { byOpening: true })
        setByOpening(true)
      } catch (error) {
        // Somebody was faster: the page shows who, once it is read again.
        if (!(error instanceof CallFailed)) throw error
      } finally {
        await markStale(client)
        setEnded(true)
      }
    }
    void take()
  }, [free, id, version, client])

  const moveOn = async () => {
    const kept = readKept(id)
    if (!kept.byOpening || kept.opinion.trim() !== '' || detail.claimedBy?.self !== true) return
    keep(id, { byOpening: false })
    await performOnApplication(id)('release', { version, requestId: newId() }).catch(() => undefined)
    void markStale(client)
  }
  return {
    pending: free && !ended && openedFree,
    byOpening: byOpening && detail.claimedBy?.self === true,
    moveOn,
  }
}
