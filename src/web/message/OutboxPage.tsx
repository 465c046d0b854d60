/** 演示发件箱: what a demonstration would have sent, whole, the newest first. No sign-in; not there in production. */
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { demoOutbox, type OutboxRow } from '#api/message.ts'
import { urlOf } from '#ui/call.ts'
import { DataTable, type Column } from '#ui/DataTable.tsx'
import { Instant } from '#ui/Numbers.tsx'
import { PageTitle } from '#ui/PageTitle.tsx'
import { paths } from '#ui/paths.ts'
import { useList } from '#ui/use-list.ts'
import { Notice } from '#ui/Words.tsx'
import { asked, defaults, filters } from './filters.ts'
import { outboxQuery } from './queries.ts'
import s from './Message.module.css'

const columns: readonly Column<OutboxRow>[] = [
  { key: 'created', title: '时间', width: 170, render: (row) => <Instant at={row.createdAt} /> },
  { key: 'channel', title: '方式', width: 84, render: (row) => row.channelLabel },
  { key: 'recipient', title: '收件人', width: 220, cut: true, render: (row) => row.recipient },
  { key: 'kind', title: '种类', width: 130, render: (row) => row.kindLabel },
  {
    key: 'text',
    title: '内容',
    width: 560,
    render: (row) => (
      <div className={s['whole']}>
        {row.subject !== '' && <strong>{row.subject}</strong>}
        <span>{row.text}</span>
      </div>
    ),
  },
]

export function OutboxPage() {
  const list = useList(defaults)
  const read = useQuery(outboxQuery(asked(list.state)))
  return (
    <main className={s['page']}>
      <PageTitle title="演示发件箱" note="新的在前，自动刷新">
        <Link to={paths.signIn()}>回到登录</Link>
      </PageTitle>
      <Notice kind="warning">
        演示：电子邮件和短信没有发出，都列在这里，任何人在本机都能看到。验证码过期后不再显示。正式环境没有这一页。脚本可读{' '}
        <a href={urlOf(demoOutbox)}>{demoOutbox.path}</a>。
      </Notice>
      <DataTable
        label="演示发件箱"
        read={read}
        rowKey={(row) => row.id}
        columns={columns}
        list={list}
        filters={filters}
        empty={{ words: '还没有消息。获取验证码、邀请操作员或办结申请后，这里会出现相应的消息。' }}
      />
    </main>
  )
}
