import { Button, Modal } from 'antd'
import { useBlocker } from '@tanstack/react-router'
import { Notice } from './Words.tsx'
import s from './ActionBar.module.css'

/** Asks before a page with unsaved changes is left, by a link or by closing it. */
export function UnsavedGuard({ when }: { when: boolean }) {
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: () => when,
    enableBeforeUnload: when,
    withResolver: true,
  })
  if (status !== 'blocked') return null
  return (
    <Modal open title="还没有保存" footer={null} width={440} onCancel={reset}>
      <div className={s['dialog']}>
        <Notice kind="warning">修改还没有保存，离开后不能找回。</Notice>
        <div className={s['dialogButtons']}>
          <Button danger onClick={proceed}>
            放弃修改并离开
          </Button>
          <Button type="primary" onClick={reset} autoFocus>
            留下继续填写
          </Button>
        </div>
      </div>
    </Modal>
  )
}
