import { classes } from '#ui/field-parts.ts'
import type { Checks, Mark } from './checks.ts'
import { placeId } from './SheetView.tsx'
import s from './Review.module.css'

/** What the checks say, at a glance; each word leads to its line. */
export function CheckSummary({ checks }: { checks: Checks }) {
  const { differs, refused, mind, agrees, stray } = checks
  if (differs + refused + mind === 0) {
    return (
      <p className={classes(s['summary'], s['allWell'])} role="status">
        <span aria-hidden="true">✓</span> 全部相符
        <span className={s['soft']}>与合同 {agrees} 处一致，今日规则没有不符</span>
      </p>
    )
  }
  return (
    <div className={classes(s['summary'], refused > 0 ? s['someRefused'] : s['someDiffer'])} role="status">
      <Kind kind="refused" words={`${refused} 项今日规则不符`} checks={checks} />
      <Kind kind="differs" words={`${differs} 处与合同不符`} checks={checks} />
      <Kind kind="mind" words={`${mind} 项提示`} checks={checks} />
      {agrees > 0 && <span className={s['soft']}>{agrees} 处一致</span>}
      {stray.length > 0 && (
        <ul className={s['stray']}>
          {stray.map((issue) => (
            <li key={`${issue.path} ${issue.words}`}>{issue.words}</li>
          ))}
        </ul>
      )}
    </div>
  )
}

function Kind({
  kind,
  words,
  checks,
}: {
  kind: 'refused' | 'differs' | 'mind'
  words: string
  checks: Checks
}) {
  if (checks[kind] === 0) return null
  const links = checks.places.flatMap(({ path, label }) =>
    checks
      .at(path)
      .filter((mark) => mark.kind === kind)
      .map((mark) => ({ path, label: labelOf(mark, label) })),
  )
  return (
    <span className={s['kind']}>
      <strong className={s[kind]}>{words}</strong>
      {links.map(({ path, label }) => (
        <button key={`${path} ${label}`} type="button" className={s['toLine']} onClick={() => goToLine(path)}>
          {label}
        </button>
      ))}
    </span>
  )
}

const labelOf = (mark: Mark, label: string) => (mark.kind === 'differs' ? mark.difference.what : label)

function goToLine(path: string) {
  const line = document.getElementById(placeId(path))
  const part = line?.closest('details')
  if (part instanceof HTMLDetailsElement) part.open = true
  line?.scrollIntoView({ block: 'center' })
  line?.focus({ preventScroll: true })
}
