import { useState } from 'react'
import { App, Button } from 'antd'
import { removeCalendarDay, setCalendarDay } from '#api/reference.ts'
import { call } from '#ui/call.ts'
import { Field } from '#ui/Field.tsx'
import { FormDialog } from '#ui/FormDialog.tsx'
import { Failed } from '#ui/Words.tsx'
import type { YearDay } from './year-days.ts'
import s from './Admin.module.css'

const nameField = {
  kind: 'text',
  label: '名称',
  max: 50,
  required: true,
  hint: '例如 补班、防汛停工',
} as const

/** One day: worked or not, and why; or back to the announced calendar. */
export function CalendarDayDialog({
  day,
  onDone,
  onRefresh,
  onLeave,
}: {
  day: YearDay
  onDone: () => void
  onRefresh: () => void
  onLeave: () => void
}) {
  const { message } = App.useApp()
  const [working, setWorking] = useState(!day.working)
  const [name, setName] = useState(day.set ? day.name : '')
  const [wrong, setWrong] = useState<string>()
  const [removing, setRemoving] = useState(false)
  const [failed, setFailed] = useState<unknown>()

  const submit = async () => {
    if (name.trim() === '') {
      setWrong('请填写名称，例如 补班')
      return false
    }
    await call(setCalendarDay, { params: { day: day.day }, body: { working, name, change: day.change } })
    void message.success(`${day.day} 已设为${working ? '上班' : '休息'}`)
    onDone()
  }
  const remove = async () => {
    setRemoving(true)
    setFailed(undefined)
    try {
      await call(removeCalendarDay, { params: { day: day.day }, query: { change: day.change } })
      void message.success(`${day.day} 已恢复公布的日历`)
      onDone()
    } catch (error) {
      setFailed(error)
    } finally {
      setRemoving(false)
    }
  }
  const choice = (words: string, own: boolean) => (
    <label className={s['choice']}>
      <input type="radio" name="working" checked={working === own} onChange={() => setWorking(own)} />
      {words}
    </label>
  )
  return (
    <FormDialog
      title={`${day.day}，现为${day.working ? '上班' : '休息'}${day.name === '' ? '' : `（${day.name}）`}`}
      submitWords="设定这一天"
      leaveWords="不改"
      onSubmit={submit}
      onRefresh={onRefresh}
      onLeave={onLeave}
    >
      <div role="radiogroup" aria-label="这一天" className={s['choices']}>
        {choice('上班', true)}
        {choice('休息', false)}
      </div>
      <Field
        field={nameField}
        path="calendar.name"
        value={name}
        error={wrong}
        onChange={(value) => {
          setName(value)
          setWrong(undefined)
        }}
      />
      {day.set && (
        <div>
          <Button onClick={() => void remove()} loading={removing}>
            取消设定，恢复公布的日历
          </Button>
        </div>
      )}
      {failed !== undefined && <Failed error={failed} onRefresh={onRefresh} />}
    </FormDialog>
  )
}
