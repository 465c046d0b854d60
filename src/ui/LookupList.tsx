import { useEffect, useRef, type CSSProperties } from 'react'
import { wordsOf } from './call.ts'
import { classes } from './field-parts.ts'
import type { Found } from './lookup-source.ts'
import type { Choice } from './narrow.ts'
import s from './LookupList.module.css'

/** The opened list of a look-up. The cursor stays in the input; the active row is named to it. */
export function LookupList({
  id,
  found,
  active,
  value,
  typed,
  style,
  onChoose,
}: {
  id: string
  found: Found
  active: number
  value: string
  typed: string
  style: CSSProperties
  onChoose: (choice: Choice) => void
}) {
  const list = useRef<HTMLUListElement>(null)
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: 'nearest' })
  }, [active, found.rows])
  const words = found.pending ? '正在查找…' : noteOf(found, typed)
  return (
    <div className={s['panel']} style={style} onMouseDown={(event) => event.preventDefault()}>
      <ul ref={list} id={id} role="listbox" aria-label="可选项" className={s['list']}>
        {found.rows.map((choice, index) => (
          <li
            key={choice.code}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === active}
            aria-disabled={choice.refused !== undefined}
            className={classes(
              s['row'],
              index === active && s['active'],
              choice.code === value && s['chosen'],
              choice.refused !== undefined && s['refused'],
            )}
            onClick={() => onChoose(choice)}
          >
            <span className={s['code']}>{choice.code}</span>
            <span className={s['name']}>
              {choice.name}
              {choice.refused !== undefined && <small>{choice.refused}</small>}
            </span>
            {choice.detail !== undefined && <span className={s['detail']}>{choice.detail}</span>}
          </li>
        ))}
      </ul>
      <p role="status" className={s['note']}>
        {words}
      </p>
    </div>
  )
}

function noteOf(found: Found, typed: string): string {
  if (found.error !== null) return wordsOf(found.error)
  if (found.rows.length === 0) {
    return typed.trim() === '' ? '列表中没有内容' : `没有与“${typed.trim()}”相符的项，请换个说法`
  }
  return found.more
    ? `先列出 ${found.rows.length} 项，请继续输入数字、拼音或汉字缩小范围`
    : `${found.rows.length} 项 · ↑↓ 移动，回车选定`
}
