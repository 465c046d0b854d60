// `npm run restore -- --from FILE.tar`: into an empty DATA_DIR and an empty database.
import fs from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { restore } from '#server/backup/restore.ts'
import { startEmbedded, type Embedded } from '#server/db/embedded.ts'
import { readOwner, readPlaces } from '#server/environment.ts'
import { StartError, startLine } from '#server/start-error.ts'

function source(): string {
  const { values } = parseArgs({ options: { from: { type: 'string' } }, strict: false })
  if (typeof values.from !== 'string' || values.from === '') {
    throw new StartError('用法：npm run restore -- --from 文件.tar')
  }
  return path.resolve(process.env['INIT_CWD'] ?? process.cwd(), values.from)
}

function refuseFilled(dataDir: string) {
  const names = fs.existsSync(dataDir) ? fs.readdirSync(dataDir) : []
  if (names.length > 0) {
    throw new StartError(`${dataDir} 不是空的：只能恢复到空文件夹，请用 DATA_DIR 指定一个新的位置。`)
  }
}

/** Everything in the folder came from us: it was empty. */
function throwAway(dataDir: string, embedded: Embedded | undefined) {
  if (fs.existsSync(dataDir)) {
    for (const name of fs.readdirSync(dataDir)) {
      fs.rmSync(path.join(dataDir, name), { recursive: true, force: true })
    }
  }
  if (embedded) fs.rmSync(embedded.dir, { recursive: true, force: true })
}

async function run() {
  const from = source()
  const places = readPlaces(process.env)
  const own = readOwner(process.env)
  refuseFilled(places.dataDir)
  if (places.pgDir) refuseFilled(places.pgDir)
  const embedded = own ? undefined : await startEmbedded(places)
  try {
    const access = own ?? { ownerUrl: embedded?.ownerUrl ?? '', appRole: 'xuke_app' }
    const report = await restore({ from, dataDir: places.dataDir, ...access })
    await embedded?.stop()
    console.log(
      `已恢复 ${report.takenAt} 的备份：${report.tables} 张表、${report.rows} 行、${report.files} 个文件。可以启动了。`,
    )
  } catch (error) {
    await embedded?.stop()
    throwAway(places.dataDir, embedded)
    throw error
  }
}

try {
  await run()
} catch (error) {
  console.error(startLine(error) ?? error)
  process.exitCode = 1
}
