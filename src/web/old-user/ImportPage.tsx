import { useRef, useState } from 'react'
import { App, Button, Progress } from 'antd'
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { z } from 'zod'
import {
  importOldUsers,
  lookAtOldUsers,
  oldUserSample,
  type LookedRow,
  type OldUserImport,
} from '#api/old-user.ts'
import { mostFileBytes, mostRows } from '#domain/old-user/row.ts'
import { base64Of } from '#ui/base64.ts'
import { call, urlOf } from '#ui/call.ts'
import { DataTable, type Column } from '#ui/DataTable.tsx'
import { Instant } from '#ui/Numbers.tsx'
import { PageTitle, Section } from '#ui/PageTitle.tsx'
import { paths } from '#ui/paths.ts'
import { attempts, type Attempts } from '#ui/request-id.ts'
import { useList } from '#ui/use-list.ts'
import { Failed, Notice, shown, StateWord, type Tone } from '#ui/Words.tsx'
import { importsQuery } from './queries.ts'
import s from '../office/Office.module.css'

interface Looked {
  fileName: string
  file: string
  found: z.infer<typeof lookAtOldUsers.reply>
}

/** 导入存量用户: a file is looked at row by row; only when every row is right can the whole be imported. */
export function OldUserImportPage() {
  const { message } = App.useApp()
  const client = useQueryClient()
  const input = useRef<HTMLInputElement>(null)
  const [tries] = useState<Attempts>(() => attempts())
  const look = useMutation({ mutationFn: lookAt })
  const take = useMutation({
    mutationFn: ({ fileName, file }: Looked) =>
      tries.run({ fileName, file }, (id) => call(importOldUsers, { body: { id, fileName, file } })),
    onSuccess: ({ rows }) => {
      void message.success(`已开始导入 ${rows} 行`)
      look.reset()
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['old-users'] }),
  })
  const clear = () => {
    look.reset()
    take.reset()
  }
  const looked = look.data
  return (
    <>
      <PageTitle title="导入存量用户">
        <Link to={paths.oldUsers()}>查看存量用户</Link>
      </PageTitle>
      <Section
        title="选择文件"
        note={`csv（UTF-8 或 GBK），最多 ${mostRows} 行、${mostFileBytes / 1024} KB；全部正确才导入`}
      >
        <div className={s['buttons']}>
          <input
            ref={input}
            type="file"
            accept=".csv"
            hidden
            aria-label="选择存量用户文件"
            onChange={(event) => {
              const file = event.target.files?.[0]
              event.target.value = ''
              if (file === undefined) return
              clear()
              look.mutate(file)
            }}
          />
          <Button
            type={looked === undefined ? 'primary' : 'default'}
            loading={look.isPending}
            onClick={() => input.current?.click()}
          >
            选择文件
          </Button>
          {looked !== undefined && (
            <>
              <Button
                type="primary"
                disabled={looked.found.wrong > 0}
                loading={take.isPending}
                onClick={() => take.mutate(looked)}
              >
                导入 {looked.found.rows} 行
              </Button>
              <Button onClick={clear}>放弃</Button>
            </>
          )}
          <a href={urlOf(oldUserSample)} download>
            下载样例
          </a>
        </div>
        <p className={s['soft']}>
          口令摘要在后台逐行加固，进度见导入记录；全部加固后一次写入。加固以前的摘要只在内存中，不保存。
        </p>
        {look.error !== null && <Failed error={look.error} />}
        {take.error !== null && <Failed error={take.error} />}
        {looked !== undefined && <Found {...looked} />}
      </Section>
      <Imports />
    </>
  )
}

/** Reads a file on this computer and has it looked at by the server. */
async function lookAt(chosen: File): Promise<Looked> {
  if (chosen.size > mostFileBytes) {
    const size = Math.ceil(chosen.size / 1024)
    throw new Error(`文件有 ${size} KB，最多 ${mostFileBytes / 1024} KB，请分成几份导入`)
  }
  const file = base64Of(new Uint8Array(await chosen.arrayBuffer()))
  const fileName = chosen.name
  return { fileName, file, found: await call(lookAtOldUsers, { body: { fileName, file } }) }
}

function Found({ fileName, found }: Looked) {
  const { rows, wrong, accounts, added, merged, shown: lines } = found
  return (
    <>
      {wrong > 0 ? (
        <Notice kind="error">
          {fileName} 共 {rows} 行，其中 {wrong} 行有误，没有导入任何一行。请改正文件后重新选择。
        </Notice>
      ) : (
        <Notice kind="success">
          {fileName} 共 {rows} 行，可以导入：成为 {accounts} 个账号
          {added > 0 && `，并入已导入的 ${added} 个账号`}
          {merged > 0 && `；其中 ${merged} 个账号由几个原用户合并`}。
        </Notice>
      )}
      <Lines rows={wrong > 0 ? lines.filter(({ problems }) => problems.length > 0) : lines} />
      {(wrong > 0 ? wrong : rows) > lines.length && <p className={s['soft']}>只列出前 {lines.length} 行</p>}
    </>
  )
}

function Lines({ rows }: { rows: readonly LookedRow[] }) {
  return (
    <div className={s['scroll']}>
      <table className={s['table']} aria-label="读到的各行">
        <thead>
          <tr>
            {['行', '原系统', '企业代码', '原用户名', '统一平台账号', '摘要', '带入的应用', '核对'].map(
              (head) => (
                <th key={head} scope="col">
                  {head}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.line}>
              <td className={s['nowrap']}>{row.line}</td>
              <td className={s['nowrap']}>{shown(row.systemName)}</td>
              <td className={s['nowrap']}>{shown(row.code13)}</td>
              <td className={s['nowrap']}>{shown(row.oldName)}</td>
              <td className={s['nowrap']}>{shown(row.loginName)}</td>
              <td className={s['nowrap']}>{shown(row.kind)}</td>
              <td>{shown(row.services.join('、'))}</td>
              <td>
                {row.problems.length > 0
                  ? row.problems.map((words) => (
                      <div key={words} className={s['wrong']}>
                        {words}
                      </div>
                    ))
                  : row.with.length === 0
                    ? '正确'
                    : `正确，与${row.with.join('、')}合并`}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

const tones: Record<OldUserImport['state'], Tone> = { wrapping: 'waiting', done: 'good', failed: 'bad' }

const columns: Column<OldUserImport>[] = [
  { key: 'fileName', title: '文件', width: 220, cut: true, render: (row) => row.fileName },
  { key: 'rows', title: '行数', width: 80, align: 'right', render: (row) => row.rows },
  { key: 'accounts', title: '账号', width: 80, align: 'right', render: (row) => row.accounts },
  {
    key: 'state',
    title: '状态',
    width: 280,
    render: (row) =>
      row.state === 'wrapping' ? (
        <div className={s['progress']}>
          <Progress
            percent={Math.floor((row.wrapped / row.rows) * 100)}
            size="small"
            status="active"
            showInfo={false}
            aria-label="加固进度"
          />
          <span role="status">
            {row.stateLabel} {row.wrapped}/{row.rows}
          </span>
        </div>
      ) : (
        <>
          <StateWord tone={tones[row.state]}>{row.stateLabel}</StateWord>
          {row.failure !== null && <div>{row.failure}</div>}
        </>
      ),
  },
  { key: 'taken', title: '已登录账号', width: 100, align: 'right', render: (row) => row.taken },
  { key: 'who', title: '导入人', width: 110, cut: true, render: (row) => row.who },
  { key: 'at', title: '时间', width: 150, render: (row) => <Instant at={row.createdAt} short /> },
  {
    key: 'users',
    title: '用户',
    width: 80,
    render: (row) => (row.state === 'done' ? <Link to={paths.oldUsers(row.id)}>查看</Link> : '—'),
  },
]

function Imports() {
  const list = useList({ filters: [] })
  const { page, pageSize } = list.state
  const read = useQuery({ ...importsQuery({ page, pageSize }), placeholderData: keepPreviousData })
  return (
    <section aria-label="导入记录">
      <h2 className={s['under']}>导入记录</h2>
      <DataTable
        label="导入记录"
        read={read}
        rowKey={(row) => row.id}
        columns={columns}
        list={list}
        empty={{ words: '还没有导入过文件。请先下载样例，按样例的栏目填写。' }}
      />
    </section>
  )
}
