/** What every kind of input takes, so that the field around it can tie label, hint and error to it. */
export interface InputProps {
  id: string
  value: string
  onChange?: ((value: string) => void) | undefined
  /** Told when the cursor leaves; with a last form of the value where leaving changed it. */
  onLeave?: (() => void) | undefined
  required?: boolean | undefined
  /** Grey: shown, never typed. */
  filled?: boolean | undefined
  disabled?: boolean | undefined
  wrong?: boolean | undefined
  /** Ids of the texts that describe the input. */
  describedBy?: string | undefined
  /** Accessible name where no visible label is tied to the input, e.g. in a table cell. */
  label?: string | undefined
  placeholder?: string | undefined
}

/** The attributes of InputProps as they stand on an input element. */
export const ariaOf = (props: Omit<InputProps, 'value' | 'onChange'>) => ({
  id: props.id,
  disabled: props.disabled,
  readOnly: props.filled === true,
  // Tab goes from one field to type in to the next; what the system filled in is only read.
  tabIndex: props.filled === true ? -1 : undefined,
  placeholder: props.filled === true ? undefined : props.placeholder,
  'aria-required': props.required === true ? true : undefined,
  'aria-invalid': props.wrong === true ? true : undefined,
  'aria-describedby': props.describedBy,
  'aria-label': props.label,
})

/** Class names that are there, in one string. */
export const classes = (...names: (string | false | undefined)[]): string => names.filter(Boolean).join(' ')
