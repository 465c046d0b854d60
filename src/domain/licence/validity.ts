/** When a licence starts and ends, and which year an application may be for. */
import { addDays, addMonths, compareDays, yearOf, type Day } from '../day.ts'

/** From this day licences of the next year may be issued (出口许可证签发工作规范 第十三条). */
export const nextYearOpens = '12-10'

/** Years an application may be made for, issued for or submitted in: this year; the next from 10 December. */
export function openYears(today: Day): number[] {
  const year = yearOf(today)
  return today.slice(5) >= nextYearOpens ? [year, year + 1] : [year]
}

/** Words why a year is closed, or nothing. */
export function closedYear(quotaYear: number, today: Day): string | undefined {
  if (openYears(today).includes(quotaYear)) return undefined
  const year = yearOf(today)
  if (quotaYear === year + 1)
    return `${quotaYear} 年度自 ${year} 年 12 月 10 日起受理，现在只能选择 ${year} 年度`
  if (quotaYear < year) return `${quotaYear} 年度已经结束，请复制为 ${year} 年度的新申请表`
  return `不能申领 ${quotaYear} 年度的许可证，请选择 ${openYears(today).join(' 或 ')} 年度`
}

export interface Validity {
  validFrom: Day
  /** Last day on which the licence may be used. */
  expiryDate: Day
  /** Printed in the remark box when the licence starts later than it is issued. */
  remark: string
}

/**
 * At most six months, never past 31 December of the year (签发工作规范 第十四条): the same day six months later, the
 * last of the month where that day is missing. Goods with a term of their own (setting `licence_days`) have so many days,
 * the first not counted (民法典 第二百零一条). A licence of next year starts on 1 January and says so (第十三条).
 * `issuedOn` must lie in an open year for `quotaYear`; anything else throws.
 */
export function validity(issuedOn: Day, quotaYear: number, days: number | null = null): Validity {
  const closed = closedYear(quotaYear, issuedOn)
  if (closed !== undefined) throw new RangeError(closed)
  const nextYear = quotaYear > yearOf(issuedOn)
  const validFrom = nextYear ? `${quotaYear}-01-01` : issuedOn
  const term = days === null ? addMonths(validFrom, 6) : addDays(validFrom, days)
  const lastDay = `${quotaYear}-12-31`
  return {
    validFrom,
    expiryDate: compareDays(term, lastDay) > 0 ? lastDay : term,
    remark: nextYear ? `本证自 ${quotaYear} 年 1 月 1 日起生效` : '',
  }
}

/** licenceNo: 2 digits of the 年度 + 2 characters of the issuer + 6 digits (出口许可证填制规则; manual 003). */
export function licenceNo(quotaYear: number, authorityCode: string, serial: number): string {
  return `${String(quotaYear).slice(2)}${authorityCode}${String(serial).padStart(6, '0')}`
}
