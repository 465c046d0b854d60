import { Button, Modal } from 'antd'
import type { Me } from '#api/account.ts'
import { Notice } from '#ui/Words.tsx'
import { SignInForm } from './SignInForm.tsx'
import s from './SignIn.module.css'

/** The session is gone, the page is not: the same person signs in again and goes on where they were. */
export function SignInAgain({
  me,
  onDone,
  onGiveUp,
}: {
  me: Me
  onDone: (me: Me) => void
  onGiveUp: () => void
}) {
  return (
    <Modal open title="登录已过期" footer={null} closable={false} keyboard={false} width={440} zIndex={1300}>
      <div className={s['dialog']}>
        <Notice kind="info">页面上已填写的内容还在。请重新登录，登录后继续刚才的操作。</Notice>
        <SignInForm loginName={me.account.loginName} submitWords="登录并继续" onDone={onDone}>
          <Button size="large" onClick={onGiveUp}>
            放弃并退出
          </Button>
        </SignInForm>
      </div>
    </Modal>
  )
}
