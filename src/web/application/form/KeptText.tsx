import { useState } from 'react'
import { Button } from 'antd'
import { Notice } from '#ui/Words.tsx'
import { Instant } from '#ui/Numbers.tsx'
import { withValue, type Content } from './content.ts'
import { differing, valueWords, type Differing } from './differing.ts'
import type { Kept } from './keep.ts'
import type { CodeLists } from './use-known.ts'
import s from './KeptText.module.css'

/**
 * Text of this computer that was typed over an older version of the application, beside what the server holds now:
 * taken over field by field, or all, or dropped. Never by itself.
 */
export function KeptText({
  kept,
  current,
  lists,
  onTake,
  onDrop,
}: {
  kept: Kept
  current: Content
  lists: CodeLists
  /** Absent: the application can't be written any more, the text is only to be read and copied. */
  onTake?: ((content: Content) => void) | undefined
  onDrop: () => void
}) {
  const [open, setOpen] = useState(onTake !== undefined)
  const found = differing(kept.content, current)
  const words = (it: Differing, value: unknown) =>
    valueWords(it.field, value, (list, code) => lists.get(list)?.get(code)?.name ?? '')
  const take = (rows: readonly Differing[]) =>
    onTake?.(rows.reduce((so, { path, here }) => withValue(so, path, here ?? ''), current))
  if (found.length === 0) return null
  return (
    <section className={s['kept']} aria-label="本机未保存的内容">
      <Notice
        kind="warning"
        action={
          <Button size="small" onClick={() => setOpen(!open)} aria-expanded={open}>
            {open ? '收起' : '查看'}
          </Button>
        }
      >
        本机留有 <Instant at={kept.at} /> 填写、没有保存的内容，与服务器上的最新内容有 {found.length} 处不同。
        {onTake === undefined ? '申请表现在不能修改，可复制需要的文字。' : '请逐项选用或丢弃。'}
      </Notice>
      {open && (
        <>
          <table className={s['table']}>
            <thead>
              <tr>
                <th scope="col">栏目</th>
                <th scope="col">服务器上的最新内容</th>
                <th scope="col">本机的内容</th>
                {onTake !== undefined && <th scope="col">操作</th>}
              </tr>
            </thead>
            <tbody>
              {found.map((it) => (
                <tr key={it.path}>
                  <th scope="row">{it.field.label}</th>
                  <td>{words(it, it.there)}</td>
                  <td>{words(it, it.here)}</td>
                  {onTake !== undefined && (
                    <td>
                      <Button
                        size="small"
                        onClick={() => take([it])}
                        aria-label={`用本机的${it.field.label}`}
                      >
                        用本机的
                      </Button>
                    </td>
                  )}
                </tr>
              ))}
            </tbody>
          </table>
          <div className={s['buttons']}>
            <Button onClick={onDrop}>丢弃本机内容</Button>
            {onTake !== undefined && (
              <Button type="primary" onClick={() => take(found)}>
                全部用本机的
              </Button>
            )}
          </div>
        </>
      )}
    </section>
  )
}
