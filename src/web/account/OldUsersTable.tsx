import t from './SignIn.module.css'

interface Member {
  systemName: string
  oldName: string
  loginName: string
  services: readonly string[]
}

/** 合并的原系统用户: of which systems, by which names, with which rights. */
export function OldUsersTable({ members }: { members: readonly Member[] }) {
  return (
    <table className={t['accounts']} aria-label="合并的原系统用户">
      <thead>
        <tr>
          <th scope="col">原系统</th>
          <th scope="col">原用户名</th>
          <th scope="col">统一平台账号</th>
          <th scope="col">带入的应用</th>
        </tr>
      </thead>
      <tbody>
        {members.map((one) => (
          <tr key={`${one.systemName} ${one.loginName}`}>
            <td>{one.systemName}</td>
            <td>{one.oldName}</td>
            <td className={t['fixed']}>{one.loginName}</td>
            <td>{one.services.join('、')}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
