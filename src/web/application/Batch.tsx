import { useRef, useState } from 'react'
import { Button, Modal } from 'antd'
import type { ApplicationRow } from '#api/application.ts'
import { application, type ApplicationAction } from '#domain/application/actions.ts'
import { wordsOf } from '#ui/call.ts'
import { PaperNo } from '#ui/Numbers.tsx'
import { newId } from '#ui/request-id.ts'
import { Notice } from '#ui/Words.tsx'
import { documentUrl } from './print.ts'
import { performOn, useStale } from './queries.ts'
import s from './Batch.module.css'

export type BatchAction = Extract<ApplicationAction, 'submit' | 'delete' | 'print'>

interface Result {
  id: string
  number: string
  ok: boolean
  words: string
}

/** 批量申报, 批量删除, 批量打印 (manual 004): one after the other, each row with its own result; may be stopped. */
export function BatchDialog({
  action,
  rows,
  onClose,
}: {
  action: BatchAction
  rows: readonly ApplicationRow[]
  onClose: () => void
}) {
  const stale = useStale()
  const { label } = application.actions[action]
  const confirm = action === 'print' ? undefined : application.actions[action].confirm
  const [results, setResults] = useState<readonly Result[]>([])
  const [phase, setPhase] = useState<'asking' | 'running' | 'done'>('asking')
  const stopped = useRef(false)

  async function run() {
    setPhase('running')
    for (const row of rows) {
      if (stopped.current) break
      const result = await one(action, row)
      setResults((before) => [...before, result])
    }
    stale()
    setPhase('done')
  }
  const failed = results.filter(({ ok }) => !ok).length
  const done = results.filter(({ ok }) => ok)
  const close = () => {
    stopped.current = true
    onClose()
  }
  const footer = {
    asking: [
      <Button key="leave" onClick={close} autoFocus={action === 'delete'}>
        {action === 'delete' ? '保留' : `暂不${label}`}
      </Button>,
      <Button
        key="do"
        type="primary"
        danger={action === 'delete'}
        autoFocus={action !== 'delete'}
        onClick={() => void run()}
      >
        {label} {rows.length} 份申请表
      </Button>,
    ],
    running: [
      <Button
        key="stop"
        onClick={() => {
          stopped.current = true
        }}
      >
        停止
      </Button>,
    ],
    done: [
      ...(action === 'print' && done.length > 1
        ? [
            <Button
              key="all"
              onClick={() => done.forEach(({ id }) => window.open(documentUrl(id), '_blank'))}
            >
              打开全部 PDF
            </Button>,
          ]
        : []),
      <Button key="close" type="primary" onClick={close} autoFocus>
        关闭
      </Button>,
    ],
  }[phase]
  return (
    <Modal
      open
      title={`批量${label}`}
      width={640}
      onCancel={() => phase !== 'running' && close()}
      closable={phase !== 'running'}
      mask={{ closable: false }}
      footer={footer}
    >
      <div className={s['dialog']}>
        {phase === 'asking' && (
          <>
            {confirm !== undefined && (
              <Notice kind={action === 'delete' ? 'warning' : 'info'}>{confirm}</Notice>
            )}
            <p>
              已勾选 {rows.length} 份：
              {rows
                .slice(0, 5)
                .map((row) => row.applicationNo ?? row.windowNo)
                .join('、')}
              {rows.length > 5 && ' 等'}
            </p>
          </>
        )}
        {phase === 'running' && (
          <div role="status">
            <p>
              正在{label}，{results.length} / {rows.length}
            </p>
            <progress className={s['bar']} max={rows.length} value={results.length} />
          </div>
        )}
        {phase === 'done' && (
          <Notice kind={failed === 0 && results.length === rows.length ? 'success' : 'warning'}>
            {label} {done.length} 份{failed > 0 && `，${failed} 份没有${label}，原因见下`}
            {results.length < rows.length && `，其余 ${rows.length - results.length} 份没有处理`}
          </Notice>
        )}
        {results.length > 0 && (
          <table className={s['results']}>
            <thead>
              <tr>
                <th scope="col">申请表号</th>
                <th scope="col">结果</th>
              </tr>
            </thead>
            <tbody>
              {results.map((result) => (
                <tr key={result.id}>
                  <td>
                    <PaperNo value={result.number} />
                  </td>
                  <td className={result.ok ? s['ok'] : s['failed']}>
                    {result.ok ? '✓ ' : '✗ '}
                    {result.words}
                    {result.ok && action === 'print' && (
                      <a href={documentUrl(result.id)} target="_blank" rel="noreferrer" className={s['link']}>
                        打开 PDF
                      </a>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
    </Modal>
  )
}

async function one(action: BatchAction, row: ApplicationRow): Promise<Result> {
  const named = { id: row.id, number: row.applicationNo ?? row.windowNo }
  try {
    await performOn(row.id)(action, { version: row.version, requestId: newId() })
    return { ...named, ok: true, words: `已${application.actions[action].label}` }
  } catch (error) {
    return { ...named, ok: false, words: wordsOf(error) }
  }
}
