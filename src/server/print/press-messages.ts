/** What the server and the press's child process say to each other. */
import type { ApplicationDocument } from '#domain/application/document.ts'
import type { LicenceDocument } from '#domain/licence/document.ts'
import type { ProofDocument } from '#domain/request/proof.ts'
import type { SigningFolder } from './signers.ts'

export type PressJob =
  | { readonly kind: 'licence'; readonly document: LicenceDocument; readonly authorityCode: string }
  | { readonly kind: 'application'; readonly document: ApplicationDocument }
  | { readonly kind: 'proof'; readonly document: ProofDocument; readonly authorityCode: string }

/** The keys' passphrase comes this way, so that it stands neither in arguments nor in the environment. */
export type ToChild =
  | { readonly type: 'start'; readonly signing: SigningFolder }
  | { readonly type: 'job'; readonly id: number; readonly job: PressJob }

export type FromChild =
  | { readonly type: 'ready' }
  | { readonly type: 'done'; readonly id: number; readonly pdf: Uint8Array; readonly sha256: string }
  /** `refused`: the words are for people, and trying again would not help. */
  | { readonly type: 'failed'; readonly id: number; readonly refused: boolean; readonly words: string }
