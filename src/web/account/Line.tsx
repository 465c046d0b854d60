import { classes } from '#ui/field-parts.ts'
import f from '#ui/Field.module.css'
import s from './SignIn.module.css'

/** One labelled line of a form before signing in: label, input, what is wrong with it. */
export function Line({
  id,
  label,
  error,
  hint,
  children,
}: {
  id: string
  label: string
  error: string | undefined
  hint?: string | undefined
  children: React.ReactNode
}) {
  return (
    <div className={classes(f['field'], error !== undefined && f['wrong'])}>
      <div className={f['head']}>
        <label htmlFor={id}>{label}</label>
        {hint !== undefined && (
          <span role="status" className={s['caps']}>
            {hint}
          </span>
        )}
      </div>
      {children}
      <div className={f['messages']}>
        <span id={`${id}-error`} className={f['error']}>
          {error}
        </span>
      </div>
    </div>
  )
}
