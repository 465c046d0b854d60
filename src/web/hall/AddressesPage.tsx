import { useState } from 'react'
import { App, Button } from 'antd'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { changeServiceAddress, type ServiceEntry } from '#api/hall.ts'
import { addressProblem } from '#domain/hall/catalogue.ts'
import { call } from '#ui/call.ts'
import { Field } from '#ui/Field.tsx'
import { FormDialog } from '#ui/FormDialog.tsx'
import { Instant } from '#ui/Numbers.tsx'
import { PageTitle, Section } from '#ui/PageTitle.tsx'
import { Empty, Failed, shown } from '#ui/Words.tsx'
import { servicesQuery } from './queries.ts'
import s from './Hall.module.css'

/** 应用网址: where each tile leads that does not open here, with every change. */
export function AddressesPage() {
  const client = useQueryClient()
  const read = useQuery(servicesQuery)
  const [changing, setChanging] = useState<ServiceEntry>()
  const services = read.data?.services ?? []
  const changes = services
    .flatMap(({ name, changes: of }) => of.map((change) => ({ name, ...change })))
    .toSorted((one, other) => Number(other.id) - Number(one.id))
  const renew = () => {
    setChanging(undefined)
    void client.invalidateQueries({ queryKey: ['hall'] })
  }
  return (
    <>
      <PageTitle title="应用网址" note="不在本系统办理、又没有网址的应用，业务大厅不显示" />
      {read.error !== null && <Failed error={read.error} onRetry={() => void read.refetch()} />}
      {read.data !== undefined && (
        <>
          <Section title="应用">
            <table className={s['table']} aria-label="应用">
              <thead>
                <tr>
                  <th scope="col">应用</th>
                  <th scope="col">类别</th>
                  <th scope="col">网址</th>
                  <th scope="col" className={s['right']}>
                    已开通企业
                  </th>
                  <th scope="col">操作</th>
                </tr>
              </thead>
              <tbody>
                {services.map((one) => (
                  <tr key={one.code}>
                    <td className={s['nowrap']}>{one.name}</td>
                    <td className={s['nowrap']}>{one.group}</td>
                    <td className={s['address']}>{one.here ? '在本系统办理' : shown(one.address)}</td>
                    <td className={s['right']}>{one.granted}</td>
                    <td>
                      {!one.here && (
                        <Button
                          size="small"
                          onClick={() => setChanging(one)}
                          aria-label={`修改${one.name}的网址`}
                        >
                          修改网址
                        </Button>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Section>
          <Section title="修改记录" note="新的在前">
            {changes.length === 0 ? (
              <Empty words="没有修改过" />
            ) : (
              <table className={s['table']} aria-label="网址修改记录">
                <thead>
                  <tr>
                    <th scope="col">应用</th>
                    <th scope="col">原网址</th>
                    <th scope="col">新网址</th>
                    <th scope="col">修改原因</th>
                    <th scope="col">修改人</th>
                    <th scope="col">修改时间</th>
                  </tr>
                </thead>
                <tbody>
                  {changes.map((change) => (
                    <tr key={change.id}>
                      <td className={s['nowrap']}>{change.name}</td>
                      <td className={s['address']}>{shown(change.from)}</td>
                      <td className={s['address']}>{shown(change.to)}</td>
                      <td>{change.reason}</td>
                      <td className={s['nowrap']}>{change.changedBy}</td>
                      <td className={s['nowrap']}>
                        <Instant at={change.changedAt} short />
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            )}
          </Section>
        </>
      )}
      {changing !== undefined && (
        <ChangeDialog entry={changing} onDone={renew} onLeave={() => setChanging(undefined)} />
      )}
    </>
  )
}

const fields = {
  address: {
    kind: 'text',
    label: '网址',
    max: 300,
    hint: '以 https:// 开头；空为不显示',
    problem: addressProblem,
  },
  reason: { kind: 'text', label: '修改原因', max: 200, required: true },
} as const

function ChangeDialog({
  entry,
  onDone,
  onLeave,
}: {
  entry: ServiceEntry
  onDone: () => void
  onLeave: () => void
}) {
  const { message } = App.useApp()
  const [address, setAddress] = useState(entry.address ?? '')
  const [reason, setReason] = useState('')
  const [wrong, setWrong] = useState<{ address?: string; reason?: string }>({})
  async function submit() {
    const problem = address.trim() === '' ? undefined : addressProblem(address.trim())
    const found = {
      ...(problem === undefined ? {} : { address: problem }),
      ...(reason.trim() === '' ? { reason: '请填写修改原因' } : {}),
    }
    setWrong(found)
    if (Object.keys(found).length > 0) return false
    const body = { version: entry.version, address: address.trim(), reason: reason.trim() }
    await call(changeServiceAddress, { params: { code: entry.code }, body })
    void message.success(`“${entry.name}”的网址已修改`)
    onDone()
    return undefined
  }
  return (
    <FormDialog
      title={`修改网址：${entry.name}`}
      submitWords="修改网址"
      leaveWords="暂不修改"
      width={560}
      onSubmit={submit}
      onLeave={onLeave}
      onRefresh={onDone}
    >
      <div className={s['fields']}>
        <Field
          field={fields.address}
          path="hall.address"
          value={address}
          error={wrong.address}
          onChange={(value) => {
            setAddress(value)
            setWrong({})
          }}
        />
        <Field
          field={fields.reason}
          path="hall.reason"
          value={reason}
          error={wrong.reason}
          onChange={(value) => {
            setReason(value)
            setWrong({})
          }}
        />
      </div>
    </FormDialog>
  )
}
