import { useState } from 'react'
import { App, Button } from 'antd'
import { useQueryClient } from '@tanstack/react-query'
import { createPhoneAuthorisation, type PhoneStanding } from '#api/phone-authorisation.ts'
import type { KeyFields } from '#domain/certificate/form.ts'
import type { MakingKind } from '#domain/phone-authorisation/actions.ts'
import { authorisationText } from '#domain/phone-authorisation/text.ts'
import { mobileProblem } from '#domain/phone.ts'
import { call } from '#ui/call.ts'
import { Field } from '#ui/Field.tsx'
import { FormDialog } from '#ui/FormDialog.tsx'
import { Pair } from '#ui/FormView.tsx'
import type { OpenKey } from '#ui/key/e-key.ts'
import { PageTitle, Section } from '#ui/PageTitle.tsx'
import { attempts, type Attempts } from '#ui/request-id.ts'
import { Notice } from '#ui/Words.tsx'
import { answerChallenge } from '../challenge.ts'
import s from '../Key.module.css'
import type { OfferedKind } from './AuthorisePage.tsx'

const mobileField = (label: string) =>
  ({
    kind: 'text',
    label,
    max: 11,
    required: true,
    hint: '请务必确保手机号码准确无误，否则无法收到通知短信',
    problem: mobileProblem,
  }) as const

/** 用户授权信息: which business, which number, and the dialog that asks before it is signed and saved. */
export function AuthoriseStep({
  title,
  standing,
  offered,
  openKey,
  certificateType,
  fields,
  onCancel,
  onDone,
}: {
  title: string
  standing: PhoneStanding
  offered: readonly OfferedKind[]
  openKey: OpenKey
  certificateType: string
  fields: KeyFields
  onCancel: () => void
  onDone: () => void
}) {
  const { message } = App.useApp()
  const client = useQueryClient()
  const [tries] = useState<Attempts>(() => attempts())
  const [kind, setKind] = useState<MakingKind>(
    () => offered.find((one) => one.because === null)?.kind ?? 'new',
  )
  const [typed, setTyped] = useState('')
  const [wrong, setWrong] = useState<string>()
  const [asking, setAsking] = useState(false)
  const old = standing.authorised?.mobile ?? null
  const types = kind === 'new' || kind === 'change_number'
  const mobile = types ? typed.trim() : (old ?? '')

  function authorise() {
    const problem =
      mobileProblem(mobile) ??
      (kind === 'change_number' && mobile === old ? '新授权手机号码与旧号码相同' : undefined)
    setWrong(problem)
    if (problem === undefined) setAsking(true)
  }

  async function submit() {
    const content = { kind, mobile, oldMobile: kind === 'change_number' ? old : null, fields }
    await tries.run(content, async (id) => {
      const signed = await answerChallenge(openKey, 'phone', (challenge) =>
        authorisationText({ ...content, challenge, id }),
      )
      const body = { id, kind, fields, ...(types ? { mobile } : {}), ...signed }
      return call(createPhoneAuthorisation, { body })
    })
    void message.success('授权信息已保存，请在历史信息中点击“提交”')
    await client.invalidateQueries({ queryKey: ['keys'] })
    onDone()
  }
  const { enterprise } = standing
  return (
    <>
      <PageTitle title={title} note="第二步：授权">
        <Button onClick={onCancel}>取消</Button>
        <Button type="primary" onClick={authorise}>
          授权
        </Button>
      </PageTitle>
      <Section title="用户授权信息">
        <dl className={s['facts']}>
          <Pair label="企业名称">{enterprise.name}</Pair>
          <Pair label="企业代码">{enterprise.code13}</Pair>
          <Pair label="统一社会信用代码">{enterprise.uscc}</Pair>
          <Pair label="登录许可证申领系统的用户名">{standing.loginName}</Pair>
          <Pair label="证书类型">{certificateType}</Pair>
          {kind !== 'new' && <Pair label="旧授权手机号码">{old}</Pair>}
        </dl>
        <fieldset className={s['kinds']}>
          <legend>业务类型</legend>
          {offered.map((one) => (
            <label key={one.kind}>
              <input
                type="radio"
                name="kind"
                checked={kind === one.kind}
                disabled={one.because !== null}
                onChange={() => {
                  setKind(one.kind)
                  setWrong(undefined)
                }}
              />
              {one.label}
              {one.because !== null && <span className={s['soft']}>（{one.because}）</span>}
            </label>
          ))}
        </fieldset>
        {types ? (
          <div className={s['number']}>
            <Field
              field={mobileField(kind === 'new' ? '授权手机号码' : '新授权手机号码')}
              path="mobile"
              value={typed}
              error={wrong}
              onChange={(value) => {
                setTyped(value)
                setWrong(undefined)
              }}
            />
          </div>
        ) : (
          <p>
            授权手机号码：{old}。
            {kind === 'renew'
              ? '在手机上重新制作证书，原证书到期前仍可使用。'
              : '在新手机上制作证书，原手机上的证书仍然有效；不再使用的请办理注销。'}
          </p>
        )}
        {kind === 'change_number' && (
          <Notice kind="warning">
            重新授权后，旧授权手机证书将被注销！用它盖章而未上报的申请须重新盖章。
          </Notice>
        )}
      </Section>
      {asking && (
        <FormDialog
          title="提交申请提示"
          submitWords="我已检查并确认提交"
          leaveWords="我要退出提交并返回检查"
          onSubmit={submit}
          onLeave={() => setAsking(false)}
        >
          <p>请您重新检查信息是否正确，提交后信息将不能做更改。</p>
          <p className={s['asked']}>
            {offered.find((one) => one.kind === kind)?.label}，手机号码 {mobile}
          </p>
          <p>确定要保存并提交吗？</p>
        </FormDialog>
      )}
    </>
  )
}
