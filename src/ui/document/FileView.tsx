/**
 * One file as it is looked at: PDF pages and pictures in place, with zoom, turning and paging by button and key;
 * anything else as a card to save it from. Shared by the review desk and the licence's page.
 */
import { useRef, useState } from 'react'
import { fileKinds, shownInPlace } from '#domain/file/kinds.ts'
import { classes } from '../field-parts.ts'
import { useSlow } from '../use-slow.ts'
import { Notice } from '../Words.tsx'
import { PdfPages } from './PdfPages.tsx'
import { Picture } from './Picture.tsx'
import { useKeptPlace, usePaging } from './use-paging.ts'
import { usePdf } from './use-pdf.ts'
import { useRoom } from './use-room.ts'
import { useViewKeys } from './use-view-keys.ts'
import { scaleOf, sizeWords, turned, turnedSize, zoomed, type Size, type Turn, type Zoom } from './zoom.ts'
import s from './document.module.css'

export interface ShownFile {
  key: string
  name: string
  mediaType: string
  /** In bytes; undefined where it is not known. */
  size?: number | undefined
  /** Address of the file to be shown in place. */
  showUrl: string
  /** Address that makes the browser save it. */
  saveUrl: string
}

const pdf = fileKinds.pdf.mediaType

/** `active`: this is the view that answers to keys. A view that is not active keeps its place and size. */
export function FileView({ file, active = true }: { file: ShownFile; active?: boolean }) {
  return shownInPlace.includes(file.mediaType) ? (
    <InPlace file={file} active={active} />
  ) : (
    <Card file={file} />
  )
}

function InPlace({ file, active }: { file: ShownFile; active: boolean }) {
  const pane = useRef<HTMLDivElement>(null)
  const room = useRoom(pane)
  const [zoom, setZoom] = useState<Zoom>('width')
  const [turn, setTurn] = useState<Turn>(0)
  const [picture, setPicture] = useState<Size>()
  const [broken, setBroken] = useState(false)
  const isPdf = file.mediaType === pdf
  const { state, again } = usePdf(isPdf ? file.showUrl : undefined)
  const doc = state.kind === 'open' ? state.doc : undefined
  const first = isPdf ? (state.kind === 'open' ? state.first : undefined) : picture
  const { page, goTo } = usePaging(pane, doc?.numPages ?? 1)

  const scale = first === undefined || room === undefined ? 1 : scaleOf(zoom, turnedSize(first, turn), room)
  const keepPlace = useKeptPlace(pane, `${zoom} ${turn} ${room?.width} ${room?.height}`)
  const change = (next: Zoom) => {
    keepPlace()
    setZoom(next)
  }
  const larger = () => change(zoomed(scale, 1))
  const smaller = () => change(zoomed(scale, -1))
  useViewKeys(active, pane, {
    larger,
    smaller,
    fit: () => change('width'),
    previous: () => goTo(page - 1),
    next: () => goTo(page + 1),
  })
  const opening = isPdf ? state.kind === 'opening' : picture === undefined && !broken
  return (
    <div className={s['view']}>
      <div className={s['tools']} role="toolbar" aria-label="查看文件">
        {doc !== undefined && doc.numPages > 1 && (
          <span className={s['group']}>
            <Tool words="上一页" hint="[" off={page <= 1} run={() => goTo(page - 1)} />
            <span className={s['figure']} role="status" aria-label={`第 ${page} 页，共 ${doc.numPages} 页`}>
              {page} / {doc.numPages}
            </span>
            <Tool words="下一页" hint="]" off={page >= doc.numPages} run={() => goTo(page + 1)} />
          </span>
        )}
        <span className={s['group']}>
          <Tool words="缩小" hint="−" off={first === undefined} run={smaller} />
          <span className={s['figure']}>{first === undefined ? '—' : `${Math.round(scale * 100)}%`}</span>
          <Tool words="放大" hint="+" off={first === undefined} run={larger} />
          <Tool words="适宽" hint="0" on={zoom === 'width'} run={() => change('width')} />
          <Tool words="整页" on={zoom === 'page'} run={() => change('page')} />
          <Tool words="旋转" off={first === undefined} run={() => setTurn(turned(turn))} />
        </span>
        <FileLinks file={file} />
      </div>
      <div ref={pane} className={s['pane']} role="region" aria-label={file.name} tabIndex={0}>
        {opening && <Opening share={state.kind === 'opening' ? state.share : undefined} />}
        {isPdf && state.kind === 'failed' && <Problem file={file} words={state.words} onAgain={again} />}
        {broken && (
          <Problem file={file} words="图片没有取到或已损坏，可下载后查看" onAgain={() => setBroken(false)} />
        )}
        {room !== undefined && state.kind === 'open' && (
          <PdfPages doc={state.doc} first={state.first} zoom={zoom} turn={turn} room={room} pane={pane} />
        )}
        {room !== undefined && !isPdf && !broken && (
          <Picture
            url={file.showUrl}
            name={file.name}
            size={picture}
            zoom={zoom}
            turn={turn}
            room={room}
            onSize={setPicture}
            onFailed={() => setBroken(true)}
          />
        )}
      </div>
    </div>
  )
}

function Tool({
  words,
  hint,
  on,
  off = false,
  run,
}: {
  words: string
  /** The key that does the same. */
  hint?: string
  on?: boolean
  off?: boolean
  run: () => void
}) {
  return (
    <button
      type="button"
      className={classes(s['tool'], on === true && s['on'])}
      aria-pressed={on}
      disabled={off}
      title={hint === undefined ? undefined : `${words}（键 ${hint}）`}
      onClick={run}
    >
      {words}
    </button>
  )
}

function FileLinks({ file }: { file: ShownFile }) {
  return (
    <span className={classes(s['group'], s['links'])}>
      <a href={file.showUrl} target="_blank" rel="noopener" className={s['tool']}>
        新窗口
      </a>
      <a href={file.saveUrl} download={file.name} className={s['tool']}>
        下载
      </a>
    </span>
  )
}

/** Said only when it takes longer than a person notices. */
function Opening({ share }: { share: number | undefined }) {
  const slow = useSlow(true)
  if (!slow) return null
  return (
    <p className={s['opening']} role="status">
      正在打开文件{share === undefined ? '' : ` ${Math.min(100, Math.round(share * 100))}%`}…
    </p>
  )
}

function Problem({ file, words, onAgain }: { file: ShownFile; words: string; onAgain: () => void }) {
  return (
    <div className={s['problem']}>
      <Notice
        kind="error"
        action={
          <span className={s['group']}>
            <button type="button" className={s['tool']} onClick={onAgain}>
              重试
            </button>
            <a href={file.saveUrl} className={s['tool']}>
              下载
            </a>
          </span>
        }
      >
        {words}
      </Notice>
    </div>
  )
}

/** A file that browsers don't show: what it is, and the way to look at it. */
function Card({ file }: { file: ShownFile }) {
  const kind = Object.values(fileKinds).find(({ mediaType }) => mediaType === file.mediaType)
  return (
    <div className={s['view']}>
      <div className={s['card']} role="region" aria-label={file.name}>
        <strong className={s['cardName']}>{file.name}</strong>
        <span>
          {kind?.label ?? '文件'}
          {file.size !== undefined && ` · ${sizeWords(file.size)}`}
        </span>
        <p>这种文件不能在页面内显示，请下载后用办公软件查看。</p>
        <a href={file.saveUrl} className={s['save']}>
          下载文件
        </a>
      </div>
    </div>
  )
}
