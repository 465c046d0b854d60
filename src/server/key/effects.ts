/** What each action on a key request does besides moving its state and writing history. */
import type { RevocationCode } from '#domain/certificate/kinds.ts'
import { isCertificateType, revocationCodes } from '#domain/certificate/kinds.ts'
import { kinds, type KeyRequestAction } from '#domain/certificate/actions.ts'
import type { KeyForm } from '#domain/certificate/form.ts'
import { recipientProblem } from '#domain/message/letter.ts'
import { sameBytes } from '#domain/seal/bytes.ts'
import type { KeyHolder } from '#domain/seal/certificate.ts'
import { holderName } from '#domain/seal/name.ts'
import type { Context } from '../context.ts'
import type { Tx } from '../db/connect.ts'
import type { Effect } from '../door.ts'
import { verifyEnterprise } from '../enterprise/verify.ts'
import { grantServices } from '../hall/request.ts'
import { oldPersonOfAccount, servicesOf } from '../old-user/find.ts'
import { queueLetter } from '../message/queue.ts'
import type { CheckedRequest } from '../pki/check-request.ts'
import { issueCertificate } from '../pki/issue-certificate.ts'
import { revokePhones } from '../phone-authorisation/revoke.ts'
import { revokeCertificates } from '../pki/revoke.ts'
import { Refused } from '../refused.ts'
import type { KeyRequestSet, LockedKeyRequest } from './act.ts'
import { holderOf } from './holder.ts'
import { openAccount, type FirstPassword } from './open-account.ts'

/** What a caller has prepared before the lock. */
export type Prepared =
  | { save: { form: KeyForm; certificateType: string } }
  /** The seal of the old key over the request of this version. */
  | { renewal: { cms: Uint8Array; serial: string; forVersion: number } }
  | {
      making: {
        request: CheckedRequest
        holder: KeyHolder
        device: 'file' | 'token'
        /** Of an account that is opened with this key. */
        password: FirstPassword | undefined
      }
    }
  | { revoking: { fingerprint: string; code: RevocationCode } }

type KeyEffect = Effect<LockedKeyRequest, KeyRequestSet, Prepared>

const changed = () => new Refused(409, 'stale', '内容在办理过程中有变化，请刷新页面，核对最新内容后重新操作')

const save: KeyEffect = async ({ prepared }) => {
  if (prepared === undefined || !('save' in prepared)) throw new Error('nothing to save')
  const { form, certificateType } = prepared.save
  return { set: { form: JSON.stringify(form), certificate_type: certificateType, old_key_signature: null } }
}

/** A renewal is signed by the key it renews; a lost key is revoked when its loss is told, not when it is approved. */
const submit: KeyEffect = async ({ tx, subject, actor, now, prepared }) => {
  const sent = { submitted_at: now, decided_by: null, decided_at: null }
  if (subject.kind === 'renew') {
    if (prepared === undefined || !('renewal' in prepared)) {
      throw new Refused(409, 'rule', '请插入需要更新的电子钥匙，用它签署后提交')
    }
    const { cms, serial, forVersion } = prepared.renewal
    if (forVersion !== subject.version) throw changed()
    return { set: { ...sent, old_key_signature: Buffer.from(cms) }, certificateSerial: serial }
  }
  if (subject.kind === 'reissue' && subject.old !== undefined) {
    await revokeCertificates(tx, [subject.old.fingerprint], {
      now,
      code: 'keyCompromise',
      reason: '申请补办，原电子钥匙遗失或损坏',
      by: actor.accountId,
    })
  }
  return { set: sent }
}

/** The first approved key verifies the enterprise on its papers; each gives its holder the right to seal, and the services asked for. */
const approve: KeyEffect = async ({ tx, ctx, subject, actor, now }) => {
  const { row, form } = subject
  const verified = await verifyEnterprise(tx, ctx, {
    enterpriseId: row.enterprise_id,
    accountId: row.created_by,
    officer: actor,
  })
  const old = await oldPersonOfAccount(tx, row.created_by)
  await grantServices(tx, ctx, {
    enterpriseId: verified.enterpriseId,
    // What an old user brought along becomes the enterprise's once a key officer has seen its papers.
    services: [...form.services, ...(old === undefined ? [] : servicesOf(old))],
    officer: actor,
    accountId: row.created_by,
  })
  await tell(tx, ctx, subject, {
    text: `您的电子钥匙${requestWord(subject.kind)}已批准。请登录系统，或在登录页点“办理电子钥匙”凭验证码进入，打开该申请，点击“制作电子钥匙”。`,
    to: form,
  })
  return {
    set: { decided_by: actor.accountId, decided_at: now, enterprise_id: verified.enterpriseId },
  }
}

/** 申请, 更新申请, 补办申请: as a letter names it. */
const requestWord = (kind: LockedKeyRequest['kind']) => (kind === 'new' ? '申请' : `${kinds[kind]}申请`)

const returned: KeyEffect = async ({ tx, ctx, subject, actor, now, input }) => {
  await tell(tx, ctx, subject, {
    text: `您的电子钥匙${requestWord(subject.kind)}已退回，原因：${String(input['opinion'] ?? '')}。请修改后重新提交。`,
    to: subject.form,
  })
  return { set: { decided_by: actor.accountId, decided_at: now } }
}

async function tell(
  tx: Tx,
  ctx: Context,
  { row }: LockedKeyRequest,
  { text, to }: { text: string; to: Pick<KeyForm, 'email'> },
) {
  if (recipientProblem('email', to.email) !== undefined) return
  await queueLetter(tx, ctx, {
    channel: 'email',
    recipient: to.email,
    kind: 'key_request_decided',
    subject: '电子钥匙申请结果',
    text,
    accountId: row.created_by,
    enterpriseId: row.enterprise_id,
  })
}

const issue: KeyEffect = async ({ tx, ctx, subject, prepared }) => {
  if (prepared === undefined || !('making' in prepared)) throw new Error('no certificate was asked for')
  const { row } = subject
  const { request, holder, device, password } = prepared.making
  const now = await holderOf(tx, row, subject.form)
  if (!sameBytes(holderName(now), holderName(holder))) throw changed()
  if (!isCertificateType(row.certificate_type)) throw new Error(`certificate type ${row.certificate_type}`)
  const issued = await issueCertificate(tx, ctx, {
    request,
    holder,
    accountId: row.created_by,
    bind: true,
    enterpriseId: row.enterprise_id,
    keyRequestId: row.id,
    certificateType: row.certificate_type,
    device,
  })
  // It was made for who has no account yet; nobody comes to wait for one later.
  if (password !== undefined) {
    await openAccount(tx, ctx, { accountId: row.created_by, personName: holder.personName, password })
  }
  return { certificateSerial: issued.serial }
}

const revoke: KeyEffect = async ({ tx, ctx, actor, now, input, prepared }) => {
  if (prepared === undefined || !('revoking' in prepared)) throw new Error('nothing to revoke')
  const { fingerprint, code } = prepared.revoking
  const [serial] = await revokePhones(tx, ctx, {
    fingerprints: [fingerprint],
    code,
    reason: `${revocationCodes[code]}：${String(input['opinion'] ?? '')}`,
    by: actor.accountId,
  })
  if (serial === undefined) throw new Refused(409, 'rule', '该电子钥匙已经注销，不需要再次吊销')
  return { certificateSerial: serial, set: { submitted_at: now, decided_at: now } }
}

export const effects: Partial<Record<KeyRequestAction, KeyEffect>> = {
  save,
  submit,
  recall: async () => ({ set: { submitted_at: null, old_key_signature: null } }),
  approve,
  return: returned,
  issue,
  revoke,
  revoke_by_officer: revoke,
}
