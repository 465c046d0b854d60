/** 消息: e-mail and SMS to users, how far each has come, and 再发. Codes in them are masked by the server. */
import { useState, type ReactNode } from 'react'
import { Button, Modal } from 'antd'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { MessageRow } from '#api/message.ts'
import { isState, message } from '#domain/message/actions.ts'
import { ActionBar } from '#ui/ActionBar.tsx'
import { DataTable, type Column } from '#ui/DataTable.tsx'
import { Instant } from '#ui/Numbers.tsx'
import { PageTitle } from '#ui/PageTitle.tsx'
import { paths } from '#ui/paths.ts'
import { useList } from '#ui/use-list.ts'
import { Notice, shown, StateWord, type Tone } from '#ui/Words.tsx'
import { asked, defaults, filters } from './filters.ts'
import { messagesQuery, performOnMessage } from './queries.ts'
import s from './Message.module.css'

const tones: Readonly<Record<MessageRow['state'], Tone>> = { queued: 'waiting', sent: 'good', failed: 'bad' }

const columnsOf = (open: (id: string) => void): Column<MessageRow>[] => [
  { key: 'created', title: '产生时间', width: 136, render: (row) => <Instant at={row.createdAt} short /> },
  { key: 'channel', title: '方式', width: 84, render: (row) => row.channelLabel },
  { key: 'recipient', title: '收件人', width: 168, cut: true, render: (row) => row.recipient },
  { key: 'kind', title: '种类', width: 112, render: (row) => row.kindLabel },
  {
    key: 'text',
    title: '内容',
    width: 192,
    cut: true,
    render: (row) => (row.subject === '' ? row.text : row.subject),
  },
  {
    key: 'state',
    title: '状态',
    width: 72,
    render: (row) => <StateWord tone={tones[row.state]}>{row.stateLabel}</StateWord>,
  },
  { key: 'attempts', title: '次数', width: 54, align: 'right', render: (row) => row.attempts },
  {
    key: 'error',
    title: '没有发出的原因',
    width: 212,
    render: (row) => (
      <span className={s['reason']} title={row.error ?? undefined}>
        {shown(row.error)}
      </span>
    ),
  },
  {
    key: 'actions',
    title: '操作',
    width: 72,
    pinned: true,
    render: (row) => (
      <Button
        type="link"
        size="small"
        onClick={() => open(row.id)}
        aria-label={`查看发给 ${row.recipient} 的${row.kindLabel}`}
      >
        查看
      </Button>
    ),
  },
]

export function MessagesPage() {
  const list = useList(defaults)
  const { tab } = list.state
  const [openId, setOpenId] = useState<string>()
  const read = useQuery(messagesQuery({ ...asked(list.state), ...(isState(tab) ? { state: tab } : {}) }))
  const opened = read.data?.rows.find((row) => row.id === openId)
  const missing = read.data?.missing ?? []
  return (
    <>
      <PageTitle title="消息" note="发给用户的电子邮件和短信；没有发出的会自动再发" />
      {missing.map((words) => (
        <Notice key={words} kind="warning">
          {words}。
        </Notice>
      ))}
      {read.data?.demo === true && (
        <Notice action={<Link to={paths.outbox()}>打开演示发件箱</Link>}>
          演示环境的消息不会发出，全文（包括验证码）在演示发件箱中查看。
        </Notice>
      )}
      <DataTable
        label="消息"
        read={{ ...read, data: read.data && { rows: read.data.rows, total: read.data.total } }}
        rowKey={(row) => row.id}
        columns={columnsOf(setOpenId)}
        list={list}
        tabs={[
          { key: '', label: '全部' },
          ...(read.data?.counts ?? []).map(({ state, label, total }) => ({ key: state, label, total })),
        ]}
        filters={filters}
        scope="全部"
        onOpen={(row) => setOpenId(row.id)}
        late={(row) => row.state === 'failed'}
        empty={{ words: tab === 'failed' ? '没有发送失败的消息。' : '还没有发给用户的消息。' }}
      />
      {opened !== undefined && <Letter row={opened} onLeave={() => setOpenId(undefined)} />}
    </>
  )
}

function Letter({ row, onLeave }: { row: MessageRow; onLeave: () => void }) {
  const client = useQueryClient()
  const stale = () => void client.invalidateQueries({ queryKey: ['messages'] })
  return (
    <Modal open title={`${row.channelLabel}：${row.kindLabel}`} footer={null} width={640} onCancel={onLeave}>
      <div className={s['letter']}>
        {row.error !== null && (
          <Notice kind={row.state === 'failed' ? 'error' : 'warning'}>{row.error}</Notice>
        )}
        <dl className={s['facts']}>
          <Fact label="收件人">{row.recipient}</Fact>
          <Fact label="相关账号或企业">{shown(row.about)}</Fact>
          <Fact label="状态">
            <StateWord tone={tones[row.state]}>{row.stateLabel}</StateWord>
            {row.attempts > 0 && `，试发 ${row.attempts} 次`}
          </Fact>
          <Fact label="产生时间">
            <Instant at={row.createdAt} />
          </Fact>
          {row.sentAt !== null && (
            <Fact label="发出时间">
              <Instant at={row.sentAt} />
            </Fact>
          )}
          {row.nextAt !== null && (
            <Fact label="下次试发">
              <Instant at={row.nextAt} />
            </Fact>
          )}
        </dl>
        {row.subject !== '' && (
          <dl>
            <Fact label="标题">{row.subject}</Fact>
          </dl>
        )}
        <p className={s['text']}>{row.text}</p>
        {row.offered.length > 0 && (
          <ActionBar
            machine={message}
            offered={row.offered}
            version={row.version}
            perform={performOnMessage(row.id)}
            onDone={() => {
              stale()
              onLeave()
            }}
            onRefresh={stale}
          />
        )}
      </div>
    </Modal>
  )
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  )
}
