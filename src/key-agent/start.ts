/** Module, desk and server joined together. */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { Cryptoki } from './cryptoki.ts'
import { makeDesk } from './desk.ts'
import { agentServer } from './server.ts'
import type { Settings } from './settings.ts'
import { tokensOf, type Tokens } from './token.ts'

export interface Agent {
  readonly port: number
  close(): Promise<void>
}

export const agentVersion = (): string => {
  const described: unknown = JSON.parse(readFileSync(path.join(import.meta.dirname, 'package.json'), 'utf8'))
  return typeof described === 'object' && described !== null && 'version' in described
    ? String(described.version)
    : ''
}

/** Starts on 127.0.0.1 alone; port 0 takes a free one. `tokens` stands in for a module, in tests. */
export async function startAgent(
  { port, origins, module }: Settings,
  { tokens, now = Date.now }: { tokens?: Tokens; now?: () => number } = {},
): Promise<Agent> {
  const loaded = tokens === undefined ? await loadModule(module) : { tokens }
  const desk = makeDesk(loaded.tokens, now)
  const version = agentVersion()
  const moduleProblem = 'problem' in loaded ? loaded.problem : undefined
  const server = agentServer({ desk, origins, version, moduleProblem, foreign: new Set() })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const sweeping = setInterval(() => desk.sweep(), 30_000).unref()
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    async close() {
      clearInterval(sweeping)
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
      desk.end()
      if ('cryptoki' in loaded) loaded.cryptoki.close()
    },
  }
}

type Loaded = { tokens: Tokens; cryptoki: Cryptoki } | { tokens: undefined; problem: string }

/** Without a module the agent runs all the same, and its pages say what is missing. */
async function loadModule(file: string | undefined): Promise<Loaded> {
  if (file === undefined) {
    return {
      tokens: undefined,
      problem:
        '没有找到钥匙驱动（PKCS#11 模块）。请安装钥匙厂商的驱动或 OpenSC，并用 KEY_AGENT_MODULE 指明模块文件',
    }
  }
  const ffi = await import('node:ffi').catch(() => undefined)
  if (ffi === undefined) {
    return {
      tokens: undefined,
      problem: '当前的 Node.js 不能调用钥匙驱动，请使用 26.1 或更高版本运行钥匙代理',
    }
  }
  try {
    const cryptoki = new Cryptoki(ffi, file)
    return { tokens: tokensOf(cryptoki), cryptoki }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return { tokens: undefined, problem: `钥匙驱动 ${file} 不能使用：${why}` }
  }
}
