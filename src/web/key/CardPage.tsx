import { useState } from 'react'
import { App, Button } from 'antd'
import { useQueryClient } from '@tanstack/react-query'
import { bindKey, unbindKey, type KeyRow } from '#api/key.ts'
import { call } from '#ui/call.ts'
import type { OpenKey } from '#ui/key/e-key.ts'
import { KeyDialog } from '#ui/KeyDialog.tsx'
import { PageTitle, Section } from '#ui/PageTitle.tsx'
import { useMe } from '#ui/session.ts'
import { Failed } from '#ui/Words.tsx'
import { answerChallenge } from './challenge.ts'
import { OwnKeys } from './KeyTable.tsx'

/** 我的IC卡 → 商务部电子钥匙 (manual 004): binding a key to the account that submits with it, and undoing it. */
export function CardPage() {
  const { message } = App.useApp()
  const client = useQueryClient()
  const code13 = useMe().enterprise?.code13
  const [binding, setBinding] = useState(false)
  const [failed, setFailed] = useState<unknown>()
  const again = () => void client.invalidateQueries({ queryKey: ['keys'] })

  async function bind(key: OpenKey) {
    setBinding(false)
    setFailed(undefined)
    try {
      await call(bindKey, { body: await answerChallenge(key, 'bind') })
      void message.success('绑定成功')
      again()
    } catch (error) {
      setFailed(error)
    } finally {
      key.close?.()
    }
  }
  async function unbind({ fingerprint }: KeyRow) {
    setFailed(undefined)
    try {
      await call(unbindKey, { params: { fingerprint } })
      void message.success('已解除绑定')
      again()
    } catch (error) {
      setFailed(error)
    }
  }
  return (
    <>
      <PageTitle title="我的IC卡" />
      {failed !== undefined && <Failed error={failed} />}
      <Section
        title="商务部电子钥匙"
        note="盖章和上报须使用已绑定的电子钥匙；绑定时请备好电子钥匙和 PIN"
        action={
          <Button type="primary" onClick={() => setBinding(true)}>
            绑卡
          </Button>
        }
      >
        <OwnKeys
          empty="还没有电子钥匙。请先在“电子钥匙”中申请，批准后制作。"
          actions={(row) =>
            row.own && row.boundTo !== null && row.status !== 'revoked' && row.device !== 'phone' ? (
              <Button type="link" size="small" onClick={() => void unbind(row)}>
                解除绑定
              </Button>
            ) : null
          }
        />
      </Section>
      {binding && (
        <KeyDialog code13={code13} onOpened={(key) => void bind(key)} onClose={() => setBinding(false)} />
      )}
    </>
  )
}
