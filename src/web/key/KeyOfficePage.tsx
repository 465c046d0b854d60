import { useState } from 'react'
import { App, Button } from 'antd'
import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { createKeyRequest, type KeyRow } from '#api/key.ts'
import { call, wordsOf } from '#ui/call.ts'
import { paths } from '#ui/paths.ts'
import { PageTitle, Section } from '#ui/PageTitle.tsx'
import { newId } from '#ui/request-id.ts'
import { useMay, useMe } from '#ui/session.ts'
import { Notice } from '#ui/Words.tsx'
import { OwnKeys } from './KeyTable.tsx'
import { RequestTable } from './RequestTable.tsx'
import { EntranceNotice } from './EntranceNotice.tsx'
import { RevokeDialog } from './RevokeDialog.tsx'
import s from './Key.module.css'

/** 电子钥匙: one's keys with 更新, 补办, 吊销; 申请 a new one; 历史信息 (manual 003). */
export function KeyOfficePage() {
  const navigate = useNavigate()
  const client = useQueryClient()
  const { message } = App.useApp()
  const me = useMe()
  const closed = me.enterprise?.closed
  const mayPhone = useMay('phone_authorisation.submit')
  const [revoking, setRevoking] = useState<KeyRow>()

  async function begin(kind: 'new' | 'renew' | 'reissue', fingerprint?: string) {
    try {
      const body = { id: newId(), kind, ...(fingerprint === undefined ? {} : { fingerprint }) }
      const made = await call(createKeyRequest, { body })
      void client.invalidateQueries({ queryKey: ['keys'] })
      void navigate({ to: paths.keyRequest(made.id) })
    } catch (error) {
      void message.error(wordsOf(error))
    }
  }
  const small = (words: string, onClick: () => void, because?: string | null) => (
    <Button
      type="link"
      size="small"
      onClick={onClick}
      disabled={because !== null && because !== undefined}
      title={because ?? ''}
    >
      {words}
    </Button>
  )
  return (
    <>
      <PageTitle title="电子钥匙">
        {mayPhone && <Link to={paths.phones()}>手机授权</Link>}
        <Link to={paths.keyCheck()}>钥匙体检</Link>
        <Link to={paths.keyAgent()}>下载驱动/客户端控件</Link>
        <Link to={paths.issuingBodies()}>发证机构地址</Link>
        <Button type="primary" onClick={() => void begin('new')}>
          申请电子钥匙
        </Button>
      </PageTitle>
      {me.keyOffice !== null && <EntranceNotice me={me} />}
      {me.keyOffice === null && closed !== null && closed !== undefined && (
        <Notice kind="info">{closed}</Notice>
      )}
      <Section title="我的电子钥匙" note="更新：临近到期时办理；补办：遗失、损坏或文件没有保存好">
        <OwnKeys
          empty="还没有电子钥匙。点击右上角“申请电子钥匙”，提交材料，批准后在本页制作。"
          actions={(row) =>
            row.status === 'revoked' ? null : row.device === 'phone' ? (
              row.own ? (
                <Link to={paths.phones()}>手机授权</Link>
              ) : (
                small('吊销', () => setRevoking(row))
              )
            ) : (
              <>
                {row.own && small('更新', () => void begin('renew', row.fingerprint), row.notRenewable)}
                {row.own && small('补办', () => void begin('reissue', row.fingerprint))}
                {small('吊销', () => setRevoking(row))}
              </>
            )
          }
        />
      </Section>
      <div className={s['apart']}>
        <h2 className={s['heading']}>历史信息</h2>
        <RequestTable own at={paths.keyRequest} tab="all" empty="还没有办理过电子钥匙。" />
      </div>
      {revoking !== undefined && (
        <RevokeDialog
          row={revoking}
          office={false}
          onLeave={() => setRevoking(undefined)}
          onDone={() => {
            setRevoking(undefined)
            void client.invalidateQueries({ queryKey: ['keys'] })
          }}
        />
      )}
    </>
  )
}
