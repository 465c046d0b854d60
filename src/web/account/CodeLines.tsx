import { Button } from 'antd'
import { FormLine } from './FormLine.tsx'
import type { useForm } from './use-form.ts'
import s from './Register.module.css'

/** Codes to e-mail and mobile: the button that sends them, and where they are typed in. */
export function CodeLines({
  form,
  sent,
  busy,
  onSend,
}: {
  form: ReturnType<typeof useForm>
  sent: boolean
  busy: boolean
  onSend: () => void
}) {
  return (
    <>
      <div className={s['wide']}>
        <Button onClick={onSend} loading={busy}>
          {sent ? '重新发送验证码' : '发送验证码到邮箱和手机'}
        </Button>{' '}
        {sent && <span role="status">已发送，5 分钟内有效；一分钟后可以重新发送。</span>}
      </div>
      {(['emailCode', 'mobileCode'] as const).map((name) => (
        <FormLine
          key={name}
          name={name}
          label={name === 'emailCode' ? '邮箱验证码' : '手机验证码'}
          form={form}
          autoComplete="one-time-code"
          mode="numeric"
        />
      ))}
    </>
  )
}
