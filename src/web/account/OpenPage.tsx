import { Link } from '@tanstack/react-router'
import { paths } from '#ui/paths.ts'
import icon from '../icon.svg'
import s from './SignIn.module.css'
import r from './Register.module.css'

/** The frame of pages before signing in: name of the system, the way to sign in. */
export function OpenPage({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <div className={s['page']}>
      <title>{`${title} · 出口许可证`}</title>
      <header className={s['top']}>
        <img src={icon} alt="" />
        <span className={s['system']}>出口许可证</span>
        <span className={s['sub']}>申领与签发</span>
        <Link to={paths.signIn()} className={r['back']}>
          返回登录
        </Link>
      </header>
      <main className={r['main']}>
        <h1>{title}</h1>
        {children}
      </main>
    </div>
  )
}
