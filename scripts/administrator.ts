// `npm run administrator`: the first administrator of a system. Ends with 0, or with 1 and what was refused.
import { text } from 'node:stream/consumers'
import { administratorCommand } from '#server/account/administrator-command.ts'
import { startLine } from '#server/start-error.ts'

try {
  console.log(await administratorCommand(process.argv.slice(2), process.env, () => text(process.stdin)))
} catch (error) {
  console.error(startLine(error) ?? error)
  process.exitCode = 1
}
