import { useState } from 'react'
import { Button } from 'antd'
import { useQueryClient } from '@tanstack/react-query'
import type { KeyRow } from '#api/key.ts'
import { paths } from '#ui/paths.ts'
import { PageTitle } from '#ui/PageTitle.tsx'
import { useMay } from '#ui/session.ts'
import { KeyTable } from './KeyTable.tsx'
import { RequestTable } from './RequestTable.tsx'
import { RevokeDialog } from './RevokeDialog.tsx'

/** 电子钥匙申请: what waits for the key officer first. */
export function KeyQueuePage() {
  return (
    <>
      <PageTitle title="电子钥匙申请" />
      <RequestTable own={false} at={paths.keyReview} tab="submitted" empty="没有等待审核的电子钥匙申请。" />
    </>
  )
}

/** 电子钥匙证书: every key that was made, and 吊销. */
export function KeyCertificatesPage() {
  const client = useQueryClient()
  const may = useMay('key_request.revoke_by_officer')
  const [revoking, setRevoking] = useState<KeyRow>()
  return (
    <>
      <PageTitle title="电子钥匙证书" />
      <KeyTable
        empty="没有符合条件的电子钥匙。"
        actions={(row) =>
          may && row.status !== 'revoked' ? (
            <Button type="link" size="small" danger onClick={() => setRevoking(row)}>
              吊销
            </Button>
          ) : null
        }
      />
      {revoking !== undefined && (
        <RevokeDialog
          row={revoking}
          office
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
