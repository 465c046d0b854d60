import { useState } from 'react'
import { Button } from 'antd'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { listApplications } from '#api/application.ts'
import { quotaWhatIf, type QuotaWhatIf } from '#api/quota.ts'
import { call } from '#ui/call.ts'
import { Quantity } from '#ui/Numbers.tsx'
import { PageTitle, Section } from '#ui/PageTitle.tsx'
import { paths } from '#ui/paths.ts'
import { Empty, Failed, Notice, shown } from '#ui/Words.tsx'
import s from './Quota.module.css'

/** 配额试算: drafts ticked in the order in which they would be submitted, and where the quota runs out. */
export function WhatIfPage() {
  const [chosen, setChosen] = useState<readonly string[]>([])
  const read = useQuery({
    queryKey: ['applications', 'what-if'],
    queryFn: ({ signal }) =>
      call(listApplications, { query: { list: 'to_submit', page: 1, pageSize: 100 }, signal }),
  })
  const tried = useMutation({
    mutationFn: (ids: readonly string[]) => call(quotaWhatIf, { body: { ids: [...ids] } }),
  })
  const turn = (id: string) =>
    setChosen((before) => (before.includes(id) ? before.filter((one) => one !== id) : [...before, id]))
  const rows = read.data?.rows ?? []
  return (
    <>
      <PageTitle title="配额试算" note="不占用配额，只看一起上报时够不够">
        <Button
          type="primary"
          disabled={chosen.length === 0}
          loading={tried.isPending}
          onClick={() => tried.mutate(chosen)}
        >
          试算{chosen.length > 0 ? ` ${chosen.length} 份` : ''}
        </Button>
      </PageTitle>
      {tried.error !== null && <Failed error={tried.error} onRetry={() => tried.mutate(chosen)} />}
      {tried.data !== undefined && <Result result={tried.data} />}
      <Section title="还没有上报的申请表" note="按上报的先后勾选；最多列出最近 100 份">
        {read.error !== null && <Failed error={read.error} onRetry={() => void read.refetch()} />}
        {read.data !== undefined && rows.length === 0 && (
          <Empty words="没有还未上报的申请表" next={<Link to={paths.newApplication()}>录入申请</Link>} />
        )}
        {rows.length > 0 && (
          <table className={s['table']} aria-label="还没有上报的申请表">
            <thead>
              <tr>
                <th scope="col">先后</th>
                <th scope="col">申请表号</th>
                <th scope="col">状态</th>
                <th scope="col">商品名称</th>
                <th scope="col">合同号</th>
                <th scope="col" className={s['right']}>
                  数量
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => {
                const place = chosen.indexOf(row.id)
                const number = row.applicationNo ?? row.windowNo
                return (
                  <tr key={row.id}>
                    <td>
                      <label className={s['buttons']}>
                        <input
                          type="checkbox"
                          aria-label={`试算 ${number}`}
                          checked={place >= 0}
                          onChange={() => turn(row.id)}
                        />
                        {place >= 0 ? place + 1 : ''}
                      </label>
                    </td>
                    <td>
                      <Link to={paths.application(row.id)}>{number}</Link>
                    </td>
                    <td>{row.stateLabel}</td>
                    <td>{shown(row.goodsName)}</td>
                    <td>{shown(row.contractNo)}</td>
                    <td className={s['right']}>
                      <Quantity value={row.totalQuantity} unit={row.goodsUnit} />
                    </td>
                  </tr>
                )
              })}
            </tbody>
          </table>
        )}
      </Section>
    </>
  )
}

function Result({ result }: { result: QuotaWhatIf }) {
  const short = result.steps.filter(({ refusal }) => refusal !== null)
  const first = short[0]
  return (
    <>
      {first === undefined ? (
        <Notice kind="success">
          {result.accounts.length === 0
            ? '所选申请表的商品都不按配额管理，不占用配额。'
            : '配额足够，可以全部上报。'}
        </Notice>
      ) : (
        <Notice kind="warning">
          {short.length} 份不能上报。最先不够的是 {first.label}：{first.refusal}
        </Notice>
      )}
      {result.accounts.length > 0 && (
        <Section title="各配额账户">
          <table className={s['table']} aria-label="各配额账户">
            <thead>
              <tr>
                <th scope="col">配额文号</th>
                <th scope="col">商品大类</th>
                <th scope="col" className={s['right']}>
                  现有可用
                </th>
                <th scope="col" className={s['right']}>
                  共需要
                </th>
                <th scope="col" className={s['right']}>
                  上报后剩余
                </th>
                <th scope="col" className={s['right']}>
                  尚缺
                </th>
              </tr>
            </thead>
            <tbody>
              {result.accounts.map((account) => (
                <tr key={account.id}>
                  <td>
                    <Link to={paths.quotaAccount(account.id)}>{account.docNo}</Link>
                  </td>
                  <td>{account.goodsName}</td>
                  <td className={s['right']}>
                    <Quantity value={account.before} unit={account.unit} />
                  </td>
                  <td className={s['right']}>
                    <Quantity value={account.needed} unit={account.unit} />
                  </td>
                  <td className={s['right']}>
                    <Quantity value={account.after} unit={account.unit} />
                  </td>
                  <td className={s['right']}>
                    <span className={account.short === null ? undefined : s['bad']}>
                      <Quantity value={account.short} unit={account.unit} />
                    </span>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Section>
      )}
      <Section title="逐份上报">
        <table className={s['table']} aria-label="逐份上报">
          <thead>
            <tr>
              <th scope="col">先后</th>
              <th scope="col">申请表号</th>
              <th scope="col">配额文号</th>
              <th scope="col" className={s['right']}>
                上报前
              </th>
              <th scope="col" className={s['right']}>
                需要
              </th>
              <th scope="col" className={s['right']}>
                上报后
              </th>
              <th scope="col">结果</th>
            </tr>
          </thead>
          <tbody>
            {result.steps.map((step, index) => (
              <tr key={step.id}>
                <td>{index + 1}</td>
                <td>
                  <Link to={paths.application(step.id)}>{step.label}</Link>
                </td>
                <td>{step.needsQuota ? shown(step.docNo) : '不需要'}</td>
                <td className={s['right']}>
                  <Quantity value={step.before} unit={step.unit} />
                </td>
                <td className={s['right']}>
                  <Quantity value={step.quantity} unit={step.unit} />
                </td>
                <td className={s['right']}>
                  <Quantity value={step.after} unit={step.unit} />
                </td>
                <td className={step.refusal === null ? undefined : s['bad']}>{step.refusal ?? '可以上报'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Section>
    </>
  )
}
