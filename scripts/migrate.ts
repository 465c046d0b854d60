// `npm run migrate`: brings an own PostgreSQL to this program's structure, with the owner's access.
import { migrate } from '#server/db/migrate.ts'
import { readOwner } from '#server/environment.ts'
import { startLine } from '#server/start-error.ts'

try {
  const owner = readOwner(process.env)
  if (owner) {
    const { applied } = await migrate(owner.ownerUrl, { appRole: owner.appRole })
    console.log(applied.length > 0 ? `已执行迁移：${applied.join('、')}` : '数据库结构已是最新。')
  } else {
    console.log('内置数据库在每次启动时自行迁移；自备数据库请设置 DATABASE_OWNER_URL（和 DATABASE_URL）。')
  }
} catch (error) {
  console.error(startLine(error) ?? error)
  process.exitCode = 1
}
