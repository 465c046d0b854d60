import { OpenPage } from '../account/OpenPage.tsx'
import { groups } from './questions.tsx'
import s from './Help.module.css'

/** 常见问题和浏览器说明 (manual 001). */
export function HelpPage() {
  return (
    <OpenPage title="常见问题">
      <div className={s['questions']}>
        {groups.map(({ title, questions }) => (
          <section key={title} aria-label={title}>
            <h2>{title}</h2>
            {questions.map(({ asked, answer }) => (
              <details key={asked}>
                <summary>{asked}</summary>
                <p>{answer}</p>
              </details>
            ))}
          </section>
        ))}
      </div>
    </OpenPage>
  )
}
