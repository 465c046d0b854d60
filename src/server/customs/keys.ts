/** Keys of the exchange: our private one, and the public one of customs. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import type { Environment } from '../environment.ts'
import { StartError } from '../start-error.ts'
import type { ExchangeKeys } from './exchange.ts'

const isP256 = (key: KeyObject) =>
  key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1'

function readKey(file: string, kind: 'own' | 'peer'): KeyObject {
  const pem = fs.readFileSync(file, 'utf8')
  const key = kind === 'own' ? createPrivateKey(pem) : createPublicKey(pem)
  if (!isP256(key)) throw new Error(`${file} is not a P-256 key`)
  return key
}

/** Read once, when first needed: in a demonstration the other side writes its public key at its own start. */
export function exchangeKeys(files: { keyFile: string; peerKeyFile: string }): ExchangeKeys {
  let own: KeyObject | undefined
  let peer: KeyObject | undefined
  return {
    own: () => (own ??= readKey(files.keyFile, 'own')),
    peer: () => (peer ??= readKey(files.peerKeyFile, 'peer')),
  }
}

/** A demonstration makes its key pair at its first start; production has to bring both keys when it has an address. */
export function prepareCustomsKeys({ mode, customs }: Pick<Environment, 'mode' | 'customs'>): void {
  if (mode === 'demo') return makeKeyPair(customs.keyFile)
  if (customs.url === undefined) return
  for (const [setting, kind, file] of [
    ['CUSTOMS_KEY', 'own', customs.keyFile],
    ['CUSTOMS_PEER_KEY', 'peer', customs.peerKeyFile],
  ] as const) {
    try {
      readKey(file, kind)
    } catch (error) {
      throw new StartError(
        `与海关交换报文需要 ${setting}（P-256 密钥的 PEM 文件）：${file || '没有设置'} 不能使用。`,
        { cause: error },
      )
    }
  }
}

/** The private key for us alone, the public one beside it for the other side. Whoever is second finds what is there. */
export function makeKeyPair(keyFile: string): void {
  fs.mkdirSync(path.dirname(keyFile), { recursive: true })
  const publicFile = keyFile.replace(/\.key\.pem$/, '.pub.pem')
  if (!fs.existsSync(keyFile)) {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    const making = `${keyFile}.${process.pid}`
    fs.writeFileSync(making, pem, { mode: 0o600 })
    fs.renameSync(making, keyFile)
  }
  const publicKey = createPublicKey(fs.readFileSync(keyFile, 'utf8'))
  fs.writeFileSync(publicFile, publicKey.export({ type: 'spki', format: 'pem' }))
}
