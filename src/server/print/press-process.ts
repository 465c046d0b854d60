/** One child process of the press. */
import { fork } from 'node:child_process'
import { join } from 'node:path'
import type { FromChild, ToChild } from './press-messages.ts'
import type { SigningFolder } from './signers.ts'

export type Child = {
  send(message: ToChild): void
  /** Asks it to end; it has nothing left to do. */
  retire(): void
  kill(): void
}

export type ChildEvents = {
  said(message: FromChild): void
  /** Once, when the process is gone; the words say how, for the log. */
  ended(how: string): void
}

// Without it nothing that draws random numbers works there.
const windows = process.platform === 'win32' ? { SystemRoot: process.env.SystemRoot } : {}

/** Starts a child and hands it the way to the keys; it says 'ready' when it can take jobs. */
export function startChild(signing: SigningFolder, events: ChildEvents): Child {
  const child = fork(join(import.meta.dirname, 'press-child.ts'), [], {
    serialization: 'advanced',
    // Neither the server's secrets nor its inspector belong there. One thread: a page has nothing to share out,
    // and idle threads of the compiler would take the processor from the server.
    env: { RAYON_NUM_THREADS: '1', ...windows },
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  let gone = false
  const end = (how: string) => {
    if (gone) return
    gone = true
    events.ended(how)
  }
  child.on('message', (message: FromChild) => {
    if (!gone) events.said(message)
  })
  child.on('error', (error) => end(error.message))
  child.on('exit', (code, signal) => end(signal ?? `退出码 ${code}`))
  const send = (message: ToChild) => {
    // A failed send is followed by the exit, which hands its jobs on.
    child.send(message, () => {})
  }
  send({ type: 'start', signing })
  return {
    send,
    retire: () => {
      if (child.connected) child.disconnect()
    },
    kill: () => {
      child.kill('SIGKILL')
    },
  }
}
