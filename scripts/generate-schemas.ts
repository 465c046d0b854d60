/** Prints the schemas of the exchange with customs to docs/customs, for whoever builds the other side. */
import fs from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { published } from '#domain/customs/messages.ts'

const folder = path.resolve(import.meta.dirname, '../docs/customs')

function schemas(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(published).map(([name, schema]) => {
      const printed = z.toJSONSchema(schema, { target: 'draft-2020-12', io: 'input', unrepresentable: 'any' })
      return [`${name}.schema.json`, `${JSON.stringify(printed, null, 2)}\n`]
    }),
  )
}

export function writeSchemas(): void {
  fs.mkdirSync(folder, { recursive: true })
  for (const [name, text] of Object.entries(schemas())) fs.writeFileSync(path.join(folder, name), text)
}

/** Names of files that are not what the schemas say now. */
export function staleSchemas(): string[] {
  return Object.entries(schemas()).flatMap(([name, text]) => {
    const file = path.join(folder, name)
    return fs.existsSync(file) && fs.readFileSync(file, 'utf8') === text ? [] : [name]
  })
}
