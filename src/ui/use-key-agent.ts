/** The key agent as a part of a page sees it: looked for, asked for consent, its tokens read, its window shown. */
import { useCallback, useEffect, useState } from 'react'
import { wordsOf } from './call.ts'
import { AgentError, type AgentToken, type KeyAgent, type ShowAsk } from './key/agent.ts'
import { agentHere } from './key/agent-here.ts'
import { askWindow } from './key/agent-window.ts'
import { signingRefusal } from './key/e-key.ts'

export type FoundAgent =
  | { kind: 'looking' }
  | { kind: 'failed'; error: unknown }
  | { kind: 'consent'; agent: KeyAgent }
  | { kind: 'tokens'; agent: KeyAgent; tokens: readonly AgentToken[] }

async function look(): Promise<FoundAgent> {
  const refusal = signingRefusal()
  if (refusal !== undefined) return { kind: 'failed', error: new AgentError('said', refusal) }
  try {
    const { agent } = await agentHere()
    const facts = await agent.facts()
    if (facts.moduleProblem !== null) throw new AgentError('said', facts.moduleProblem)
    if (!facts.consent) return { kind: 'consent', agent }
    return { kind: 'tokens', agent, tokens: await agent.tokens() }
  } catch (error) {
    return { kind: 'failed', error }
  }
}

export interface AgentInUse {
  readonly found: FoundAgent
  /** Address of the question that stands in the agent's window. */
  readonly asking: string | undefined
  readonly busy: boolean
  readonly problem: string | undefined
  readonly show: ShowAsk
  /** Looks again, as after a token was put in. */
  readonly again: () => Promise<void>
  readonly askConsent: (agent: KeyAgent) => Promise<void>
  /** Does something with the agent; what goes wrong stands in `problem`. */
  readonly run: (work: () => Promise<void>) => Promise<void>
}

export function useKeyAgent(): AgentInUse {
  const [found, setFound] = useState<FoundAgent>({ kind: 'looking' })
  const [asking, setAsking] = useState<string>()
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()

  useEffect(() => {
    let gone = false
    void look().then((next) => !gone && setFound(next))
    return () => {
      gone = true
    }
  }, [])
  const again = useCallback(async () => {
    setProblem(undefined)
    setFound({ kind: 'looking' })
    setFound(await look())
  }, [])
  const run = useCallback(async (work: () => Promise<void>) => {
    setBusy(true)
    setProblem(undefined)
    try {
      await work()
    } catch (error) {
      setProblem(wordsOf(error))
    } finally {
      setBusy(false)
    }
  }, [])
  const askConsent = useCallback(
    (agent: KeyAgent) =>
      run(async () => {
        await agent.askConsent(askWindow(setAsking))
        setFound(await look())
      }),
    [run],
  )
  return { found, asking, busy, problem, show: askWindow(setAsking), again, askConsent, run }
}
