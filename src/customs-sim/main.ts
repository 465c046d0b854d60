// `npm run customs-sim`: the other side of the customs exchange, for demonstrations. Settings: DATA_DIR, CUSTOMS_SIM_PORT,
// LICENSING_URL.
import path from 'node:path'
import { startSimulator } from './simulator.ts'

const project = path.resolve(import.meta.dirname, '../..')
const dataDir = path.resolve(project, process.env['DATA_DIR']?.trim() || './data')
const port = Number(process.env['CUSTOMS_SIM_PORT']?.trim() || 3001)
const licensing = (process.env['LICENSING_URL']?.trim() || 'http://127.0.0.1:3000').replace(/\/$/, '')

try {
  const sim = await startSimulator({
    folder: path.join(dataDir, 'customs-sim'),
    keyFolder: path.join(dataDir, 'customs'),
    port,
    licensingUrl: () => licensing,
  })
  console.log(`海关模拟系统：http://localhost:${port}`)
  let stopping = false
  const stop = () => {
    if (stopping) return
    stopping = true
    setTimeout(() => process.exit(1), 5_000).unref()
    void sim.close().then(() => process.exit(0))
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
  // Started by the server: it ends with it, however that ended.
  if (process.channel !== undefined && process.channel !== null) process.on('disconnect', stop)
} catch (error) {
  const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
  console.error(
    taken ? `海关模拟系统没有启动：端口 ${port} 已被占用，可用 CUSTOMS_SIM_PORT 指定其他端口。` : error,
  )
  process.exit(1)
}
