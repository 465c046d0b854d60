/** The form of a request, new or taken up again: 保存, and for exchanges 保存并盖章. */
import { useState } from 'react'
import { App, Button } from 'antd'
import { flushSync } from 'react-dom'
import { useNavigate } from '@tanstack/react-router'
import type { LicenceShown } from '#api/request.ts'
import { formatInstant } from '#domain/day.ts'
import type { Issue } from '#domain/fields.ts'
import { kinds, type Kind } from '#domain/request/states.ts'
import { ErrorSummary } from '#ui/ErrorSummary.tsx'
import { Section } from '#ui/PageTitle.tsx'
import { paths } from '#ui/paths.ts'
import { attempts, newId, unanswered } from '#ui/request-id.ts'
import { useMay } from '#ui/session.ts'
import { UnsavedGuard } from '#ui/UnsavedGuard.tsx'
import { Failed, Notice } from '#ui/Words.tsx'
import { bodyOf, issuesOf, typedIn, untouched, type Content } from './content.ts'
import { Changes, Lines, LossNotice, Reason, WriteOffQuantity } from './Fields.tsx'
import { LicenceFacts, Uses } from './LicenceFacts.tsx'
import { create, save, useStale } from './queries.ts'
import { SealDialog } from './SealDialog.tsx'
import { isExchange } from './words.ts'
import { useCheck } from './use-check.ts'
import { useContent, type Stored } from './use-content.ts'
import s from './Request.module.css'

export function Editor({
  kind,
  licence,
  start,
  stored: before,
  openIssues = [],
  onStored,
}: {
  kind: Kind
  licence: LicenceShown
  start: Content
  /** The request that is edited; none yet for a new one. */
  stored?: Stored
  /** What it lacked when it was opened. */
  openIssues?: readonly Issue[]
  onStored?: () => void
}) {
  const form = useContent(kind, licence.licenceNo, start, before)
  const { content, stored, clean, leftAt } = form
  const [issues, setIssues] = useState<readonly Issue[]>(openIssues)
  const [failed, setFailed] = useState<unknown>()
  const [running, setRunning] = useState(false)
  const [sealing, setSealing] = useState(false)
  const [newOne] = useState(newId)
  const [tries] = useState(() => attempts())
  const navigate = useNavigate()
  const stale = useStale()
  const { message } = App.useApp()
  const exchange = isExchange(kind)
  const maySeal = useMay('amendment.seal')

  const change = (part: Partial<Content>) => {
    const next = { ...content, ...part }
    form.type(next)
    setIssues(untouched(issues, content, next))
    if (issues.length > 0) setFailed(undefined)
  }
  const checked = useCheck(kind, licence.licenceNo, content)
  const live =
    checked === undefined ? [] : typedIn(untouched(checked.issues, checked.content, content), start, content)
  const errorAt = (path: string) => [...live, ...issues].find((issue) => issue.path === path)?.words

  async function store(): Promise<{ at: Stored; issues: readonly Issue[] } | undefined> {
    setRunning(true)
    setFailed(undefined)
    try {
      const body = bodyOf(kind, content)
      const saved =
        stored === undefined
          ? await create({ id: newOne, kind, licenceNo: licence.licenceNo, ...body })
          : clean
            ? { ...stored, issues }
            : await tries.run({ ...stored, body }, (requestId) =>
                save(stored.id, { version: stored.version, requestId, ...body }),
              )
      const at = { id: saved.id, version: saved.version }
      // At once: the page may be left right after, and nothing is unsaved any more.
      flushSync(() => {
        form.saved(at)
        setIssues(saved.issues)
      })
      onStored?.()
      void stale()
      return { at, issues: saved.issues }
    } catch (error) {
      setFailed(error)
      setIssues(issuesOf(error))
      return undefined
    } finally {
      setRunning(false)
    }
  }
  async function onSave() {
    const done = await store()
    if (done === undefined) return
    void message.success(`${kinds[kind]}已保存`)
    if (!exchange) await navigate({ to: paths.request(done.at.id) })
  }
  async function onSeal() {
    const done = await store()
    if (done !== undefined && done.issues.length === 0) setSealing(true)
  }
  return (
    <>
      <UnsavedGuard when={!clean && !form.keptHere} />
      <div className={s['stack']}>
        {leftAt !== undefined && (
          <Notice kind="info" action={<Button onClick={form.dropLeft}>不要这些内容</Button>}>
            已读回本机暂留、没有保存的内容（{formatInstant(new Date(leftAt))}）。
          </Notice>
        )}
        {failed !== undefined && issues.length === 0 && (
          <Failed
            error={failed}
            onRefresh={() => void stale()}
            onRetry={unanswered(failed) ? () => void store() : undefined}
          />
        )}
        <ErrorSummary
          issues={issues}
          live
          title={issues.length === 0 ? undefined : `还有 ${issues.length} 项需要修改`}
        />
      </div>
      <LicenceFacts licence={licence} at={paths.licence(licence.id)} />
      {licence.uses.length > 0 && <Uses licence={licence} />}
      {exchange && kind === 'amendment' && (
        <Changes
          licence={licence}
          form={content.form}
          errorAt={errorAt}
          onChange={(form) => change({ form })}
        />
      )}
      {exchange && (
        <Lines
          kind={kind}
          licence={licence}
          form={content.form}
          errorAt={errorAt}
          onChange={(form) => change({ form })}
        />
      )}
      {kind === 'loss' && (
        <LossNotice form={content.form} errorAt={errorAt} onChange={(form) => change({ form })} />
      )}
      {checked !== undefined && checked.quota !== null && (
        <div className={s['stack']}>
          <Notice kind="warning">{checked.quota}</Notice>
        </div>
      )}
      <Section title={kinds[kind]}>
        {kind === 'write_off' && (
          <WriteOffQuantity
            licence={licence}
            value={content.writeOffQuantity}
            errorAt={errorAt}
            onChange={(writeOffQuantity) => change({ writeOffQuantity })}
          />
        )}
        <Reason value={content.reason} errorAt={errorAt} onChange={(reason) => change({ reason })} />
        <div className={s['buttons']}>
          <Button
            type={exchange && maySeal ? 'default' : 'primary'}
            loading={running && !sealing}
            onClick={() => void onSave()}
          >
            保存
          </Button>
          {exchange && maySeal && (
            <Button type="primary" disabled={running} onClick={() => void onSeal()}>
              保存并盖章
            </Button>
          )}
          {stored !== undefined && (
            <Button onClick={() => void navigate({ to: paths.request(stored.id) })}>查看申请</Button>
          )}
          {!clean && form.keptHere && <span className={s['kept']}>还没有保存，填写的内容暂留在本机</span>}
        </div>
      </Section>
      {sealing && stored !== undefined && (
        <SealDialog
          stored={stored}
          kind={kind}
          licence={licence}
          content={content}
          onSealed={() => {
            void stale()
            void message.success('已盖章，核对后请上报')
            void navigate({ to: paths.request(stored.id) })
          }}
          onLeave={(version) => {
            setSealing(false)
            if (version !== undefined) form.setStored({ id: stored.id, version })
          }}
        />
      )}
    </>
  )
}
