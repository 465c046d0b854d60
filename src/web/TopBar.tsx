import { Button } from 'antd'
import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { signOut, type Me } from '#api/account.ts'
import { addDays, dayOf } from '#domain/day.ts'
import { call } from '#ui/call.ts'
import { classes } from '#ui/field-parts.ts'
import { useKey } from '#ui/key-holder.tsx'
import { paths } from '#ui/paths.ts'
import { homeOf } from './menu.ts'
import s from './TopBar.module.css'

/** Place, enterprise or authority, key state, person, 安全退出. */
export function TopBar({
  me,
  folded,
  onFold,
}: {
  me: Me
  folded: boolean
  onFold: (folded: boolean) => void
}) {
  const place = me.enterprise?.name ?? me.authority?.name
  return (
    <header className={s['bar']}>
      {!me.account.mustComplete && (
        <button
          type="button"
          className={s['fold']}
          aria-expanded={!folded}
          aria-controls="menu"
          onClick={() => onFold(!folded)}
        >
          <svg width="16" height="12" viewBox="0 0 16 12" aria-hidden="true">
            <path d="M0 1h16M0 6h16M0 11h16" stroke="currentColor" strokeWidth="1.6" />
          </svg>
          {folded ? '展开菜单' : '折叠菜单'}
        </button>
      )}
      <Link to={homeOf(me)} className={s['name']}>
        出口许可证
      </Link>
      {place !== undefined && <span className={s['place']}>{place}</span>}
      {me.mode === 'demo' && (
        <>
          <span className={s['demo']}>演示环境</span>
          <Link to={paths.outbox()} target="_blank">
            发件箱
          </Link>
        </>
      )}
      <div className={s['right']}>
        {me.permissions.includes('application.seal') && <KeyState today={me.today} />}
        {me.keyOffice === null ? (
          <Link to={paths.ownAccount()} className={s['person']} title="我的账号">
            {me.account.personName}
            <small>{me.account.roles.map((role) => role.label).join('、')}</small>
          </Link>
        ) : (
          <span className={s['person']}>
            {me.account.personName}
            <small>{me.account.loginName}</small>
          </span>
        )}
        <SignOutButton />
      </div>
    </header>
  )
}

/** An e-key is said to be expiring so many days before. */
const soon = 30

/** 🔑 none, in date until, or expiring; inserting and pulling out. */
function KeyState({ today }: { today: string }) {
  const { key, insert, remove } = useKey()
  if (key === undefined) {
    return (
      <span className={s['key']}>
        <KeySign /> 电子钥匙未插入
        <Button size="small" onClick={insert}>
          插入
        </Button>
      </span>
    )
  }
  const last = dayOf(key.description.notAfter)
  const expiring = last <= addDays(today, soon)
  return (
    <span className={classes(s['key'], s['in'], expiring && s['expiring'])}>
      <KeySign /> {key.description.personName}的电子钥匙
      {expiring ? `将于 ${last} 到期，请及时更新` : `，有效至 ${last}`}
      <Button size="small" onClick={remove}>
        拔出
      </Button>
    </span>
  )
}

const KeySign = () => (
  <svg width="18" height="12" viewBox="0 0 18 12" aria-hidden="true">
    <path
      d="M9 6h8v3.2M14 6v2.4M9 6a3.6 3.6 0 1 1-7.2 0A3.6 3.6 0 0 1 9 6z"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.7"
    />
  </svg>
)

function SignOutButton() {
  const client = useQueryClient()
  const leave = async () => {
    // Whether or not the server still knew the session, this page forgets it.
    await call(signOut, {}).catch(() => undefined)
    client.clear()
    window.location.assign(paths.signIn())
  }
  return (
    <Button size="small" onClick={() => void leave()}>
      安全退出
    </Button>
  )
}
