/** 吊销: the ground, and until when the enterprise's applications are not accepted. */
import { useState } from 'react'
import { App, Button } from 'antd'
import type { LicenceDetail } from '#api/licence.ts'
import { licence as machine } from '#domain/licence/actions.ts'
import type { DayField, TextField } from '#domain/fields.ts'
import { Field } from '#ui/Field.tsx'
import { FormDialog } from '#ui/FormDialog.tsx'
import { attempts } from '#ui/request-id.ts'
import { Notice } from '#ui/Words.tsx'
import { performOnLicence, useStale } from '../queries.ts'
import s from './Issue.module.css'

const ground: TextField = { kind: 'text', label: '吊销依据', max: 500, required: true, multiline: true }
const until: DayField = {
  kind: 'day',
  label: '不受理该企业申请至（含当日）',
  hint: '不填则不限制，最长一般为三年',
}

export function Revoke({ licence }: { licence: LicenceDetail }) {
  const offered = licence.offered.find(({ action }) => action === 'revoke')
  const [open, setOpen] = useState(false)
  const [values, setValues] = useState({ opinion: '', barredUntil: '' })
  const [missing, setMissing] = useState<string>()
  const [tries] = useState(() => attempts())
  const stale = useStale()
  const { message } = App.useApp()
  if (offered === undefined) return null

  const submit = async () => {
    if (values.opinion.trim() === '') {
      setMissing('请填写吊销的依据')
      return false
    }
    const body = { version: licence.version, input: { ...values, opinion: values.opinion.trim() } }
    await tries.run(body, (requestId) => performOnLicence(licence.id)('revoke', { ...body, requestId }))
    setOpen(false)
    void message.success(`${licence.licenceNo} 已吊销`)
    stale()
    return undefined
  }
  return (
    <div className={s['beside']}>
      <Button danger disabled={offered.because !== undefined} onClick={() => setOpen(true)}>
        吊销许可证
      </Button>
      {offered.because !== undefined && <p>不能吊销：{offered.because}</p>}
      {open && (
        <FormDialog
          title={`吊销许可证 ${licence.licenceNo}`}
          submitWords="吊销许可证"
          leaveWords="暂不吊销"
          danger
          onSubmit={submit}
          onLeave={() => setOpen(false)}
          onRefresh={() => {
            setOpen(false)
            stale()
          }}
        >
          <Notice kind="warning">{machine.actions.revoke.confirm}</Notice>
          <Field
            field={ground}
            path="opinion"
            value={values.opinion}
            error={missing}
            onChange={(opinion) => {
              setMissing(undefined)
              setValues((so) => ({ ...so, opinion }))
            }}
          />
          <Field
            field={until}
            path="barredUntil"
            value={values.barredUntil}
            onChange={(barredUntil) => setValues((so) => ({ ...so, barredUntil }))}
          />
        </FormDialog>
      )}
    </div>
  )
}
