/** The key agent at the port that this site speaks with. */
import { getKeyAgent, type KeyAgentOffer } from '#api/key-agent.ts'
import { call } from '../call.ts'
import { type KeyAgent, keyAgent } from './agent.ts'

export interface AgentHere {
  readonly offer: KeyAgentOffer
  readonly agent: KeyAgent
}

/** Throws CallFailed when the server was not reached; the agent itself is not asked anything yet. */
export async function agentHere(): Promise<AgentHere> {
  const offer = await call(getKeyAgent, {})
  return { offer, agent: keyAgent({ port: offer.port }) }
}

/** The system's certificates, among which is the issuer of every key. */
export async function fetchChain(): Promise<string> {
  const response = await fetch('/pki/chain.pem')
  if (!response.ok) throw new Error(`/pki/chain.pem: ${response.status}`)
  return response.text()
}
