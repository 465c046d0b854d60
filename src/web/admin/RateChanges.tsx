import { Modal } from 'antd'
import { useQuery } from '@tanstack/react-query'
import { listRateChanges, type Rate } from '#api/reference.ts'
import { call } from '#ui/call.ts'
import { DayText, Instant } from '#ui/Numbers.tsx'
import { Failed, shown } from '#ui/Words.tsx'
import s from './Admin.module.css'

/** Every rate a currency ever had, with who entered it and when. */
export function RateChanges({ rate, onLeave }: { rate: Rate; onLeave: () => void }) {
  const { currency } = rate
  const read = useQuery({
    queryKey: ['rates', 'changes', currency],
    queryFn: ({ signal }) => call(listRateChanges, { params: { currency }, signal }),
  })
  return (
    <Modal
      open
      title={`${currency} ${rate.currencyName}的变更记录`}
      footer={null}
      width={760}
      onCancel={onLeave}
    >
      {read.error !== null && <Failed error={read.error} onRetry={() => void read.refetch()} />}
      <table className={s['table']} aria-label="变更记录">
        <thead>
          <tr>
            <th scope="col">自哪天起</th>
            <th scope="col" className={s['right']}>
              折合美元
            </th>
            <th scope="col">来源</th>
            <th scope="col">谁登记</th>
            <th scope="col">何时</th>
          </tr>
        </thead>
        <tbody>
          {(read.data?.changes ?? []).map((change) => (
            <tr key={`${change.validFrom} ${change.changedAt} ${change.rate}`}>
              <td>
                <DayText day={change.validFrom} />
              </td>
              <td className={s['right']}>{change.rate}</td>
              <td>{shown(change.source)}</td>
              <td>{shown(change.changedBy)}</td>
              <td>
                <Instant at={change.changedAt} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Modal>
  )
}
