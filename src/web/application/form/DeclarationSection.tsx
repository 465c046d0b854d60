import { fieldId } from '#ui/field-id.ts'
import { classes } from '#ui/field-parts.ts'
import { Section } from '#ui/PageTitle.tsx'
import { sectionId, sections } from './sections.ts'
import { useForm, usePart, useValue } from './store.ts'
import s from './Form.module.css'

const path = 'declarationAccepted'

/** 承诺, in the words of manual 004; has to be ticked before sealing. */
export function DeclarationSection() {
  const store = useForm()
  const accepted = useValue(path) === true
  const error = usePart((it) => (it.tried() ? it.issueAt(path) : undefined))
  const id = fieldId(path)
  return (
    <Section id={sectionId('declaration')} title={sections.declaration}>
      <label className={classes(s['declare'], !accepted && s['open'])} htmlFor={id}>
        <input
          id={id}
          type="checkbox"
          checked={accepted}
          aria-required
          aria-invalid={error !== undefined}
          aria-describedby={`${id}-error`}
          onChange={(event) => store.set(path, event.target.checked)}
        />
        <span>
          我承诺有关经营活动严格遵守法律法规和国家有关规定。申请内容如实反映真实情况，并对申请材料的真实性负责。
        </span>
      </label>
      <p id={`${id}-error`} className={s['wrongWords']}>
        {error}
      </p>
    </Section>
  )
}
