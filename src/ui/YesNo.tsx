import s from './Field.module.css'

/** 是 / 否, as two radio buttons in one group. */
export function YesNo({
  id,
  label,
  value,
  onChange,
  disabled = false,
  describedBy,
}: {
  id: string
  label: string
  value: boolean
  onChange?: ((value: boolean) => void) | undefined
  disabled?: boolean | undefined
  describedBy?: string | undefined
}) {
  const choice = (words: string, own: boolean) => (
    <label className={s['choice']}>
      <input
        type="radio"
        name={id}
        id={own === value ? id : undefined}
        checked={value === own}
        disabled={disabled}
        onChange={() => onChange?.(own)}
      />
      {words}
    </label>
  )
  return (
    <div role="radiogroup" aria-label={label} aria-describedby={describedBy} className={s['choices']}>
      {choice('是', true)}
      {choice('否', false)}
    </div>
  )
}
