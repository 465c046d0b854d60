/** Everything a request or a job needs from outside, as one plain object made at start; nothing is global. */
import type { Customs } from './customs/exchange.ts'
import type { Db } from './db/connect.ts'
import type { Environment } from './environment.ts'
import type { FileStore } from './files/store.ts'
import type { IssuingAuthority } from './pki/issuing-authority.ts'
import type { Carriers } from './message/carrier.ts'
import type { Trust } from './pki/trust.ts'
import type { Press } from './print/press.ts'
import type { CodeTables } from './reference/codes.ts'

export interface Context {
  env: Environment
  db: Db
  /** The instant now. Business facts take it from here alone. */
  clock: () => Date
  files: FileStore
  press: Press
  codes: CodeTables
  /** The chain that seals must come from. */
  trust: Trust
  /** Makes operators' certificates, answers for them and lists the revoked ones. */
  issuing: IssuingAuthority
  /** The way to customs. */
  customs: Customs
  /** Who takes e-mail and SMS. */
  carriers: Carriers
  log: (entry: Record<string, unknown>) => void
}
