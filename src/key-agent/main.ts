// `npm run key-agent`: between the pages and a hardware token. Settings: KEY_AGENT_PORT, KEY_AGENT_ORIGINS, KEY_AGENT_MODULE.
import { readSettings, SettingError, type Settings } from './settings.ts'
import { startAgent } from './start.ts'

function settingsOrEnd(): Settings {
  try {
    return readSettings(process.env, import.meta.dirname)
  } catch (error) {
    if (!(error instanceof SettingError)) throw error
    console.error(error.message)
    process.exit(1)
  }
}

const settings = settingsOrEnd()
try {
  const agent = await startAgent(settings)
  console.log(`钥匙代理：http://127.0.0.1:${agent.port}（只接受本机）`)
  console.log(`允许的网站：${settings.origins.join('、')}`)
  console.log(`钥匙驱动：${settings.module ?? '没有找到，见上面的网页'}`)
  let stopping = false
  const stop = () => {
    if (stopping) return
    stopping = true
    setTimeout(() => process.exit(1), 5_000).unref()
    void agent.close().then(() => process.exit(0))
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
} catch (error) {
  const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
  console.error(
    taken
      ? `钥匙代理没有启动：端口 ${settings.port} 已被占用。它可能已在运行；也可用 KEY_AGENT_PORT 指定其他端口（网站一方须相同）。`
      : error,
  )
  process.exit(1)
}
