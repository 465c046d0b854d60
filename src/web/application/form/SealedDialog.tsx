import { useState } from 'react'
import { Button, Modal } from 'antd'
import { application } from '#domain/application/actions.ts'
import { PaperNo } from '#ui/Numbers.tsx'
import { attempts, unanswered } from '#ui/request-id.ts'
import { Failed, Notice } from '#ui/Words.tsx'
import { performOn } from '../queries.ts'
import type { Sealed } from './SealDialog.tsx'
import s from './LeaveGuard.module.css'

/** 加盖签章成功 with the number (manual 000), and the next step: 上报. */
export function SealedDialog({
  id,
  sealed,
  onSubmitted,
  onLeave,
}: {
  id: string
  sealed: Sealed
  onSubmitted: () => void
  onLeave: () => void
}) {
  const [tries] = useState(() => attempts())
  const [running, setRunning] = useState(false)
  const [error, setError] = useState<unknown>()
  async function submit() {
    setRunning(true)
    setError(undefined)
    try {
      const { version } = sealed
      await tries.run('submit', (requestId) => performOn(id)('submit', { version, requestId }))
      onSubmitted()
    } catch (failed) {
      setError(failed)
      setRunning(false)
    }
  }
  return (
    <Modal open title="加盖签章成功" footer={null} width={480} mask={{ closable: false }} onCancel={onLeave}>
      <div className={s['dialog']}>
        <Notice kind="success">
          加盖签章成功。申请表号 <PaperNo value={sealed.applicationNo} what="申请表号" copy />
        </Notice>
        <p>{application.actions.submit.confirm}</p>
        {error !== undefined && (
          <Failed error={error} onRetry={unanswered(error) ? () => void submit() : undefined} />
        )}
        <div className={s['buttons']}>
          <Button onClick={onLeave} disabled={running}>
            暂不上报
          </Button>
          <Button type="primary" loading={running} autoFocus onClick={() => void submit()}>
            上报申请表
          </Button>
        </div>
      </div>
    </Modal>
  )
}
