import { useEffect, useRef, useState } from 'react'
import { Button, Modal } from 'antd'
import { dayOf } from '#domain/day.ts'
import { fingerprint } from '#domain/seal/content.ts'
import type { NameOf } from '#domain/application/words.ts'
import { KeyNotInserted, useKey } from '#ui/key-holder.tsx'
import { signingRefusal, type OpenKey } from '#ui/key/e-key.ts'
import { PaperNo } from '#ui/Numbers.tsx'
import { attempts } from '#ui/request-id.ts'
import { useSlow } from '#ui/use-slow.ts'
import { Failed, Notice } from '#ui/Words.tsx'
import { WordsView } from '../WordsView.tsx'
import type { Content } from './content.ts'
import { prepare, seal, type Prepared } from './seal.ts'
import type { Session } from './session.ts'
import s from './SealDialog.module.css'

export interface Sealed {
  applicationNo: string
  version: number
}

/**
 * 保存并盖章: shows exactly what will be sealed with its number and fingerprint, takes the e-key, signs. The number is
 * reserved as soon as the dialog is open.
 */
export function SealDialog({
  id,
  session,
  content,
  nameOf,
  onSealed,
  onLeave,
  onRefresh,
}: {
  id: string
  session: Session
  content: Content
  nameOf: NameOf
  onSealed: (sealed: Sealed) => void
  onLeave: () => void
  onRefresh: () => void
}) {
  const { key, require, insert } = useKey()
  const [prepared, setPrepared] = useState<Prepared>()
  const [error, setError] = useState<unknown>()
  const [running, setRunning] = useState(false)
  const begun = useRef(false)
  const [tries] = useState(() => attempts())
  const slow = useSlow(prepared === undefined && error === undefined)

  useEffect(() => {
    // Each preparation is an action of its own in the history: one per dialog.
    if (begun.current) return
    begun.current = true
    prepare(id, session, content, nameOf).then(setPrepared, setError)
  }, [id, session, content, nameOf])

  async function doSeal() {
    if (prepared === undefined) return
    setRunning(true)
    setError(undefined)
    try {
      const held = await require()
      // Without an answer nobody knows whether it was sealed: the same again is the same seal.
      onSealed(await tries.run(prepared.digest, (requestId) => seal(id, session, prepared, held, requestId)))
    } catch (failed) {
      if (!(failed instanceof KeyNotInserted)) setError(failed)
      setRunning(false)
    }
  }
  const refusal = signingRefusal()
  return (
    <Modal
      open
      title="核对并盖章"
      width={960}
      onCancel={onLeave}
      mask={{ closable: false }}
      keyboard={!running}
      footer={[
        <Button key="leave" onClick={onLeave} disabled={running}>
          返回修改
        </Button>,
        <Button
          key="seal"
          type="primary"
          loading={running}
          disabled={prepared === undefined || refusal !== undefined}
          onClick={() => void doSeal()}
        >
          盖章
        </Button>,
      ]}
    >
      <div className={s['dialog']}>
        {refusal !== undefined && <Notice kind="error">{refusal}</Notice>}
        {error !== undefined && <Failed error={error} onRefresh={onRefresh} />}
        {prepared === undefined && error === undefined && slow && <p className={s['soft']}>正在核对内容…</p>}
        {prepared !== undefined && (
          <>
            <dl className={s['facts']}>
              <div>
                <dt>申请表号</dt>
                <dd>
                  <PaperNo value={prepared.shown.applicationNo} what="申请表号" copy />
                </dd>
              </div>
              <div>
                <dt>内容指纹</dt>
                <dd className={s['print']}>{fingerprint(prepared.digest)}</dd>
              </div>
              <div>
                <dt>签章人</dt>
                <dd>{key === undefined ? <NoKey onInsert={insert} /> : <Holder held={key} />}</dd>
              </div>
            </dl>
            <p className={s['soft']}>以下是将要盖章的全部内容。盖章后如有改动，签章即失效。</p>
            <div className={s['words']} tabIndex={0} role="region" aria-label="将要盖章的内容">
              <WordsView sections={prepared.shown.sections} />
            </div>
          </>
        )}
      </div>
    </Modal>
  )
}

const NoKey = ({ onInsert }: { onInsert: () => void }) => (
  <>
    尚未插入电子钥匙
    <Button size="small" className={s['insert'] ?? ''} onClick={onInsert}>
      插入电子钥匙
    </Button>
  </>
)

function Holder({ held }: { held: OpenKey }) {
  const { personName, enterpriseName, serial, notAfter } = held.description
  return (
    <>
      {personName}（{enterpriseName}）· 证书 {serial} · 有效期至 {dayOf(notAfter)}
    </>
  )
}
