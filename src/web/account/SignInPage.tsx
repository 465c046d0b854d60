import { useQueryClient } from '@tanstack/react-query'
import { Link, useRouter, useSearch } from '@tanstack/react-router'
import type { Me } from '#api/account.ts'
import { paths, safeReturn } from '#ui/paths.ts'
import { meQuery } from '#ui/session.ts'
import { DemoAccounts } from './DemoAccounts.tsx'
import { SignInForm } from './SignInForm.tsx'
import icon from '../icon.svg'
import s from './SignIn.module.css'

/** 登录 (manual 001, 000 用户登录). In the demonstration its accounts stand beside the form. */
export function SignInPage() {
  const client = useQueryClient()
  const router = useRouter()
  const search: { returnTo?: unknown } = useSearch({ strict: false })
  const done = (me: Me) => {
    client.clear()
    client.setQueryData(meQuery.queryKey, me)
    void router.navigate({
      href: safeReturn(typeof search.returnTo === 'string' ? search.returnTo : undefined),
    })
  }
  return (
    <div className={s['page']}>
      <title>登录 · 出口许可证</title>
      <header className={s['top']}>
        <img src={icon} alt="" />
        <span className={s['system']}>出口许可证</span>
        <span className={s['sub']}>申领与签发</span>
      </header>
      <main className={s['columns']}>
        <div className={s['left']}>
          <h1>登录</h1>
          <SignInForm submitWords="登录" onDone={done} />
          <nav className={s['links']} aria-label="没有账号或忘记密码">
            <Link to={paths.register()}>请注册</Link>
            <Link to={paths.recover()}>密码找回</Link>
            <Link to={paths.findCode()}>查询企业代码</Link>
            <Link to={paths.help()}>常见问题</Link>
          </nav>
          <nav className={s['links']} aria-label="电子钥匙">
            <Link to={paths.keyEntrance()}>办理电子钥匙</Link>
            <Link to={paths.keyCheck()}>钥匙体检</Link>
            <Link to={paths.keyAgent()}>下载驱动/客户端控件</Link>
          </nav>
          <nav className={s['links']} aria-label="原系统用户">
            <Link to={paths.oldEntrance()}>原系统入口</Link>
          </nav>
          <p className={s['soft']}>
            原系统用户首次登录：账号为“13 位企业代码-原用户名”（机电、两用物项为原用户名），密码为原密码。
          </p>
        </div>
        <aside className={s['right']}>
          <DemoAccounts onDone={done} />
        </aside>
      </main>
    </div>
  )
}
