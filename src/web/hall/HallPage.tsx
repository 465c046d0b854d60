import { useState } from 'react'
import { Button } from 'antd'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ServiceRequestRow, Tile } from '#api/hall.ts'
import type { ServiceCode } from '#domain/hall/catalogue.ts'
import { Instant } from '#ui/Numbers.tsx'
import { PageTitle, Section } from '#ui/PageTitle.tsx'
import { paths } from '#ui/paths.ts'
import { useMe } from '#ui/session.ts'
import { Empty, Failed, Notice, shown, StateWord } from '#ui/Words.tsx'
import { AskDialog } from './AskDialog.tsx'
import { hallQuery, toneOf } from './queries.ts'
import s from './Hall.module.css'

/** Where a service of this system begins. */
const begins: Partial<Record<ServiceCode, string>> = {
  export_licence: paths.desk(),
  electromechanical_enterprise: paths.enterprise(),
}

/** 业务大厅 (manual 001): a tile for each service that was granted; 添加应用 asks for another. */
export function HallPage() {
  const me = useMe()
  const client = useQueryClient()
  const [asking, setAsking] = useState(false)
  const read = useQuery(hallQuery)
  const { tiles = [], askable = [], requests = [] } = read.data ?? {}
  const groups = [...new Set(tiles.map((tile) => tile.group))]
  return (
    <>
      <PageTitle title="业务大厅" note={me.enterprise?.name}>
        <Link to={paths.keyAgent()}>下载驱动/客户端控件</Link>
        {askable.length > 0 && (
          <Button type="primary" onClick={() => setAsking(true)}>
            添加应用
          </Button>
        )}
      </PageTitle>
      {read.error !== null && <Failed error={read.error} onRetry={() => void read.refetch()} />}
      {typeof me.enterprise?.closed === 'string' && <Notice kind="warning">{me.enterprise.closed}</Notice>}
      {read.data !== undefined && tiles.length === 0 && (
        <Empty words="本企业还没有开通任何应用。请“添加应用”提出申请，审核通过后在这里显示。" />
      )}
      {groups.map((group) => (
        <section key={group} className={s['group']} aria-label={group}>
          <h2>{group}</h2>
          <ul className={s['tiles']}>
            {tiles
              .filter((tile) => tile.group === group)
              .map((tile) => (
                <li key={tile.code}>
                  <TileLink tile={tile} />
                </li>
              ))}
          </ul>
        </section>
      ))}
      {requests.length > 0 && <Requests rows={requests} />}
      {asking && (
        <AskDialog
          askable={askable}
          onLeave={() => setAsking(false)}
          onDone={() => {
            setAsking(false)
            void client.invalidateQueries({ queryKey: hallQuery.queryKey })
          }}
        />
      )}
    </>
  )
}

function TileLink({ tile }: { tile: Tile }) {
  const to = begins[tile.code]
  const words = (
    <>
      <strong>{tile.name}</strong>
      <span>{tile.line}</span>
    </>
  )
  if (to !== undefined) {
    return (
      <Link to={to} className={s['tile'] ?? ''}>
        {words}
      </Link>
    )
  }
  if (tile.address === null) return null
  return (
    <a href={tile.address} target="_blank" rel="noopener noreferrer" className={s['tile']}>
      {words}
      <span>在新窗口打开 {new URL(tile.address).host}</span>
    </a>
  )
}

function Requests({ rows }: { rows: readonly ServiceRequestRow[] }) {
  return (
    <Section title="申请记录" note="新的在前">
      <table className={s['table']} aria-label="应用申请记录">
        <thead>
          <tr>
            <th scope="col">应用</th>
            <th scope="col">状态</th>
            <th scope="col">来源</th>
            <th scope="col">申请人</th>
            <th scope="col">申请时间</th>
            <th scope="col">审核说明</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <td>
                <Link to={paths.serviceRequest(row.id)}>{row.serviceName}</Link>
              </td>
              <td className={s['nowrap']}>
                <StateWord tone={toneOf(row.state)}>{row.stateLabel}</StateWord>
              </td>
              <td>{row.sourceLabel}</td>
              <td>{shown(row.requestedBy)}</td>
              <td className={s['nowrap']}>
                <Instant at={row.createdAt} short />
              </td>
              <td>{shown(row.decision)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  )
}
