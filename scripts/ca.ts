// `npm run ca`: the certificate authority of a production system. Ends with 0, or with 1 and what was refused.
import { caCommand } from '#server/pki/ca-command.ts'
import { startLine } from '#server/start-error.ts'

try {
  console.log(await caCommand(process.argv.slice(2), process.env, new Date()))
} catch (error) {
  console.error(startLine(error) ?? error)
  process.exitCode = 1
}
