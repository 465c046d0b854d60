// Stops and removes the tests' database: with `now` at once, else when it has been unused for a while.
// It goes by the sessions of the cluster, so a file that still runs keeps it.
import fs from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { clusterFolder, connectAdmin, pkiShelf, startTestCluster, underLock } from '#test/cluster.ts'

const IDLE_MS = 60_000
const LOOK_MS = 2_000

async function remove(): Promise<boolean> {
  return underLock(async () => {
    if (!fs.existsSync(clusterFolder())) return true
    const cluster = await startTestCluster()
    const admin = await connectAdmin(cluster.run, 'xuke remover')
    const used = await sessions(admin)
    await admin.end()
    if (used > 0) return false
    await cluster.stop()
    fs.rmSync(clusterFolder(), { recursive: true, force: true })
    fs.rmSync(pkiShelf(), { recursive: true, force: true })
    return true
  })
}

type Admin = Awaited<ReturnType<typeof connectAdmin>>

async function sessions(admin: Admin): Promise<number> {
  const { rows } = await admin.query<{ n: number }>(`
    select count(*)::int as n from pg_stat_activity
    where backend_type = 'client backend' and application_name not in ('xuke reaper', 'xuke remover')`)
  return rows[0]?.n ?? 0
}

async function watch() {
  const cluster = await startTestCluster()
  const admin = await connectAdmin(cluster.run, 'xuke reaper')
  // Removed under us by `now`, or a second reaper: nothing is left to do.
  admin.on('error', () => process.exit(0))
  const { rows } = await admin.query<{ got: boolean }>(
    `select pg_try_advisory_lock(hashtext('reaper')) as got`,
  )
  if (!rows[0]?.got) process.exit(0)
  let idleSince = Date.now()
  for (;;) {
    await sleep(LOOK_MS)
    if ((await sessions(admin)) > 0) idleSince = Date.now()
    else if (Date.now() - idleSince > IDLE_MS && (await remove())) process.exit(0)
  }
}

if (process.argv[2] === 'now') await remove()
else await watch()
