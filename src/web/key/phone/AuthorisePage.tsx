import { useState } from 'react'
import { Button } from 'antd'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import type { PhoneStanding } from '#api/phone-authorisation.ts'
import { personIssues, wholeKeyForm, type KeyFields } from '#domain/certificate/form.ts'
import type { Issue } from '#domain/fields.ts'
import type { MakingKind } from '#domain/phone-authorisation/actions.ts'
import { ErrorSummary } from '#ui/ErrorSummary.tsx'
import { goToField } from '#ui/field-id.ts'
import { Pair } from '#ui/FormView.tsx'
import type { OpenKey } from '#ui/key/e-key.ts'
import { useKey } from '#ui/key-holder.tsx'
import { Instant } from '#ui/Numbers.tsx'
import { PageTitle, Section } from '#ui/PageTitle.tsx'
import { paths } from '#ui/paths.ts'
import { UnsavedGuard } from '#ui/UnsavedGuard.tsx'
import { Notice } from '#ui/Words.tsx'
import { OneThing } from '../../OneThing.tsx'
import { PersonSections } from '../PersonSections.tsx'
import s from '../Key.module.css'
import { AuthoriseStep } from './AuthoriseStep.tsx'
import { standingQuery } from './queries.ts'

/** 手机授权: 新授权, or 手机号码变更 and 手机变更 where a phone is authorised already. */
export const AuthorisePage = () => <Begin kinds={['new', 'change_number', 'change_device']} />
/** 手机证书续签. */
export const RenewPage = () => <Begin kinds={['renew']} />

function Begin({ kinds }: { kinds: readonly MakingKind[] }) {
  const read = useQuery({ ...standingQuery, refetchOnWindowFocus: false })
  const title = kinds.includes('renew') ? '手机证书续签' : '手机授权'
  return (
    <OneThing title={title} read={read} next={<Link to={paths.phones()}>打开手机授权</Link>}>
      {(standing) => <Steps title={title} standing={standing} kinds={kinds} />}
    </OneThing>
  )
}

export type OfferedKind = PhoneStanding['kinds'][number]

/** The kinds of this page that mean something now: a new one where none is authorised, the changes where one is. */
const meant = (standing: PhoneStanding, kinds: readonly MakingKind[]): OfferedKind[] =>
  standing.kinds.filter(
    ({ kind }) => kinds.includes(kind) && (kind === 'new') === (standing.authorised === null),
  )

function Steps({
  title,
  standing,
  kinds,
}: {
  title: string
  standing: PhoneStanding
  kinds: readonly MakingKind[]
}) {
  const navigate = useNavigate()
  const { key, insert } = useKey()
  const [typed, setTyped] = useState<KeyFields>(() => fieldsOf(standing))
  const [issues, setIssues] = useState<readonly Issue[]>([])
  const [confirmed, setConfirmed] = useState(false)
  const [done, setDone] = useState(false)
  const offered = meant(standing, kinds)
  const because = offered.some((one) => one.because === null)
    ? undefined
    : (offered[0]?.because ?? '还没有授权的手机，请先办理“手机授权”')
  const pcKey = standing.keys.find((one) => one.serial === key?.description.serial)
  const back = () => void navigate({ to: paths.phones() })

  // Without an approved request the name is that of the key, as it will stand in the certificate.
  const form: KeyFields = standing.approved
    ? typed
    : { ...typed, applicantName: key?.description.personName ?? '' }

  function confirm() {
    const found = personIssues(form)
    setIssues(found)
    if (found.length === 0) setConfirmed(true)
  }
  if (because !== undefined) {
    return (
      <>
        <PageTitle title={title}>
          <Button onClick={back}>返回</Button>
        </PageTitle>
        <Notice kind="warning">{because}。</Notice>
      </>
    )
  }
  if (key === undefined || pcKey === undefined) {
    return <KeyStep title={title} held={key} standing={standing} onInsert={insert} onBack={back} />
  }
  if (confirmed) {
    return (
      <>
        <UnsavedGuard when={!done} />
        <AuthoriseStep
          title={title}
          standing={standing}
          offered={offered}
          openKey={key}
          certificateType={pcKey.certificateTypeLabel}
          fields={form}
          onCancel={() => setConfirmed(false)}
          onDone={() => {
            setDone(true)
            // The guard has gone by then.
            setTimeout(back)
          }}
        />
      </>
    )
  }
  return (
    <>
      <PageTitle title={title} note="第一步：确认企业和用户信息">
        <Button onClick={back}>返回</Button>
        <Button type="primary" onClick={confirm}>
          确认
        </Button>
      </PageTitle>
      <ErrorSummary issues={issues} onGo={goToField} />
      <Notice kind="info">
        请核对以下信息，确认后填写授权手机号码。
        {standing.approved && '申请者和证件以已批准的电子钥匙申请为准。'}
      </Notice>
      <PersonSections
        form={form}
        editable
        fixed={standing.approved ? approvedFields : ['applicantName']}
        issues={issues}
        onChange={(values) => {
          setTyped((before) => ({ ...before, ...values }))
          setIssues((before) => before.filter((issue) => !(issue.path in values)))
        }}
      >
        <EnterpriseFacts standing={standing} />
      </PersonSections>
    </>
  )
}

/** What the key office has compared with papers. */
const approvedFields = ['applicantName', 'gender', 'identityType', 'identityNumber'] as const

/** What is known of the person; whose key it is, is not typed. */
function fieldsOf(standing: PhoneStanding): KeyFields {
  const { services: _services, ...fields } = wholeKeyForm(standing.fields)
  return fields
}

function EnterpriseFacts({ standing: { enterprise, loginName } }: { standing: PhoneStanding }) {
  const [now] = useState(() => new Date().toISOString())
  return (
    <dl className={s['facts']}>
      <Pair label="企业名称">{enterprise.name}</Pair>
      <Pair label="企业代码">{enterprise.code13}</Pair>
      <Pair label="统一社会信用代码">{enterprise.uscc}</Pair>
      <Pair label="企业注册经营地址">{enterprise.address}</Pair>
      <Pair label="登录许可证申领系统的用户名">{loginName}</Pair>
      <Pair label="请求时间">
        <Instant at={now} />
      </Pair>
    </dl>
  )
}

/** 选择已审批的 PC 端实体电子钥匙证书，输入电子钥匙 PIN 码. */
function KeyStep({
  title,
  held,
  standing,
  onInsert,
  onBack,
}: {
  title: string
  held: OpenKey | undefined
  standing: PhoneStanding
  onInsert: () => void
  onBack: () => void
}) {
  const none = standing.keys.length === 0
  return (
    <>
      <PageTitle title={title} note="插入 PC 端电子钥匙">
        <Button onClick={onBack}>返回</Button>
        <Button type="primary" onClick={onInsert} disabled={none}>
          {held === undefined ? '插入电子钥匙' : '换一把电子钥匙'}
        </Button>
      </PageTitle>
      {none ? (
        <Notice kind="warning">
          授权手机须使用本人已绑定、在有效期内的 PC 端电子钥匙，您现在没有。请先申请
          <Link to={paths.keys()}>电子钥匙</Link>
          ，或在<Link to={paths.keyCard()}>我的IC卡</Link>中绑定。
        </Notice>
      ) : held === undefined ? (
        <Notice kind="info">请插入本人的 PC 端电子钥匙并输入 PIN，证明授权由您本人办理。</Notice>
      ) : (
        <Notice kind="error">
          插入的电子钥匙（{held.description.personName}，序列号 {held.description.serial}
          ）不是下列可以授权手机的电子钥匙，请换一把。
        </Notice>
      )}
      {!none && (
        <Section title="可以授权手机的电子钥匙" note="本人的、已绑定、在有效期内">
          <table className={s['checks']} aria-label="可以授权手机的电子钥匙">
            <thead>
              <tr>
                <th>证书序列号</th>
                <th>介质</th>
                <th>证书类型</th>
                <th>有效期至</th>
              </tr>
            </thead>
            <tbody>
              {standing.keys.map((one) => (
                <tr key={one.fingerprint}>
                  <td>{one.serial}</td>
                  <td>{one.deviceLabel}</td>
                  <td>{one.certificateTypeLabel}</td>
                  <td>
                    <Instant at={one.notAfter} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Section>
      )}
    </>
  )
}
