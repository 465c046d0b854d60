import { useState } from 'react'
import { App } from 'antd'
import type { z } from 'zod'
import { hall, requestService } from '#api/hall.ts'
import { call } from '#ui/call.ts'
import { Field } from '#ui/Field.tsx'
import { FormDialog } from '#ui/FormDialog.tsx'
import { attempts, type Attempts } from '#ui/request-id.ts'
import { Notice } from '#ui/Words.tsx'
import { Choice } from '../quota/Choice.tsx'
import s from './Hall.module.css'

type Askable = z.infer<(typeof hall)['reply']>['askable']

const purposeField = {
  kind: 'text',
  label: '申请说明',
  max: 200,
  multiline: true,
  hint: '可不填',
} as const

/** 添加应用: which service, and why. */
export function AskDialog({
  askable,
  onDone,
  onLeave,
}: {
  askable: Askable
  onDone: () => void
  onLeave: () => void
}) {
  const { message } = App.useApp()
  const [tries] = useState<Attempts>(() => attempts())
  const [code, setCode] = useState('')
  const [purpose, setPurpose] = useState('')
  const [wrong, setWrong] = useState<string>()
  const chosen = askable.find((one) => one.code === code)
  async function submit() {
    if (chosen === undefined) {
      setWrong('请选择应用')
      return false
    }
    const body = { service: chosen.code, purpose: purpose.trim() }
    await tries.run(body, (id) => call(requestService, { body: { ...body, id } }))
    void message.success(`“${chosen.name}”的申请已提交，请等待审核`)
    onDone()
    return undefined
  }
  return (
    <FormDialog
      title="添加应用"
      submitWords="提交申请"
      leaveWords="暂不申请"
      onSubmit={submit}
      onLeave={onLeave}
    >
      <div className={s['fields']}>
        <Choice
          label="应用"
          path="hall.service"
          value={code}
          error={wrong}
          none="请选择"
          choices={askable.map((one) => ({ value: one.code, words: one.name }))}
          onChange={(value) => {
            setCode(value)
            setWrong(undefined)
          }}
        />
        {chosen?.office === true && (
          <Notice kind="info">
            先由机电办审核企业信息。请在“申请企业信息”中填写完整，否则审核不能通过。
          </Notice>
        )}
        <Field field={purposeField} path="hall.purpose" value={purpose} onChange={setPurpose} />
      </div>
    </FormDialog>
  )
}
