// `npm run prove`: computes all quota balances again and compares them with licences and uses; 1 when anything differs.
import fs from 'node:fs'
import { connect } from '#server/db/connect.ts'
import { startEmbedded } from '#server/db/embedded.ts'
import { readPlaces } from '#server/environment.ts'
import { prove, type Proof } from '#server/quota/prove.ts'
import { StartError, startLine } from '#server/start-error.ts'

const whats = {
  chain: '明细账前后不连',
  held: '占用与在办申请不符',
  committed: '已核扣与许可证不符',
  settled: '已核销与核销数量不符',
  total: '下达超过总量',
  used: '许可证用量与海关记录不符',
} as const

function print({ accounts, entries, licences, differences }: Proof, seconds: string) {
  for (const { what, name, id, is, shouldBe } of differences) {
    console.log(`${whats[what]}：${name}（${id}）现为 ${is}，应为 ${shouldBe}`)
  }
  console.log(
    `账户 ${accounts} 个，分录 ${entries} 笔，许可证 ${licences} 份，不一致 ${differences.length} 处，用时 ${seconds} 秒`,
  )
}

async function run() {
  const places = readPlaces(process.env)
  if (!places.databaseUrl && !fs.existsSync(places.dataDir)) {
    throw new StartError(`没有可核对的数据：${places.dataDir} 不存在。`)
  }
  const embedded = places.databaseUrl ? undefined : await startEmbedded({ ...places, join: true })
  const connection = connect(places.databaseUrl ?? embedded?.appUrl ?? '', { max: 1 })
  try {
    const began = performance.now()
    const proof = await prove(connection.db)
    print(proof, ((performance.now() - began) / 1000).toFixed(2))
    if (proof.differences.length > 0) process.exitCode = 1
  } finally {
    await connection.close()
    await embedded?.stop()
  }
}

try {
  await run()
} catch (error) {
  console.error(startLine(error) ?? error)
  process.exitCode = 1
}
