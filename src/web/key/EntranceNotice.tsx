import { Link } from '@tanstack/react-router'
import type { Me } from '#api/account.ts'
import { firstPasswordLifeWords } from '#domain/account/password.ts'
import { paths } from '#ui/paths.ts'
import { Notice } from '#ui/Words.tsx'

/** For who has come in by a code: how far that goes, and when there is an account. */
export function EntranceNotice({ me }: { me: Me }) {
  const { loginName, mustChangePassword } = me.account
  if (me.keyOffice?.hasAccount === false) {
    return (
      <Notice kind="info">
        您凭验证码进入，办理用户名 {loginName}{' '}
        的电子钥匙。还没有账号：电子钥匙签发时开通，一次性密码发到您确认过的手机。中途离开的，请从“办理电子钥匙”凭企业代码、用户名和验证码回来。
      </Notice>
    )
  }
  if (mustChangePassword) {
    return (
      <Notice kind="success">
        账号 {loginName} 已开通，一次性密码已发到您确认过的手机，{firstPasswordLifeWords}
        内有效。请<Link to={paths.signIn()}>登录</Link>并设置自己的密码；没有收到或已过期的，请用
        <Link to={paths.recover()}>密码找回</Link>。
      </Notice>
    )
  }
  return (
    <Notice kind="info">
      您凭验证码进入，只能办理登录名 {loginName} 的电子钥匙。办理其他业务请
      <Link to={paths.signIn()}>登录</Link>。
    </Notice>
  )
}
