import { useState } from 'react'
import { App, Modal } from 'antd'
import { useQuery } from '@tanstack/react-query'
import { application } from '#domain/application/actions.ts'
import { ActionDialog } from '#ui/ActionDialog.tsx'
import { attempts, unanswered } from '#ui/request-id.ts'
import { Failed, Notice } from '#ui/Words.tsx'
import { applicationQuery, performOnApplication, useStale } from '../queries.ts'

/** 退回复审: the application of a pending licence goes back to the second review, with an opinion. */
export function HandBack({
  applicationId,
  licenceNo,
  onClose,
}: {
  applicationId: string
  licenceNo: string
  onClose: () => void
}) {
  const read = useQuery({ ...applicationQuery(applicationId), staleTime: 0 })
  const stale = useStale()
  const { message } = App.useApp()
  const [tries] = useState(() => attempts())
  const [running, setRunning] = useState(false)
  const [error, setError] = useState<unknown>()
  const detail = read.data
  const because = detail?.actions.find(({ action }) => action === 'hand_back')?.because

  async function run(opinion: string) {
    if (detail === undefined) return
    setRunning(true)
    setError(undefined)
    const body = { version: detail.version, input: { opinion: opinion.trim() } }
    try {
      await tries.run(body, (requestId) =>
        performOnApplication(applicationId)('hand_back', { ...body, requestId }),
      )
      void message.success(`${licenceNo} 已退回复审，许可证号保留`)
      onClose()
    } catch (failure) {
      setError(failure)
      if (!unanswered(failure)) void read.refetch()
    } finally {
      setRunning(false)
      stale()
    }
  }
  if (read.error !== null) {
    return (
      <Modal open title="退回复审" footer={null} onCancel={onClose}>
        <Failed error={read.error} onRetry={() => void read.refetch()} />
      </Modal>
    )
  }
  if (detail === undefined) return null
  if (because !== undefined) {
    return (
      <Modal open title="退回复审" footer={null} onCancel={onClose}>
        <Notice kind="warning">不能退回：{because}</Notice>
      </Modal>
    )
  }
  return (
    <ActionDialog
      word="申请表"
      words={{ ...application.actions.hand_back, confirm: `申请表回到待复审，许可证号 ${licenceNo} 保留。` }}
      opinion={undefined}
      running={running}
      problem={error === undefined ? null : <Failed error={error} onRefresh={() => void read.refetch()} />}
      onDo={(opinion) => void run(opinion ?? '')}
      onLeave={onClose}
    />
  )
}
