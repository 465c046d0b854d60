import { Button, Modal } from 'antd'
import { PaperNo } from '#ui/Numbers.tsx'
import { Notice } from '#ui/Words.tsx'
import s from './Office.module.css'

/** The first password of an officer, this once. Without one the answer was lost on its way and a new one is needed. */
export function PasswordDialog({
  loginName,
  password,
  onLeave,
}: {
  loginName: string
  password: string | undefined
  onLeave: () => void
}) {
  return (
    <Modal
      open
      title={`初始密码：${loginName}`}
      footer={null}
      width={480}
      mask={{ closable: false }}
      onCancel={onLeave}
    >
      {password === undefined ? (
        <Notice kind="warning">
          初始密码已经生成，但没有显示出来，不能再次查看。请用“重置密码”取得新的初始密码。
        </Notice>
      ) : (
        <>
          <Notice kind="warning">
            只显示这一次，关闭后不能再查看。请当面或电话告知本人，首次登录须修改。
          </Notice>
          <p className={s['password']}>
            <PaperNo value={password} what="初始密码" copy />
          </p>
        </>
      )}
      <Button type="primary" onClick={onLeave}>
        {password === undefined ? '知道了' : '已记下，关闭'}
      </Button>
    </Modal>
  )
}
