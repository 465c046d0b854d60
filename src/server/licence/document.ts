/** The document of a licence from its row, once the dates are fixed. */
import { LicenceContent } from '#domain/licence/content.ts'
import { licenceDocument, type LicenceDocument } from '#domain/licence/document.ts'
import { validity } from '#domain/licence/validity.ts'
import type { Context } from '../context.ts'
import type { LicenceRow } from './act.ts'

/** Where the QR code leads: the public check, with number and check code filled in. */
export const verifyUrl = (ctx: Context, row: Pick<LicenceRow, 'licence_no' | 'check_code'>): string =>
  `${ctx.env.publicUrl}/verify?no=${row.licence_no}&code=${row.check_code}`

/** Throws when the dates have not been fixed yet. */
export function documentOf(ctx: Context, row: LicenceRow): LicenceDocument {
  const { issued_on: issuedOn, expiry_date: expiryDate, issue_started_at: createdAt } = row
  if (issuedOn === null || expiryDate === null || createdAt === null) {
    throw new Error(`licence ${row.licence_no} has no dates yet`)
  }
  return licenceDocument(LicenceContent.parse(row.content), {
    licenceNo: row.licence_no,
    authorityCode: row.authority_code,
    issuedOn,
    expiryDate,
    validityRemark: validity(issuedOn, row.quota_year).remark,
    checkCode: row.check_code,
    verifyUrl: verifyUrl(ctx, row),
    createdAt,
  })
}
