/** The two sides of the key agent in tests: a page of a site, and the person at the agent's own window. */
import { type AskWindow, keyAgent, type KeyAgent } from '#ui/key/agent.ts'

/** A page of `origin`, as the browser would send for it. */
export const pageOf = (agent: { port: number }, origin: string): KeyAgent =>
  keyAgent({
    port: agent.port,
    pollMs: 5,
    fetch: (url, init) =>
      fetch(url, { ...init, headers: { ...Object.fromEntries(new Headers(init?.headers)), origin } }),
  })

export type Answer = Readonly<Record<string, string>>

/** Posts the form of the question as the agent's own page does; gives the page that comes back. */
export async function reply(
  address: string,
  answer: Answer,
  origin = new URL(address).origin,
): Promise<Response> {
  const shown = await (await fetch(address)).text()
  const nonce = /name="nonce" value="([^"]+)"/.exec(shown)?.[1] ?? ''
  return fetch(address, {
    method: 'POST',
    headers: { origin },
    body: new URLSearchParams({ nonce, ...answer }),
  })
}

/** The person at the agent's window, who gives these answers one after the other. */
export function person(...answers: Answer[]) {
  const pages: string[] = []
  const show = (address: string): AskWindow => {
    void (async () => {
      for (const answer of answers) pages.push(await (await reply(address, answer)).text())
    })()
    return { closed: () => false, close: () => undefined }
  }
  return { show, pages }
}
