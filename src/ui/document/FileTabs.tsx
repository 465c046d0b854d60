import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react'
import { classes } from '../field-parts.ts'
import { FileView, type ShownFile } from './FileView.tsx'
import { typing } from './use-view-keys.ts'
import s from './document.module.css'

export interface TabbedFile extends ShownFile {
  /** What the file is, e.g. 出口合同; several of a kind are numbered. */
  label: string
}

/**
 * Files side by side, a tab each; digits 1 to 9 turn to a file. Files once opened keep their page and size, so that
 * turning between two of them is at once.
 */
export function FileTabs({ files }: { files: readonly TabbedFile[] }) {
  const id = useId()
  const [chosen, setChosen] = useState<string>()
  const [opened, setOpened] = useState<readonly string[]>([])
  const row = useRef<HTMLDivElement>(null)
  const current = files.find(({ key }) => key === chosen) ?? files[0]
  const shown = files.filter(({ key }) => key === current?.key || opened.includes(key))

  const choose = (file: ShownFile) => {
    if (current !== undefined) setOpened((before) => [...new Set([...before, current.key, file.key])])
    setChosen(file.key)
    requestAnimationFrame(() =>
      row.current
        ?.querySelector('[aria-selected=true]')
        ?.scrollIntoView({ block: 'nearest', inline: 'nearest' }),
    )
  }
  useDigits((digit) => {
    const file = files[digit - 1]
    if (file !== undefined) choose(file)
  })
  const keys = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (step === undefined || current === undefined) return
    const next = files[(files.indexOf(current) + step + files.length) % files.length]
    if (next === undefined) return
    event.preventDefault()
    choose(next)
    row.current?.querySelectorAll('button')[files.indexOf(next)]?.focus()
  }
  if (current === undefined) return null
  return (
    <div className={s['files']}>
      <div ref={row} role="tablist" aria-label="附件" className={s['tabs']} onKeyDown={keys}>
        {files.map((file) => (
          <button
            key={file.key}
            type="button"
            role="tab"
            id={`${id}-${file.key}`}
            aria-selected={file === current}
            aria-controls={`${id}-view`}
            tabIndex={file === current ? 0 : -1}
            title={file.name}
            className={classes(s['tab'], file === current && s['currentTab'])}
            onClick={() => choose(file)}
          >
            {file.label}
          </button>
        ))}
      </div>
      <div className={s['stack']} role="tabpanel" id={`${id}-view`} aria-labelledby={`${id}-${current.key}`}>
        {shown.map((file) => (
          <div
            key={file.key}
            className={classes(s['layer'], file !== current && s['behind'])}
            inert={file !== current}
          >
            <FileView file={file} active={file === current} />
          </div>
        ))}
      </div>
    </div>
  )
}

function useDigits(turn: (digit: number) => void) {
  useEffect(() => {
    const pressed = (event: globalThis.KeyboardEvent) => {
      if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || !/^[1-9]$/.test(event.key))
        return
      if (event.target instanceof Element && event.target.closest(typing) !== null) return
      turn(Number(event.key))
    }
    window.addEventListener('keydown', pressed)
    return () => window.removeEventListener('keydown', pressed)
  })
}
