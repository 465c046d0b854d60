import { useState } from 'react'
import { Button } from 'antd'
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { grantTemplate, type GrantBatch } from '#api/quota.ts'
import { urlOf } from '#ui/call.ts'
import { DataTable, type Column } from '#ui/DataTable.tsx'
import type { ListDefaults } from '#ui/list-state.ts'
import { Instant, Quantity } from '#ui/Numbers.tsx'
import { PageTitle, Section } from '#ui/PageTitle.tsx'
import { paths } from '#ui/paths.ts'
import { useList } from '#ui/use-list.ts'
import { Failed } from '#ui/Words.tsx'
import { GrantDialog } from './GrantDialog.tsx'
import { ImportGrants } from './ImportGrants.tsx'
import { batchesQuery, batchQuery } from './queries.ts'
import s from './Quota.module.css'

const defaults: ListDefaults = { filters: [] }

/** 配额下达: one row by hand or a whole table, and what was written so far. */
export function GrantsPage() {
  const client = useQueryClient()
  const list = useList(defaults)
  const [one, setOne] = useState(false)
  const navigate = useNavigate()
  const search: { batch?: string } = useSearch({ strict: false })
  const show = (batch?: string) => void navigate({ to: '.', search: { ...search, batch } })
  const { page, pageSize } = list.state
  const read = useQuery({ ...batchesQuery({ page, pageSize }), placeholderData: keepPreviousData })
  const renew = () => void client.invalidateQueries({ queryKey: ['quota'] })
  const columns: Column<GrantBatch>[] = [
    { key: 'at', title: '下达时间', width: 140, render: (row) => <Instant at={row.at} short /> },
    { key: 'kind', title: '类别', width: 100, render: (row) => row.kindLabel },
    { key: 'rows', title: '行数', width: 70, align: 'right', render: (row) => row.rows },
    { key: 'file', title: '文件', width: 260, cut: true, render: (row) => row.fileName ?? '逐笔录入' },
    { key: 'who', title: '经手人', width: 100, render: (row) => row.who },
    {
      key: 'open',
      title: '操作',
      width: 90,
      render: (row) => (
        <Button size="small" onClick={() => show(row.id)}>
          查看各行
        </Button>
      ),
    },
  ]
  return (
    <>
      <PageTitle title="配额下达">
        <span className={s['buttons']}>
          <Link to={paths.quotaTotals()}>配额总量</Link>
          <Button href={urlOf(grantTemplate)} download>
            下载模板
          </Button>
          <Button type="primary" onClick={() => setOne(true)}>
            单笔下达
          </Button>
        </span>
      </PageTitle>
      <ImportGrants onDone={renew} />
      <div className={s['apart']}>
        <DataTable
          label="已下达的批次"
          read={{ ...read, data: read.data && { rows: read.data.rows, total: read.data.total } }}
          rowKey={(row) => row.id}
          columns={columns}
          list={list}
          note="已下达的批次"
          onOpen={(row) => show(row.id)}
          empty={{ words: '还没有下达过配额。先在“配额总量”中设定总量，再单笔下达或按表导入。' }}
        />
      </div>
      {search.batch !== undefined && (
        <div className={s['apart']}>
          <BatchRows key={search.batch} id={search.batch} onClose={() => show()} />
        </div>
      )}
      {one && (
        <GrantDialog
          onLeave={() => setOne(false)}
          onDone={() => {
            setOne(false)
            renew()
          }}
        />
      )}
    </>
  )
}

function BatchRows({ id, onClose }: { id: string; onClose: () => void }) {
  const read = useQuery(batchQuery(id))
  const batch = read.data?.batch
  return (
    <Section
      title={batch === undefined ? '下达批次' : `${batch.kindLabel} ${batch.fileName ?? '逐笔录入'}`}
      note={batch !== undefined && <Instant at={batch.at} short />}
      action={<Button onClick={onClose}>收起</Button>}
    >
      {read.error !== null && <Failed error={read.error} onRetry={() => void read.refetch()} />}
      {read.data !== undefined && (
        <table className={s['table']} aria-label="批次各行">
          <thead>
            <tr>
              <th scope="col">年度</th>
              <th scope="col">企业</th>
              <th scope="col">商品大类</th>
              <th scope="col">配额文号</th>
              <th scope="col" className={s['right']}>
                数量
              </th>
            </tr>
          </thead>
          <tbody>
            {read.data.rows.map((row) => (
              <tr key={row.accountId}>
                <td>{row.year}</td>
                <td>{row.enterpriseName}</td>
                <td>{row.goodsName}</td>
                <td>
                  <Link to={paths.authorityQuotaAccount(row.accountId)}>{row.docNo}</Link>
                </td>
                <td className={s['right']}>
                  <Quantity value={row.quantity} unit={row.unit} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  )
}
