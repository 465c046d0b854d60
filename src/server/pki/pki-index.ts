/** The list of a demonstration's certificates, read by the running server without the library that made them. */
import { readFile } from 'node:fs/promises'
import { z } from 'zod'

/** index.json: every certificate that was made. Instants in ISO 8601, fingerprint and serial in lower-case hex. */
export const PkiIndex = z.strictObject({
  publicUrl: z.string(),
  certificates: z.array(
    z.strictObject({
      kind: z.enum(['root', 'issuing', 'authority', 'operator']),
      fingerprint: z.string(),
      serial: z.string(),
      /** Of operators' certificates. */
      loginName: z.string().optional(),
      /** Of authorities' certificates. */
      authorityCode: z.string().optional(),
      /** For people: the person, the authority, or the name of the certificate authority. */
      holder: z.string(),
      notBefore: z.iso.datetime(),
      notAfter: z.iso.datetime(),
      pem: z.string(),
    }),
  ),
})
export type PkiIndex = z.infer<typeof PkiIndex>
export type IndexedCertificate = PkiIndex['certificates'][number]

/** The index of a folder; undefined when none was finished there. Throws when it is damaged. */
export async function readIndex(path: string): Promise<PkiIndex | undefined> {
  try {
    return PkiIndex.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
