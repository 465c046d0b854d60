/** The opened form: sections, checklist, saving, sealing, and what was left on this computer. */
import { useCallback, useEffect, useState } from 'react'
import { App, Button } from 'antd'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { ApplicationDetail } from '#api/application.ts'
import { application } from '#domain/application/actions.ts'
import { attachmentTypeNames } from '#domain/reference/attachment-rules.ts'
import { ActionBar } from '#ui/ActionBar.tsx'
import { ErrorSummary } from '#ui/ErrorSummary.tsx'
import { Instant, PaperNo } from '#ui/Numbers.tsx'
import { PageTitle, Section } from '#ui/PageTitle.tsx'
import { paths } from '#ui/paths.ts'
import { useMay, useMe } from '#ui/session.ts'
import { useSaveKey } from '#ui/use-save-key.ts'
import { Notice, StateWord } from '#ui/Words.tsx'
import { CopyButton } from '../CopyApplication.tsx'
import { applicationKey, performOn, useStale } from '../queries.ts'
import { toneOf } from '../tone.ts'
import { AttachmentSection } from './AttachmentSection.tsx'
import { BasicSection } from './BasicSection.tsx'
import { Checklist } from './Checklist.tsx'
import type { Content } from './content.ts'
import { DeclarationSection } from './DeclarationSection.tsx'
import { GoodsSection } from './GoodsSection.tsx'
import { browserStore, type Kept } from './keep.ts'
import { KeptText } from './KeptText.tsx'
import { LeaveGuard } from './LeaveGuard.tsx'
import { openEditor, type OpenEditor } from './open-editor.ts'
import { OtherSection } from './OtherSection.tsx'
import { SealDialog, type Sealed } from './SealDialog.tsx'
import { SealedDialog } from './SealedDialog.tsx'
import { useSaveState } from './SaveLine.tsx'
import { sectionId, sections, sectionStates } from './sections.ts'
import { newestOf, senderOf } from './server.ts'
import type { Session } from './session.ts'
import { SheetSection } from './SheetSection.tsx'
import { SteelSection } from './SteelSection.tsx'
import { FormContext, useForm, useJudged, usePart, useText } from './store.ts'
import { knownAtFirst, useCodeLists, useLearning } from './use-known.ts'
import s from './Form.module.css'

export interface EditorProps {
  id: string
  /** Name this computer keeps unsaved text under; the id without it. */
  keepAs?: string
  /** As last read; undefined while nothing is saved yet. */
  detail: ApplicationDetail | undefined
  /** The application a copy was made of. */
  copyOf?: ApplicationDetail
  start: Content
  version: number
  /** Opens the form anew over what the server holds. */
  onReload: () => Promise<void>
}

export function Editor(props: EditorProps) {
  const me = useMe()
  const client = useQueryClient()
  const { id, detail, copyOf, start, version } = props
  const [opened] = useState(() =>
    openEditor({
      storage: browserStore(),
      accountId: me.account.id,
      keepAs: props.keepAs ?? id,
      version,
      start,
      known: knownAtFirst(me, detail ?? (copyOf && { ...copyOf, attachments: [] })),
      sender: (onRefused) => senderOf(id, onRefused),
      newest: () => newestOf(client, id),
    }),
  )
  const { session } = opened
  useEffect(() => {
    const online = () => session.state().kind === 'failed' && void session.flush()
    session.open()
    window.addEventListener('online', online)
    return () => {
      session.close()
      window.removeEventListener('online', online)
    }
  }, [session])
  return (
    <FormContext value={opened.store}>
      <Form {...props} opened={opened} />
    </FormContext>
  )
}

function Form({ id, detail, copyOf, onReload, opened }: EditorProps & { opened: OpenEditor }) {
  const { store, session, aside, keeper } = opened
  const stale = useStale()
  const navigate = useNavigate()
  const client = useQueryClient()
  const { message } = App.useApp()
  const lists = useCodeLists()
  const byHand = detail === undefined
  const maySeal = useMay('application.prepare_seal')
  useLearning(store, detail, { quotaYear: useText('quotaYear'), hsCode: useText('hsCode') })

  const [summary, setSummary] = useState(0)
  const [blocked, setBlocked] = useState<string>()
  const [sealing, setSealing] = useState<Content>()
  const [sealed, setSealed] = useState<Sealed>()
  const [gone, setGone] = useState(false)
  const nameOf = (list: string, code: string) =>
    list === 'attachment_type' ? attachmentTypeNames[code] : lists.get(list)?.get(code)?.name

  async function save() {
    setBlocked(undefined)
    const ok = await session.flush()
    if (!ok) return
    if (!byHand) return void message.success('已保存')
    setGone(true)
    keeper.drop()
    stale()
    void message.success('已暂存为新的申请表')
    await navigate({ to: paths.applicationForm(id), replace: true })
  }
  useSaveKey(() => void save())

  async function startSeal() {
    setBlocked(undefined)
    store.tryNow()
    setSummary((times) => times + 1)
    if (store.judged().issues.length > 0) return
    if (await session.flush()) setSealing(store.content())
    else setBlocked('内容还没有保存到服务器，保存后才能盖章')
  }
  function leave(to: string) {
    setGone(true)
    keeper.drop()
    stale(id)
    void navigate({ to })
  }
  const changedFiles = useCallback(() => void session.sync(), [session])
  const applyDate = detail?.filled['applyDate'] ?? ''
  return (
    <>
      <LeaveGuard session={session} off={gone || sealed !== undefined} />
      <PageTitle
        title={byHand ? '录入申请（复制）' : '申请表'}
        number={
          detail !== undefined && <PaperNo value={detail.applicationNo ?? detail.windowNo} what="编号" copy />
        }
        state={detail !== undefined && <StateWord tone={toneOf(detail.state)}>{detail.stateLabel}</StateWord>}
      >
        {!byHand && <CopyButton id={id} />}
        {!byHand && (
          <ActionBar
            machine={application}
            offered={detail.actions}
            version={detail.version}
            only={['delete']}
            perform={(action, body) =>
              session.write((version) => performOn(id)(action, { ...body, version }))
            }
            onDone={() => leave(paths.applications('to_submit'))}
            onRefresh={() => void onReload()}
          />
        )}
        <Button type={byHand || !maySeal ? 'primary' : 'default'} onClick={() => void save()} title="Ctrl+S">
          暂存
        </Button>
        {!byHand && maySeal && (
          <Button type="primary" onClick={() => void startSeal()}>
            保存并盖章
          </Button>
        )}
      </PageTitle>
      <div className={s['notices']}>
        <StaleNotice session={session} detail={detail} onReload={onReload} />
        <Restored opened={opened} />
        <Conflicting opened={opened} lists={lists} onGone={() => aside.drop()} />
        <Opinion detail={detail} />
        {byHand && (
          <Notice>
            由申请表 {copyOf?.applicationNo ?? copyOf?.windowNo}{' '}
            复制，还没有保存。按“暂存”后生成新的申请表，再上传附件、盖章。
          </Notice>
        )}
        {!byHand && !maySeal && (
          <Notice>您的账号可以录入，盖章和上报由本企业持有电子钥匙的操作员进行。</Notice>
        )}
        {blocked !== undefined && <Notice kind="error">{blocked}</Notice>}
        <OpenIssues key={summary} shown={summary > 0} />
      </div>
      <div className={s['page']}>
        <div>
          <BasicSection
            numbers={{
              windowNo: detail?.windowNo ?? '暂存后自动生成',
              applicationNo: detail?.applicationNo ?? '',
              licenceNo: detail?.licence?.licenceNo ?? '',
              stateLabel: detail?.stateLabel ?? '还没有保存',
            }}
          />
          <GoodsSection />
          <Steel />
          <OtherSection applyDate={applyDate} />
          <SheetSection />
          {byHand ? (
            <Section id={sectionId('attachments')} title={sections.attachments}>
              <p>暂存后上传附件。复制的申请表不带附件。</p>
            </Section>
          ) : (
            <AttachmentSection applicationId={id} files={detail.attachments} onChanged={changedFiles} />
          )}
          <DeclarationSection />
        </div>
        <Checklist session={session} byHand={byHand} />
      </div>
      {sealing !== undefined && sealed === undefined && (
        <SealDialog
          id={id}
          session={session}
          content={sealing}
          nameOf={nameOf}
          onSealed={(done) => {
            setSealed(done)
            keeper.drop()
          }}
          onLeave={() => {
            setSealing(undefined)
            // The number may be reserved now.
            void client.invalidateQueries({ queryKey: applicationKey(id) })
          }}
          onRefresh={() => void onReload()}
        />
      )}
      {sealed !== undefined && (
        <SealedDialog
          id={id}
          sealed={sealed}
          onSubmitted={() => {
            void message.success('已上报，等待初审')
            leave(paths.application(id))
          }}
          onLeave={() => leave(paths.application(id))}
        />
      )}
    </>
  )
}

function Steel() {
  const steel = usePart((store) => store.known().goods?.steel === true)
  return steel ? <SteelSection /> : null
}

/** Issues listed on top; the checklist holds the rest. */
const mostInSummary = 8

/** What is still open after a seal was tried; lines go as they are mended. */
function OpenIssues({ shown }: { shown: boolean }) {
  const { issues } = useJudged()
  const steel = usePart((store) => store.known().goods?.steel === true)
  if (!shown) return null
  const ordered = sectionStates(issues, steel).flatMap((state) => state.issues)
  const title =
    ordered.length > mostInSummary
      ? `还有 ${ordered.length} 项没有完成，不能盖章。先列出 ${mostInSummary} 项，其余见核对清单`
      : `还有 ${ordered.length} 项没有完成，不能盖章`
  return <ErrorSummary live title={title} issues={ordered.slice(0, mostInSummary)} />
}

/** Somebody else was faster: who did what, and the way on. */
function StaleNotice({
  session,
  detail,
  onReload,
}: {
  session: Session
  detail: ApplicationDetail | undefined
  onReload: () => Promise<void>
}) {
  const me = useMe()
  const state = useSaveState(session)
  if (state.kind !== 'stale') return null
  const last = detail === undefined ? undefined : lastWrite(detail)
  const who = last?.who === me.account.personName ? '您在另一窗口' : last?.who
  return (
    <Notice
      kind="error"
      action={
        <Button size="small" onClick={() => void onReload()}>
          刷新
        </Button>
      }
    >
      {last === undefined ? (
        state.words
      ) : (
        <>
          {who}于 <Instant at={last.at} short /> {last.what}了这份申请表，现在为“{detail?.stateLabel}”。
        </>
      )}
      本页没有保存的内容
      {state.kept ? '已留在本机，刷新后可逐项选用' : '在本机存不下，请先复制需要的文字再刷新'}。
    </Notice>
  )
}

/** What was done last: a save leaves no line in the history, every other action does. */
function lastWrite(detail: ApplicationDetail): { who: string; at: string; what: string } {
  const action = detail.history.at(-1)
  return action === undefined || action.at < detail.modifiedAt
    ? { who: detail.modifiedByName, at: detail.modifiedAt, what: '修改' }
    : { who: action.who, at: action.at, what: action.label }
}

function Restored({ opened }: { opened: OpenEditor }) {
  const store = useForm()
  const [shown, setShown] = useState(opened.restored !== undefined)
  const before = opened.saved
  // Once more was typed, going back would take that along.
  const untouched = usePart((it) => it.content() === opened.restored?.content)
  if (!shown || opened.restored === undefined) return null
  return (
    <Notice
      kind="info"
      action={
        <>
          {before !== undefined && untouched && (
            <Button
              size="small"
              onClick={() => {
                store.replace(before)
                setShown(false)
              }}
            >
              不要这些内容
            </Button>
          )}
          <Button size="small" type="primary" onClick={() => setShown(false)}>
            知道了
          </Button>
        </>
      }
    >
      已恢复 <Instant at={opened.restored.at} /> 在本机填写、还没有保存的内容。
    </Notice>
  )
}

function Conflicting({
  opened,
  lists,
  onGone,
}: {
  opened: OpenEditor
  lists: ReturnType<typeof useCodeLists>
  onGone: () => void
}) {
  const store = useForm()
  const [kept, setKept] = useState<Kept | undefined>(opened.conflicting)
  const current = usePart((it) => it.content())
  if (kept === undefined) return null
  return (
    <KeptText
      kept={kept}
      current={current}
      lists={lists}
      onTake={(content) => store.replace(content)}
      onDrop={() => {
        setKept(undefined)
        onGone()
      }}
    />
  )
}

/** What the authority said when it came back. */
function Opinion({ detail }: { detail: ApplicationDetail | undefined }) {
  const came = detail?.history.findLast(({ to, from }) => to === detail.state && from !== to)
  if (detail === undefined || came === undefined || !came.opinion) return null
  if (detail.state !== 'returned' && detail.state !== 'withdrawn') return null
  return (
    <Notice kind="warning">
      {came.label}（{came.who}，<Instant at={came.at} short />
      ）：<span className={s['opinion']}>{came.opinion}</span>
    </Notice>
  )
}
