import { useState } from 'react'
import { Button } from 'antd'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import type { PhoneStanding } from '#api/phone-authorisation.ts'
import { dayOf } from '#domain/day.ts'
import { paths } from '#ui/paths.ts'
import { PageTitle } from '#ui/PageTitle.tsx'
import { useMe } from '#ui/session.ts'
import { Failed, Notice } from '#ui/Words.tsx'
import s from '../Key.module.css'
import { CancelDialog } from './Dialogs.tsx'
import { PhoneTable } from './PhoneTable.tsx'
import { phonesQuery, standingQuery } from './queries.ts'

/** 手机授权 (manual 003): what is authorised, 手机授权、手机证书续签、手机证书注销, and 历史信息. */
export function PhonePage() {
  const navigate = useNavigate()
  const [cancelling, setCancelling] = useState(false)
  const standing = useQuery(standingQuery)
  const closed = useMe().enterprise?.closed
  const { data } = standing
  const authorised = data?.authorised ?? null
  const because = (...names: string[]) => {
    const found = data?.kinds.filter((one) => names.includes(one.kind)) ?? []
    return found.some((one) => one.because === null) ? undefined : (found[0]?.because ?? '')
  }
  const begin = authorised === null ? because('new') : because('change_number', 'change_device')
  const renew = because('renew')
  return (
    <>
      <PageTitle title="手机授权">
        <Link to={paths.keys()}>电子钥匙</Link>
        <Button onClick={() => setCancelling(true)} disabled={authorised === null} danger>
          手机证书注销
        </Button>
        <Button
          onClick={() => void navigate({ to: paths.renewPhone() })}
          disabled={data === undefined || renew !== undefined}
          title={renew ?? ''}
        >
          手机证书续签
        </Button>
        <Button
          type="primary"
          onClick={() => void navigate({ to: paths.newPhone() })}
          disabled={data === undefined || begin !== undefined}
          title={begin ?? ''}
        >
          手机授权
        </Button>
      </PageTitle>
      {closed !== null && closed !== undefined && <Notice kind="info">{closed}</Notice>}
      {standing.error !== null && <Failed error={standing.error} onRetry={() => void standing.refetch()} />}
      {data !== undefined && <Now standing={data} begin={begin} renew={renew} />}
      <Waiting />
      <div className={s['apart']}>
        <h2 className={s['heading']}>历史信息</h2>
        <PhoneTable />
      </div>
      {cancelling && authorised !== null && (
        <CancelDialog
          mobile={authorised.mobile}
          authorisationId={undefined}
          onLeave={() => setCancelling(false)}
        />
      )}
    </>
  )
}

/** 已授权手机号 and 已授权证书到期时间; why a button above is off. */
function Now({
  standing: { authorised, keys },
  begin,
  renew,
}: {
  standing: PhoneStanding
  begin: string | undefined
  renew: string | undefined
}) {
  if (authorised === null) {
    return (
      <Notice kind="info">
        还没有授权的手机。
        {begin ?? '点击“手机授权”，用 PC 端电子钥匙授权手机号码，提交后在手机上安装证书'}。
        {keys.length === 0 && (
          <>
            授权需要本人已绑定、在有效期内的 PC 端电子钥匙，请先办理<Link to={paths.keys()}>电子钥匙</Link>。
          </>
        )}
      </Notice>
    )
  }
  const until = dayOf(new Date(authorised.notAfter))
  return (
    <Notice kind={authorised.expired ? 'error' : 'success'}>
      已授权手机号：<strong>{authorised.mobile}</strong>　已授权证书到期时间：<strong>{until}</strong>
      {authorised.expired ? '，已过期，请办理“手机证书续签”。' : '。'}
      {renew !== undefined && !authorised.expired && <>不能续签：{renew}。</>}
      {begin !== undefined && <>不能变更：{begin}。</>}
    </Notice>
  )
}

/** What is to be done next, in the words of the manual. */
function Waiting() {
  const read = useQuery(phonesQuery({ page: 1, pageSize: 20 }))
  const own = read.data?.rows.filter((row) => row.own) ?? []
  return (
    <>
      {own.some((row) => row.state === 'ready') && (
        <Notice kind="warning">授权信息已保存，还没有提交。请在历史信息的“操作”中点击“提交”。</Notice>
      )}
      {own.some((row) => row.state === 'submitted') && (
        <Notice kind="warning">请求提交成功，请登录手机 APP 现在安装证书！</Notice>
      )}
    </>
  )
}
