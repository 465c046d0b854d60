/**
 * A client that does not give up: what was cut off or met a server in the middle of a start is sent again, word for
 * word, with the same request id, until it is answered. What was answered is written down; nothing of it may be lost.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { RequestFailed } from '../client.ts'

/** An action that the server has acknowledged. */
export interface Acknowledged {
  thing: 'application' | 'licence' | 'request' | 'swap'
  id: string
  action: string
  requestId: string
}

const PATIENCE_MS = 120_000

/** Whether asking again may help: no answer at all, or one that says the server is not whole at the moment. */
function mayPass(error: unknown): boolean {
  if (!(error instanceof RequestFailed)) return true
  return error.status >= 500 || error.status === 429
}

/** Sends until it is answered; throws a refusal, and the last failure after two minutes. */
export async function insist<T>(send: () => Promise<T>): Promise<T> {
  const end = performance.now() + PATIENCE_MS
  for (let pause = 20; ; pause = Math.min(pause * 2, 500)) {
    try {
      return await send()
    } catch (error) {
      if (!mayPass(error) || performance.now() > end) throw error
      await sleep(pause)
    }
  }
}

/** What all clients of one run have been told is done. */
export class Log {
  readonly acknowledged: Acknowledged[] = []
  /** Uses that the simulator said it had taken: number and declaration. */
  readonly declared: { licenceNo: string; declarationNo: string }[] = []
  readonly refused: string[] = []

  done(line: Acknowledged): void {
    this.acknowledged.push(line)
  }
}
