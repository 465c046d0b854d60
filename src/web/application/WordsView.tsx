import type { WordsSection } from '#domain/application/words.ts'
import { classes } from '#ui/field-parts.ts'
import s from './WordsView.module.css'

/** An application in words, section by section, as it is sealed, frozen and printed. */
export function WordsView({ sections }: { sections: readonly WordsSection[] }) {
  return (
    <>
      {sections.map((section) => (
        <section key={section.title} className={s['section']} aria-label={section.title}>
          <h3>{section.title}</h3>
          {section.answers.length > 0 && (
            <dl className={s['answers']}>
              {section.answers.map((answer) => (
                <div key={answer.name} className={classes(answer.text.length > 60 && s['long'])}>
                  <dt>{answer.label}</dt>
                  <dd>{answer.text}</dd>
                </div>
              ))}
            </dl>
          )}
          {section.rows?.map((table) => (
            <table key={table.headings.join()} className={s['rows']}>
              <thead>
                <tr>
                  {table.headings.map((heading) => (
                    <th key={heading} scope="col">
                      {heading}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {table.cells.map((cells, row) => (
                  <tr key={String(row)}>
                    {cells.map((cell, index) => (
                      <td key={table.headings[index]}>{cell}</td>
                    ))}
                  </tr>
                ))}
                {table.cells.length === 0 && (
                  <tr>
                    <td colSpan={table.headings.length}>—</td>
                  </tr>
                )}
              </tbody>
            </table>
          ))}
        </section>
      ))}
    </>
  )
}
