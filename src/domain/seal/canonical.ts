/**
 * The one byte form of content that gets sealed. Page and server must arrive at the same bytes, today and
 * in ten years, so it is the small part of RFC 8785 (JSON Canonicalization Scheme) that needs no number
 * formatting: null, booleans, strings, safe integers, arrays and plain objects; keys sorted by UTF-16 code
 * units, no spaces. Decimals travel as strings, so a fraction never has to be written.
 */

const MAX_DEPTH = 32

/** A value that has no canonical form. `path` leads to it, such as `form.lines[2].quantity`. */
export class CanonicalFormError extends Error {
  readonly path: string

  constructor(path: string, problem: string) {
    super(`${path === '' ? 'value' : path}: ${problem}`)
    this.name = 'CanonicalFormError'
    this.path = path
  }
}

/**
 * The canonical JSON text of a value. Refuses, with CanonicalFormError: undefined, holes, functions, symbols,
 * bigint, numbers that are not safe integers, -0, text with lone surrogates (in keys too), objects of a class
 * (Date, Map, …), keys that are symbols, and nesting deeper than 32.
 */
export const canonicalText = (value: unknown): string => textOf(value, '', 0)

/** The canonical text in UTF-8: the bytes that are hashed and signed. Refuses what canonicalText refuses. */
export const canonicalBytes = (value: unknown): Uint8Array<ArrayBuffer> =>
  new TextEncoder().encode(canonicalText(value))

function textOf(value: unknown, path: string, depth: number): string {
  if (depth > MAX_DEPTH) throw new CanonicalFormError(path, `nested deeper than ${MAX_DEPTH}`)
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'string') return stringText(value, path)
  if (typeof value === 'number') return integerText(value, path)
  if (Array.isArray(value)) return arrayText(value, path, depth)
  if (typeof value === 'object') return objectText(value, path, depth)
  throw new CanonicalFormError(path, `${typeof value} has no canonical form`)
}

function stringText(value: string, path: string): string {
  if (!value.isWellFormed()) throw new CanonicalFormError(path, 'text with a lone surrogate')
  return JSON.stringify(value)
}

function integerText(value: number, path: string): string {
  if (!Number.isSafeInteger(value)) throw new CanonicalFormError(path, `${value} is not a safe integer`)
  // 0 and -0 would both be written "0".
  if (Object.is(value, -0)) throw new CanonicalFormError(path, '-0 has no canonical form')
  return String(value)
}

function arrayText(items: readonly unknown[], path: string, depth: number): string {
  // Array.from turns holes into undefined, which is refused; map would skip them.
  return `[${Array.from(items, (item, index) => textOf(item, `${path}[${index}]`, depth + 1)).join(',')}]`
}

function objectText(value: object, path: string, depth: number): string {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) {
    throw new CanonicalFormError(path, 'not a plain object')
  }
  if (Object.getOwnPropertySymbols(value).length > 0) throw new CanonicalFormError(path, 'key is a symbol')
  // Object.entries keeps the runtime's order; the comparison of strings by < is by UTF-16 code units.
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  const members = entries.map(([key, member]) => {
    const memberPath = path === '' ? key : `${path}.${key}`
    return `${stringText(key, memberPath)}:${textOf(member, memberPath, depth + 1)}`
  })
  return `{${members.join(',')}}`
}
