import { useState } from 'react'
import { Button } from 'antd'
import { useNavigate } from '@tanstack/react-router'
import { copyApplication } from '#api/application.ts'
import { call } from '#ui/call.ts'
import { classes } from '#ui/field-parts.ts'
import { FormDialog } from '#ui/FormDialog.tsx'
import { paths } from '#ui/paths.ts'
import { attempts } from '#ui/request-id.ts'
import { idsFrom, newApplicationId } from './new-id.ts'
import { useStale } from './queries.ts'
import f from '#ui/Field.module.css'
import s from './CopyApplication.module.css'

const most = 20

/** 复制 as a button with its dialog. */
export function CopyButton({ id, size = 'middle' }: { id: string; size?: 'middle' | 'small' }) {
  const [asking, setAsking] = useState(false)
  return (
    <>
      <Button size={size} onClick={() => setAsking(true)}>
        复制
      </Button>
      {asking && <CopyDialog id={id} onClose={() => setAsking(false)} />}
    </>
  )
}

/**
 * 复制: into the form as an unsaved copy (manual 000), or as so many drafts at once (manual 004 asks for the number).
 * Files, seal and numbers are not copied.
 */
export function CopyDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const navigate = useNavigate()
  const stale = useStale()
  const [way, setWay] = useState<'form' | 'drafts'>('form')
  const [count, setCount] = useState('1')
  const [problem, setProblem] = useState<string>()
  const [tries] = useState(() => attempts(() => newApplicationId(Date.now())))

  async function copy(): Promise<void | false> {
    if (way === 'form') {
      onClose()
      return navigate({ to: paths.newApplication(), search: { copyOf: id } })
    }
    const copies = Number(count)
    if (!/^\d+$/.test(count) || copies < 1 || copies > most) {
      setProblem(`份数应为 1 至 ${most} 的整数`)
      return false
    }
    // The ids follow from the first, so that the same copies asked for again are the same.
    await tries.run(copies, (first) =>
      call(copyApplication, { params: { id }, body: { ids: idsFrom(first, copies) } }),
    )
    stale()
    onClose()
    await navigate({ to: paths.applications('to_submit'), search: { tab: 'draft' } })
  }
  const choice = (value: typeof way, words: string) => (
    <label className={f['choice']}>
      <input type="radio" name="copy-way" checked={way === value} onChange={() => setWay(value)} />
      {words}
    </label>
  )
  return (
    <FormDialog title="复制申请表" submitWords="复制" leaveWords="不复制" onSubmit={copy} onLeave={onClose}>
      <p className={s['soft']}>复制填写的内容和合同信息表；附件、签章和编号不复制，承诺须重新勾选。</p>
      <div role="radiogroup" aria-label="怎样复制" className={s['ways']}>
        {choice('form', '打开一份填好的申请表，修改后再保存')}
        {choice('drafts', '直接生成若干份暂存的申请表')}
      </div>
      {way === 'drafts' && (
        <div className={classes(f['field'], f['required'], problem !== undefined && f['wrong'])}>
          <label className={f['head']} htmlFor="copy-count">
            复制份数
          </label>
          <input
            id="copy-count"
            className={classes(f['input'], s['count'])}
            inputMode="numeric"
            autoComplete="off"
            value={count}
            aria-describedby="copy-problem"
            aria-invalid={problem !== undefined}
            onChange={(event) => {
              setCount(event.target.value)
              setProblem(undefined)
            }}
          />
          <p id="copy-problem" role="alert" className={f['error']}>
            {problem}
          </p>
        </div>
      )}
    </FormDialog>
  )
}
