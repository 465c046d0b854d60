/** The agent's question in a window of its own, which the browser opens only where the person has just clicked. */
import type { ShowAsk } from './agent.ts'

/** `onShown` gets the address while the question stands, for a link where the window did not open. */
export const askWindow =
  (onShown: (address: string | undefined) => void): ShowAsk =>
  (address) => {
    onShown(address)
    const opened = window.open(address, 'xuke-key-agent', 'popup,width=600,height=560')
    opened?.focus()
    return {
      closed: () => opened?.closed ?? false,
      close: () => {
        opened?.close()
        onShown(undefined)
      },
    }
  }
