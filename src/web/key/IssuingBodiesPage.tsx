import { useQuery } from '@tanstack/react-query'
import { Failed, shown } from '#ui/Words.tsx'
import { issuingBodiesQuery } from './queries.ts'
import { OpenPage } from '../account/OpenPage.tsx'
import s from './Key.module.css'

/** 发证机构（审批机关）地址 (manual 003): from the authority table, for whoever asks. */
export function IssuingBodiesPage() {
  const read = useQuery(issuingBodiesQuery)
  return (
    <OpenPage title="办理电子钥匙的发证机构" home>
      {read.error !== null && <Failed error={read.error} onRetry={() => void read.refetch()} />}
      {read.data !== undefined && (
        <>
          <p>共 {read.data.rows.length} 家。电子钥匙申领均为免费服务。</p>
          <table className={s['checks']}>
            <thead>
              <tr>
                <th>代码</th>
                <th>发证机构</th>
                <th>所在地</th>
                <th>地址</th>
                <th>电话</th>
              </tr>
            </thead>
            <tbody>
              {read.data.rows.map((row) => (
                <tr key={row.code}>
                  <td>{row.code}</td>
                  <td>{row.name}</td>
                  <td>{row.place}</td>
                  <td>{shown(row.address)}</td>
                  <td>{shown(row.phone)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </OpenPage>
  )
}
