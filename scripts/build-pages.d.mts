/** Builds the pages into dist/web unless they are those of the sources; ends the process when it can't. */
export function ensurePages(): void
