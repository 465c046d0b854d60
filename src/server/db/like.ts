/** A pattern that finds a part of a text as it was typed: what has a meaning of its own in LIKE stands for itself. */
export const like = (part: string): string => `%${part.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`
