import { Link } from '@tanstack/react-router'
import { paths } from '#ui/paths.ts'
import icon from '../icon.svg'
import s from './SignIn.module.css'
import r from './Register.module.css'

/** The frame of pages that are there without signing in: name of the system, and the way on; `home` where one may be signed in. */
export function OpenPage({
  title,
  home = false,
  children,
}: {
  title: string
  home?: boolean
  children: React.ReactNode
}) {
  return (
    <div className={s['page']}>
      <title>{`${title} · 出口许可证`}</title>
      <header className={s['top']}>
        <img src={icon} alt="" />
        <span className={s['system']}>出口许可证</span>
        <span className={s['sub']}>申领与签发</span>
        <Link to={home ? paths.home() : paths.signIn()} className={r['back']}>
          {home ? '返回首页' : '返回登录'}
        </Link>
      </header>
      <main className={r['main']}>
        <h1>{title}</h1>
        {children}
      </main>
    </div>
  )
}
