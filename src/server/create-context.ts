/** Makes the context of a running server from its settings and its database. */
import { existsSync, readFileSync } from 'node:fs'
import { administrators, nobodyWords } from './account/first-administrator.ts'
import type { Context } from './context.ts'
import { httpCustoms } from './customs/exchange.ts'
import { exchangeKeys, prepareCustomsKeys } from './customs/keys.ts'
import type { Db } from './db/connect.ts'
import { demoRemains } from './demo/remains.ts'
import { prepareDemo } from './demo/start.ts'
import type { Environment } from './environment.ts'
import { directoryStore } from './files/store.ts'
import { issuingAuthority } from './pki/issuing-authority.ts'
import { carriersOf } from './message/carrier.ts'
import { importSigners } from './pki/import-signers.ts'
import { pkiFiles } from './pki/pki-files.ts'
import { standingOf } from './pki/standing.ts'
import { buildTrust, type Trust } from './pki/trust.ts'
import { startPress } from './print/press.ts'
import { openCodeTables } from './reference/codes.ts'
import { StartError } from './start-error.ts'

export async function createContext(
  env: Environment,
  db: Db,
): Promise<{ ctx: Context; close: () => Promise<void>; warnings: string[] }> {
  const clock = () => new Date()
  const warnings = await (env.mode === 'demo' ? prepareDemo({ env, db, clock }) : prepareProduction(env, db))
  prepareCustomsKeys(env)
  const trust = readTrust(env)
  const press = startPress({
    signing: { folder: env.pkiDir, passphrase: env.passphrases.authority },
  })
  const carriers = carriersOf(env)
  const ctx: Context = {
    env,
    db,
    clock,
    trust,
    issuing: issuingAuthority({
      pkiDir: env.pkiDir,
      passphrase: env.passphrases.issuing,
      certificate: trust.issuing,
    }),
    press,
    files: directoryStore(env.filesDir, clock),
    codes: openCodeTables(db, clock),
    customs: httpCustoms({ url: env.customs.url, keys: exchangeKeys(env.customs) }),
    carriers,
    log: (entry) => console.error(JSON.stringify({ at: new Date().toISOString(), ...entry })),
  }
  if (env.mode === 'production') await importSigners(ctx)
  const close = async () => {
    carriers.email.close()
    carriers.sms.close()
    await press.close()
  }
  return { ctx, close, warnings: warnings ?? [] }
}

/** Nothing of a demonstration, passphrases that open their keys, somebody who can begin; answers what is to be done soon. */
async function prepareProduction(env: Environment, db: Db): Promise<string[]> {
  const remains = await demoRemains(db)
  if (remains !== undefined) throw new StartError(remains)
  const { warnings } = await standingOf(env.pkiDir, env.passphrases, new Date())
  return (await administrators(db)).length > 0 ? warnings : [...warnings, nobodyWords]
}

function readTrust(env: Environment): Trust {
  const { chain, earlier } = pkiFiles(env.pkiDir)
  if (!existsSync(chain)) {
    throw new StartError(`没有找到证书链 ${chain}，请把签发机构与根证书（PEM）放在这里后再启动。`)
  }
  return buildTrust(readFileSync(chain, 'utf8'), existsSync(earlier) ? readFileSync(earlier, 'utf8') : '')
}
