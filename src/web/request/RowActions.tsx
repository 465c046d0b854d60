import { useState } from 'react'
import { App, Button } from 'antd'
import { Link } from '@tanstack/react-router'
import type { RequestRow } from '#api/request.ts'
import { ActionDialog } from '#ui/ActionDialog.tsx'
import { paths } from '#ui/paths.ts'
import { attempts, unanswered } from '#ui/request-id.ts'
import { Failed } from '#ui/Words.tsx'
import s from '../application/List.module.css'
import { performOn, useStale } from './queries.ts'
import { machineOf } from './words.ts'

/** What may be done with a row, as words in the row: 查看, 修改, 上报, 撤回, 删除 (manual 000). */
export function RowActions({ row }: { row: RequestRow }) {
  const stale = useStale()
  const { message } = App.useApp()
  const [asking, setAsking] = useState<string>()
  const [running, setRunning] = useState(false)
  const [error, setError] = useState<unknown>()
  const [tries] = useState(() => attempts())
  const machine = machineOf(row.kind)
  const words = asking === undefined ? undefined : machine.actions[asking]

  async function run(action: string) {
    setRunning(true)
    setError(undefined)
    const body = { version: row.version }
    try {
      await tries.run({ action, ...body }, (requestId) => performOn(row.id)(action, { ...body, requestId }))
      setAsking(undefined)
      void message.success(`已完成：${machine.actions[action]?.label ?? action}`)
      void stale()
    } catch (failed) {
      setError(failed)
    } finally {
      setRunning(false)
    }
  }
  const ask = (action: string) =>
    row.actions.includes(action) && (
      <Button
        type="link"
        size="small"
        danger={action === 'delete'}
        aria-label={`${machine.actions[action]?.label ?? action} ${row.licenceNo}`}
        onClick={() => {
          setError(undefined)
          setAsking(action)
        }}
      >
        {machine.actions[action]?.label}
      </Button>
    )
  return (
    <span className={s['actions']}>
      <Link to={paths.request(row.id)} aria-label={`查看申请 ${row.licenceNo}`}>
        查看
      </Link>
      {row.actions.includes('save') && (
        <Link to={paths.requestForm(row.id)} aria-label={`修改 ${row.licenceNo}`}>
          修改
        </Link>
      )}
      {ask('submit')}
      {ask('recall')}
      {ask('delete')}
      {asking !== undefined && words !== undefined && (
        <ActionDialog
          word={machine.word}
          words={words}
          opinion={undefined}
          running={running}
          problem={
            error !== undefined && (
              <Failed
                error={error}
                onRefresh={() => {
                  setAsking(undefined)
                  void stale()
                }}
                onRetry={unanswered(error) ? () => void run(asking) : undefined}
              />
            )
          }
          onDo={() => void run(asking)}
          onLeave={() => setAsking(undefined)}
        />
      )}
    </span>
  )
}
