/** The simulator, put together: database, keys, sender, server. */
import { once } from 'node:events'
import path from 'node:path'
import type { AddressInfo } from 'node:net'
import { openKeys } from './keys.ts'
import { startSender } from './sender.ts'
import { simServer } from './server.ts'
import { openStore } from './store.ts'

export interface SimOptions {
  /** The simulator's own folder, and the one in which both sides leave their public keys. */
  folder: string
  keyFolder: string
  /** 0: any that is free. */
  port: number
  licensingUrl: () => string
  /** False: it sends when it is told to, or asked something. */
  watch?: boolean
}

/** Listens on this machine alone. */
export async function startSimulator(options: SimOptions) {
  const keys = openKeys({
    own: path.join(options.folder, 'customs.key.pem'),
    ownPublic: path.join(options.keyFolder, 'customs.pub.pem'),
    peer: path.join(options.keyFolder, 'licensing.pub.pem'),
  })
  const store = openStore(options.folder)
  const sender = startSender({
    store,
    keys,
    licensingUrl: options.licensingUrl,
    watch: options.watch ?? true,
  })
  const server = simServer({ store, keys, sender })
  server.listen(options.port, '127.0.0.1')
  try {
    await once(server, 'listening')
  } catch (error) {
    await sender.stop()
    store.close()
    throw error
  }
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    keys,
    store,
    sender,
    async close() {
      server.close()
      server.closeAllConnections()
      await sender.stop()
      store.close()
    },
  }
}
