import { useState } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { deletePaper, downloadPaper, KeyRequestDetail, uploadPapers, type Paper } from '#api/key.ts'
import { paperKinds, type PaperKind } from '#domain/certificate/form.ts'
import { fileProblem, shownInPlace } from '#domain/file/kinds.ts'
import { call, csrfHeader, sendSignedIn, urlOf, wordsOf } from '#ui/call.ts'
import { Section } from '#ui/PageTitle.tsx'
import { Notice } from '#ui/Words.tsx'
import { fileSize } from '../application/FileLinks.tsx'
import { keyRequestQuery } from './queries.ts'
import s from './Key.module.css'

const all = Object.keys(paperKinds).filter((name): name is PaperKind => Object.hasOwn(paperKinds, name))

/** 材料: each kind with its files; while it may be changed, one button each to add. */
export function Papers({
  detail,
  editable,
  before,
}: {
  detail: KeyRequestDetail
  editable: boolean
  /** Saves what was typed, so that the answer of an upload does not take it away. */
  before: () => Promise<boolean>
}) {
  const client = useQueryClient()
  const [failed, setFailed] = useState<string>()
  const [busy, setBusy] = useState<PaperKind>()
  const kinds = editable ? all : all.filter((kind) => detail.papers.some((paper) => paper.kind === kind))
  const keep = (next: KeyRequestDetail) => client.setQueryData(keyRequestQuery(detail.id).queryKey, next)

  async function add(kind: PaperKind, file: File | undefined) {
    if (file === undefined || busy !== undefined) return
    const problem = fileProblem(file)
    setFailed(problem)
    if (problem !== undefined) return
    setBusy(kind)
    try {
      if (!(await before())) return
      const url = urlOf(uploadPapers, { params: { id: detail.id }, query: { kind } })
      const response = await sendSignedIn(uploadPapers, () => {
        const body = new FormData()
        body.append('file', file, file.name)
        return fetch(url, { method: 'POST', credentials: 'same-origin', headers: csrfHeader('POST'), body })
      })
      keep(KeyRequestDetail.parse(await response.json()))
    } catch (error) {
      setFailed(wordsOf(error))
    } finally {
      setBusy(undefined)
    }
  }
  async function remove(paper: Paper) {
    try {
      if (!(await before())) return
      keep(await call(deletePaper, { params: { id: detail.id, paperId: paper.id } }))
    } catch (error) {
      setFailed(wordsOf(error))
    }
  }
  return (
    <Section title="材料" note={editable ? 'PDF 或图片，每个不超过 10 MB' : undefined}>
      {failed !== undefined && <Notice kind="error">{failed}</Notice>}
      {kinds.length === 0 && <p>没有材料。</p>}
      <ul className={s['papers']}>
        {kinds.map((kind) => (
          <li key={kind}>
            <div className={s['paper']}>
              <span className={s['kind']}>
                {paperKinds[kind]}
                {detail.needed.includes(kind) && '（必需）'}
              </span>
              {editable && (
                <label>
                  <span className="visually-hidden">上传{paperKinds[kind]}</span>
                  <input
                    type="file"
                    accept=".pdf,.jpg,.jpeg,.png"
                    disabled={busy !== undefined}
                    onChange={(event) => {
                      void add(kind, event.target.files?.[0])
                      event.target.value = ''
                    }}
                  />
                </label>
              )}
              {busy === kind && <span role="status">正在上传…</span>}
            </div>
            {detail.papers
              .filter((paper) => paper.kind === kind)
              .map((paper) => (
                <div key={paper.id} className={s['paper']}>
                  <span className={s['kind']} />
                  <PaperLink requestId={detail.id} paper={paper} />
                  {editable && (
                    <Button
                      type="link"
                      size="small"
                      danger
                      aria-label={`删除 ${paper.name}`}
                      onClick={() => void remove(paper)}
                    >
                      删除
                    </Button>
                  )}
                </div>
              ))}
          </li>
        ))}
      </ul>
    </Section>
  )
}

function PaperLink({ requestId, paper }: { requestId: string; paper: Paper }) {
  const params = { id: requestId, paperId: paper.id }
  const shows = shownInPlace.includes(paper.mediaType)
  return (
    <span>
      <a
        href={urlOf(downloadPaper, { params, ...(shows ? { query: { show: '1' } } : {}) })}
        target="_blank"
        rel="noreferrer"
      >
        {paper.name}
      </a>{' '}
      （{fileSize(paper.size)}）
    </span>
  )
}
