/** Queries that run at every request: built and written out once, with other values each time. */
import type { CompiledQuery } from 'kysely'
import type { Db, Tx } from './connect.ts'

/** Stands in a query for a value that comes later. */
class Placeholder {
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
}

/** Gives the placeholder of a value by its name; the types see the value that will be there. */
export type Later<V> = <Name extends keyof V & string>(name: Name) => V[Name]

/**
 * `write` makes the query with `later(name)` in the place of each value; it is called once, so nothing in it may depend
 * on who asks. Answers what puts the values of the moment in.
 */
export function written<V extends object, R>(
  write: (db: Db | Tx, later: Later<V>) => CompiledQuery<R>,
): (db: Db | Tx, values: V) => CompiledQuery<R> {
  let text: CompiledQuery<R> | undefined
  return (db, values) => {
    text ??= write(db, (name) => new Placeholder(name) as never)
    const given = new Map<string, unknown>(Object.entries(values))
    const parameters = text.parameters.map((one) => (one instanceof Placeholder ? given.get(one.name) : one))
    return { ...text, parameters }
  }
}

/** The same, and runs it. */
export function prepared<V extends object, R>(
  write: (db: Db | Tx, later: Later<V>) => CompiledQuery<R>,
): (db: Db | Tx, values: V) => Promise<R[]> {
  const query = written(write)
  return async (db, values) => (await db.executeQuery<R>(query(db, values))).rows
}
