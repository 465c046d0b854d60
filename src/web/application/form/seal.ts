/** Sealing, step by step: the text from the server, the signature made here, the seal sent back. */
import { prepareSeal, sealApplication } from '#api/application.ts'
import { sign, digestHex, type OpenKey } from '#ui/key/e-key.ts'
import type { NameOf } from '#domain/application/words.ts'
import { call, CallFailed } from '#ui/call.ts'
import { newId } from '#ui/request-id.ts'
import { sameContent, type Content } from './content.ts'
import { readSealedText, type SealedText } from './sealed-text.ts'
import type { Session } from './session.ts'

export interface Prepared {
  shown: SealedText
  bytes: Uint8Array<ArrayBuffer>
  /** SHA-256 of the bytes in hex, computed here. */
  digest: string
}

const refused = (words: string) => new CallFailed(409, { code: 'page', words })

/**
 * Asks for the text to seal and compares it with the page: the number is reserved by it. Refuses (CallFailed) what the
 * rules refuse, a text whose fingerprint is another, and one that is not what the page holds.
 */
export async function prepare(
  id: string,
  session: Session,
  content: Content,
  nameOf: NameOf,
): Promise<Prepared> {
  const reply = await session.write((version) =>
    call(prepareSeal, { params: { id }, body: { version, requestId: newId() } }),
  )
  const bytes = new TextEncoder().encode(reply.content)
  const digest = await digestHex(bytes)
  if (digest !== reply.digest) throw refused('收到的内容与其指纹不一致，没有盖章。请检查网络后重试')
  const shown = readSealedText(reply.content, nameOf)
  if (
    shown.id !== id ||
    shown.applicationNo !== reply.applicationNo ||
    !sameContent(shown.content, content)
  ) {
    throw refused('服务器上的内容与本页不一致，没有盖章。请刷新页面核对后重新盖章')
  }
  return { shown, bytes, digest }
}

/** Signs the prepared text with the key, by this computer's clock, and sends the seal under `requestId`. */
export async function seal(
  id: string,
  session: Session,
  { bytes }: Prepared,
  key: OpenKey,
  requestId: string,
) {
  const cms = await sign(key, bytes, new Date())
  return session.write((version) =>
    call(sealApplication, {
      params: { id },
      body: { version, requestId, cms: btoa(String.fromCharCode(...cms)) },
    }),
  )
}
