/** What Node is told when it runs the server. */
export const SERVER_FLAGS: readonly string[]
