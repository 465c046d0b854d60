import { useState } from 'react'
import { App, Button } from 'antd'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import type { SettingChangeLine, SettingRow } from '#api/setting.ts'
import { groups, settingNames, settings, type Setting, type SettingName } from '#domain/setting/table.ts'
import { Pair } from '#ui/FormView.tsx'
import { DayText, Instant } from '#ui/Numbers.tsx'
import { PageTitle, Section } from '#ui/PageTitle.tsx'
import { nameOf, paths } from '#ui/paths.ts'
import { Empty, Notice, shown, StateWord } from '#ui/Words.tsx'
import { OneThing } from '../OneThing.tsx'
import { ChangeDialog } from './ChangeDialog.tsx'
import { settingQuery } from './queries.ts'
import { Later } from './SettingsPage.tsx'
import s from './Setting.module.css'

/** One setting: what it decides, what holds, and every change there was. */
export function SettingPage() {
  const { name: slug = '' }: { name?: string } = useParams({ strict: false })
  const name = nameOf(settingNames, slug)
  return name !== undefined ? (
    <Known name={name} />
  ) : (
    <Notice kind="warning" action={toList}>
      没有这项设置，网址可能不完整。
    </Notice>
  )
}

const toList = <Link to={paths.settings()}>打开系统设置</Link>

function Known({ name }: { name: SettingName }) {
  const { message } = App.useApp()
  const client = useQueryClient()
  const [changing, setChanging] = useState(false)
  const read = useQuery(settingQuery(name))
  const setting: Setting = settings[name]
  const close = () => {
    setChanging(false)
    void client.invalidateQueries({ queryKey: ['settings'] })
  }
  return (
    <OneThing title={setting.label} read={read} side={0} next={toList}>
      {({ setting: row, changes }) => (
        <>
          <PageTitle title={setting.label} note={toList}>
            {row.mayChange && (
              <Button type="primary" onClick={() => setChanging(true)}>
                修改
              </Button>
            )}
          </PageTitle>
          {setting.elsewhere !== undefined && <Notice kind="info">本项{setting.elsewhere.words}。</Notice>}
          <Section title="现在">
            <Facts row={row} setting={setting} />
          </Section>
          <Section
            title="修改记录"
            note={changes.length === 500 ? '新的在前，只显示最近 500 次' : '新的在前'}
          >
            {changes.length === 0 ? (
              <Empty words={`没有修改过，按系统初始值：${row.words}`} />
            ) : (
              <Changes changes={changes} />
            )}
          </Section>
          {changing && (
            <ChangeDialog
              row={row}
              onLeave={() => setChanging(false)}
              onRefresh={close}
              onDone={() => {
                void message.success(`“${setting.label}”已修改`)
                close()
              }}
            />
          )}
        </>
      )}
    </OneThing>
  )
}

function allowed(setting: Setting): string {
  if (setting.kind === 'yesNo') return `${setting.yes}；${setting.no}`
  const range = `${setting.min} 至 ${setting.max} ${setting.unit}`
  return setting.kind === 'whole' ? range : `按代码逐个设定，${range}`
}

function Facts({ row, setting }: { row: SettingRow; setting: Setting }) {
  return (
    <dl className={s['facts']}>
      <Pair label="今天适用">
        {row.words}
        {row.since === null ? (
          '（系统初始值）'
        ) : (
          <>
            （自 <DayText day={row.since} /> 起）
          </>
        )}
      </Pair>
      <Pair label="以后">
        {row.later.length === 0 ? '—' : row.later.map((one) => <Later key={one.validFrom} {...one} />)}
      </Pair>
      <Pair label="决定什么">{setting.meaning}</Pair>
      <Pair label="可以设为">{allowed(setting)}</Pair>
      <Pair label="依据">{setting.source}</Pair>
      <Pair label="类别">{groups[setting.group]}</Pair>
    </dl>
  )
}

function Changes({ changes }: { changes: readonly SettingChangeLine[] }) {
  return (
    <table className={s['table']} aria-label="修改记录">
      <colgroup>
        <col className={s['value']} />
        <col className={s['value']} />
        <col className={s['day']} />
        <col className={s['state']} />
        <col />
        <col className={s['who']} />
        <col className={s['at']} />
      </colgroup>
      <thead>
        <tr>
          <th scope="col">原值</th>
          <th scope="col">新值</th>
          <th scope="col">自哪天起</th>
          <th scope="col">状态</th>
          <th scope="col">修改原因</th>
          <th scope="col">修改人</th>
          <th scope="col">修改时间</th>
        </tr>
      </thead>
      <tbody>
        {changes.map((change) => (
          <tr key={change.id}>
            <td>{change.from}</td>
            <td>{change.to}</td>
            <td className={s['nowrap']}>
              <DayText day={change.validFrom} />
            </td>
            <td className={s['nowrap']}>
              <StateWord tone={change.holds ? 'good' : 'plain'}>{change.holds ? '适用' : '不适用'}</StateWord>
            </td>
            <td>{change.reason}</td>
            <td>{shown(change.changedBy)}</td>
            <td className={s['nowrap']}>
              <Instant at={change.changedAt} short />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
