/** What Node is told when it runs the server. */
export const SERVER_FLAGS: readonly string[]
/** Folder where Node keeps what it has compiled. */
export const COMPILE_CACHE: string
