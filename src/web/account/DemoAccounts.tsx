import { useState } from 'react'
import { Button } from 'antd'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { signIn, type Me } from '#api/account.ts'
import { demoAccountList } from '#api/demo.ts'
import { call } from '#ui/call.ts'
import { paths } from '#ui/paths.ts'
import { remembered } from '#ui/session.ts'
import { Failed } from '#ui/Words.tsx'
import s from './SignIn.module.css'

/** The demonstration's accounts, each with a button that signs in; nothing at all outside the demonstration. */
export function DemoAccounts({ onDone }: { onDone: (me: Me) => void }) {
  const [failed, setFailed] = useState<unknown>()
  const [entering, setEntering] = useState<string>()
  const read = useQuery({
    queryKey: ['demo-accounts'],
    queryFn: ({ signal }) => call(demoAccountList, { signal }),
    staleTime: Infinity,
  })
  if (read.data === undefined) return <Beginning />

  const enter = async (loginName: string, password: string, button = loginName) => {
    setEntering(button)
    setFailed(undefined)
    try {
      onDone(remembered(await call(signIn, { body: { loginName, password }, demo: true })))
    } catch (error) {
      setFailed(error)
    } finally {
      setEntering(undefined)
    }
  }
  const passwords = new Set(read.data.accounts.map((account) => account.password))
  return (
    <section aria-label="演示账号">
      <h2>演示账号</h2>
      <p className={s['soft']}>
        点账号即可登录，不需要验证码。
        {passwords.size === 1 && (
          <>
            密码都是 <span className={s['fixed']}>{[...passwords][0]}</span>。
          </>
        )}
        邮件和短信（验证码）不会发出，都在<Link to={paths.outbox()}>演示发件箱</Link>。
      </p>
      {failed !== undefined && <Failed error={failed} />}
      <table className={s['accounts']}>
        <thead>
          <tr>
            <th scope="col">账号</th>
            <th scope="col">姓名、单位</th>
            <th scope="col">可以做什么</th>
            <th scope="col">电子钥匙</th>
          </tr>
        </thead>
        <tbody>
          {read.data.accounts.map((account) => (
            <tr key={account.loginName}>
              <td>
                <Button
                  size="small"
                  loading={entering === account.loginName}
                  disabled={entering !== undefined}
                  onClick={() => void enter(account.loginName, account.password)}
                >
                  {account.loginName}
                </Button>
              </td>
              <td>
                {account.personName} · {account.place}
              </td>
              <td>{account.does}</td>
              <td className={s['key']}>
                {account.eKey === null ? (
                  '—'
                ) : (
                  <>
                    <a href={account.eKey.address} download>
                      下载
                    </a>{' '}
                    PIN <span className={s['fixed']}>{account.eKey.pin}</span>
                  </>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <h2 className={s['next']}>存量用户</h2>
      <p className={s['soft']}>
        还没有登录过统一平台的原系统用户，首次登录须补充账号资料：{read.data.oldEnterprise.name}，企业代码{' '}
        <span className={s['fixed']}>{read.data.oldEnterprise.code13}</span>，统一社会信用代码{' '}
        <span className={s['fixed']}>{read.data.oldEnterprise.uscc}</span>
        。启用以后原密码失效，用自己设置的密码登录。
      </p>
      <table className={s['accounts']} aria-label="演示存量用户">
        <thead>
          <tr>
            <th scope="col">账号</th>
            <th scope="col">原密码</th>
            <th scope="col">说明</th>
          </tr>
        </thead>
        <tbody>
          {read.data.oldUsers.map((user) => (
            <tr key={user.password}>
              <td>
                <Button
                  size="small"
                  loading={entering === user.password}
                  disabled={entering !== undefined}
                  onClick={() => void enter(user.loginName, user.password, user.password)}
                >
                  {user.loginName}
                </Button>
              </td>
              <td className={s['fixed']}>{user.password}</td>
              <td>{user.does}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

/** What stands there in production: who may sign in and with what. */
function Beginning() {
  return (
    <section aria-label="登录说明">
      <h2>登录说明</h2>
      <ul className={s['notes']}>
        <li>企业操作员和发证机构人员用各自的账号登录，账号不得借用。</li>
        <li>盖章、上报需要电子钥匙，登录后按页面上方的“插入”选择电子钥匙文件并输入 PIN。</li>
        <li>离开电脑前请按“安全退出”。</li>
      </ul>
    </section>
  )
}
