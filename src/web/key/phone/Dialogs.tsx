/** The small dialogs of 手机授权: 提交 and 删除 of a request, 注销 of certificates. */
import { useState } from 'react'
import { App } from 'antd'
import { useQueryClient } from '@tanstack/react-query'
import {
  actOnPhoneAuthorisation,
  cancelPhoneCertificates,
  type PhoneAuthorisationRow,
} from '#api/phone-authorisation.ts'
import { phoneAuthorisation } from '#domain/phone-authorisation/actions.ts'
import { call } from '#ui/call.ts'
import { Field } from '#ui/Field.tsx'
import { FormDialog } from '#ui/FormDialog.tsx'
import { attempts, type Attempts } from '#ui/request-id.ts'
import { Notice } from '#ui/Words.tsx'
import s from '../Key.module.css'

const dialogs = {
  // The words of manual 003.
  submit: {
    title: '提示信息',
    yes: '确认提交',
    no: '退出提交',
    done: '请求提交成功，请登录手机 APP 现在安装证书！',
  },
  delete: { title: '删除手机授权', yes: '删除手机授权', no: '保留', done: '手机授权已删除' },
} as const

/** Asks before 提交 or 删除. */
export function ActDialog({
  row,
  action,
  onDone,
  onLeave,
}: {
  row: Pick<PhoneAuthorisationRow, 'id' | 'version' | 'kindLabel' | 'mobile'>
  action: keyof typeof dialogs
  onDone: () => void
  onLeave: () => void
}) {
  const { message } = App.useApp()
  const client = useQueryClient()
  const [tries] = useState<Attempts>(() => attempts())
  const again = () => client.invalidateQueries({ queryKey: ['keys'] })
  const words = dialogs[action]
  return (
    <FormDialog
      title={words.title}
      submitWords={words.yes}
      leaveWords={words.no}
      danger={action === 'delete'}
      onSubmit={async () => {
        await tries.run({ action, id: row.id, version: row.version }, (requestId) =>
          call(actOnPhoneAuthorisation, {
            params: { id: row.id, action },
            body: { version: row.version, requestId },
          }),
        )
        void message.success(words.done)
        await again()
        onDone()
      }}
      onLeave={onLeave}
      onRefresh={() => {
        void again()
        onLeave()
      }}
    >
      <div className={s['fields']}>
        <p>
          {row.kindLabel}，手机号码 {row.mobile}
        </p>
        <Notice kind={action === 'delete' ? 'warning' : 'info'}>
          {phoneAuthorisation.actions[action].confirm}
        </Notice>
      </div>
    </FormDialog>
  )
}

const reasonField = { kind: 'text', label: '注销原因', max: 200, required: true, multiline: true } as const

/** 手机证书注销: of one authorisation, or of all of the person. */
export function CancelDialog({
  mobile,
  authorisationId,
  onLeave,
}: {
  mobile: string
  authorisationId: string | undefined
  onLeave: () => void
}) {
  const { message } = App.useApp()
  const client = useQueryClient()
  const [tries] = useState<Attempts>(() => attempts())
  const [reason, setReason] = useState('')
  const [wrong, setWrong] = useState<string>()

  async function submit() {
    if (reason.trim() === '') {
      setWrong('请填写注销原因')
      return false
    }
    const body = {
      reason: reason.trim(),
      ...(authorisationId === undefined ? {} : { authorisationId }),
    }
    const done = await tries.run(body, (id) => call(cancelPhoneCertificates, { body: { ...body, id } }))
    void message.success(`已注销 ${done.cancelled} 张手机证书`)
    await client.invalidateQueries({ queryKey: ['keys'] })
    onLeave()
    return undefined
  }
  return (
    <FormDialog
      title="手机证书注销"
      submitWords="注销手机证书"
      leaveWords="保留"
      danger
      onSubmit={submit}
      onLeave={onLeave}
    >
      <div className={s['fields']}>
        <Notice kind="warning">
          手机号码 {mobile} 的{authorisationId === undefined ? '全部手机证书' : '这张手机证书'}
          立即失效，不能恢复。已经上报的申请不受影响，用它盖章而未上报的须重新盖章。
        </Notice>
        <Field
          field={reasonField}
          path="cancel.reason"
          value={reason}
          error={wrong}
          onChange={(value) => {
            setReason(value)
            setWrong(undefined)
          }}
        />
      </div>
    </FormDialog>
  )
}
