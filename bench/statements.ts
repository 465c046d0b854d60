/** Which statements the server sends to its database while something is done, by the database's own log. */
import { readFileSync, statSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { databaseLog } from './place.ts'
import type { System } from './system.ts'

/** A statement as it was run; values in the database's text form. */
export interface Statement {
  text: string
  values: (string | null)[]
}

const SETTINGS = { log_min_duration_statement: '0', log_line_prefix: '%m [%p] user=%u ' }
/** The running server's own user. */
const USER = 'user=xuke_app '
/** Until every connection has read its settings again, and the log is written. */
const SETTLE_MS = 200

/** Does `work` and answers the statements of the server meanwhile, in order, those of its job queue left out. */
export async function statementsOf(system: System, work: () => Promise<void>): Promise<Statement[]> {
  const { database, place } = system
  for (const [name, value] of Object.entries(SETTINGS))
    await database.query(`alter system set ${name} = '${value}'`)
  await reload(system)
  const log = databaseLog(place)
  const before = statSync(log).size
  try {
    await work()
    await sleep(SETTLE_MS)
    return readStatements(readFileSync(log).subarray(before).toString())
  } finally {
    for (const name of Object.keys(SETTINGS)) await database.query(`alter system reset ${name}`)
    await reload(system)
  }
}

async function reload({ database }: System) {
  await database.query('select pg_reload_conf()')
  await sleep(SETTLE_MS)
}

function readStatements(log: string): Statement[] {
  const found: Statement[] = []
  let last: Statement | undefined
  // An entry begins with its time; the lines that follow it begin with a tab.
  for (const entry of log.split(/\n(?!\t)/)) {
    const own = entry.includes(USER)
    const run = /LOG: {2}duration: [\d.]+ ms {2}(?:execute [^:]*|statement): ([^]*)$/.exec(entry)
    const parameters = /DETAIL: {2}Parameters: ([^]*)$/i.exec(entry)
    if (own && run?.[1] !== undefined) {
      last = { text: run[1].replaceAll('\n\t', '\n').trim(), values: [] }
      if (!last.text.includes('graphile_worker')) found.push(last)
    } else if (own && parameters?.[1] !== undefined && last !== undefined) {
      last.values = readValues(parameters[1].replaceAll('\n\t', '\n'))
      last = undefined
    } else {
      last = undefined
    }
  }
  return found
}

/** `$1 = 'it''s', $2 = NULL` */
const readValues = (text: string): (string | null)[] =>
  [...text.matchAll(/\$\d+ = (?:NULL|'((?:[^']|'')*)')/g)].map(
    (match) => match[1]?.replaceAll("''", "'") ?? null,
  )
