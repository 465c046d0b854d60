/** The programs of a crash trial: server, its database, and customs; each can be killed at any moment and started again. */
import { createServer } from 'node:net'
import { once } from 'node:events'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { databasePid, databaseUrl, openPlace, type Place, type Program } from '../../bench/place.ts'
import { Client } from '../client.ts'

export const targets = ['server', 'customs', 'database'] as const
export type Target = (typeof targets)[number]

export interface World {
  place: Place
  /** Address of the licensing system, and of the simulator of customs. */
  url: string
  customsUrl: string
  dataDir: string
  /** kill -9, and the start after it; resolves when everything answers again. */
  crash(target: Target): Promise<void>
  /** A connection to the database beside the server. */
  database(): pg.Pool
  close(): Promise<void>
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

async function answers(base: string, address: string): Promise<boolean> {
  const client = new Client(base)
  try {
    return (await client.send(address)).status === 200
  } catch {
    return false
  } finally {
    client.close()
  }
}

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

async function killNow(pid: number) {
  if (pid === 0) return
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    return
  }
  while (isAlive(pid)) await sleep(5)
}

/** Starts the demonstration in a folder of its own, with customs as a program of its own. */
export async function openWorld(): Promise<World> {
  const place = await openPlace()
  const dataDir = path.join(place.dir, 'data')
  const [port, customsPort] = [await freePort(), await freePort()]
  const url = `http://127.0.0.1:${port}`
  const customsUrl = `http://127.0.0.1:${customsPort}`
  let server: Program | undefined
  let customs: Program | undefined

  async function startServer() {
    server = place.start('src/server/main.ts', {
      env: {
        MODE: 'demo',
        ROLE: 'all',
        HOST: '127.0.0.1',
        PORT: String(port),
        PUBLIC_URL: '',
        DATA_DIR: dataDir,
        PG_DIR: place.pgDir,
        DATABASE_URL: '',
        CUSTOMS_URL: customsUrl,
        CUSTOMS_SIM_PORT: '0',
      },
    })
    await server.until('be ready', () => answers(url, '/readyz'))
  }
  async function startCustoms() {
    customs = place.start('src/customs-sim/main.ts', {
      env: { DATA_DIR: dataDir, CUSTOMS_SIM_PORT: String(customsPort), LICENSING_URL: url },
    })
    await customs.until('answer', () => answers(customsUrl, '/api/behaviour'))
  }
  // The keys of both sides are made by the first start of the server.
  await startServer()
  await startCustoms()
  return {
    place,
    url,
    customsUrl,
    dataDir,
    async crash(target) {
      if (target === 'customs') {
        await killNow(customs?.pid ?? 0)
        await startCustoms()
        return
      }
      if (target === 'database') await killNow(databasePid(place))
      // Without its database the server ends by itself; killing it as well is what a careful operator does.
      await killNow(server?.pid ?? 0)
      await startServer()
    },
    database: () => {
      const pool = new pg.Pool({ connectionString: databaseUrl(place, 'xuke'), max: 2 })
      pool.on('error', () => undefined)
      return pool
    },
    close: () => place.close(),
  }
}
