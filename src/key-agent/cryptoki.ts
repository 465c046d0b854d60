/**
 * The few functions of PKCS#11 2.40 that an e-key needs, called through the runtime's own `node:ffi`: nothing is compiled
 * and nothing else is installed. What a module refuses is a CryptokiError with its number.
 */
import type * as Ffi from 'node:ffi'
import { type Attribute, lengthOf, Memory, readUlong, ULONG } from './memory.ts'

export const CKR = {
  keyHandleInvalid: 0x60,
  pinIncorrect: 0xa0,
  pinLenRange: 0xa2,
  pinLocked: 0xa4,
  sessionHandleInvalid: 0xb3,
  tokenNotPresent: 0xe0,
  tokenNotRecognized: 0xe1,
  userAlreadyLoggedIn: 0x100,
  userNotLoggedIn: 0x101,
  cryptokiAlreadyInitialized: 0x191,
} as const

export const CKO = { certificate: 1, publicKey: 2, privateKey: 3 } as const
export const CKA = {
  class: 0x0,
  token: 0x1,
  private: 0x2,
  label: 0x3,
  value: 0x11,
  certificateType: 0x80,
  issuer: 0x81,
  serialNumber: 0x82,
  keyType: 0x100,
  subject: 0x101,
  id: 0x102,
  sensitive: 0x103,
  sign: 0x108,
  verify: 0x10a,
  extractable: 0x162,
  ecParams: 0x180,
  ecPoint: 0x181,
} as const
export const CKK_EC = 0x3
const CKM = { ecKeyPairGen: 0x1040, ecdsa: 0x1041 } as const
const CKF_RW_SESSION = 0x2
const CKF_SERIAL_SESSION = 0x4
const CKU_USER = 1

export class CryptokiError extends Error {
  override readonly name = 'CryptokiError'
  readonly code: number
  constructor(call: string, code: number) {
    super(`${call}: 0x${code.toString(16)}`)
    this.code = code
  }
}

export type TokenInfo = { readonly label: string; readonly serial: string; readonly flags: number }

type Argument = 'ulong' | 'byte' | 'address'

/** An open PKCS#11 module. Sessions and objects are its numbers; all calls block until the token has answered. */
export class Cryptoki {
  readonly #ffi: typeof Ffi
  readonly #library: Ffi.DynamicLibrary

  /** Loads the module at `path` and initializes it. Throws when it can't be loaded, or exports no functions by name. */
  constructor(ffi: typeof Ffi, path: string) {
    this.#ffi = ffi
    this.#library = new ffi.DynamicLibrary(path)
    try {
      this.#call('C_Initialize', ['address'], [0n])
    } catch (error) {
      if (!(error instanceof CryptokiError) || error.code !== CKR.cryptokiAlreadyInitialized) throw error
    }
  }

  close(): void {
    this.#call('C_Finalize', ['address'], [0n])
    this.#library.close()
  }

  /** Slots in which a token is. */
  slots(): number[] {
    const memory = this.#memory()
    const count = memory.ulong()
    const kinds = ['byte', 'address', 'address'] as const
    this.#call('C_GetSlotList', kinds, [1, 0n, count.address])
    const slots = memory.take(Math.max(1, readUlong(count.bytes) * ULONG))
    this.#call('C_GetSlotList', kinds, [1, slots.address, count.address])
    return Array.from({ length: readUlong(count.bytes) }, (_, index) => readUlong(slots.bytes, index * ULONG))
  }

  token(slot: number): TokenInfo {
    // Longer than CK_TOKEN_INFO is anywhere.
    const info = this.#memory().take(256)
    this.#call('C_GetTokenInfo', ['ulong', 'address'], [slot, info.address])
    const text = (from: number, to: number) => info.bytes.toString('utf8', from, to).replace(/[\s\0]+$/, '')
    return { label: text(0, 32), serial: text(80, 96), flags: readUlong(info.bytes, 96) }
  }

  openSession(slot: number): number {
    const handle = this.#memory().ulong()
    const kinds = ['ulong', 'ulong', 'address', 'address', 'address'] as const
    const flags = CKF_SERIAL_SESSION | CKF_RW_SESSION
    this.#call('C_OpenSession', kinds, [slot, flags, 0n, 0n, handle.address])
    return readUlong(handle.bytes)
  }

  closeSession(session: number): void {
    this.#call('C_CloseSession', ['ulong'], [session])
  }

  /** Without a PIN the token asks for it on its own keys (protected authentication path). */
  login(session: number, pin: string | undefined): void {
    const memory = this.#memory()
    const place = pin === undefined ? undefined : memory.put(Buffer.from(pin, 'utf8'))
    const given = [session, CKU_USER, place?.address ?? 0n, place?.bytes.length ?? 0]
    try {
      this.#call('C_Login', ['ulong', 'ulong', 'address', 'ulong'], given)
    } finally {
      memory.wipe()
    }
  }

  logout(session: number): void {
    this.#call('C_Logout', ['ulong'], [session])
  }

  /** Objects that have all these attributes, at most 200. */
  find(session: number, template: readonly Attribute[]): number[] {
    const memory = this.#memory()
    const wanted = memory.attributes(template)
    const most = 200
    const objects = memory.take(most * ULONG)
    const count = memory.ulong()
    this.#call('C_FindObjectsInit', ['ulong', 'address', 'ulong'], [session, wanted.address, template.length])
    try {
      const kinds = ['ulong', 'address', 'ulong', 'address'] as const
      this.#call('C_FindObjects', kinds, [session, objects.address, most, count.address])
    } finally {
      this.#call('C_FindObjectsFinal', ['ulong'], [session])
    }
    return Array.from({ length: readUlong(count.bytes) }, (_, index) =>
      readUlong(objects.bytes, index * ULONG),
    )
  }

  /** The value of one attribute; undefined where the object has none of it. Throws where it may not be read. */
  read(session: number, object: number, type: number): Buffer | undefined {
    const memory = this.#memory()
    const kinds = ['ulong', 'ulong', 'address', 'ulong'] as const
    const asked = memory.triples([[type, undefined]])
    this.#call('C_GetAttributeValue', kinds, [session, object, asked.address, 1])
    const length = lengthOf(asked, 0)
    if (length === undefined) return undefined
    if (length === 0) return Buffer.alloc(0)
    const value = memory.take(length)
    const filled = memory.triples([[type, value]])
    this.#call('C_GetAttributeValue', kinds, [session, object, filled.address, 1])
    return Buffer.from(value.bytes)
  }

  create(session: number, template: readonly Attribute[]): number {
    const memory = this.#memory()
    const handle = memory.ulong()
    const given = memory.attributes(template)
    const kinds = ['ulong', 'address', 'ulong', 'address'] as const
    this.#call('C_CreateObject', kinds, [session, given.address, template.length, handle.address])
    return readUlong(handle.bytes)
  }

  destroy(session: number, object: number): void {
    this.#call('C_DestroyObject', ['ulong', 'ulong'], [session, object])
  }

  /** An EC key pair in the token: the handle of the public key. */
  generateEcPair(session: number, publicKey: readonly Attribute[], privateKey: readonly Attribute[]): number {
    const memory = this.#memory()
    const handles = [memory.ulong(), memory.ulong()] as const
    const templates = [memory.attributes(publicKey), memory.attributes(privateKey)] as const
    const ways = ['ulong', 'address', 'address', 'ulong', 'address', 'ulong', 'address', 'address'] as const
    const mechanism = memory.mechanism(CKM.ecKeyPairGen)
    this.#call('C_GenerateKeyPair', ways, [
      session,
      mechanism.address,
      templates[0].address,
      publicKey.length,
      templates[1].address,
      privateKey.length,
      handles[0].address,
      handles[1].address,
    ])
    return readUlong(handles[0].bytes)
  }

  /** r‖s over a digest, which every token can: those that hash themselves are few. */
  signDigest(session: number, privateKey: number, digest: Uint8Array): Buffer {
    const memory = this.#memory()
    const mechanism = memory.mechanism(CKM.ecdsa)
    this.#call('C_SignInit', ['ulong', 'address', 'ulong'], [session, mechanism.address, privateKey])
    const data = memory.put(digest)
    const signature = memory.take(256)
    const length = memory.ulong(signature.bytes.length)
    const kinds = ['ulong', 'address', 'ulong', 'address', 'address'] as const
    const given = [session, data.address, digest.length, signature.address, length.address]
    this.#call('C_Sign', kinds, given)
    return Buffer.from(signature.bytes.subarray(0, readUlong(length.bytes)))
  }

  #memory(): Memory {
    return new Memory(this.#ffi, 65_536)
  }

  #call(name: string, kinds: readonly Argument[], values: readonly (number | bigint)[]): void {
    const ulong = ULONG === 4 ? 'u32' : 'u64'
    const types = { ulong, byte: 'u8', address: 'pointer' } as const
    const call = this.#library.getFunction(name, {
      arguments: kinds.map((kind) => types[kind]),
      return: ulong,
    })
    const given = kinds.map((kind, index) => {
      const value = values[index] ?? 0
      return types[kind] === 'u64' ? BigInt(value) : value
    })
    const code = Number(Reflect.apply(call, undefined, given))
    if (code !== 0) throw new CryptokiError(name, code)
  }
}
