import { canonicalBytes } from './canonical.ts'

/** One attached file as it is sealed: `sha256` of its bytes in 64 lower-case hex digits, `size` in bytes. */
export type SealedAttachment = {
  readonly type: string
  readonly name: string
  readonly size: number
  readonly sha256: string
}

/**
 * Everything a seal stands for. The id and the number keep it from being moved to a copy, the version from
 * being kept over a change. `form` holds every form field as stored (decimals and days are strings) except
 * 有效截止日期, which is an estimate until the licence is issued (manual 004); `contractSheet` every field of
 * the contract sheet.
 */
export type SealContent = {
  readonly kind: 'application'
  readonly id: string
  readonly applicationNo: string
  readonly contentVersion: number
  readonly formVersion: number
  readonly form: Readonly<Record<string, unknown>>
  readonly contractSheet: Readonly<Record<string, unknown>>
  readonly attachments: readonly SealedAttachment[]
}

/**
 * The bytes that are hashed and signed for this content. Properties that are not named in SealContent are
 * left out, and the order in which attachments were listed does not matter. Refuses values without a
 * canonical form (CanonicalFormError) and a file digest that is not 64 lower-case hex digits (RangeError).
 */
export function canonicalSealContent(content: SealContent): Uint8Array<ArrayBuffer> {
  const { kind, id, applicationNo, contentVersion, formVersion, form, contractSheet } = content
  const attachments = content.attachments.map(attachmentOf).sort(byTypeNameDigest)
  return canonicalBytes({
    kind,
    id,
    applicationNo,
    contentVersion,
    formVersion,
    form,
    contractSheet,
    attachments,
  })
}

/**
 * What the seal of 更改、延期、遗失申请 stands for: the licence by its number, what was unused of it, and all that was
 * typed. The id keeps it from being moved to another request, the version from being kept over a change.
 */
export type AmendmentSealContent = {
  readonly kind: 'amendment'
  readonly id: string
  readonly requestKind: string
  readonly licenceNo: string
  readonly contentVersion: number
  readonly formVersion: number
  readonly unusedQuantity: string
  readonly reason: string
  readonly form: Readonly<Record<string, unknown>>
}

/** The bytes that are hashed and signed for an amendment; properties that are not named in its type are left out. */
export function canonicalAmendmentContent(content: AmendmentSealContent): Uint8Array<ArrayBuffer> {
  const { kind, id, requestKind, licenceNo, contentVersion, formVersion, unusedQuantity, reason, form } =
    content
  return canonicalBytes({
    kind,
    id,
    requestKind,
    licenceNo,
    contentVersion,
    formVersion,
    unusedQuantity,
    reason,
    form,
  })
}

function attachmentOf({ type, name, size, sha256 }: SealedAttachment): SealedAttachment {
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw new RangeError(`not a SHA-256 in hex: ${JSON.stringify(sha256)}`)
  return { type, name, size, sha256 }
}

function byTypeNameDigest(a: SealedAttachment, b: SealedAttachment): number {
  for (const key of ['type', 'name', 'sha256'] as const) {
    if (a[key] !== b[key]) return a[key] < b[key] ? -1 : 1
  }
  return a.size - b.size
}

/**
 * A digest as people compare it by eye: 16 groups of four, '3F2A 91BC …'. Takes 64 hex digits of either
 * case, refuses anything else with RangeError.
 */
export function fingerprint(digestHex: string): string {
  if (!/^[0-9a-fA-F]{64}$/.test(digestHex)) {
    throw new RangeError(`not a digest of 64 hex digits: ${JSON.stringify(digestHex)}`)
  }
  return digestHex.toUpperCase().replace(/(.{4})(?=.)/g, '$1 ')
}
