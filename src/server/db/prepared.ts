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
 * on who asks. Answers what runs it with the values of the moment.
 */
export function prepared<V extends object, R>(
  write: (db: Db | Tx, later: Later<V>) => CompiledQuery<R>,
): (db: Db | Tx, values: V) => Promise<R[]> {
  let written: CompiledQuery<R> | undefined
  return async (db, values) => {
    written ??= write(db, (name) => new Placeholder(name) as never)
    const given = new Map<string, unknown>(Object.entries(values))
    const parameters = written.parameters.map((one) =>
      one instanceof Placeholder ? given.get(one.name) : one,
    )
    const { rows } = await db.executeQuery<R>({ ...written, parameters })
    return rows
  }
}
