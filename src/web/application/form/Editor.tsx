/** The opened form: sections, checklist, saving, sealing, and what was left on this computer. */
import { useCallback, useEffect, useState } from 'react'
import { App, Button } from 'antd'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { ApplicationDetail } from '#api/application.ts'
import { application } from '#domain/application/actions.ts'
import { attachmentTypeNames } from '#domain/reference/attachment-rules.ts'
import { ActionBar } from '#ui/ActionBar.tsx'
import { PaperNo } from '#ui/Numbers.tsx'
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
import { browserStore } from '../../keep.ts'
import { LeaveGuard } from './LeaveGuard.tsx'
import { openEditor, type OpenEditor } from './open-editor.ts'
import { Barred, Conflicting, OpenIssues, Opinion, Restored, StaleNotice } from './Notices.tsx'
import { OtherSection } from './OtherSection.tsx'
import { SealDialog, type Sealed } from './SealDialog.tsx'
import { SealedDialog } from './SealedDialog.tsx'
import { sectionId, sections } from './sections.ts'
import { newestOf, senderOf } from './server.ts'
import { SheetSection } from './SheetSection.tsx'
import { SteelSection } from './SteelSection.tsx'
import { FormContext, usePart, useText } from './store.ts'
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
    // Afterwards: what was deleted must not be read once more by the page that shows it.
    void navigate({ to }).then(() => stale(id))
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
        <Barred />
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
  const steel = usePart((store) => {
    const { producers, productCertificates } = store.content().form
    return store.known().goods?.steel === true || producers.length + productCertificates.length > 0
  })
  return steel ? <SteelSection /> : null
}
