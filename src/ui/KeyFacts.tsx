import { dayOf } from '#domain/day.ts'
import { validityRefusal } from '#domain/seal/validity.ts'
import type { KeyDescription } from './key/e-key.ts'
import s from './KeyDialog.module.css'

/** Whose key it is, before it is opened. */
export function KeyFacts({ description }: { description: KeyDescription }) {
  const facts = [
    ['持有人', description.personName],
    ['企业', description.enterpriseName],
    ['企业代码', description.code13],
    ['社会信用代码', description.uscc],
    ['有效期', `${dayOf(description.notBefore)} 至 ${dayOf(description.notAfter)}`],
  ]
  return (
    <dl className={s['facts']}>
      {facts.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

/** Why this key can't be used on this page; the server judges again at the seal. */
export function keyRefusal(description: KeyDescription, code13: string | undefined): string | undefined {
  if (code13 !== undefined && description.code13 !== code13) {
    return `这把电子钥匙属于“${description.enterpriseName}”，与当前登录的企业不符，请选择本企业的电子钥匙`
  }
  return validityRefusal(description, new Date())?.words
}
