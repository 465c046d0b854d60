import { Button, Modal } from 'antd'
import { useBlocker } from '@tanstack/react-router'
import { Notice } from '#ui/Words.tsx'
import type { Session } from './session.ts'
import s from './LeaveGuard.module.css'

/**
 * Leaving the form: what is not sent yet is sent first; only what can't be is asked about. It stays on this computer
 * either way.
 */
export function LeaveGuard({ session, off }: { session: Session; off: boolean }) {
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: async ({ current, next }) => {
      if (off || current.pathname === next.pathname || !session.unsaved()) return false
      // A copy that was never saved is not made by leaving it.
      if (session.version() > 0) await session.flush()
      return session.unsaved()
    },
    enableBeforeUnload: () => !off && session.unsaved(),
    withResolver: true,
  })
  if (status !== 'blocked') return null
  const state = session.state()
  const why =
    session.version() === 0
      ? '这份申请表还没有暂存。'
      : state.kind === 'saved'
        ? `有 ${state.held.length} 项填写有误，没有保存到服务器。`
        : state.kind === 'failed' || state.kind === 'stale'
          ? state.words
          : '有内容还没有保存到服务器。'
  return (
    <Modal open title="有内容还没有保存" footer={null} width={480} onCancel={reset}>
      <div className={s['dialog']}>
        <Notice kind="warning">{why}</Notice>
        <p>没有保存的内容留在这台电脑上，下次用本账号打开这份申请表时可以恢复。</p>
        <div className={s['buttons']}>
          <Button onClick={proceed}>离开本页</Button>
          <Button type="primary" onClick={reset} autoFocus>
            留下继续填写
          </Button>
        </div>
      </div>
    </Modal>
  )
}
