/** 保存并盖章 of an exchange: shows what is going to be sealed, read back from the text itself, takes the e-key, signs. */
import { useEffect, useRef, useState } from 'react'
import { Button, Modal } from 'antd'
import { z } from 'zod'
import type { LicenceShown } from '#api/request.ts'
import { changeNames, changes } from '#domain/amendment/changes.ts'
import { wholeAmendment, type AmendmentForm } from '#domain/amendment/form.ts'
import { dayOf } from '#domain/day.ts'
import { isKind, kinds, type Kind } from '#domain/request/states.ts'
import { fingerprint } from '#domain/seal/content.ts'
import { CallFailed } from '#ui/call.ts'
import { codeSource } from '#ui/code-source.ts'
import { NamedCode } from '#ui/Filters.tsx'
import { Pair } from '#ui/FormView.tsx'
import { KeyNotInserted, useKey } from '#ui/key-holder.tsx'
import { digestHex, sign, signingRefusal } from '#ui/key/e-key.ts'
import { PaperNo, Quantity } from '#ui/Numbers.tsx'
import { attempts, newId } from '#ui/request-id.ts'
import { Failed, Notice, shown } from '#ui/Words.tsx'
import d from '../application/Detail.module.css'
import { oldWordsOf, type Content } from './content.ts'
import { prepareSeal, seal } from './queries.ts'
import s from './Request.module.css'

const Sealed = z.object({
  id: z.string(),
  requestKind: z.string(),
  licenceNo: z.string(),
  unusedQuantity: z.string(),
  reason: z.string(),
  form: z.unknown(),
})

interface Prepared {
  version: number
  bytes: Uint8Array<ArrayBuffer>
  digest: string
  text: z.infer<typeof Sealed>
  form: AmendmentForm
}

const refused = (words: string) => new CallFailed(409, { code: 'page', words })

const keyed = (form: AmendmentForm) =>
  JSON.stringify([
    Object.entries(form.changes).toSorted(([a], [b]) => (a < b ? -1 : 1)),
    form.changeQuantity,
    form.lines.map((line) => [line.specGrade, line.unitPrice, line.quantity]),
    [form.notice.newspaper, form.notice.publishedOn],
  ])

async function prepare(stored: { id: string; version: number }, content: Content): Promise<Prepared> {
  const reply = await prepareSeal(stored.id, { version: stored.version, requestId: newId() })
  const bytes = new TextEncoder().encode(reply.content)
  const digest = await digestHex(bytes)
  if (digest !== reply.digest) throw refused('收到的内容与其指纹不一致，没有盖章。请检查网络后重试')
  const text = Sealed.parse(JSON.parse(reply.content))
  const form = wholeAmendment(text.form)
  if (text.id !== stored.id || text.reason !== content.reason.trim() || keyed(form) !== keyed(content.form)) {
    throw refused('服务器上的内容与本页不一致，没有盖章。请刷新页面核对后重新盖章')
  }
  return { version: reply.version, bytes, digest, text, form }
}

export function SealDialog({
  stored,
  kind,
  licence,
  content,
  onSealed,
  onLeave,
}: {
  stored: { id: string; version: number }
  kind: Kind
  licence: LicenceShown
  content: Content
  onSealed: () => void
  /** With the version the preparation left, where there was one. */
  onLeave: (version: number | undefined) => void
}) {
  const { key, require, insert } = useKey()
  const [prepared, setPrepared] = useState<Prepared>()
  const [error, setError] = useState<unknown>()
  const [running, setRunning] = useState(false)
  const [tries] = useState(() => attempts())
  const begun = useRef(false)
  useEffect(() => {
    if (begun.current) return
    begun.current = true
    prepare(stored, content).then(setPrepared, setError)
  }, [stored, content])

  async function doSeal() {
    if (prepared === undefined) return
    setRunning(true)
    setError(undefined)
    try {
      const cms = await sign(await require(), prepared.bytes, new Date())
      await tries.run(prepared.digest, (requestId) =>
        seal(stored.id, {
          version: prepared.version,
          requestId,
          cms: btoa(String.fromCharCode(...cms)),
        }),
      )
      onSealed()
    } catch (failed) {
      if (!(failed instanceof KeyNotInserted)) setError(failed)
      setRunning(false)
    }
  }
  const refusal = signingRefusal()
  const leave = () => onLeave(prepared?.version)
  return (
    <Modal
      open
      title={`核对并盖章：${kinds[kind]}`}
      width={860}
      onCancel={leave}
      mask={{ closable: false }}
      keyboard={!running}
      footer={[
        <Button key="leave" onClick={leave} disabled={running}>
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
      <div className={s['seal']}>
        {refusal !== undefined && <Notice kind="error">{refusal}</Notice>}
        {error !== undefined && <Failed error={error} />}
        {prepared !== undefined && (
          <>
            <dl className={d['three']}>
              <Pair label="申请">
                {isKind(prepared.text.requestKind)
                  ? kinds[prepared.text.requestKind]
                  : prepared.text.requestKind}
              </Pair>
              <Pair label="原许可证号">
                <PaperNo value={prepared.text.licenceNo} />
              </Pair>
              <Pair label="原证未使用数量">
                <Quantity value={prepared.text.unusedQuantity} unit={licence.unit} />
              </Pair>
              <Pair label="签章人">
                {key === undefined ? (
                  <>
                    尚未插入电子钥匙{' '}
                    <Button size="small" onClick={insert}>
                      插入电子钥匙
                    </Button>
                  </>
                ) : (
                  `${key.description.personName} · 证书 ${key.description.serial} · 有效期至 ${dayOf(key.description.notAfter)}`
                )}
              </Pair>
            </dl>
            <Pair label="内容指纹">
              <span className={s['print']}>{fingerprint(prepared.digest)}</span>
            </Pair>
            <p>以下是将要盖章的全部内容。盖章后如有改动，签章即失效。</p>
            <SealedWords prepared={prepared} licence={licence} />
          </>
        )}
      </div>
    </Modal>
  )
}

function SealedWords({ prepared: { form, text }, licence }: { prepared: Prepared; licence: LicenceShown }) {
  const named = changeNames.filter((name) => form.changes[name] !== undefined)
  return (
    <div role="region" aria-label="将要盖章的内容" className={s['seal']}>
      {named.length > 0 && (
        <table className={s['changes']}>
          <thead>
            <tr>
              <th scope="col" className={s['what']}>
                更改项目
              </th>
              <th scope="col">原证</th>
              <th scope="col">新证</th>
            </tr>
          </thead>
          <tbody>
            {named.map((name) => {
              const { field } = changes[name]
              const value = form.changes[name] ?? ''
              return (
                <tr key={name}>
                  <th scope="row">{field.label}</th>
                  <td className={s['old']}>{shown(oldWordsOf(licence, name))}</td>
                  <td>
                    {field.kind === 'code' ? (
                      <NamedCode source={codeSource(field.list)} code={value} />
                    ) : (
                      value
                    )}
                  </td>
                </tr>
              )
            })}
          </tbody>
        </table>
      )}
      <table className={s['changes']}>
        <thead>
          <tr>
            <th scope="col">新证规格、等级</th>
            <th scope="col">新证单价({licence.boxes.currency})</th>
            <th scope="col">新证数量({licence.unit})</th>
          </tr>
        </thead>
        <tbody>
          {form.lines.map((line, index) => (
            <tr key={String(index)}>
              <td>{shown(line.specGrade)}</td>
              <td>
                <Quantity value={line.unitPrice} />
              </td>
              <td>
                <Quantity value={line.quantity} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <dl className={d['three']}>
        <Pair label="更改数量">{form.changeQuantity ? '是' : '否'}</Pair>
        {form.notice.newspaper !== '' && (
          <Pair label="遗失声明">
            {form.notice.newspaper}，{shown(form.notice.publishedOn)}
          </Pair>
        )}
        <Pair label="申请原因">{text.reason}</Pair>
      </dl>
    </div>
  )
}
