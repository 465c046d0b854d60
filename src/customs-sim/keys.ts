/** Keys of the simulated customs: its own pair, made at the first start, and the public key of the licensing system. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { CompactSign, compactVerify } from 'jose'

const header = { alg: 'ES256', typ: 'customs+jws' }

export type Signing = ReturnType<typeof openKeys>

/** `own` stays in the simulator's folder; its public half goes where the licensing system reads it. */
export function openKeys(files: { own: string; ownPublic: string; peer: string }) {
  fs.mkdirSync(path.dirname(files.own), { recursive: true })
  fs.mkdirSync(path.dirname(files.ownPublic), { recursive: true })
  if (!fs.existsSync(files.own)) {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    fs.writeFileSync(files.own, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
  }
  const own = createPrivateKey(fs.readFileSync(files.own, 'utf8'))
  fs.writeFileSync(files.ownPublic, createPublicKey(own).export({ type: 'spki', format: 'pem' }))
  let peer: KeyObject | undefined
  const sign = (content: unknown, key = own) =>
    new CompactSign(new TextEncoder().encode(JSON.stringify(content))).setProtectedHeader(header).sign(key)
  return {
    sign: (content: unknown) => sign(content),
    /** With a key that nobody knows: a forgery. */
    forge: (content: unknown) => sign(content, generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey),
    /** What the licensing system signed; throws otherwise. */
    async read(jws: string): Promise<Record<string, unknown>> {
      peer ??= createPublicKey(fs.readFileSync(files.peer, 'utf8'))
      const { payload, protectedHeader } = await compactVerify(jws, peer, { algorithms: ['ES256'] })
      const content: unknown = JSON.parse(new TextDecoder().decode(payload))
      if (protectedHeader.typ !== header.typ || typeof content !== 'object' || content === null) {
        throw new Error('not a message of this exchange')
      }
      return { ...content }
    },
  }
}
