import { useDeferredValue, useState } from 'react'
import { Button } from 'antd'
import { IssueLink } from '#ui/ErrorSummary.tsx'
import { classes } from '#ui/field-parts.ts'
import { QuotaInChecklist } from './QuotaOfForm.tsx'
import { SaveLine } from './SaveLine.tsx'
import { sectionId, sectionStates, type SectionState } from './sections.ts'
import type { Session } from './session.ts'
import { useJudged, usePart } from './store.ts'
import s from './Checklist.module.css'

/** Lines of a section shown before 另有 n 项. */
const shownAtOnce = 5

/** What is still open, section by section, each line a link to its field; at its foot what became of the saving. */
export function Checklist({ session, byHand }: { session: Session; byHand: boolean }) {
  const steel = usePart((store) => store.known().goods?.steel === true)
  // Typing goes before the list: it may be a moment behind.
  const judged = useDeferredValue(useJudged())
  const states = sectionStates(judged.issues, steel)
  const open = judged.issues.length
  return (
    <aside className={s['list']} aria-label="核对清单">
      <div className={s['head']}>
        <h2>核对清单</h2>
        <span role="status" className={open === 0 ? s['done'] : s['open']}>
          {open === 0 ? '已全部完成' : `未完成 ${open} 项`}
        </span>
      </div>
      <div className={s['sections']}>
        {states.map((state) => (
          <SectionLines key={state.name} state={state} />
        ))}
      </div>
      {judged.warnings.length > 0 && (
        <ul className={s['warnings']} aria-label="提醒">
          {judged.warnings.map((warning) => (
            <li key={warning.path}>
              <IssueLink issue={warning} />
            </li>
          ))}
        </ul>
      )}
      <QuotaInChecklist />
      <SaveLine session={session} byHand={byHand} />
    </aside>
  )
}

function SectionLines({ state }: { state: SectionState }) {
  const [all, setAll] = useState(false)
  const { issues } = state
  const done = issues.length === 0
  const shown = all ? issues : issues.slice(0, shownAtOnce)
  return (
    <section className={s['section']}>
      <a
        href={`#${sectionId(state.name)}`}
        className={classes(s['title'], done && s['done'])}
        onClick={(event) => {
          // A real step in the address would be one back that leads nowhere.
          event.preventDefault()
          document.getElementById(sectionId(state.name))?.scrollIntoView({ block: 'start' })
        }}
      >
        <span className={s['mark']} aria-hidden="true">
          {done ? '✓' : '!'}
        </span>
        {state.title}
        <span className={s['count']}>{done ? '已完成' : `${issues.length} 项`}</span>
      </a>
      {!done && (
        <ul>
          {shown.map((issue) => (
            <li key={`${issue.path} ${issue.words}`}>
              <IssueLink issue={issue} />
            </li>
          ))}
        </ul>
      )}
      {issues.length > shownAtOnce && (
        <Button type="link" size="small" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? '收起' : `另有 ${issues.length - shownAtOnce} 项`}
        </Button>
      )}
    </section>
  )
}
