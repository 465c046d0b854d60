import { useState } from 'react'
import { App, Button } from 'antd'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { setLowPercent } from '#api/quota-warning.ts'
import { isDay } from '#domain/day.ts'
import { LowPercent } from '#domain/quota/warning.ts'
import { call } from '#ui/call.ts'
import { Field } from '#ui/Field.tsx'
import { goToField } from '#ui/field-id.ts'
import { FormDialog } from '#ui/FormDialog.tsx'
import { DayText, Instant } from '#ui/Numbers.tsx'
import { PageTitle, Section } from '#ui/PageTitle.tsx'
import { useMay, useToday } from '#ui/session.ts'
import { Empty, Failed, Notice, shown, StateWord } from '#ui/Words.tsx'
import { lowPercentQuery } from './queries.ts'
import s from './Quota.module.css'

/** 余量预警: below how much of what was granted an enterprise is warned; nothing is overwritten. */
export function WarningPage() {
  const may = useMay('quota.warn')
  const client = useQueryClient()
  const [changing, setChanging] = useState(false)
  const read = useQuery(lowPercentQuery)
  const renew = () => void client.invalidateQueries({ queryKey: lowPercentQuery.queryKey })
  const { percent, version, changes = [] } = read.data ?? {}
  return (
    <>
      <PageTitle title="余量预警" note="每天零点后核对；每个配额账户只提醒一次">
        {may && (
          <Button type="primary" disabled={read.data === undefined} onClick={() => setChanging(true)}>
            修改预警线
          </Button>
        )}
      </PageTitle>
      {read.error !== null && <Failed error={read.error} onRetry={() => void read.refetch()} />}
      {percent !== undefined && (
        <Notice kind="info">
          {percent === 0
            ? '现在不提醒余量不足。'
            : `可用余量低于下达量的 ${percent} % 时，提醒企业配额余量不足。`}
          交还截止日以前 30 天和 7 天另有提醒，不受此项影响。
        </Notice>
      )}
      {read.data !== undefined && (
        <Section title="修改记录" note="新的在前">
          {changes.length === 0 ? (
            <Empty words={`没有修改过，按系统初始值 ${percent ?? ''} % 提醒`} />
          ) : (
            <table className={s['table']} aria-label="余量预警修改记录">
              <thead>
                <tr>
                  <th scope="col" className={s['right']}>
                    原预警线
                  </th>
                  <th scope="col" className={s['right']}>
                    新预警线
                  </th>
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
                    <td className={s['right']}>{change.from} %</td>
                    <td className={s['right']}>{change.to} %</td>
                    <td>
                      <DayText day={change.validFrom} />
                    </td>
                    <td>
                      <StateWord tone={change.holds ? 'good' : 'plain'}>
                        {change.holds ? '适用' : '不适用'}
                      </StateWord>
                    </td>
                    <td>{change.reason}</td>
                    <td>{shown(change.changedBy)}</td>
                    <td>
                      <Instant at={change.changedAt} short />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </Section>
      )}
      {changing && percent !== undefined && version !== undefined && (
        <ChangeDialog
          percent={percent}
          version={version}
          onLeave={() => setChanging(false)}
          onRefresh={() => {
            setChanging(false)
            renew()
          }}
          onDone={() => {
            setChanging(false)
            renew()
          }}
        />
      )}
    </>
  )
}

const fields = {
  percent: { kind: 'decimal', label: '新预警线', required: true, integerDigits: 3, fractionDigits: 0 },
  validFrom: { kind: 'day', label: '自哪天起适用', required: true },
  reason: { kind: 'text', label: '修改原因', max: 200, required: true, multiline: true },
} as const
type Name = keyof typeof fields
const names = ['percent', 'validFrom', 'reason'] as const satisfies readonly Name[]

function problems(values: Record<Name, string>): Partial<Record<Name, string>> {
  const percent = LowPercent.safeParse(/^\d{1,3}$/.test(values.percent) ? Number(values.percent) : Number.NaN)
  return {
    ...(percent.success ? {} : { percent: percent.error.issues[0]?.message ?? '' }),
    ...(isDay(values.validFrom) ? {} : { validFrom: '请填写日期' }),
    ...(values.reason.trim() === '' ? { reason: '请填写修改原因' } : {}),
  }
}

function ChangeDialog({
  percent,
  version,
  onDone,
  onLeave,
  onRefresh,
}: {
  percent: number
  version: number
  onDone: () => void
  onLeave: () => void
  onRefresh: () => void
}) {
  const { message } = App.useApp()
  const today = useToday()
  const [values, setValues] = useState<Record<Name, string>>({ percent: '', validFrom: today, reason: '' })
  const [wrong, setWrong] = useState<Partial<Record<Name, string>>>({})
  async function submit() {
    const found = problems(values)
    setWrong(found)
    const first = names.find((name) => found[name] !== undefined)
    if (first !== undefined) {
      goToField(`warning.${first}`)
      return false
    }
    const { validFrom, reason } = values
    const body = { version, percent: Number(values.percent), validFrom, reason: reason.trim() }
    await call(setLowPercent, { body })
    void message.success('预警线已修改')
    onDone()
    return undefined
  }
  return (
    <FormDialog
      title="修改预警线"
      submitWords="修改预警线"
      leaveWords="暂不修改"
      onSubmit={submit}
      onLeave={onLeave}
      onRefresh={onRefresh}
    >
      <div className={s['fields']}>
        <Notice kind="info">现在为下达量的 {percent} %；填 0 则不提醒余量不足。</Notice>
        {names.map((name) => (
          <Field
            key={name}
            field={fields[name]}
            path={`warning.${name}`}
            value={values[name]}
            error={wrong[name]}
            unit={name === 'percent' ? '%' : undefined}
            onChange={(value) => {
              setValues((before) => ({ ...before, [name]: value }))
              setWrong((before) => ({ ...before, [name]: undefined }))
            }}
          />
        ))}
      </div>
    </FormDialog>
  )
}
