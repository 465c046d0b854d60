import { useState } from 'react'
import { Button } from 'antd'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import type { PhoneAuthorisationDetail } from '#api/phone-authorisation.ts'
import { wholeKeyForm } from '#domain/certificate/form.ts'
import { phoneAuthorisation } from '#domain/phone-authorisation/actions.ts'
import { ActionBar } from '#ui/ActionBar.tsx'
import { Pair } from '#ui/FormView.tsx'
import { Instant } from '#ui/Numbers.tsx'
import { PageTitle, Section } from '#ui/PageTitle.tsx'
import { paths } from '#ui/paths.ts'
import { Timeline } from '#ui/Timeline.tsx'
import { Notice, shown, StateWord } from '#ui/Words.tsx'
import { OneThing } from '../../OneThing.tsx'
import { PersonSections } from '../PersonSections.tsx'
import s from '../Key.module.css'
import { ActDialog, CancelDialog } from './Dialogs.tsx'
import { phoneQuery, phoneTone } from './queries.ts'

/** 查看详情 of one authorisation, with 证书详情. */
export function PhoneAuthorisationPage() {
  const { id = '' }: { id?: string } = useParams({ strict: false })
  const read = useQuery(phoneQuery(id))
  return (
    <OneThing title="手机授权" read={read} side={320} next={<Link to={paths.phones()}>打开手机授权</Link>}>
      {(detail, refresh) => <Detail detail={detail} onRefresh={refresh} />}
    </OneThing>
  )
}

type Asking = 'submit' | 'delete' | 'cancel'

function Detail({ detail, onRefresh }: { detail: PhoneAuthorisationDetail; onRefresh: () => void }) {
  const [asking, setAsking] = useState<Asking>()
  const { certificate } = detail
  const leave = () => setAsking(undefined)
  return (
    <>
      <PageTitle
        title={detail.kind === 'cancel' ? detail.kindLabel : `手机授权：${detail.kindLabel}`}
        number={detail.mobile}
        state={<StateWord tone={phoneTone(detail.state)}>{detail.stateLabel}</StateWord>}
      >
        <Link to={paths.phones()}>历史信息</Link>
        {detail.own && detail.state === 'issued' && (
          <Button danger onClick={() => setAsking('cancel')}>
            注销
          </Button>
        )}
        {detail.own && detail.offered.length > 0 && (
          <ActionBar
            machine={phoneAuthorisation}
            offered={detail.offered}
            version={detail.version}
            primary="submit"
            instead={{ submit: () => setAsking('submit'), delete: () => setAsking('delete') }}
            perform={() => Promise.resolve()}
            onRefresh={onRefresh}
          />
        )}
      </PageTitle>
      {detail.own && detail.state === 'ready' && (
        <Notice kind="warning">授权信息已保存，还没有提交。请核对后点击“提交”。</Notice>
      )}
      {detail.own && detail.state === 'submitted' && (
        <Notice kind="warning">请求提交成功，请登录手机 APP 现在安装证书！</Notice>
      )}
      <div className={s['halves']}>
        <div>
          <Authorised detail={detail} />
          {certificate !== null && <CertificateSection certificate={certificate} holder={detail.holder} />}
          {detail.kind !== 'cancel' && (
            <PersonSections
              form={wholeKeyForm(detail.fields)}
              editable={false}
              issues={[]}
              onChange={() => undefined}
            />
          )}
        </div>
        <aside>
          <Section title="经过">
            <Timeline entries={detail.history} />
          </Section>
        </aside>
      </div>
      {(asking === 'submit' || asking === 'delete') && (
        <ActDialog row={detail} action={asking} onDone={leave} onLeave={leave} />
      )}
      {asking === 'cancel' && (
        <CancelDialog mobile={detail.mobile} authorisationId={detail.id} onLeave={leave} />
      )}
    </>
  )
}

/** 用户授权信息. */
function Authorised({ detail }: { detail: PhoneAuthorisationDetail }) {
  const { enterprise } = detail
  return (
    <Section title="用户授权信息">
      <dl className={s['facts']}>
        <Pair label="企业名称">{enterprise.name}</Pair>
        <Pair label="企业代码">{enterprise.code13}</Pair>
        <Pair label="统一社会信用代码">{enterprise.uscc}</Pair>
        <Pair label="登录许可证申领系统的用户名">{detail.loginName}</Pair>
        <Pair label="证书类型">{detail.certificateTypeLabel}</Pair>
        <Pair label="业务类型">{detail.kindLabel}</Pair>
        {detail.oldMobile !== null && <Pair label="旧授权手机号码">{detail.oldMobile}</Pair>}
        <Pair label={detail.oldMobile === null ? '授权手机号码' : '新授权手机号码'}>{detail.mobile}</Pair>
        <Pair label="请求时间">
          <Instant at={detail.createdAt} />
        </Pair>
        {detail.pcSerial !== null && <Pair label="授权所用电子钥匙">{detail.pcSerial}</Pair>}
        {detail.state === 'submitted' && (
          <Pair label="证书须在此前制作">
            <Instant at={detail.makeUntil} />
          </Pair>
        )}
        {detail.reason !== null && (
          <Pair label="注销原因" wide>
            {detail.reason}
          </Pair>
        )}
      </dl>
    </Section>
  )
}

/** 证书详情. */
function CertificateSection({
  certificate,
  holder,
}: {
  certificate: NonNullable<PhoneAuthorisationDetail['certificate']>
  holder: string
}) {
  return (
    <Section title="证书详情" id="certificate">
      <dl className={s['facts']}>
        <Pair label="持有人">{holder}</Pair>
        <Pair label="证书序列号">{certificate.serial}</Pair>
        <Pair label="所在手机">{shown(certificate.deviceName)}</Pair>
        <Pair label="有效期自">
          <Instant at={certificate.notBefore} />
        </Pair>
        <Pair label="有效期至">
          <Instant at={certificate.notAfter} />
        </Pair>
        <Pair label="证书状态">
          {certificate.revokedAt !== null ? '已注销' : certificate.expired ? '已过期' : '有效'}
        </Pair>
        {certificate.revokedAt !== null && (
          <>
            <Pair label="注销时间">
              <Instant at={certificate.revokedAt} />
            </Pair>
            <Pair label="注销原因">{shown(certificate.revocationReason)}</Pair>
          </>
        )}
      </dl>
    </Section>
  )
}
