import { Button } from 'antd'
import { Link } from '@tanstack/react-router'
import type { ApplicationRow } from '#api/application.ts'
import type { QuotaWhatIf } from '#api/quota.ts'
import { PaperNo, Quantity } from '#ui/Numbers.tsx'
import { Section } from '#ui/PageTitle.tsx'
import { paths } from '#ui/paths.ts'
import { Notice, shown } from '#ui/Words.tsx'
import s from './Quota.module.css'

/** The papers of a 试算 in the order of their submission, and after it what each finds and leaves. */
export function Plan({
  chosen,
  result,
  onChosen,
}: {
  chosen: readonly ApplicationRow[]
  result: QuotaWhatIf | undefined
  onChosen: (rows: readonly ApplicationRow[]) => void
}) {
  const steps = new Map(result?.steps.map((step) => [step.id, step]))
  const earlier = (index: number) =>
    onChosen(
      chosen.map((row, place) =>
        place === index - 1 ? (chosen[index] ?? row) : place === index ? (chosen[index - 1] ?? row) : row,
      ),
    )
  return (
    <>
      {result !== undefined && <Verdict result={result} />}
      {result !== undefined && result.accounts.length > 0 && <Accounts accounts={result.accounts} />}
      <Section
        title={result === undefined ? '已勾选的申请表' : '逐份上报'}
        note={`${chosen.length} 份，按此先后上报`}
        action={<Button onClick={() => onChosen([])}>全部不选</Button>}
      >
        <div className={s['scroll']}>
          <table className={s['table']} aria-label="逐份上报">
            <thead>
              <tr>
                <th scope="col">先后</th>
                <th scope="col">申请表号</th>
                <th scope="col">商品名称</th>
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
                <th scope="col">操作</th>
              </tr>
            </thead>
            <tbody>
              {chosen.map((row, index) => {
                const number = row.applicationNo ?? row.windowNo
                const step = steps.get(row.id)
                return (
                  <tr key={row.id}>
                    <td>{index + 1}</td>
                    <td>
                      <Link to={paths.application(row.id)}>
                        <PaperNo value={number} />
                      </Link>
                    </td>
                    <td className={s['cut']} title={row.goodsName}>
                      {shown(row.goodsName)}
                    </td>
                    <td>{step?.needsQuota === false ? '不需要' : shown(step?.docNo)}</td>
                    <td className={s['right']}>
                      <Quantity value={step?.before ?? null} unit={row.goodsUnit} />
                    </td>
                    <td className={s['right']}>
                      <Quantity value={step?.quantity ?? row.totalQuantity} unit={row.goodsUnit} />
                    </td>
                    <td className={s['right']}>
                      <Quantity value={step?.after ?? null} unit={row.goodsUnit} />
                    </td>
                    <td className={(step?.refusal ?? null) === null ? undefined : s['bad']}>
                      {step === undefined ? '—' : (step.refusal ?? '可以上报')}
                    </td>
                    <td>
                      <span className={s['nowrap']}>
                        <Button
                          size="small"
                          disabled={index === 0}
                          aria-label={`${number} 提前一位`}
                          onClick={() => earlier(index)}
                        >
                          提前
                        </Button>{' '}
                        <Button
                          size="small"
                          aria-label={`不选 ${number}`}
                          onClick={() => onChosen(chosen.filter(({ id }) => id !== row.id))}
                        >
                          不选
                        </Button>
                      </span>
                    </td>
                  </tr>
                )
              })}
            </tbody>
          </table>
        </div>
      </Section>
    </>
  )
}

function Verdict({ result }: { result: QuotaWhatIf }) {
  const short = result.steps.filter(({ refusal }) => refusal !== null)
  const [first] = short
  if (first !== undefined) {
    return (
      <Notice kind="warning">
        {short.length} 份不能上报。最先不够的是 {first.label}：{first.refusal}
      </Notice>
    )
  }
  return (
    <Notice kind="success">
      {result.accounts.length === 0
        ? '所选申请表的商品都不按配额管理，不占用配额。'
        : '配额足够，可以全部上报。'}
    </Notice>
  )
}

function Accounts({ accounts }: { accounts: QuotaWhatIf['accounts'] }) {
  return (
    <Section title="各配额账户">
      <table className={s['table']} aria-label="各配额账户">
        <thead>
          <tr>
            <th scope="col">配额文号</th>
            <th scope="col">商品大类</th>
            {['现有可用', '共需要', '上报后剩余', '尚缺'].map((title) => (
              <th key={title} scope="col" className={s['right']}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {accounts.map((account) => (
            <tr key={account.id}>
              <td>
                <Link to={paths.quotaAccount(account.id)}>{account.docNo}</Link>
              </td>
              <td>{account.goodsName}</td>
              {(['before', 'needed', 'after'] as const).map((name) => (
                <td key={name} className={s['right']}>
                  <Quantity value={account[name]} unit={account.unit} />
                </td>
              ))}
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
  )
}
