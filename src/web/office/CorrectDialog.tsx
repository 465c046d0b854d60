import { useState } from 'react'
import { useQuery } from '@tanstack/react-query'
import { actOnEnterprise, type EnterpriseDetail } from '#api/enterprise-office.ts'
import { registrationPlaces } from '#api/registration.ts'
import { correction } from '#domain/enterprise/actions.ts'
import { call } from '#ui/call.ts'
import { FormDialog } from '#ui/FormDialog.tsx'
import { attempts } from '#ui/request-id.ts'
import { Failed } from '#ui/Words.tsx'
import { FormLine, idOf } from '../account/FormLine.tsx'
import { Line } from '../account/Line.tsx'
import { checked, useForm } from '../account/use-form.ts'
import f from '#ui/Field.module.css'
import s from './Office.module.css'

/** 更正登记: what the papers say; the two numbers never change. */
export function CorrectDialog({
  detail,
  onDone,
  onLeave,
  onRefresh,
}: {
  detail: EnterpriseDetail
  onDone: () => void
  onLeave: () => void
  onRefresh: () => void
}) {
  const [tries] = useState(() => attempts())
  const [central, setCentral] = useState(detail.centralEnterprise)
  const places = useQuery({
    queryKey: ['registration-places'],
    queryFn: ({ signal }) => call(registrationPlaces, { signal }),
  })
  const form = useForm({ name: detail.name, region: detail.region, city: detail.city ?? '', opinion: '' })
  const regions = new Set([detail.region, ...(places.data?.regions ?? [])])
  return (
    <FormDialog
      title="更正登记"
      submitWords="更正登记"
      leaveWords="暂不更正"
      width={640}
      onLeave={onLeave}
      onSubmit={async () => {
        const sent = await form.send(async () => {
          const input = checked(correction, { ...form.values, centralEnterprise: central })
          const given = { version: detail.version, input }
          await tries.run(given, (requestId) =>
            call(actOnEnterprise, {
              params: { id: detail.id, action: 'correct' },
              body: { ...given, requestId },
            }),
          )
        })
        if (sent) onDone()
      }}
    >
      <p className={s['soft']}>
        统一社会信用代码 {detail.uscc}、企业代码 {detail.code13} 不能更正。
      </p>
      <div className={s['form']}>
        <div className={s['wide']}>
          <FormLine name="name" label="企业名称" form={form} />
        </div>
        <Line id={idOf('region')} label="省（自治区、直辖市）" error={form.errors['region']}>
          <select
            id={idOf('region')}
            className={f['input']}
            value={form.values['region'] ?? ''}
            aria-invalid={form.errors['region'] !== undefined}
            aria-describedby={`${idOf('region')}-error`}
            onChange={(event) => form.set('region', event.target.value)}
          >
            {[...regions].map((region) => (
              <option key={region}>{region}</option>
            ))}
          </select>
        </Line>
        <FormLine name="city" label="城市" form={form} optional />
        <label className={s['wide']}>
          <input type="checkbox" checked={central} onChange={(event) => setCentral(event.target.checked)} />{' '}
          中央企业（由许可证局签发）
        </label>
        <div className={s['wide']}>
          <FormLine
            name="opinion"
            label="依据"
            form={form}
            note="凭什么材料更正，例如：营业执照 2026-06-01 变更"
          />
        </div>
        {form.failed !== undefined && (
          <div className={s['wide']}>
            <Failed error={form.failed} onRefresh={onRefresh} />
          </div>
        )}
      </div>
    </FormDialog>
  )
}
