import { useEffect, useRef, useState, useSyncExternalStore, type DragEvent } from 'react'
import { Button, Modal } from 'antd'
import type { z } from 'zod'
import type { AttachmentRow } from '#api/application.ts'
import { deleteAttachment } from '#api/attachment.ts'
import { attachmentLimits } from '#domain/file/kinds.ts'
import {
  attachmentExtensions,
  attachmentMaxBytes,
  type AttachmentType,
} from '#domain/reference/attachment-rules.ts'
import { call } from '#ui/call.ts'
import { fieldId } from '#ui/field-id.ts'
import { classes } from '#ui/field-parts.ts'
import { Section } from '#ui/PageTitle.tsx'
import { Failed } from '#ui/Words.tsx'
import { FileLinks, fileSize } from '../FileLinks.tsx'
import { needsOf } from './facts.ts'
import { sectionId, sections } from './sections.ts'
import { usePart } from './store.ts'
import { createUploads, sendTo, type Upload, type Uploads } from './uploads.ts'
import s from './Attachments.module.css'

export type FileRow = z.infer<typeof AttachmentRow>

/**
 * 附件: the papers the goods ask for on top, several files to each, dragged or chosen; each file with its progress and
 * what is wrong with it. `onChanged` after files were added or taken away; the same function at each render.
 */
export function AttachmentSection({
  applicationId,
  files,
  onChanged,
}: {
  applicationId: string
  files: readonly FileRow[]
  onChanged: () => void
}) {
  const [uploads] = useState(() => createUploads(sendTo(applicationId), onChanged))
  const onTheWay = useSyncExternalStore(uploads.subscribe, uploads.list)
  // Needs are compared as text: they are made anew with every letter typed.
  const needs: readonly AttachmentType[] = JSON.parse(
    usePart((store) => JSON.stringify(needsOf(store.content(), store.known()))),
  )
  const known = new Set(needs.map(({ code }) => code))
  const others = files.filter(({ type }) => !known.has(type))
  useLeaveWarning(onTheWay.some(({ state }) => state !== 'failed'))
  return (
    <Section
      id={sectionId('attachments')}
      title={sections.attachments}
      note={`${attachmentExtensions.join('、')}；单个不超过 ${attachmentMaxBytes / 1024 / 1024} MB；最多 ${attachmentLimits.files} 个；可将文件拖到对应的附件名称上`}
    >
      <ul className={s['types']}>
        {needs.map((need) => (
          <TypeRow
            key={need.code}
            applicationId={applicationId}
            need={need}
            files={files.filter(({ type }) => type === need.code)}
            onTheWay={onTheWay.filter(({ type }) => type === need.code)}
            uploads={uploads}
            onChanged={onChanged}
          />
        ))}
        {others.length > 0 && (
          <li className={s['type']}>
            <div className={s['what']}>
              <p className={s['name']}>其他附件</p>
              <p className={s['because']}>这些附件现在的商品或贸易方式不需要，可以删除</p>
            </div>
            <FileList
              applicationId={applicationId}
              files={others}
              onTheWay={[]}
              uploads={uploads}
              onChanged={onChanged}
            />
          </li>
        )}
      </ul>
    </Section>
  )
}

interface RowProps {
  applicationId: string
  files: readonly FileRow[]
  onTheWay: readonly Upload[]
  uploads: Uploads
  onChanged: () => void
}

function TypeRow({ need, ...props }: RowProps & { need: AttachmentType }) {
  const input = useRef<HTMLInputElement>(null)
  const [over, setOver] = useState(false)
  const path = `attachments.${need.code}`
  const missing = usePart((store) => (store.tried() ? store.issueAt(path) : undefined))
  const drag = (event: DragEvent, inside: boolean) => {
    event.preventDefault()
    setOver(inside)
  }
  return (
    <li
      className={classes(s['type'], over && s['over'], missing !== undefined && s['wrong'])}
      onDragOver={(event) => drag(event, true)}
      onDragLeave={(event) => drag(event, false)}
      onDrop={(event) => {
        drag(event, false)
        props.uploads.add(need.code, [...event.dataTransfer.files])
      }}
    >
      <div className={s['what']}>
        <p className={s['name']}>
          {need.name}
          {need.required ? <span className={s['must']}>必须</span> : <span className={s['may']}>可选</span>}
        </p>
        <p className={s['because']}>{need.because}</p>
        {missing !== undefined && <p className={s['error']}>{missing}</p>}
      </div>
      <div className={s['files']}>
        <FileList {...props} />
        <Button
          id={fieldId(path)}
          size="small"
          type={need.required && props.files.length === 0 ? 'primary' : 'default'}
          ghost={need.required && props.files.length === 0}
          onClick={() => input.current?.click()}
          aria-label={`选择文件上传：${need.name}`}
        >
          选择文件
        </Button>
        <input
          ref={input}
          type="file"
          multiple
          hidden
          aria-label={need.name}
          data-type={need.code}
          accept={need.extensions.map((extension) => `.${extension}`).join(',')}
          onChange={(event) => {
            props.uploads.add(need.code, [...(event.target.files ?? [])])
            // The same file may be chosen again after it was corrected.
            event.target.value = ''
          }}
        />
      </div>
    </li>
  )
}

function FileList({ applicationId, files, onTheWay, uploads, onChanged }: RowProps) {
  const [asking, setAsking] = useState<FileRow>()
  return (
    <>
      {(files.length > 0 || onTheWay.length > 0) && (
        <ul className={s['list']}>
          {files.map((file) => (
            <li key={file.id} className={s['file']}>
              <FileLinks applicationId={applicationId} file={file}>
                <Button
                  size="small"
                  type="link"
                  danger
                  aria-label={`删除附件 ${file.name}`}
                  onClick={() => setAsking(file)}
                >
                  删除
                </Button>
              </FileLinks>
            </li>
          ))}
          {onTheWay.map((upload) => (
            <li key={upload.id} className={s['file']}>
              <Progress upload={upload} uploads={uploads} />
            </li>
          ))}
        </ul>
      )}
      {asking !== undefined && (
        <DeleteFile
          applicationId={applicationId}
          file={asking}
          onLeave={() => setAsking(undefined)}
          onDone={() => {
            setAsking(undefined)
            onChanged()
          }}
        />
      )}
    </>
  )
}

const stateWords = {
  waiting: '等待上传',
  sending: '正在上传',
  checking: '正在检查内容',
  failed: '没有上传',
} as const

function Progress({ upload, uploads }: { upload: Upload; uploads: Uploads }) {
  const { id, name, state, sent, size, words } = upload
  const percent = size === 0 ? 0 : Math.floor((sent / size) * 100)
  return (
    <div className={s['upload']}>
      <span className={s['fileName']} title={name}>
        {name}
      </span>
      {state !== 'failed' && (
        <progress className={s['bar']} max={100} value={percent} aria-label={`${name} 上传进度`} />
      )}
      <span className={s['soft']} role="status">
        {stateWords[state]}
        {state === 'sending' && ` ${percent}%（${fileSize(size)}）`}
      </span>
      {upload.mayRetry && state === 'failed' && (
        <Button size="small" onClick={() => uploads.retry(id)}>
          重新上传
        </Button>
      )}
      <Button
        size="small"
        type="link"
        aria-label={`${state === 'failed' ? '移除' : '取消上传'} ${name}`}
        onClick={() => uploads.remove(id)}
      >
        {state === 'failed' ? '移除' : '取消'}
      </Button>
      {words !== undefined && (
        <p role="alert" className={s['error']}>
          {words}
        </p>
      )}
    </div>
  )
}

function DeleteFile({
  applicationId,
  file,
  onDone,
  onLeave,
}: {
  applicationId: string
  file: FileRow
  onDone: () => void
  onLeave: () => void
}) {
  const [running, setRunning] = useState(false)
  const [error, setError] = useState<unknown>()
  async function remove() {
    setRunning(true)
    setError(undefined)
    try {
      await call(deleteAttachment, { params: { id: applicationId, attachmentId: file.id } })
      onDone()
    } catch (failed) {
      setError(failed)
      setRunning(false)
    }
  }
  return (
    <Modal
      open
      title="删除附件"
      width={440}
      onCancel={onLeave}
      mask={{ closable: false }}
      footer={[
        <Button key="keep" autoFocus onClick={onLeave} disabled={running}>
          保留
        </Button>,
        <Button key="delete" danger type="primary" loading={running} onClick={() => void remove()}>
          删除附件
        </Button>,
      ]}
    >
      <p className={s['ask']}>删除“{file.name}”？删除后可以重新上传。</p>
      {error !== undefined && <Failed error={error} />}
    </Modal>
  )
}

/** The browser asks before the page is closed while files are on their way. */
function useLeaveWarning(busy: boolean) {
  useEffect(() => {
    if (!busy) return
    const ask = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', ask)
    return () => window.removeEventListener('beforeunload', ask)
  }, [busy])
}
