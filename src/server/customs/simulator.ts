/** Starts the simulator of customs beside a demonstration, as a program of its own that goes down with the server. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import type { Environment } from '../environment.ts'

const program = path.resolve(import.meta.dirname, '../../customs-sim/main.ts')
const patienceMs = 5_000

/** Answers how to stop it. When it does not start (its port is taken) it says so itself, and messages wait. */
export function startSimulator(
  env: Pick<Environment, 'dataDir' | 'customsSimPort' | 'port' | 'tls' | 'publicUrl'>,
): () => Promise<void> {
  const licensing = env.tls === undefined ? `http://127.0.0.1:${env.port}` : env.publicUrl
  const child = spawn(process.execPath, [program], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: {
      ...process.env,
      DATA_DIR: env.dataDir,
      CUSTOMS_SIM_PORT: String(env.customsSimPort),
      LICENSING_URL: licensing,
    },
  })
  child.on('error', () => undefined)
  // Its presence alone keeps no server alive.
  child.unref()
  child.channel?.unref()
  return async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill('SIGTERM')
    const killer = setTimeout(() => child.kill('SIGKILL'), patienceMs)
    await gone
    clearTimeout(killer)
  }
}
