// `npm run backup -- --to FILE.tar`: database and files of the system with these settings, running or not.
import path from 'node:path'
import { parseArgs } from 'node:util'
import { backup } from '#server/backup/backup.ts'
import { startEmbedded } from '#server/db/embedded.ts'
import { readPlaces } from '#server/environment.ts'
import { StartError, startLine } from '#server/start-error.ts'
import fs from 'node:fs'

function target(): string {
  const { values } = parseArgs({ options: { to: { type: 'string' } }, strict: false })
  if (typeof values.to !== 'string' || values.to === '') {
    throw new StartError('用法：npm run backup -- --to 文件.tar')
  }
  // npm runs scripts in the project's folder; a relative name is meant from where the person stands.
  return path.resolve(process.env['INIT_CWD'] ?? process.cwd(), values.to)
}

async function run() {
  const to = target()
  const places = readPlaces(process.env)
  if (!places.databaseUrl && !fs.existsSync(places.dataDir)) {
    throw new StartError(`没有可备份的数据：${places.dataDir} 不存在。`)
  }
  const embedded = places.databaseUrl ? undefined : await startEmbedded({ ...places, join: true })
  try {
    const url = places.databaseUrl ?? embedded?.appUrl ?? ''
    const report = await backup({ url, dataDir: places.dataDir, to, now: new Date() })
    const size = (report.bytes / 1024 / 1024).toFixed(1)
    console.log(
      `已备份到 ${to}：${report.tables} 张表、${report.rows} 行、${report.files} 个文件，共 ${size} MB。`,
    )
  } finally {
    await embedded?.stop()
  }
}

try {
  await run()
} catch (error) {
  console.error(startLine(error) ?? error)
  process.exitCode = 1
}
