import { useState } from 'react'
import { App, Button } from 'antd'
import { Link, useNavigate } from '@tanstack/react-router'
import type { ApplicationRow } from '#api/application.ts'
import { application, type ApplicationAction } from '#domain/application/actions.ts'
import { ActionDialog } from '#ui/ActionDialog.tsx'
import { paths } from '#ui/paths.ts'
import { attempts, unanswered } from '#ui/request-id.ts'
import { Failed } from '#ui/Words.tsx'
import { openDocument } from './print.ts'
import { performOn, useStale } from './queries.ts'
import s from './List.module.css'

/** Asked before they are done, each in its dialog. */
const asked = ['submit', 'withdraw', 'delete', 'edit'] as const satisfies readonly ApplicationAction[]
type Asked = (typeof asked)[number]

/** What may be done with a row, as words in the row: 查看, 修改, 上报, 撤销, 打印, 删除 (manual 000). */
export function RowActions({ row }: { row: ApplicationRow }) {
  const stale = useStale()
  const navigate = useNavigate()
  const { message } = App.useApp()
  const [asking, setAsking] = useState<Asked>()
  const [running, setRunning] = useState(false)
  const [error, setError] = useState<unknown>()
  const [tries] = useState(() => attempts())
  const may = (action: ApplicationAction) => row.actions.includes(action)

  async function run(action: Asked | 'print', opinion?: string) {
    setRunning(true)
    setError(undefined)
    const body = { version: row.version, ...(opinion?.trim() ? { input: { opinion: opinion.trim() } } : {}) }
    try {
      await tries.run({ action, ...body }, (requestId) => performOn(row.id)(action, { ...body, requestId }))
      setAsking(undefined)
      stale(row.id)
      if (action === 'edit') return void navigate({ to: paths.applicationForm(row.id) })
      if (action !== 'print') void message.success(`已完成：${application.actions[action].label}`)
    } catch (failed) {
      if (action === 'print') void message.error(failed instanceof Error ? failed.message : '没有登记打印')
      setError(failed)
    } finally {
      setRunning(false)
    }
  }
  const ask = (action: Asked) => (
    <Button
      type="link"
      size="small"
      danger={action === 'delete'}
      aria-label={`${application.actions[action].label} ${row.applicationNo ?? row.windowNo}`}
      onClick={() => {
        setError(undefined)
        setAsking(action)
      }}
    >
      {application.actions[action].label}
    </Button>
  )
  const refresh = () => {
    setAsking(undefined)
    stale(row.id)
  }
  return (
    <span className={s['actions']}>
      <Link to={paths.application(row.id)} aria-label={`查看 ${row.applicationNo ?? row.windowNo}`}>
        查看
      </Link>
      {may('save') && (
        <Link to={paths.applicationForm(row.id)} aria-label={`修改 ${row.applicationNo ?? row.windowNo}`}>
          修改
        </Link>
      )}
      {may('edit') && ask('edit')}
      {may('submit') && ask('submit')}
      {may('withdraw') && ask('withdraw')}
      {may('print') && (
        <Button
          type="link"
          size="small"
          loading={running}
          aria-label={`打印 ${row.applicationNo ?? row.windowNo}`}
          onClick={() => {
            openDocument(row.id)
            void run('print')
          }}
        >
          {row.printedAt === null ? '打印' : '再次打印'}
        </Button>
      )}
      {may('delete') && ask('delete')}
      {asking !== undefined && (
        <ActionDialog
          word={application.word}
          words={application.actions[asking]}
          opinion={undefined}
          running={running}
          problem={
            error !== undefined && (
              <Failed
                error={error}
                onRefresh={refresh}
                onRetry={unanswered(error) ? () => void run(asking) : undefined}
              />
            )
          }
          onDo={(opinion) => void run(asking, opinion)}
          onLeave={() => setAsking(undefined)}
        />
      )}
    </span>
  )
}
