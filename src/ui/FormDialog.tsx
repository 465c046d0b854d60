import { useEffect, useRef, useState, type FormEvent, type ReactNode } from 'react'
import { Button, Modal } from 'antd'
import { Failed } from './Words.tsx'
import s from './ActionBar.module.css'

/**
 * A small form over the page. `onSubmit` sends it; what it throws is shown above the buttons and the dialog stays.
 * Both buttons carry their verb; the dangerous one is never the default.
 */
export function FormDialog({
  title,
  width = 480,
  ...form
}: { title: string; width?: number } & Parameters<typeof DialogForm>[0]) {
  return (
    <Modal open title={title} footer={null} width={width} mask={{ closable: false }} onCancel={form.onLeave}>
      <DialogForm {...form} />
    </Modal>
  )
}

/** What stands in a FormDialog, for a dialog that has more than one form. */
export function DialogForm({
  submitWords,
  leaveWords,
  danger = false,
  onSubmit,
  onLeave,
  onRefresh,
  children,
}: {
  submitWords: string
  leaveWords: string
  danger?: boolean
  /** Resolves to false when something is missing and was said at its field. */
  onSubmit: () => Promise<void | false>
  onLeave: () => void
  onRefresh?: (() => void) | undefined
  children: ReactNode
}) {
  const [failed, setFailed] = useState<unknown>()
  const [busy, setBusy] = useState(false)
  const form = useRef<HTMLFormElement>(null)
  // The cursor begins in the first field; a dangerous form has it on the button that does nothing.
  useEffect(() => {
    if (!danger) form.current?.querySelector<HTMLElement>('input:checked, input, textarea, select')?.focus()
  }, [danger])
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (busy) return
    setBusy(true)
    setFailed(undefined)
    try {
      await onSubmit()
    } catch (error) {
      setFailed(error)
    } finally {
      setBusy(false)
    }
  }
  return (
    <form ref={form} className={s['dialog']} onSubmit={(event) => void submit(event)} noValidate>
      {children}
      {failed !== undefined && <Failed error={failed} onRefresh={onRefresh} />}
      <div className={s['dialogButtons']}>
        <Button onClick={onLeave} disabled={busy} autoFocus={danger}>
          {leaveWords}
        </Button>
        <Button type="primary" htmlType="submit" danger={danger} loading={busy}>
          {submitWords}
        </Button>
      </div>
    </form>
  )
}
