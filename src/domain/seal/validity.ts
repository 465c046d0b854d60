/** Words about the dates of a certificate, the same before the PIN is asked for and at the server. */
import { formatInstant } from '../day.ts'

export type ValidityPeriod = { readonly notBefore: Date; readonly notAfter: Date }

export type ValidityRefusal = { readonly code: 'not_yet_valid' | 'expired'; readonly words: string }

/** Why an e-key cannot be used at this instant because of its dates (both ends belong to them), or undefined. */
export function validityRefusal(period: ValidityPeriod, at: Date): ValidityRefusal | undefined {
  if (at < period.notBefore) {
    const words = `电子钥匙证书自 ${formatInstant(period.notBefore)} 起生效，现在尚不能使用。请核对电脑时间，或在生效后再使用。`
    return { code: 'not_yet_valid', words }
  }
  if (at > period.notAfter) {
    const words = `电子钥匙证书已于 ${formatInstant(period.notAfter)} 过期。请办理电子钥匙更新后，用新的电子钥匙重新操作。`
    return { code: 'expired', words }
  }
  return undefined
}
