/** The server under measure: the demonstration on an own folder and database, started and stopped like anybody's. */
import { createServer } from 'node:net'
import { once } from 'node:events'
import path from 'node:path'
import pg from 'pg'
import { alive, ready } from '#api/health.ts'
import { Client } from '../scripts/client.ts'
import { COMPILE_CACHE, SERVER_FLAGS } from '../scripts/server-flags.mjs'
import { databaseUrl, type Place, type Program } from './place.ts'

export interface System {
  place: Place
  url: string
  pid: number
  /** The database as its superuser, beside the server. */
  database: pg.Pool
  /** Milliseconds from the start of the process to the first page, and until every part was ready. */
  started: { page: number; ready: number }
  stop(): Promise<void>
}

/** A port of this machine that nobody uses at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

/** Whether a page is answered; the health check stands in where no pages are built. */
async function answers(client: Client, address: string): Promise<boolean> {
  try {
    const { status } = await client.send(address)
    if (status === 404 && address !== alive.path) return await answers(client, alive.path)
    return status === 200
  } catch {
    return false
  }
}

/** Starts the server on the place's data, the first time making them. `profile` is a folder for a CPU profile. */
export async function startSystem(
  place: Place,
  { profile, customsUrl = '' }: { profile?: string | undefined; customsUrl?: string } = {},
): Promise<System> {
  const port = await freePort()
  const start = performance.now()
  const program = place.start('src/server/main.ts', {
    nodeArgs: [
      ...SERVER_FLAGS,
      ...(profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${path.resolve(profile)}`]),
    ],
    env: {
      NODE_COMPILE_CACHE: COMPILE_CACHE,
      MODE: 'demo',
      ROLE: 'all',
      HOST: '127.0.0.1',
      PORT: String(port),
      PUBLIC_URL: '',
      DATA_DIR: path.join(place.dir, 'data'),
      PG_DIR: place.pgDir,
      DATABASE_URL: '',
      TLS_CERT: '',
      TLS_KEY: '',
      TRUST_PROXY: '',
      // No simulator beside it: messages to customs wait, unless a scenario brings customs of its own.
      CUSTOMS_URL: customsUrl,
      CUSTOMS_SIM_PORT: '0',
    },
  })
  const url = `http://127.0.0.1:${port}`
  const client = new Client(url)
  await program.until('serve', () => answers(client, '/sign-in'))
  const page = performance.now() - start
  await program.until('be ready', () => answers(client, ready.path))
  const started = { page, ready: performance.now() - start }
  client.close()
  return systemOf(place, program, url, started)
}

function systemOf(place: Place, program: Program, url: string, started: System['started']): System {
  const database = new pg.Pool({ connectionString: databaseUrl(place, 'xuke'), max: 10 })
  database.on('error', () => undefined)
  return {
    place,
    url,
    pid: program.pid,
    database,
    started,
    async stop() {
      await database.end()
      await program.stop()
    },
  }
}
