import { useState, type FormEvent, type ReactNode } from 'react'
import { Button, Modal } from 'antd'
import type { ActionWords } from './ActionBar.tsx'
import { classes } from './field-parts.ts'
import { TextInput } from './TextInput.tsx'
import { Notice } from './Words.tsx'
import s from './ActionBar.module.css'
import f from './Field.module.css'

const mostLetters = 500

/**
 * Asks before an action is done: what it means, the opinion or reason where the table wants one, and two buttons that
 * carry the verbs. A dangerous button is never the default.
 */
export function ActionDialog({
  word,
  words,
  opinionWord,
  opinion,
  running,
  problem,
  onDo,
  onLeave,
}: {
  word: string
  words: ActionWords
  opinionWord?: string | undefined
  /** The opinion typed in the page already; the dialog then only shows it. */
  opinion: string | undefined
  running: boolean
  problem: ReactNode
  onDo: (opinion: string | undefined) => void
  onLeave: () => void
}) {
  const [typed, setTyped] = useState('')
  const [missing, setMissing] = useState<string>()
  const what = opinionWord ?? (words.side === 'enterprise' ? '原因' : '意见')
  const asksOpinion = words.opinion !== undefined && opinion === undefined
  const danger = words.danger === true

  function done(event: FormEvent) {
    event.preventDefault()
    if (!asksOpinion) return onDo(words.opinion === undefined ? undefined : opinion)
    if (words.opinion === 'required' && typed.trim() === '') return setMissing(`请填写${what}`)
    if ([...typed.trim()].length > mostLetters) return setMissing(`${what}最多 ${mostLetters} 字，请缩短`)
    onDo(typed)
  }
  const required = words.opinion === 'required'
  return (
    <Modal
      open
      title={`${words.label}${word}`}
      onCancel={onLeave}
      footer={null}
      width={480}
      mask={{ closable: false }}
    >
      <form onSubmit={done} className={s['dialog']}>
        {words.confirm !== undefined && <Notice kind={danger ? 'warning' : 'info'}>{words.confirm}</Notice>}
        {asksOpinion && (
          <div
            className={classes(f['field'], required && f['required'], missing !== undefined && f['wrong'])}
          >
            <label htmlFor="action-opinion" className={f['head']}>
              {what}
              {required ? (
                <span className={f['star']} aria-hidden="true">
                  *
                </span>
              ) : (
                '（可不填）'
              )}
            </label>
            <TextInput
              id="action-opinion"
              multiline
              rows={4}
              autoFocus
              value={typed}
              required={required}
              wrong={missing !== undefined}
              describedBy="action-opinion-error"
              onChange={(value) => {
                setTyped(value)
                setMissing(undefined)
              }}
            />
            <p id="action-opinion-error" role="alert" className={f['error']}>
              {missing}
            </p>
          </div>
        )}
        {!asksOpinion && opinion !== undefined && opinion !== '' && (
          <p>
            {what}：{opinion}
          </p>
        )}
        {problem}
        <div className={s['dialogButtons']}>
          <Button onClick={onLeave} disabled={running} autoFocus={danger && !asksOpinion}>
            {words.label === '删除' ? '保留' : `暂不${words.label}`}
          </Button>
          <Button
            type="primary"
            htmlType="submit"
            danger={danger}
            loading={running}
            autoFocus={!danger && !asksOpinion}
          >
            {words.label}
            {word}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
