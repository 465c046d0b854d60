import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { SettingRow } from '#api/setting.ts'
import { groups, settings } from '#domain/setting/table.ts'
import { DayText } from '#ui/Numbers.tsx'
import { PageTitle, Section } from '#ui/PageTitle.tsx'
import { paths } from '#ui/paths.ts'
import { useMe } from '#ui/session.ts'
import { Failed } from '#ui/Words.tsx'
import { menuOf } from '../menu.ts'
import { settingsQuery } from './queries.ts'
import s from './Setting.module.css'

/** 系统设置: everything the law or an administrator decides, with what holds today and what begins later. */
export function SettingsPage() {
  const read = useQuery(settingsQuery)
  const rows = read.data?.settings ?? []
  return (
    <>
      <PageTitle title="系统设置" note="法规和管理机构可能调整的规则，每次修改都从某一天起适用并留有记录" />
      {read.error !== null && <Failed error={read.error} onRetry={() => void read.refetch()} />}
      {read.data !== undefined &&
        Object.entries(groups).map(([group, label]) => (
          <Section key={group} title={label}>
            <Rows label={label} rows={rows.filter(({ name }) => settings[name].group === group)} />
          </Section>
        ))}
      {read.data !== undefined && <OtherPages />}
    </>
  )
}

function Rows({ label, rows }: { label: string; rows: readonly SettingRow[] }) {
  return (
    <table className={s['table']} aria-label={label}>
      <colgroup>
        <col className={s['wide']} />
        <col className={s['value']} />
        <col className={s['value']} />
        <col />
        <col className={s['action']} />
      </colgroup>
      <thead>
        <tr>
          <th scope="col">设置</th>
          <th scope="col">今天适用</th>
          <th scope="col">以后</th>
          <th scope="col">依据</th>
          <th scope="col">操作</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.name}>
            <th scope="row">
              {settings[row.name].label}
              <span className={s['soft']}>{settings[row.name].meaning}</span>
            </th>
            <td>
              {row.words}
              <span className={s['soft']}>
                {row.since === null ? (
                  '系统初始值'
                ) : (
                  <>
                    自 <DayText day={row.since} /> 起
                  </>
                )}
              </span>
            </td>
            <td>
              {row.later.length === 0 ? '—' : row.later.map((one) => <Later key={one.validFrom} {...one} />)}
            </td>
            <td>{settings[row.name].source}</td>
            <td className={s['nowrap']}>
              <Link
                to={paths.setting(row.name)}
                aria-label={`${row.mayChange ? '修改' : '查看'}${settings[row.name].label}`}
              >
                {row.mayChange ? '修改、记录' : '记录'}
              </Link>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

export const Later = ({ validFrom, words }: SettingRow['later'][number]) => (
  <div>
    {words}
    <span className={s['soft']}>
      自 <DayText day={validFrom} /> 起
    </span>
  </div>
)

/** What else may be set, each on a page of its own: those that this person's menu has. */
const others: readonly string[] = [
  paths.rates(),
  paths.calendar(),
  paths.serviceAddresses(),
  paths.accounts(),
  paths.enterprises(),
  paths.messages(),
  paths.quotaWarning(),
]

function OtherPages() {
  const me = useMe()
  const entries = menuOf(me)
    .flatMap((group) => group.entries)
    .filter(({ to }) => others.includes(to))
  if (entries.length === 0) return null
  return (
    <Section title="在其他页面设定">
      <ul className={s['others']}>
        {entries.map(({ to, label, line }) => (
          <li key={to}>
            <Link to={to}>{label}</Link>
            <span className={s['soft']}>{line}</span>
          </li>
        ))}
      </ul>
    </Section>
  )
}
